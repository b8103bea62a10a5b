# check_buildkit.sh <buildctl> <flag>...: fails where the BuildKit daemon does not answer that the flags name.
limit=
! timeout 10 true 2>/dev/null || limit="timeout 10" # a machine that is gone does not even refuse the connection
# shellcheck disable=SC2086 # they are two words
exec $limit "$@" debug workers >/dev/null 2>&1
