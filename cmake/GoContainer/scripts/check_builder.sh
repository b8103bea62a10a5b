# check_builder.sh <docker> <builder>: fails where the daemon of a remote builder does not answer. buildx itself would wait
# for 20 seconds before a build, and name no remedy. Builders of other drivers start when they are asked to build.
limit="timeout ${GO_CONTAINER_BUILDER_PATIENCE:-30}" # a machine that is gone does not even refuse the connection
# shellcheck disable=SC2086 # they are two words
$limit true 2>/dev/null || limit=
# shellcheck disable=SC2086
said=$($limit "$1" buildx inspect "$2" 2>/dev/null) || exit 1
case $said in
*Driver:*remote*Nodes:*Status:*running*) ;;
*Driver:*remote*Nodes:*) exit 1 ;;
esac
