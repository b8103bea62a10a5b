// A client of the service nearest.
#pragma once

#include <string>

// Throws std::runtime_error where the service does not answer, or not as it should.
std::string nearest(const std::string &host, const std::string &port, const std::string &word);
