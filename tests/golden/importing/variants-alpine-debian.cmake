cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES NONE)
enable_testing()
include(GoContainer)

set(VERSION dev CACHE STRING "The build argument VERSION")

add_go_container(
  app
  BASE alpine:3.21
  GO_VERSION 1.24
  VERSION ${VERSION}
  FILES conf/app.yml DESTINATION /etc/app
  USER 1000:1000
  ENTRYPOINT app
  VARIANTS debian=debian:bookworm-slim scratch-image=scratch
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 9: unsafe: FROM debian:bookworm-slim without a digest: each build may get another image; pin it by @sha256:
# 21: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
