cmake_minimum_required(VERSION 3.25)
project(api LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  api
  BASE gcr.io/distroless/static-debian12:nonroot
  SOURCE_DIR api
  PROGRAMS .=/usr/local/bin/api ../worker=/usr/local/bin/worker
  GO_VERSION 1.24
  ENTRYPOINT /usr/local/bin/api
)

# 1: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 12: unsafe: FROM gcr.io/distroless/static-debian12:nonroot without a digest: each build may get another image; pin it by @sha256:
