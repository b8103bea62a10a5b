# Carries the caches of go into the cache mounts of an engine (in), and out of them (out). Nothing of it is in an image.
ARG BUILDER
FROM ${BUILDER} AS in
ARG TIME
RUN --mount=type=bind,target=/work --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build sh /work/go_cache_in.sh

FROM ${BUILDER} AS copies
ARG TIME
RUN --mount=type=bind,target=/work --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build sh /work/go_cache_out.sh

FROM scratch AS out
COPY --from=copies /copy /
