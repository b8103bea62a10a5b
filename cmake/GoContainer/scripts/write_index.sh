# write_index.sh <engine> <tag>... -- <platform>=<file of an id>...: makes a manifest list of images, and gives it the
# tags. The list has another name until it is whole.
engine=$1
shift
tags=
while [ "$1" != -- ]; do
    tags="$tags $1" # a tag has no letter that would need more
    shift
done
shift
list=localhost/go-container-index:$$
"$engine" manifest create "$list" >/dev/null || exit
# shellcheck disable=SC2064 # the name as it is now
trap "'$engine' manifest rm '$list' >/dev/null 2>&1" EXIT
for pair; do
    platform=${pair%%=*} id=$(cat "${pair#*=}") || exit
    set --
    case $platform in
    */*/*) set -- --variant "${platform##*/}" ;; # which the engine would leave out
    esac
    "$engine" manifest add "$@" "$list" "containers-storage:${id#sha256:}" >/dev/null || exit
done
# shellcheck disable=SC2086 # words
for tag in $tags; do
    "$engine" manifest rm "$tag" >/dev/null 2>&1 # else the old list stays, without a name
done
# shellcheck disable=SC2086
"$engine" tag "$list" $tags
