# Moves what is not there yet into the caches of go; GoContainer has looked at all of it. Outputs come before the actions that
# name them, and each file gets its name when it is whole: another build may read the caches.
set -e

from=/work/copy/build into=/root/.cache/go-build
new=$into/go-container.$$
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT
for kind in d a; do
    for directory in "$from"/*/; do
        [ -d "$directory" ] || continue
        directory=${directory%/}
        target=$into/${directory##*/}
        mkdir -p "$target"
        for file in "$directory"/*-$kind; do
            [ ! -f "$file" ] || [ -e "$target/${file##*/}" ] || printf '%s\n' "$file"
        done >/tmp/files
        [ -s /tmp/files ] || continue
        { cat /tmp/files && echo "$new"; } | xargs cp -p
        mv -f "$new"/* "$target/"
    done
done

from=/work/copy/modules/cache/download into=/go/pkg/mod/cache/download
[ -d "$from" ] || exit 0
cd "$from"
find . -type f | sort | while read -r file; do
    [ ! -e "$into/$file" ] || continue
    mkdir -p "$into/${file%/*}"
    cp -p "$file" "$into/$file.$$.new"
    mv -f "$into/$file.$$.new" "$into/$file"
done
