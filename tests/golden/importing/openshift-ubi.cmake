cmake_minimum_required(VERSION 3.25)
project(operator LANGUAGES NONE)
enable_testing()
include(GoContainer)

add_go_container(
  operator
  BASE registry.access.redhat.com/ubi9/ubi-minimal:9.5
  PACKAGE ./cmd/operator
  BUILDER_IMAGE registry.access.redhat.com/ubi9/go-toolset:1.22
  FILES ./LICENSE DESTINATION /licenses
  LABELS name=operator vendor=Example "summary=An operator"
  USER 1001
  ENTRYPOINT /usr/local/bin/operator
)

# 1: unsafe: FROM registry.access.redhat.com/ubi9/go-toolset:1.22 without a digest: each build may get another image; pin it by @sha256:
# 5: wasteful: the modules are downloaded again after each change of a source; GoContainer keeps them
# 7: unsafe: FROM registry.access.redhat.com/ubi9/ubi-minimal:9.5 without a digest: each build may get another image; pin it by @sha256:
