# Sourced by check_store.sh.
#
# ask_docker <command> <id>...: for each image that is there, a line with its id and its tags, as `docker image inspect` has them.
# The daemon itself is asked, as the command takes several times as long to start as curl. Fails where only the command knows
# which daemon to ask, and where an answer is not as expected.
ask_docker() {
    [ "${1##*/}" = docker ] && socket=$(docker_socket) || return 1
    shift
    for id; do
        set -- "$@" "http://localhost/images/sha256:$id/json"
        shift
    done
    curl --disable --silent --noproxy '*' --unix-socket "$socket" "$@" 2>/dev/null | {
        status=1
        while IFS= read -r line; do
            status=0
            case $line in
            *'"Id":"'*'"RepoTags":['*)
                id=${line#*'"Id":"'} tags=${line#*'"RepoTags":['}
                printf '%s %s\n' "${id%%'"'*}" "${tags%%]*}"
                ;;
            *"No such image"*) ;;
            *) exit 1 ;;
            esac
        done
        exit $status
    }
}

# The daemon's socket, unless it is on another machine, or a context names it.
docker_socket() {
    case ${DOCKER_HOST:-} in
    unix:///*) echo "${DOCKER_HOST#unix://}" && return ;;
    ?*) return 1 ;;
    esac
    [ -z "${DOCKER_CONTEXT:-}" ] || return 1
    config=${DOCKER_CONFIG:-${HOME:-}/.docker}/config.json
    if [ -e "$config" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
            *currentContext*) return 1 ;;
            esac
        done <"$config" || return 1
    fi
    echo /var/run/docker.sock
}
