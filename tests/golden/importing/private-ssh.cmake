cmake_minimum_required(VERSION 3.25)
project(ledger LANGUAGES NONE)
enable_testing()
include(GoContainer)

file(
  CONFIGURE
  OUTPUT gitconfig
  CONTENT [=[
[url "git@git.example.com:"]
	insteadOf = https://git.example.com/
]=]
  @ONLY
)

add_go_container(
  ledger
  BASE gcr.io/distroless/static-debian12:nonroot
  PACKAGE ./cmd/ledger
  BINARY_NAME /ledger
  GO_VERSION 1.24
  GO_ENV GOPRIVATE=git.example.com
  SECRETS id=known_hosts,src=$ENV{HOME}/.ssh/known_hosts
    id=gitconfig,src=${CMAKE_CURRENT_BINARY_DIR}/gitconfig
  SSH default
  ENTRYPOINT /ledger
)

# 2: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 4: unsafe: ssh-keyscan trusts whoever answers; known_hosts of the home directory is used
# 13: unsafe: FROM gcr.io/distroless/static-debian12:nonroot without a digest: each build may get another image; pin it by @sha256:
