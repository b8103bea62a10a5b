cmake_minimum_required(VERSION 3.25)
project(server LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  server
  BASE alpine:3.21
  PROGRAMS ./cmd/server=/usr/local/bin/server ./cmd/worker=/usr/local/bin/worker
    ./cmd/migrate=/usr/local/bin/migrate
  GO_VERSION 1.24
  PACKAGES tini
  USERS app:10001:10001:/home/app
  FILES migrations CHOWN app:app
  USER app
  ENTRYPOINT /sbin/tini --
  CMD server
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 11: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
