cmake_minimum_required(VERSION 3.25)
project(server LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  server
  BASE gcr.io/distroless/base-debian12
  PACKAGE ./cmd/server
  BINARY_NAME /server
  GO_VERSION 1.24
  EXPOSE 50051/tcp
  ENTRYPOINT /server
)

# 1: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 8: not carried over: RUN protoc --go_out=gen --go_opt=paths=source_relative proto/api.proto: what this does is not known; if it makes sources, make them by add_custom_command(), and give them to OVERLAY
# 11: unsafe: FROM gcr.io/distroless/base-debian12 without a version: each build may get another image; pin it by @sha256:
# 11: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
