# accounts.sh <call> <file> <directory> [<command>...]: puts the accounts of an image together, by accounts.awk, whose
# input is the file. The command writes those of the base into the directory where it runs. Then context/accounts
# has passwd and group, if the call declares accounts, and accounts/numbers what build.sh hands on.
call=$1 list=$2 directory=$3
shift 3
place=$directory/accounts
exec 9>"$directory/build.lock"
! command -v flock >/dev/null || flock 9
rm -rf "$place"
mkdir -p "$place" || exit
[ $# = 0 ] || (cd "$place" && "$@" >/dev/null 9>&-) || exit
CALL=$call ACCOUNTS=$list DIRECTORY=$directory LC_ALL=C awk -f "${0%/*}/accounts.awk" || exit
for name in passwd group; do
    kept=$directory/context/accounts/$name
    if [ ! -f "$place/$name.new" ]; then
        rm -f "$kept"
    elif ! cmp -s "$place/$name.new" "$kept"; then
        mkdir -p "${kept%/*}"
        chmod 644 "$place/$name.new"
        mv -f "$place/$name.new" "$kept" || exit
    fi
done
