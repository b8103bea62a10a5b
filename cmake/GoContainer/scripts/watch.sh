# watch.sh <last> <containers> [<folder>]: touches watched/<number>, beside <last>, of each container of which an input has another
# content or mode since it was built, but an older time than that, which Ninja does not see: cp -p, rsync -t, chmod. It
# touches all of them where a module of GoContainer changed that may be loaded in a build: no depfile has those, as
# each would have the same fifty. <folder> is one more of the package whose modules a build may load.
#
# <containers> has the number and the directory of one on each line, as in 12/build/api.container; its inputs are in
# inputs.d. <last> tells by its time when this was done last; <last>.items has all inputs and all containers'
# directories, each with a NUL after it. Nobody needs this while nothing in that list has changed, which a find tells
# (watch.cmake). It runs where the build tree is, to which inputs may be relative.
last=$1 containers=$2 folder=${3:-} new=$1.$$.new # several builds may do this at once
package=${0%/*}/../gocontainer watched=${1%/*}/watched
IFS='
'
set -f # names may have any letter
# shellcheck disable=SC2016,SC2185 # the inner shell expands it; the list has the paths
look() { # the files that changed since <last>, although their times say that they did not; and modules that changed
    test -s "$last.items" || return 0
    find -H -files0-from "$last.items" -maxdepth 0 -cnewer "$last" \( ! -newer "$last" -o -path '*/gocontainer/*.py' \) \
        2>/dev/null ||
        xargs -0 sh -c 'find -H "$@" -maxdepth 0 -cnewer "$0" \( ! -newer "$0" -o -path "*/gocontainer/*.py" \) 2>/dev/null ||
            find -H "$@" -maxdepth 0 -newer "$0" -path "*/gocontainer/*.py" 2>/dev/null' "$last" <"$last.items"
}

modules() { # those that a build may load
    find "$package/common" "$package/read" "$package/registry" "$package/go" "$package/write" \
        ${folder:+"$package/$folder"} \
        "$package/__main__.py" \
        "$package/cli/commands.py" "$package/cli/building.py" "$package/cli/dockerfile.py" -name '*.py'
}

items() {
    printf '%s\n' "$watched"
    sed -e 's/^[0-9]*//' "$containers"
    modules
    # A fetched base gets an old time, and a new one where image-refresh replaces it.
    # A depfile of this house has a file on each line behind the first one; shellcheck wants no list of words.
    # shellcheck disable=SC2086
    sed -e '/:/d' -e '/GoContainer\/bases\//d' -e 's/^ //' -e 's/ \\$//' -e 's/\\ / /g' /dev/null $depfiles
}

: >"$new" # what changes from now on will be found next time
test -d "$watched" || mkdir -p "$watched"
known=true depfiles=
test -f "$last" && test -f "$last.items" || known=false
while read -r line; do
    number=${line%%/*} depfile=/${line#*/}/inputs.d
    test -f "$watched/$number" || : >"$watched/$number"
    test -f "$depfile" || continue
    depfiles="$depfiles$depfile$IFS"
    test "$depfile" -nt "$last.items" && known=false
done <"$containers"
if ! $known; then
    items | sort -u | tr '\n' '\000' >"$new.items"
    mv -f "$new.items" "$last.items"
    test -f "$last" || : >"$last"
fi
stale=$(look)
case $IFS$stale in
*"$IFS$package/"*)
    while read -r line; do
        : >"$watched/${line%%/*}"
    done <"$containers"
    rm -f "$last.items" # there may be other modules now
    ;;
*"$IFS"?*)
    printf '%s\n' "$stale" | sed -e 's/ /\\ /g' -e 's/^/ /' >"$new.stale"
    # shellcheck disable=SC2086
    found=$IFS$(grep -lFf "$new.stale" $depfiles)$IFS
    while read -r line; do
        case $found in
        *"$IFS/${line#*/}/inputs.d$IFS"*) : >"$watched/${line%%/*}" ;;
        esac
    done <"$containers"
    rm -f "$new.stale"
    ;;
esac
mv -f "$new" "$last"
