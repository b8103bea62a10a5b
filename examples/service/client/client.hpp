// A client of the service store.
#pragma once

#include <optional>
#include <string>

class Client {
public:
    Client(std::string host, std::string port) : host_(std::move(host)), port_(std::move(port)) {}

    // Each throws std::runtime_error if the response is missing or wrong.
    void put(const std::string &name, const std::string &text) const;
    std::optional<std::string> get(const std::string &name) const;

private:
    struct Answer {
        int status;
        std::string body;
    };
    Answer ask(const std::string &method, const std::string &name, const std::string &body) const;

    std::string host_, port_;
};
