# stage.sh <call> <directory> [<command>...]: copies the files of each list <directory>/stage/<kind>/<n>.txt to
# <directory>/context/<kind>/<n>, with modes that depend neither on the umask nor on the bits of any directory. The
# kinds are files and overlay. Then it runs the command, which may add to them. <directory>/build.lock is held
# meanwhile, as by those who read what is staged.
#
# The first line of a list is the mode of the files, or "-", and behind a space the name that its only file gets; the
# second is the directory where relative paths start.
# A path that begins with ";" came from a generator expression, which gives any number of paths with ";" between.
# The paths as they are then go to <n>.list. A directory with a slash at its end stands for what is in it.
# What was staged stays where nothing about its files changed, which stage/<kind>/<n>.staged tells. Where that is so of
# all lists, one find tells.
call=$1 directory=$2
shift 2
newline='
'
IFS=$newline
set -f # names may have any letter
. "${0%/*}/staged_paths.sh"
new=$directory/stage/new
option=

fail() { # <what is wrong> <remedy>
    printf '%s\n' "$call: $option: $1." "$2" >&2
    rm -rf "$new"
    exit 1
}

# What the system says of all files of a list: it differs where one of them was written, replaced or got another
# mode, whatever its time says.
about='%p %y %m %s %T@ %C@ %i %l\n'
state_of() { # <list>
    tr '\n' '\0' <"$1" |
        xargs -0 -r sh -c 'exec find -H "$@" -printf "$0"' "$about" 2>/dev/null
}

# The same of all lists and their files, whose paths are in stage/paths with a NUL behind each. An older find says
# nothing.
all_state() { # <number of lists>
    echo "$1"
    find -H -files0-from "$directory/stage/paths" -printf "$about" 2>/dev/null
}

is_all_staged() { # <list>...: none of them changed
    for list; do
        group=${list#"$directory/stage/"}
        [ ! -f "$list" ] || [ -d "$directory/context/${group%.txt}" ] || return 1
    done
    [ -f "$directory/stage/known" ] && all_state $# | cmp -s - "$directory/stage/known"
}

stage_all() { # <list>...
    set -f
    rm -f "$directory/stage/known"
    for list; do
        [ ! -f "$list" ] || paths_of "$list" >"${list%.txt}.list"
    done
    for list; do
        [ ! -f "$list" ] || { printf '%s\n' "$list" && cat "${list%.txt}.list"; }
    done | tr '\n' '\0' >"$directory/stage/paths"
    all_state $# >"$new.known"
    told=$?
    for list; do
        group=${list#"$directory/stage/"}
        [ ! -f "$list" ] || stage "${group%.txt}" || exit 1
    done
    [ $told != 0 ] || mv "$new.known" "$directory/stage/known"
}

# Links are followed where they are named, and are kept in directories.
copy() { # <path>...
    for path; do
        if [ -d "$path" ]; then
            case $path in
            */ | */.) cp -RHp "${path%/}/." "$new/" || fail "$path can't be copied" "Mend that." ;;
            *) printf '%s\0' "$path" ;;
            esac
        elif [ -f "$path" ]; then
            printf '%s\0' "$path"
        elif [ -e "$path" ]; then
            fail "$path is neither a file nor a directory" "Leave it out: images have no sockets, pipes and devices of a source tree."
        elif [ -h "${path%/}" ]; then
            fail "$path is a link that leads nowhere" "Correct it, or build the target that makes what it leads to."
        else
            fail "there is no $path" "Correct the path, or build the target that makes it."
        fi
    done >"$new.paths"
    # shellcheck disable=SC2016 # the inner shell expands it
    xargs -0 -r sh -c 'cp -RHp "$@" "$0/"' "$new" <"$new.paths" ||
        fail "not all files can be copied" "Mend that; the lines above tell what is wrong."
    rm "$new.paths"
}

check_names() { # <list>
    twice=$(export LC_ALL=C && sort -u "$1" | sed -e '/\/$/d' -e 's,.*/,,' | sort | uniq -d | head -n 1)
    [ -z "$twice" ] ||
        fail "two files are named $twice" "Only one can be in a directory: give each a DESTINATION of its own."
}

rename_to() { # <name> [<path>...]: the only file gets the name
    name=$1
    shift
    [ $# -le 1 ] ||
        fail "RENAME $name is for one file, but a generator expression gives $#: $1, $2" "Write FILES <file> RENAME <name> for each."
    [ ! -d "$1" ] || fail "RENAME $name is for a file, but $1 is a directory" "Write FILES <directory>/ DESTINATION <its place in the image>."
    [ "${1##*/}" = "$name" ] || [ $# = 0 ] || mv "$new/${1##*/}" "$new/$name" || fail "$1 can't be renamed" "Mend that."
}

check_copies() {
    found=$(LC_ALL=C find "$new" -name '.wh.*' -print -quit)
    [ -z "$found" ] || fail "${found#"$new/"} has a name that begins with .wh., which deletes files in the layers of an image" "Give it another name."
    found=$(find "$new" ! -type f ! -type d ! -type l -print -quit)
    [ -z "$found" ] || fail "${found#"$new/"} is neither a file, a directory nor a link" "Remove it: images have no sockets, pipes and devices of a source tree."
}

stage() { # <kind>/<n>
    list=$directory/stage/$1 staged=$directory/context/$1
    option=$(printf '%s' "${1%/*}" | tr '[:lower:]' '[:upper:]')
    { cat "$list.txt" && state_of "$list.list"; } >"$new.state"
    known=$?
    [ -d "$staged" ] && cmp -s "$new.state" "$list.staged" && return
    rm -rf "$list.staged" "$new"
    mkdir -p "$new" "${staged%/*}"
    check_names "$list.list"
    # shellcheck disable=SC2046
    copy $(cat "$list.list")
    mode=$(head -n 1 "$list.txt")
    # shellcheck disable=SC2046
    [ "$mode" = "${mode#* }" ] || rename_to "${mode#* }" $(cat "$list.list")
    mode=${mode%% *}
    check_copies
    chmod -R u=rwX,go=rX,a-st "$new" || exit 1
    if [ "$mode" != - ]; then
        find "$new" -type f -exec chmod "$mode" '{}' + || exit 1
    fi
    rm -rf "$staged"
    mv "$new" "$staged" || exit 1
    [ $known != 0 ] || mv "$new.state" "$list.staged"
}

set +f
if [ $# = 0 ] && is_all_staged "$directory"/stage/files/*.txt "$directory"/stage/overlay/*.txt; then
    exit 0
fi
exec 9>"$directory/build.lock"
! command -v flock >/dev/null || flock 9
stage_all "$directory"/stage/files/*.txt "$directory"/stage/overlay/*.txt
set +f
for staged in "$directory"/context/files/* "$directory"/context/overlay/*; do
    [ -f "$directory/stage/${staged#"$directory/context/"}.txt" ] || rm -rf "$staged"
done
rm -rf "$new" "$new.state" "$new.known"
[ $# = 0 ] || "$@" 9>&-
