cmake_minimum_required(VERSION 3.25)
project(billing LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  billing
  BASE scratch
  BINARY_NAME /billing
  GO_VERSION 1.24
  GO_ENV GOPRIVATE=git.example.com
  SECRETS id=netrc,src=$ENV{HOME}/.netrc
  USER 10001
  ENTRYPOINT /billing
)

# 2: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 6: changed: the secret netrc is read from .netrc of the home directory
