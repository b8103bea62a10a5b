#include "client.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

namespace {

class Connection {
public:
    Connection(const std::string &host, const std::string &port) {
        addrinfo hints{}, *found = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
            throw std::runtime_error("no such host: " + host);
        std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
        descriptor_ = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
        if (descriptor_ < 0 || connect(descriptor_, found->ai_addr, found->ai_addrlen) != 0) {
            close(descriptor_);
            throw std::runtime_error("nobody answers at " + host + ":" + port);
        }
    }
    ~Connection() { close(descriptor_); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void send(const std::string &data) const {
        for (size_t sent = 0; sent < data.size();) {
            const ssize_t count = ::send(descriptor_, data.data() + sent, data.size() - sent, MSG_NOSIGNAL);
            if (count < 0)
                throw std::runtime_error("the connection broke");
            sent += static_cast<size_t>(count);
        }
    }

    std::string receive_all() const {
        std::string data;
        char buffer[4096];
        while (const ssize_t count = recv(descriptor_, buffer, sizeof buffer, 0)) {
            if (count < 0)
                throw std::runtime_error("the connection broke");
            data.append(buffer, static_cast<size_t>(count));
        }
        return data;
    }

private:
    int descriptor_;
};

} // namespace

Client::Answer Client::ask(const std::string &method, const std::string &name, const std::string &body) const {
    const Connection connection(host_, port_);
    // HTTP 1.0: one request per connection; the response ends when the server closes it.
    connection.send(method + " /texts/" + name + " HTTP/1.0\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
    const std::string answer = connection.receive_all();
    const size_t end = answer.find("\r\n\r\n");
    if (answer.compare(0, 7, "HTTP/1.") != 0 || end == std::string::npos)
        throw std::runtime_error("this is not HTTP: " + answer.substr(0, 80));
    return {std::stoi(answer.substr(9, 3)), answer.substr(end + 4)};
}

void Client::put(const std::string &name, const std::string &text) const {
    const Answer answer = ask("PUT", name, text);
    if (answer.status != 204)
        throw std::runtime_error("not stored: " + answer.body);
}

std::optional<std::string> Client::get(const std::string &name) const {
    const Answer answer = ask("GET", name, "");
    if (answer.status == 404)
        return std::nullopt;
    if (answer.status != 200)
        throw std::runtime_error("not read: " + answer.body);
    return answer.body;
}
