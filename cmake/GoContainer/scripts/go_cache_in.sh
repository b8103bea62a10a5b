# Moves what is not there yet into the caches of go; GoContainer has looked at all of it. Outputs come before the actions that
# name them, and each file gets its name when it is whole: another build may read the caches.
set -e

into=/root/.cache/go-build
new=$(mktemp -d "$into/go-container.XXXXXX") # a process of another container may have our id
trap 'rm -rf "$new"' EXIT
tar -xf /work/build.tar -C "$new"
[ -d "$into/00" ] || mv "$new"/* "$into/" 2>/dev/null || : # whole directories, where go has made none
for kind in d a; do
    for directory in "$new"/*/; do
        set -- "$directory"*-$kind
        [ -f "$1" ] || continue
        directory=${directory%/}
        target=$into/${directory##*/}
        mkdir -p "$target"
        mv -n "$@" "$target/"
    done
done
rm -rf "$new"

into=/go/pkg/mod
new=$(mktemp -d "$into/go-container.XXXXXX")
tar -xf /work/modules.tar -C "$new"
[ -d "$into/cache" ] || mv "$new/cache" "$into/" 2>/dev/null || :
[ -d "$new/cache/download" ] || exit 0
cd "$new/cache/download"
find . -type f | sort | while read -r file; do
    mkdir -p "$into/cache/download/${file%/*}"
    mv -n "$file" "$into/cache/download/$file"
done
