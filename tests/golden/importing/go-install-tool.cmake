
# 1: unsafe: FROM golang:1.24-alpine without a digest: each build may get another image; pin it by @sha256:
# 4: not replaceable: because lint is a program of another module: require its package in go.mod (tool), and give it to PROGRAMS
# 4: unsafe: FROM alpine:3.21 without a digest: each build may get another image; pin it by @sha256:
