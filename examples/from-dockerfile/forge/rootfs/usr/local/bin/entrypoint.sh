#!/bin/sh
# Prepares the volume, then starts the server.
set -e
[ -d "$FORGE_ROOT/example.git" ] || git init --quiet --bare "$FORGE_ROOT/example.git"
exec "$@"
