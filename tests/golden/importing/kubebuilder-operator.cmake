cmake_minimum_required(VERSION 3.25)
project(manager LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  manager
  BASE gcr.io/distroless/static:nonroot
  PACKAGE ./cmd
  BINARY_NAME /manager
  GO_VERSION 1.24
  PLATFORMS linux/amd64 linux/arm64
  USER 65532:65532
  WORKDIR /
  ENTRYPOINT /manager
)

# 2: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 18: changed: TARGETARCH: which platforms to build for is not said; these two were chosen
# 18: wasteful: go build -a only makes the build slower; left out
# 20: unsafe: FROM gcr.io/distroless/static:nonroot without a digest: each build may get another image; pin it by @sha256:
