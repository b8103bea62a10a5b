cmake_minimum_required(VERSION 3.25)
project(greeter LANGUAGES NONE)
enable_testing()
include(GoContainer)

file(
  CONFIGURE
  OUTPUT texts/etc/greeter/greeter.conf
  CONTENT [=[
# What ${NAME} is stays as it is.
listen = ":8080"
motto = "a; b [c]"
]=]
  @ONLY
)

add_go_container(
  greeter
  BASE alpine:3.21
  GO_VERSION 1.24
  USERS greeter:1200:1200:/var/lib/greeter
  FILES ${CMAKE_CURRENT_BINARY_DIR}/texts/etc/greeter/greeter.conf DESTINATION /etc/greeter
  DIRECTORIES /var/lib/greeter CHOWN greeter
  DIRECTORIES /var/log/greeter CHOWN greeter:greeter
  USER greeter
  CMD greeter --config /etc/greeter/greeter.conf
)

# 2: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 5: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 8: changed: no CGO_ENABLED: the program is built without cgo, so it needs no C library; CGO ON uses it
# 13: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
