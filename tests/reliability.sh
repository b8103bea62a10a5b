#!/bin/sh
# reliability.sh [kill|parallel|power|all] [count]: what builds leave that are killed, that run at once, or that lose
# their power, so often each; prints a figure for each, and fails where an image was a wrong one.
# Needs cmake, ninja and go on PATH; power needs root, and skips itself where there are no loop devices.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
what=${1:-all} count=${2:-}
case $what in
all) set -- kill parallel power ;;
kill | parallel | power) set -- "$what" ;;
*) sed -n '2,4s/^# //p' "$0" && exit 2 ;;
esac
for each; do
    # A mount that another namespace has copied keeps the disk that was shut down.
    private=
    test "$each" != power || ! unshare --mount true 2>/dev/null || private="unshare --mount"
    # shellcheck disable=SC2086 # words, or none
    PYTHONPATH=$root/tests/reliability $private python3 "$root/tests/reliability/$each.py" $count
done
