
# 1: unsafe: FROM golang:1.24 without a digest: each build may get another image; pin it by @sha256:
# 4: not carried over: RUN ./hack/build.sh --release: what this does is not known; if it makes sources, make them by add_custom_command(), and give them to OVERLAY
# 4: not carried over: make release: the Makefile has no go build for it
# 6: not replaceable: because no stage runs go build, as far as it can be read: make release: the Makefile has no go build for it
# 6: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
