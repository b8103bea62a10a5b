// A client of the service nearest.
#pragma once

#include <string>

// Throws std::runtime_error if the response is missing or wrong.
std::string nearest(const std::string &host, const std::string &port, const std::string &word);
