cmake_minimum_required(VERSION 3.25)
project(collector LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  collector
  BASE gcr.io/distroless/static
  PACKAGE ./cmd/collector
  BINARY_NAME /collector
  GO_VERSION 1.24
  STAMP main.version=1.8.0
  EXPOSE 4317 4318
  ENTRYPOINT /collector
  CMD --config=/etc/collector.yaml
)

# 1: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 6: unsafe: FROM gcr.io/distroless/static without a version: each build may get another image; pin it by @sha256:
# 6: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
