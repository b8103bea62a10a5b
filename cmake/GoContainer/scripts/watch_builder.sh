# watch_builder.sh [first] <script> <word>... -- <command>...: runs a command that builds elsewhere. Neither buildx nor buildctl
# ends where a connection falls silent. So meanwhile the script beside this one asks, with the words, whether the builder
# answers; where the first word is "first", also before that, as buildx waits for 20 seconds for a daemon that is gone.
#
# The status is that of the command, or one that scripts/explain_failure.cmake knows:
#   90  the builder did not answer before that, so the command was not started
#   91  the builder left three questions in a row unanswered, so the command was ended
#   92  the connection to the builder broke
#   93  a disk was full
# The last two are found in the error output, if it is no terminal: a copy of it would be none.
patience=${GO_CONTAINER_BUILDER_PATIENCE:-30} # seconds between two questions, and for each answer
work=$(mktemp -d) || work=
first=
if [ "$1" = first ]; then
    first=yes
    shift
fi
script=${0%/*}/$1
shift
number=1 words=
for word; do
    [ "$word" != -- ] || break
    words="$words \"\${$number}\"" # as it may have any letter
    number=$((number + 1))
done

watch() { # <command>...: ends the build whose process id is in $work/pid, if the builder is silent
    part=
    trap 'kill $part; exit' TERM
    missed=0
    while [ "$missed" -lt 3 ]; do
        await sleep "$patience"
        if await answers "$@"; then missed=0; else missed=$((missed + 1)); fi
    done
    : >"$work/silent"
    build=$(cat "$work/pid")
    build="$build $(children "$build")"
    # shellcheck disable=SC2086 # several
    kill $build
    sleep 2
    # shellcheck disable=SC2086
    kill -KILL $build
}

children() { # <process id>: buildx is one of docker, and outlives it
    if [ -r "/proc/$1/stat" ]; then
        cat /proc/[0-9]*/stat | sed -n "s/^\([0-9]*\) (.*) [A-Za-z] $1 .*/\1/p"
    else
        ps -A -o pid= -o ppid= | awk -v parent="$1" '$2 == parent { print $1 }'
    fi
}

await() { # <command>...: while it runs, the trap for TERM still works
    "$@" &
    part=$!
    wait "$part"
}

answers() {
    eval "exec sh \"\$script\" $words"
}

run() { # <command>...: its own process, so that its id is known
    # shellcheck disable=SC2016 # for the other shell
    sh -c 'echo $$ >"$0" && exec "$@"' "$work/pid" "$@"
}

[ "$work" ] || {
    shift "$number"
    exec "$@"
}
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
[ ! "$first" ] || (answers "$@") >/dev/null 2>&1 </dev/null || exit 90
watch "$@" >/dev/null 2>&1 </dev/null &
watcher=$!
trap 'kill "$watcher" 2>/dev/null; rm -rf "$work"' EXIT
shift "$number"
if [ -t 2 ]; then
    run "$@"
    status=$?
else
    {
        { run "$@" 3>&-; echo $? >"$work/status"; } 2>&1 >&3 | tee "$work/said" >&2
    } 3>&1
    status=$(cat "$work/status")
fi
[ "$status" != 0 ] || exit 0
[ ! -e "$work/silent" ] || exit 91
broken='error reading from server|transport is closing|no active session|session healthcheck failed'
if grep -q "no space left on device" "$work/said" 2>/dev/null; then
    exit 93
elif grep -Eq "$broken" "$work/said" 2>/dev/null; then
    exit 92
fi
exit "$status"
