cmake_minimum_required(VERSION 3.25)
project(mirror LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  mirror
  BASE debian:bookworm-slim
  BINARY_NAME /usr/bin/mirror
  GO_VERSION 1.24
  PACKAGES curl git gosu=1.14-1+b10
  USERS mirror:999:999:/srv/mirror
  FILES docker-entrypoint.sh CHMOD 0755
  DIRECTORIES /srv/mirror CHOWN mirror
  DIRECTORIES /srv CHMOD 0777
  ENV MIRROR_ROOT=/srv/mirror
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/mirror/bin
  EXPOSE 8080/tcp 9418
  HEALTHCHECK SHELL "curl -fsS http://localhost:8080/healthz || exit 1"
  HEALTHCHECK_INTERVAL 30s
  HEALTHCHECK_TIMEOUT 3s
  HEALTHCHECK_RETRIES 5
  ENTRYPOINT /docker-entrypoint.sh
  CMD mirror serve
)

# 1: unsafe: FROM golang:1.24-bookworm without a digest: each build may get another image; pin it by @sha256:
# 3: wasteful: ADD of files: COPY does it without surprises
# 4: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 6: unsafe: FROM debian:bookworm-slim without a digest: each build may get another image; pin it by @sha256:
# 6: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
# 7: not carried over: an upgrade of all packages: take a newer base, which image-refresh fetches
# 7: wasteful: apt-get install without --no-install-recommends; PACKAGES installs none of these
# 7: wasteful: the lists of apt stay in the layer; PACKAGES removes them
# 15: unsafe: chmod 777: every user may write there
# 16: not carried over: ENV API_TOKEN: looks like a secret
# 16: unsafe: ENV API_TOKEN: a secret in an image is readable by all who have it; give it to the container when it starts
