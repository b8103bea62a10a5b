cmake_minimum_required(VERSION 3.25)
project(search LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  search
  BASE gcr.io/distroless/static-debian12:nonroot
  PACKAGE ./services/search
  BINARY_NAME /search
  GO_VERSION 1.24
  FILES services/search/config.yaml DESTINATION /etc/search
  WORKDIR /etc/search
  ENTRYPOINT /search -config /etc/search/config.yaml
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 10: unsafe: FROM gcr.io/distroless/static-debian12:nonroot without a digest: each build may get another image; pin it by @sha256:
