# check.sh: does a check of an image by the command "$@", whose words name the plan and the declared test (test/tests.cmake); or
# tells at once what another process found, which the same CTest started for another test of the image
# (gocontainer/checks/together.py). That counts as long as the image, the plan and the test are as they were then.
last=
for word; do
    case $word in
    */plan.json) directory=${word%/*} key=$last plan=$word declared=$word ;; # behind the name of the check
    */tests/*.json) key=${word##*/} declared=$word ;;
    esac
    last=$word
done
started() { start=${20}; } # proc(5): what comes after the name of a process
if read -r stat 2>/dev/null <"/proc/$PPID/stat"; then
    # shellcheck disable=SC2086
    started ${stat##*) }
    place=$directory/checked/$PPID-$start
    # find fails where something changed, and where it can't tell.
    # shellcheck disable=SC2185
    if [ -f "$place/$key" ] &&
        find -H "$place/image" "$plan" "$declared" -maxdepth 0 -cnewer "$place/$key" -exec false {} + 2>/dev/null; then
        while IFS= read -r line; do
            printf '%s\n' "$line"
        done <"$place/$key"
        exit
    fi
    set -- "$@" --checked "$place"
fi
exec "$@"
