cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES NONE)
enable_testing()
include(GoContainer)

set(GO_VERSION 1.24 CACHE STRING "The build argument GO_VERSION")

# What the stage frontend makes
file(GLOB_RECURSE frontend_sources CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_SOURCE_DIR}/web/*
)
add_custom_command(
  OUTPUT frontend.built
  COMMAND "${CMAKE_COMMAND}" -E rm -rf frontend
  COMMAND "${CMAKE_COMMAND}" -E make_directory frontend/app
  COMMAND "${CMAKE_COMMAND}" -E copy ${CMAKE_CURRENT_SOURCE_DIR}/web/package.json frontend/app/package.json
  COMMAND "${CMAKE_COMMAND}" -E copy ${CMAKE_CURRENT_SOURCE_DIR}/web/package-lock.json frontend/app/package-lock.json
  COMMAND "${CMAKE_COMMAND}" -E chdir ${CMAKE_CURRENT_BINARY_DIR}/frontend/app "${CMAKE_COMMAND}" -E env NODE_ENV=production npm ci
  COMMAND "${CMAKE_COMMAND}" -E copy_directory ${CMAKE_CURRENT_SOURCE_DIR}/web frontend/app
  COMMAND "${CMAKE_COMMAND}" -E chdir ${CMAKE_CURRENT_BINARY_DIR}/frontend/app "${CMAKE_COMMAND}" -E env NODE_ENV=production npm run build
  COMMAND "${CMAKE_COMMAND}" -E touch frontend.built
  DEPENDS ${frontend_sources}
  VERBATIM
)

add_go_container(
  app
  BASE gcr.io/distroless/static-debian12:nonroot
  BINARY_NAME /app
  GO_VERSION ${GO_VERSION}
  OVERLAY ${CMAKE_CURRENT_BINARY_DIR}/frontend/app/dist/ DESTINATION internal/ui/dist
    DEPENDS frontend.built
  EXPOSE 8080
  ENTRYPOINT /app
)

# 5: changed: the stage frontend became a custom command, which runs on this machine
# 21: unsafe: FROM gcr.io/distroless/static-debian12:nonroot without a digest: each build may get another image; pin it by @sha256:
