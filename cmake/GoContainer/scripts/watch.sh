# watch.sh <last> <containers>: touches <directory>/watched of each container of which an input has another content or
# mode since it was built, but an older time than that, which Ninja does not see: cp -p, rsync -t, chmod.
#
# <containers> has the directory of one on each line; its inputs are in inputs.d. <last> tells by its time when this
# was done last; <last>.items has all inputs and all containers' directories, each with a NUL behind it. Nobody needs
# this while nothing in that list has changed, which a find tells (watch.cmake). It runs where the build tree is, to
# which inputs may be relative.
last=$1 containers=$2 new=$1.$$.new # several builds may do this at once
IFS='
'
set -f # names may have any letter
# shellcheck disable=SC2016,SC2185 # the inner shell expands it; the list has the paths
look() { # the files that changed since <last>, although their times say that they did not
    test -s "$last.items" || return 0
    find -H -files0-from "$last.items" -maxdepth 0 -cnewer "$last" ! -newer "$last" 2>/dev/null ||
        xargs -0 sh -c 'find -H "$@" -maxdepth 0 -cnewer "$0" ! -newer "$0" 2>/dev/null' "$last" <"$last.items"
}

: >"$new" # what changes from now on will be found next time
known=true depfiles=
test -f "$last" && test -f "$last.items" || known=false
while read -r directory; do
    test -f "$directory/watched" || : >"$directory/watched"
    test -f "$directory/inputs.d" || continue
    depfiles="$depfiles$directory/inputs.d$IFS"
    test "$directory/inputs.d" -nt "$last.items" && known=false
done <"$containers"
if ! $known; then
    # A depfile of this house has a file on each line behind the first one; shellcheck wants no list of words.
    # shellcheck disable=SC2086
    { cat "$containers" && sed -e '/:/d' -e 's/^ //' -e 's/ \\$//' -e 's/\\ / /g' /dev/null $depfiles; } |
        sort -u | tr '\n' '\000' >"$new.items"
    mv -f "$new.items" "$last.items"
    test -f "$last" || : >"$last"
fi
stale=$(look)
if test -n "$stale"; then
    printf '%s\n' "$stale" | sed -e 's/ /\\ /g' -e 's/^/ /' >"$new.stale"
    # shellcheck disable=SC2013,SC2086
    for depfile in $(grep -lFf "$new.stale" $depfiles); do
        : >"${depfile%inputs.d}watched"
    done
    rm -f "$new.stale"
fi
mv -f "$new" "$last"
