# watch.sh <last> <containers>: touches <directory>/watched of each container of which one of the FILES has changed
# since it was built, by its mode alone or with an older time than before, neither of which Ninja sees.
#
# <containers> has the directory of one on each line; the lists of its FILES are in stage/files. <last> tells by
# its time when this was done last, <last>.items are all files: mostly none of them has changed since then.
last=$1 containers=$2
IFS='
'
set -f # names may have any letter
changed() { # <since> <file or directory>...
    since=$1
    shift
    test -n "$(find -H "$@" -cnewer "$since" -print -quit 2>/dev/null)"
}

if test -f "$last" && test -f "$last.items"; then
    # shellcheck disable=SC2046 # each line is a word
    changed "$last" $(cat "$last.items") || exit 0
fi
: >"$last.new" # what changes from now on will be found next time
items=
for directory in $(cat "$containers"); do
    set +f
    files=$(for list in "$directory"/stage/files/*.txt; do sed 1d "$list"; done)
    set -f
    test -n "$files" || continue
    # shellcheck disable=SC2086
    if ! test -f "$directory/watched" || changed "$directory/built" $files; then
        : >"$directory/watched"
    fi
    items="$items$files
"
done
printf '%s' "$items" >"$last.items"
test -n "$items" || rm "$last.items"
mv -f "$last.new" "$last"
