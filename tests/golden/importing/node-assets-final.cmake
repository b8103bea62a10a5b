cmake_minimum_required(VERSION 3.25)
project(web LANGUAGES NONE)
enable_testing()
include(GoContainer)

# What the stage assets makes
file(GLOB_RECURSE assets_sources CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_SOURCE_DIR}/package.json
  ${CMAKE_CURRENT_SOURCE_DIR}/yarn.lock
  ${CMAKE_CURRENT_SOURCE_DIR}/ui/*
)
add_custom_command(
  OUTPUT assets.built
  COMMAND "${CMAKE_COMMAND}" -E rm -rf assets
  COMMAND "${CMAKE_COMMAND}" -E make_directory assets/build
  COMMAND "${CMAKE_COMMAND}" -E copy ${CMAKE_CURRENT_SOURCE_DIR}/package.json assets/build/package.json
  COMMAND "${CMAKE_COMMAND}" -E copy ${CMAKE_CURRENT_SOURCE_DIR}/yarn.lock assets/build/yarn.lock
  COMMAND "${CMAKE_COMMAND}" -E chdir ${CMAKE_CURRENT_BINARY_DIR}/assets/build yarn install --frozen-lockfile
  COMMAND "${CMAKE_COMMAND}" -E chdir ${CMAKE_CURRENT_BINARY_DIR}/assets/build yarn cache clean
  COMMAND "${CMAKE_COMMAND}" -E copy_directory ${CMAKE_CURRENT_SOURCE_DIR}/ui assets/build/ui
  COMMAND "${CMAKE_COMMAND}" -E chdir ${CMAKE_CURRENT_BINARY_DIR}/assets/build "${CMAKE_COMMAND}" -E env NODE_OPTIONS=--max-old-space-size=4096 yarn run build
  COMMAND "${CMAKE_COMMAND}" -E touch assets.built
  DEPENDS ${assets_sources}
  VERBATIM
)

add_go_container(
  web
  BASE alpine:3.21
  PACKAGE ./cmd/web
  BINARY_NAME /app/web
  GO_VERSION 1.24
  TIMEZONES ON
  USERS web:100:101:/home/web
  FILES ${CMAKE_CURRENT_BINARY_DIR}/assets/build/dist/ DESTINATION /app/public CHOWN web:web
    DEPENDS assets.built
  FILES templates DESTINATION /app CHOWN web:web
  DIRECTORIES /home/web CHOWN web
  DIRECTORIES /app CHOWN web:web
  EXPOSE 3000
  USER web
  WORKDIR /app
  CMD ./web
)

# 1: changed: the stage assets became a custom command, which runs on this machine
# 1: unsafe: FROM node:22 without a digest: each build may get another image; pin it by @sha256:
# 8: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 15: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
# 16: changed: addgroup web has no number, so 101 was chosen; write it down
# 16: changed: adduser web has no number, so 100 was chosen; write it down
