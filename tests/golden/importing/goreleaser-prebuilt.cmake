cmake_minimum_required(VERSION 3.25)
project(goreleaser-prebuilt LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  goreleaser-prebuilt
  BASE gcr.io/distroless/static-debian12
  BINARY_NAME /usr/bin/linter
  ENTRYPOINT /usr/bin/linter
)

# 1: unsafe: FROM gcr.io/distroless/static-debian12 without a version: each build may get another image; pin it by @sha256:
# 1: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
# 2: changed: /usr/bin/linter came compiled from the context; here the call compiles .
# 2: changed: no CGO_ENABLED: the program is built without cgo, so it needs no C library; CGO ON uses it
