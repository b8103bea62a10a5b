cmake_minimum_required(VERSION 3.25)
project(backup LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  backup
  BASE alpine:3.21
  GO_VERSION 1.24
  PACKAGES bash
  FROM_IMAGE rclone/rclone:1.68 /usr/local/bin/rclone
  FROM_IMAGE restic/restic:0.17.3 /usr/bin/restic
  FILES scripts/run.sh DESTINATION /usr/local/bin RENAME run CHMOD 0755
  SYMLINKS /run.sh=/usr/local/bin/run
  VOLUMES /backup /cache
  STOPSIGNAL SIGINT
  ENTRYPOINT /usr/local/bin/run
)

# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 4: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 6: unsafe: FROM rclone/rclone:1.68 without a digest: each build may get another image; pin it by @sha256:
# 7: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
# 7: unsafe: no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root
