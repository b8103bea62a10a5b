# check_store.sh <containers> <all> <command>...: asks the engine, once for all containers, which of their images it still
# has, and touches <directory>/pruned of each container whose image is gone or lacks a tag. The rule of that container
# depends on the file, so it makes the image again.
#
# <containers> has a line <directory>|<tag>|<tag>… for each. The command prints a line for each image: its id, then its
# tags. It does so for the images whose ids are put after it. If <all> is not empty, it takes one id only, and tells of all
# images without one, which takes longer the more there are.
containers=$1 all=$2
shift 2
export LC_ALL=C
ids=$(awk -F '|' '{
    if ((getline id <($1 "/image.id")) > 0 && (getline line <($1 "/pruned")) >= 0) {
        sub(/^sha256:/, "", id)
        if (!(id in known))
            print id
        known[id]
    } else
        printf "" >($1 "/pruned")
    close($1 "/image.id")
    close($1 "/pruned")
}' "$containers")
test -n "$ids" || exit 0
newline='
'
case $all$ids in
all*"$newline"*) ids= ;;
esac

# shellcheck source=SCRIPTDIR/ask_docker.sh
. "${0%/*}/ask_docker.sh"
# shellcheck disable=SC2086 # each id is a word
answer=$(ask_docker "$1" $ids) || answer=$("$@" $ids 2>&1) || case $answer in
*[Nn]"o such image"* | *"image not known"*) ;;
*) exit 0 ;; # A build that has nothing to do needs no engine; another one will say what is wrong with it.
esac
printf '%s\n' "$answer" | awk -F '|' '
    answered {
        gsub(/[][", \t]+/, "|")
        sub(/^sha256:/, "")
        for (n = 2; n <= NF; n++) {
            has[$1, $n]
            while (sub(/^[^\/]*\//, "", $n)) # podman and buildah may put a registry before a tag
                has[$1, $n]
        }
        next
    }
    {
        if ((getline id <($1 "/image.id")) <= 0)
            next
        close($1 "/image.id")
        sub(/^sha256:/, "", id)
        for (n = 2; n <= NF; n++)
            if (!((id, $n) in has)) {
                printf "" >($1 "/pruned")
                close($1 "/pruned")
                next
            }
    }' answered=1 - answered= "$containers"
