# check_buildkit.sh <buildctl> <flag>...: fails where the BuildKit daemon does not answer that the flags name.
limit="timeout -s KILL ${GO_CONTAINER_BUILDER_PATIENCE:-30}" # buildctl takes 20 seconds to end by itself, in any case
# shellcheck disable=SC2086 # they are two words
$limit true 2>/dev/null || limit=
# shellcheck disable=SC2086
exec $limit "$@" debug workers >/dev/null 2>&1
