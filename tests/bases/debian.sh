#!/bin/bash
# Makes a small Debian, of Debian's own packages, for the tests of PACKAGES: the image debian:tests in the tests' docker
# daemon and podman's store, and in their registry. Takes minutes, once. Wants the environment of ../engines.sh.
set -euo pipefail
exec 9>"$GO_CONTAINER_TEST_STATE/debian.lock"
flock 9
image=debian:tests
archive=$GO_CONTAINER_TEST_STATE/debian.tar
there() { docker image inspect $image && podman image inspect localhost/$image; }
there >/dev/null 2>&1 && exit
echo "Making the image $image"
if [ ! -e "$archive" ]; then
    omitted=()
    for directory in doc info i18n locale man zoneinfo; do
        omitted+=(--dpkgopt="path-exclude=/usr/share/$directory/*")
    done
    mmdebstrap --quiet --mode=root --variant=apt "${omitted[@]}" bookworm "$archive.new.tar"
    mv "$archive.new.tar" "$archive"
fi
docker import --change 'CMD ["/bin/sh"]' "$archive" $image
docker save $image | podman load --quiet
docker tag $image "$GO_CONTAINER_TEST_REGISTRY/$image"
docker push --quiet "$GO_CONTAINER_TEST_REGISTRY/$image"
