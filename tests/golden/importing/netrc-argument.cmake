cmake_minimum_required(VERSION 3.25)
project(api LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  api
  BASE gcr.io/distroless/static-debian12:nonroot
  BINARY_NAME /api
  GO_VERSION 1.24
  GO_ENV GOPRIVATE=git.example.com
  CMD /api
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 2: unsafe: ARG GITHUB_TOKEN: the history of the image shows build arguments; use SECRETS
# 3: not carried over: git config with a password: write it into ~/.netrc, and give SECRETS id=netrc,src=$ENV{HOME}/.netrc
# 6: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 8: unsafe: FROM gcr.io/distroless/static-debian12:nonroot without a digest: each build may get another image; pin it by @sha256:
