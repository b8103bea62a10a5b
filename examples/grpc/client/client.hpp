#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "texts.grpc.pb.h" // generated of ../proto/texts.proto

/// Talks to the service texts. What the service refuses, or does not answer in time, is a std::runtime_error.
class Client {
public:
    /// @param address host:port
    explicit Client(const std::string &address);

    /// Keeps a text under a name.
    void put(const std::string &name, const std::string &body);
    /// The text of a name; nothing where there is none.
    std::optional<std::string> get(const std::string &name);
    /// The names of all texts, sorted.
    std::vector<std::string> names();

private:
    std::unique_ptr<texts::Texts::Stub> texts_;
};
