#include "client.hpp"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <stdexcept>

namespace {

/// The settings of one call, which fails where the service does not answer in time.
class Context : public grpc::ClientContext {
public:
    Context() {
        set_wait_for_ready(true);
        set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    }
};

void require(const grpc::Status &status) {
    if (!status.ok())
        throw std::runtime_error(status.error_message());
}

} // namespace

Client::Client(const std::string &address)
    : texts_(texts::Texts::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {}

void Client::put(const std::string &name, const std::string &body) {
    texts::Text text;
    text.set_name(name);
    text.set_body(body);
    Context context;
    texts::PutResponse response;
    require(texts_->Put(&context, text, &response));
}

std::optional<std::string> Client::get(const std::string &name) {
    texts::GetRequest request;
    request.set_name(name);
    Context context;
    texts::Text text;
    const grpc::Status status = texts_->Get(&context, request, &text);
    if (status.error_code() == grpc::StatusCode::NOT_FOUND)
        return std::nullopt;
    require(status);
    return text.body();
}

std::vector<std::string> Client::names() {
    Context context;
    const auto stream = texts_->List(&context, texts::ListRequest());
    std::vector<std::string> names;
    for (texts::Text text; stream->Read(&text);)
        names.push_back(text.name());
    require(stream->Finish());
    return names;
}
