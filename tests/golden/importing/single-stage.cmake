cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  app
  BASE alpine
  GO_VERSION 1.24
  WORKDIR /usr/src/app
  CMD app
)

# 1: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 1: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
# 1: wasteful: the image has the compiler and the sources; BASE alpine has neither
# 5: not carried over: COPY . /usr/src/app: which of the files the program reads is not known
# 5: wasteful: the whole context is copied into the image; name the files that the program reads: FILES
# 6: changed: no CGO_ENABLED: the program is built without cgo, so it needs no C library; CGO ON uses it
