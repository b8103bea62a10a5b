# build.sh <directory> [<image> <engine> <word>...] -- [<word>...] -- <command>...: runs a command of an engine that builds.
# Of several builds of one build tree, one at a time does, and nothing that is staged in the directory changes meanwhile.
#
# The first words make the image, for the command. No other build has an image of that name, so the engine removes it in
# the end. The second words list beside the command what the image is made of; what they say follows a build that worked. The id
# that the command wrote to <directory>/image.id.new becomes <directory>/image.id, which keeps its time where it is the same; so
# does image-<platform>.id. The command gets the variables of accounts/numbers, which accounts.sh makes.
directory=$1
shift
exec 9>"$directory/build.lock"
! command -v flock >/dev/null || flock 9
rm -f "$directory"/image*.id.new
# shellcheck disable=SC1091 # of accounts.sh
[ ! -f "$directory/accounts/numbers" ] || . "$directory/accounts/numbers"

words_before_dashes() { # words: those of the arguments before --, for eval; number: the place of --
    number=1 words=
    for word; do
        [ "$word" != -- ] || break
        words="$words \"\${$number}\"" # as it may have any letter
        number=$((number + 1))
    done
}

if [ "$1" != -- ]; then
    image=$1 engine=$2
    shift 2
    words_before_dashes "$@"
    trap '"$engine" rmi "$image" >/dev/null 2>&1 9>&-' EXIT
    trap 'exit 130' INT TERM
    eval "$words" >/dev/null 9>&- || exit
    shift $((number - 1))
fi
shift
words_before_dashes "$@"
listing=
if [ "$words" ]; then
    : >"$directory/built.new" # an edit after this time must count
    eval "$words" >"$directory/listing.txt" 2>&1 9>&- &
    listing=$!
fi
shift "$number"
"$@" 9>&-
status=$?
if [ "$listing" ]; then
    wait "$listing"
    listed=$?
    if [ "$status" = 0 ]; then
        cat "$directory/listing.txt" >&2
        status=$listed
    fi
fi
[ "$status" = 0 ] || exit "$status"
for new in "$directory"/image*.id.new; do
    test ! -f "$new" || cmp -s "$new" "${new%.new}" || mv -f "$new" "${new%.new}"
done
