# The files that add_go_container(FILES) has staged, on their way into the build of an image.
FROM scratch
COPY files /files
