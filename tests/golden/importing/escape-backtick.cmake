cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  app
  BASE alpine:3.21
  BINARY_NAME /app
  GO_VERSION 1.24
  FILES conf/a.conf DESTINATION /etc/app
  ENTRYPOINT /app
)

# 2: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 5: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 9: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
# 9: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
