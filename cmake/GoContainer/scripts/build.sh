# build.sh <directory> [<image> <engine> <word>...] -- <command>...: runs a command of an engine that builds. Of
# several builds of one build tree, one at a time does, and nothing that is staged in the directory changes meanwhile.
#
# The words make the image first, for the command. No other build has an image of that name, so the engine removes
# it in the end. The id that the command wrote to <directory>/image.id.new becomes <directory>/image.id, which keeps
# its time where it is the same; so does image-<platform>.id. The command gets the variables of accounts/numbers, which accounts.sh makes.
directory=$1
shift
exec 9>"$directory/build.lock"
! command -v flock >/dev/null || flock 9
rm -f "$directory"/image*.id.new
# shellcheck disable=SC1091 # of accounts.sh
[ ! -f "$directory/accounts/numbers" ] || . "$directory/accounts/numbers"

if [ "$1" != -- ]; then
    image=$1 engine=$2
    shift 2
    number=1
    words=
    eval "word=\${$number}"
    while [ "$word" != -- ]; do
        words="$words \"\${$number}\"" # as it may have any letter
        number=$((number + 1))
        eval "word=\${$number}"
    done
    trap '"$engine" rmi "$image" >/dev/null 2>&1 9>&-' EXIT
    trap 'exit 130' INT TERM
    eval "$words" >/dev/null 9>&- || exit
    shift $((number - 1))
fi
shift
"$@" 9>&- || exit
for new in "$directory"/image*.id.new; do
    test ! -f "$new" || cmp -s "$new" "${new%.new}" || mv -f "$new" "${new%.new}"
done
