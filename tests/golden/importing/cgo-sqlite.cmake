cmake_minimum_required(VERSION 3.25)
project(notes LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  notes
  BASE alpine:3.21
  GO_VERSION 1.24
  BUILDER_PACKAGES gcc musl-dev sqlite-dev
  CGO ON
  BUILD_TAGS sqlite_omit_load_extension libsqlite3
  LDFLAGS -extldflags=-static
  PACKAGES sqlite-libs
  TIMEZONES ON
  DIRECTORIES /data CHOWN 1000:1000
  ENV NOTES_DB=/data/notes.db TZ=Europe/Berlin
  VOLUMES /data
  USER 1000:1000
  CMD notes serve
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 9: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
# 16: changed: CMD needs no shell: the program is started itself, and gets the signals
