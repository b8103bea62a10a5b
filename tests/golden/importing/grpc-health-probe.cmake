cmake_minimum_required(VERSION 3.25)
project(checkout LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  checkout
  BASE alpine:3.21
  BINARY_NAME /src/checkout
  GO_VERSION 1.24
  EXPOSE 5050
  WORKDIR /src
  ENTRYPOINT /src/checkout
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 8: not carried over: downloads https://github.com/grpc-ecosystem/grpc-health-probe/releases/downlo…: do it by file(DOWNLOAD … EXPECTED_HASH), and give the file to FILES
# 11: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
# 11: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
