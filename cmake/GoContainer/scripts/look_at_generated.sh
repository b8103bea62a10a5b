# look_at_generated.sh <stage>/<kind>/<n>.generated...: writes to each of these files what the list <n>.txt beside it
# names, with all that is in its directories: names, types, modes, links and the digests of contents. A file that would
# be the same keeps its time.
newline='
'
IFS=$newline
set -f # names may have any letter
. "${0%/*}/staged_paths.sh"

for generated; do
    list=${generated%.generated}
    paths_of "$list.txt" | tr '\n' '\0' >"$generated.paths"
    # What is missing is told when it is staged.
    # shellcheck disable=SC2016 # the inner shell expands it
    {
        xargs -0 -r sh -c 'exec find -H "$@" -printf "%p %y %m %l\n"' sh <"$generated.paths"
        xargs -0 -r sh -c 'exec find -H "$@" -type f -exec sha256sum {} +' sh <"$generated.paths"
    } 2>/dev/null | LC_ALL=C sort >"$generated.new"
    rm "$generated.paths"
    if cmp -s "$generated.new" "$generated"; then
        rm "$generated.new"
    else
        mv "$generated.new" "$generated"
    fi
done
