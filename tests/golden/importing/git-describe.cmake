cmake_minimum_required(VERSION 3.25)
project(tool LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  tool
  BASE scratch
  BINARY_NAME /tool
  GO_VERSION 1.24
  VERSION GIT
  STAMP example.com/git-describe/internal/version.Version=VERSION
    example.com/git-describe/internal/version.Commit=COMMIT
    example.com/git-describe/internal/version.Date=COMMIT_DATE
  ENTRYPOINT /tool
)

# 1: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 4: changed: the time of the build became the time of the commit: the image is reproducible
# 4: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 8: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
