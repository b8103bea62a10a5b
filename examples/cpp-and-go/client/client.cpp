#include "client.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace {

struct Socket {
    int descriptor = -1;
    ~Socket() { close(descriptor); }
};

void connect(Socket &socket, const std::string &host, const std::string &port) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
        throw std::runtime_error("no such host: " + host);
    socket.descriptor = ::socket(found->ai_family, found->ai_socktype, 0);
    const int result = ::connect(socket.descriptor, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (result != 0)
        throw std::runtime_error("nobody answers at " + host + ":" + port);
}

} // namespace

std::string nearest(const std::string &host, const std::string &port, const std::string &word) {
    Socket socket;
    connect(socket, host, port);
    // HTTP 1.0: the response ends when the server closes the connection.
    const std::string request = "GET /nearest/" + word + " HTTP/1.0\r\n\r\n";
    if (send(socket.descriptor, request.data(), request.size(), MSG_NOSIGNAL) != ssize_t(request.size()))
        throw std::runtime_error("the connection broke");
    std::string answer;
    char buffer[4096];
    for (ssize_t count; (count = recv(socket.descriptor, buffer, sizeof buffer, 0)) > 0;)
        answer.append(buffer, std::size_t(count));
    const std::size_t end = answer.find("\r\n\r\n");
    if (answer.find(" 200 ") != 8 || end == std::string::npos)
        throw std::runtime_error("this is no answer: " + answer.substr(0, 80));
    return answer.substr(end + 4);
}
