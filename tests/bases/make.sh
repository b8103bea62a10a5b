#!/bin/bash
# Makes the stand-in base images in the tests' own docker daemon, and copies them to podman's store and to the
# tests' registry. Does nothing where they are there already and nothing that goes into them has changed.
# Wants the environment of ../engines.sh.
set -euo pipefail
cd -- "$(dirname -- "$0")"

images=(alpine:latest golang:bare golang:alpine)
certificates=/etc/ssl/certs/ca-certificates.crt
goroot=$(go env GOROOT)
go_version=$(go env GOVERSION)
git_http=$(git --exec-path)/git-remote-http
# with_libraries <program…>: the files of the programs, and of the libraries that they need
with_libraries() {
    printf '%s\n' "$@"
    ldd "$@" | grep -o '/[^ :]* (' | cut -d ' ' -f 1
}
mapfile -t git_files < <(with_libraries "$(command -v git)" "$git_http" | sort -u)
mapfile -t setcap_files < <(with_libraries "$(command -v setcap)" | sort -u)
mapfile -t ssh_files < <(with_libraries "$(command -v ssh)" | sort -u)

# Where a manifest list has lost one of its images, podman 4.3 can list none at all.
podman images >/dev/null 2>&1 || podman system reset --force >/dev/null 2>&1

# What former runs left goes: no test may find its image or its build's layers there already. Go's caches stay.
docker builder prune --all --force --filter type=regular >/dev/null
buildah rm --all >/dev/null
for engine in docker podman; do
    "$engine" ps --all --quiet | xargs -r "$engine" rm --force >/dev/null
    "$engine" images --format '{{.Repository}}:{{.Tag}}' |
        sed -E '/<none>|^(localhost\/)?(alpine|golang|debian):/d' |
        xargs -r "$engine" rmi --force >/dev/null
    "$engine" image prune --force >/dev/null
done

work=$GO_CONTAINER_TEST_STATE/bases
key=$(cat Dockerfile apk make.sh "$(command -v busybox)" "$certificates" "${git_files[@]}" "${ssh_files[@]}" "${setcap_files[@]}" | sha256sum)$go_version$GOPROXY
if [ "$(cat "$work/key" 2>/dev/null)" = "$key" ] &&
    docker image inspect "${images[@]}" >/dev/null 2>&1 &&
    podman image inspect "${images[@]/#/localhost/}" >/dev/null 2>&1; then
    exit
fi
echo "Making the stand-in base images"
rm -rf "$work"

root=$work/busybox
mkdir -p "$root"/{bin,sbin,lib,etc,home,opt,proc,sys,dev,run,srv,mnt,usr/{bin,sbin,lib,local/bin},var/{log,tmp,cache}}
mkdir -m 700 "$root/root"
mkdir -m 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
busybox --list-full | grep -vx bin/busybox | while read -r applet; do
    ln -s /bin/busybox "$root/$applet"
done
echo 3.22.0 >"$root/etc/alpine-release"
cat >"$root/etc/os-release" <<'END'
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.22.0
PRETTY_NAME="Stand-in for Alpine Linux, for tests only"
END
cat >"$root/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/sbin/nologin
END
cat >"$root/etc/group" <<'END'
root:x:0:root
nobody:x:65534:
END

mkdir -p "$work"/packages/{ca-certificates/etc/ssl/certs,git/usr/bin,openssh-client}
cp "$certificates" "$work/packages/ca-certificates$certificates"
ln -s "${certificates#/etc/ssl/}" "$work/packages/ca-certificates/etc/ssl/cert.pem"
for file in "${git_files[@]}"; do
    install -D "$file" "$work/packages/git$file"
done
ln -s git-remote-http "$work/packages/git${git_http}s"
for file in "${ssh_files[@]}"; do
    install -D "$file" "$work/packages/openssh-client$file"
done
for file in "${setcap_files[@]}"; do
    install -D "$file" "$work/packages/libcap-setcap$file"
done
mkdir -p "$work/packages/tzdata/usr/share/zoneinfo"
cp -a /usr/share/zoneinfo/{Europe,UTC} "$work/packages/tzdata/usr/share/zoneinfo"

# What go build never reads is left out: half of the tree.
mkdir "$work/go"
tar -C "$goroot" -chf - --exclude=testdata --exclude='*_test.go' --exclude=./src/cmd --exclude=./pkg/obj \
    --exclude=./test --exclude=./api --exclude=./doc --exclude=./misc . | tar -C "$work/go" -xf -

cp apk "$work/apk"
for image in "${images[@]}"; do
    target=${image%:latest}
    DOCKER_BUILDKIT=1 docker build --quiet --file Dockerfile --target "${target/:/-}" \
        --build-arg "GO_VERSION=${go_version#go}" --build-arg "GOPROXY=$GOPROXY" --tag "$image" "$work"
    docker tag "$image" "$GO_CONTAINER_TEST_REGISTRY/$image"
    docker push --quiet "$GO_CONTAINER_TEST_REGISTRY/$image"
    docker rmi "$GO_CONTAINER_TEST_REGISTRY/$image"
done >/dev/null
# There they are called localhost/…, which short names find without any registry.
docker save "${images[@]}" | podman load --quiet >/dev/null

rm -rf "${work:?}"/*
echo "$key" >"$work/key"
