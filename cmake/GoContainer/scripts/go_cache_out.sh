# Copies the entries that go made or used in so many minutes, and those that are known of the pack, to /copy; nothing if all
# are known. The modules are those that go.sum names.
set -e
mkdir -p /copy/build /copy/modules/cache/download

cd /root/.cache/go-build
find . -type f -name '*-a' -mmin "-$(cat /work/minutes)" | sed 's,.*/,,; s/-a$//' >/tmp/used
new=$(sort /tmp/used /work/known /work/known | uniq -u) # those that are known are there twice at least
[ "$new" ] || exit 0
sort -u /tmp/used /work/known | sed 's,^\(..\).*,\1/&-a,' | while read -r action; do
    [ -f "$action" ] || continue
    read -r _ _ output _ <"$action" || continue
    output=$(printf %.2s "$output")/$output-d
    [ ! -f "$output" ] || printf '%s\n%s\n' "$action" "$output"
done | sort -u >/tmp/files
for directory in $(sed 's,/.*,,' /tmp/files | uniq); do
    mkdir "/copy/build/$directory"
    { grep "^$directory/" /tmp/files && echo "/copy/build/$directory"; } | xargs cp -p
done

cd /go/pkg/mod/cache/download 2>/dev/null || exit 0
while read -r file; do
    [ -f "$file" ] || continue
    mkdir -p "/copy/modules/cache/download/${file%/*}"
    cp -p "$file" "/copy/modules/cache/download/$file"
done </work/modules
