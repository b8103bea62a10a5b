# watch.sh <last> <containers>: touches <directory>/watched of each container of which one of the FILES has changed
# since it was built, by its mode alone or with an older time than before, neither of which Ninja sees.
#
# <containers> has the directory of one on each line; the lists of its FILES, which stage.sh writes, are in
# stage/files. <last> tells by its time when this was done last, <last>.items are all files: mostly none of them has
# changed since then. Several builds may do this at once.
last=$1 containers=$2
IFS='
'
set -f # names may have any letter
changed() { # <since> <file or directory>...
    since=$1
    shift
    found=$(find -H "$@" -cnewer "$since" -print -quit 2>/dev/null)
    if [ $? = 126 ]; then # more words than a command can take
        # shellcheck disable=SC2016 # the inner shell expands it
        found=$(printf '%s\0' "$@" | xargs -0 sh -c 'find -H "$@" -cnewer "$0" -print -quit' "$since")
    fi
    test -n "$found"
}

if test -f "$last" && test -f "$last.items"; then
    # shellcheck disable=SC2046 # each line is a word
    changed "$last" $(cat "$last.items") || exit 0
fi
new=$last.$$.new
: >"$new" # what changes from now on will be found next time
items=
for directory in $(cat "$containers"); do
    set +f
    files=$(cat "$directory"/stage/files/*.list 2>/dev/null)
    set -f
    # shellcheck disable=SC2086
    if ! test -f "$directory/watched" || { test -n "$files" && changed "$directory/built" $files; }; then
        : >"$directory/watched"
    fi
    test -z "$files" || items="$items$files
"
done
printf '%s' "$items" >"$new.items"
if test -n "$items"; then
    mv -f "$new.items" "$last.items"
else
    rm -f "$new.items" "$last.items"
fi
mv -f "$new" "$last"
