cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES NONE)
enable_testing()
include(GoContainer)

set(REGISTRY docker.io CACHE STRING "The build argument REGISTRY")
set(GO_VERSION 1.24 CACHE STRING "The build argument GO_VERSION")
set(ALPINE_VERSION 3.21 CACHE STRING "The build argument ALPINE_VERSION")
set(BUILDER ${REGISTRY}/library/golang:${GO_VERSION}-alpine CACHE STRING "The build argument BUILDER")
set(APP_VERSION 1.0.0 CACHE STRING "The build argument APP_VERSION")
set(COMMIT unknown CACHE STRING "The build argument COMMIT")
set(PORT 8080 CACHE STRING "The build argument PORT")

add_go_container(
  app
  BASE ${REGISTRY}/library/alpine:${ALPINE_VERSION}
  BUILDER_IMAGE ${BUILDER}
  VERSION ${APP_VERSION}
  STAMP main.commit=${COMMIT}
  ENV PORT=${PORT} LISTEN=:${PORT}
  LABELS org.opencontainers.image.version=${APP_VERSION} "org.opencontainers.image.title=My \"app\""
  EXPOSE ${PORT}
  USER nobody
  ENTRYPOINT /usr/local/bin/app
)

# 11: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
