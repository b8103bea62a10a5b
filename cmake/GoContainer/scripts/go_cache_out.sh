# Copies the entries that go made or used in so many minutes, and those that are known of the pack, to /copy; nothing if what is
# not known has no more bytes than the pack may lack. The modules are those that go.sum names.
set -e
mkdir -p /copy/build /copy/modules/cache/download

files_of() { # the actions that are read, of those that are there, and their outputs
    sed 's,^\(..\).*,\1/&-a,' | while read -r action; do
        [ -f "$action" ] || continue
        read -r _ _ output _ <"$action" || continue
        output=$(printf %.2s "$output")/$output-d
        [ ! -f "$output" ] || printf '%s\n%s\n' "$action" "$output"
    done | sort -u
}

files_there() { # those of the files that are read
    while read -r file; do
        [ ! -f "$file" ] || echo "$file"
    done
}

bytes_of() { # those of the files that are read
    xargs -r stat -c %s | awk '{ bytes += $1 } END { printf "%.0f\n", bytes }'
}

downloads=/go/pkg/mod/cache/download
cd /root/.cache/go-build
find . -type f -name '*-a' -mmin "-$(cat /work/minutes)" | sed 's,.*/,,; s/-a$//' >/tmp/used
{
    sort /tmp/used /work/known /work/known | uniq -u | files_of # those that are known are there twice at least
    sed "s,^,$downloads/," /work/new_modules | files_there
} >/tmp/new
[ "$(bytes_of </tmp/new)" -gt "$(cat /work/lacks)" ] || exit 0

sort -u /tmp/used /work/known | files_of >/tmp/files
for directory in $(sed 's,/.*,,' /tmp/files | uniq); do
    mkdir "/copy/build/$directory"
    { grep "^$directory/" /tmp/files && echo "/copy/build/$directory"; } | xargs cp -p
done

cd "$downloads" 2>/dev/null || exit 0
files_there </work/modules | while read -r file; do
    mkdir -p "/copy/modules/cache/download/${file%/*}"
    cp -p "$file" "/copy/modules/cache/download/$file"
done
