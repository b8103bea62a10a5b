cmake_minimum_required(VERSION 3.25)
project(agent LANGUAGES NONE)
enable_testing()
include(GoContainer)

set(VERSION devel CACHE STRING "The build argument VERSION")

add_go_container(
  agent
  BASE scratch
  PACKAGE ./cmd/agent
  BINARY_NAME /usr/bin/agent
  GO_VERSION 1.24
  VERSION ${VERSION}
  PLATFORMS linux/amd64 linux/arm64
  ENTRYPOINT /usr/bin/agent
)

# 2: unsafe: FROM tonistiigi/xx:1.6.1 without a digest: each build may get another image; pin it by @sha256:
# 4: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 15: changed: TARGETARCH: which platforms to build for is not said; these two were chosen
# 18: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
