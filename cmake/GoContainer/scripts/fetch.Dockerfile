# A build of it fails: at the file where the image can be fetched, before it where it can't.
ARG IMAGE
FROM ${IMAGE}
COPY go-container-has-no-such-file /
