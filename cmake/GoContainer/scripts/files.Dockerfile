# The files of FILES and OVERLAY, as they are staged, on their way into the build of an image.
FROM scratch
COPY . /
