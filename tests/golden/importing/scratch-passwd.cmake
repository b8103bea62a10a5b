cmake_minimum_required(VERSION 3.25)
project(hello LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  hello
  BASE scratch
  BINARY_NAME /go/bin/hello
  PLATFORMS linux/amd64
  USERS appuser:10001:10001:/nonexistent:/sbin/nologin
  TIMEZONES ON
  USER appuser:appuser
  ENTRYPOINT /go/bin/hello
)

# 1: unsafe: FROM golang:alpine without a digest: each build may get another image; pin it by @sha256:
# 15: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 16: wasteful: go build -a only makes the build slower; left out
# 16: wasteful: go build -installsuffix only makes the build slower; left out
