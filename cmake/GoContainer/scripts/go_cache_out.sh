# Copies the entries that go made or used in so many minutes, and those that are known of the pack, to /copy; nothing if all
# are known. The modules are those that go.sum names.
set -e
mkdir -p /copy/build /copy/modules/cache/download
cd /root/.cache/go-build
find . -type f -name '*-a' -mmin "-$(cat /work/minutes)" | sed 's,.*/,,; s/-a$//' | sort >/tmp/used
sort /work/known >/tmp/known
if [ -n "$(comm -23 /tmp/used /tmp/known)" ]; then
    sort -u /tmp/used /tmp/known | sed 's,^\(..\).*,\1/&-a,' | while read -r action; do
        [ -f "$action" ] || continue
        read -r _ _ output _ <"$action" || continue
        output=$(printf %.2s "$output")/$output-d
        [ -f "$output" ] || continue
        printf '%s\n%s\n' "$action" "$output"
    done | sort -u >/tmp/files
    tar -c -f - -T /tmp/files | tar -x -f - -C /copy/build
    cd /go/pkg/mod/cache/download
    while read -r file; do
        [ ! -f "$file" ] || printf '%s\n' "$file"
    done </work/modules >/tmp/files
    tar -c -f - -T /tmp/files | tar -x -f - -C /copy/modules/cache/download
fi
