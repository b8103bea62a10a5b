cmake_minimum_required(VERSION 3.25)
project(server LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  server
  BASE scratch
  BINARY_NAME /src/server
  BUILDER_IMAGE
    golang:1.24.1-alpine@sha256:43c094ad24b6ac0546c62193baeb3e6e49ce14d3250845d166c77c25f64b0386
  FILES templates static DESTINATION /src
  ENV GOTRACEBACK=single
  EXPOSE 8080
  WORKDIR /src
  ENTRYPOINT /src/server
)

# 7: changed: SKAFFOLD_GO_GCFLAGS is empty: -D GO_CONTAINER_GCFLAGS=… gives GCFLAGS a value
# 10: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
