# A build of it needs next to no room, and takes nothing from a cache if TIME is another one.
FROM scratch
ARG TIME
COPY room.Dockerfile /${TIME}
