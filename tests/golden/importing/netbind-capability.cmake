cmake_minimum_required(VERSION 3.25)
project(dnsd LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  dnsd
  BASE gcr.io/distroless/static-debian12:nonroot
  BINARY_NAME /dnsd
  GO_VERSION 1.24
  FILES Corefile
  CAPABILITIES /dnsd=cap_net_bind_service=ep
  EXPOSE 53 53/udp
  USER nonroot:nonroot
  WORKDIR /
  ENTRYPOINT /dnsd
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 5: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 7: unsafe: FROM gcr.io/distroless/static-debian12:nonroot without a digest: each build may get another image; pin it by @sha256:
