cmake_minimum_required(VERSION 3.25)
project(exporter LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  exporter
  BASE quay.io/prometheus/busybox:latest
  PACKAGE ./cmd/exporter
  BINARY_NAME /bin/exporter
  GO_VERSION 1.23
  BUILD_TAGS netgo osusergo
  GO_FLAGS -mod=vendor
  LABELS "maintainer=The Exporter Authors <exporter@example.com>"
    org.opencontainers.image.licenses=Apache-2.0
  EXPOSE 9100
  USER nobody
  ENTRYPOINT /bin/exporter
  CMD --web.listen-address=:9100 --log.level=info
)

# 1: unsafe: FROM golang:1.23-alpine3.20 without a digest: each build may get another image; pin it by @sha256:
# 6: unsafe: FROM quay.io/prometheus/busybox:latest without a version: each build may get another image; pin it by @sha256:
