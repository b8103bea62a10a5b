# build_by_buildctl.sh <buildctl> <flag>... build <word>...: builds a Dockerfile by a BuildKit daemon without docker. The
# words are those of docker buildx build, and become those of buildctl here. Besides, --archive <file> has what --output
# says written there: beside its place first, so that a failed build leaves the last good image, and only where the image
# or its name is another one, so that the file keeps its time.
left=$#
while [ "$1" != build ]; do
    set -- "$@" "$1"
    shift
    left=$((left - 1))
done
shift
left=$((left - 1))
set -- "$@" build --frontend dockerfile.v0
archive= output=
while [ "$left" -gt 0 ]; do
    word=$1
    shift
    left=$((left - 1))
    case $word in
    --no-cache) set -- "$@" "$word" && continue ;;
    --*) value=$1 && shift && left=$((left - 1)) ;;
    *) set -- "$@" --local "context=$word" && continue ;;
    esac
    case $word in
    --file) set -- "$@" --local "dockerfile=${value%/*}" --opt "filename=${value##*/}" ;;
    --target | --platform) set -- "$@" --opt "${word#--}=$value" ;;
    --build-arg)
        case $value in
        *=*) ;;
        *) # the value is in the environment; one that is not set there is not given
            eval "[ \"\${$value+set}\" ]" || continue
            eval "value=\$value=\$$value"
            ;;
        esac
        set -- "$@" --opt "build-arg:$value"
        ;;
    --build-context)
        name=${value%%=*} # which buildx, too, gives without the tag that is meant anyway
        set -- "$@" --local "files=${value#*=}" --opt "context:${name%:latest}=local:files"
        ;;
    --cache-from) set -- "$@" --import-cache "$value" ;;
    --cache-to) set -- "$@" --export-cache "$value" ;;
    --archive) archive=$value ;;
    --output)
        output=$value
        [ "$value" = type=cacheonly ] || set -- "$@" --output "$value" # without an output, only the cache is left
        ;;
    *) set -- "$@" "$word" "$value" ;;
    esac
done
daemon= number=1
for word; do
    [ "$word" != build ] || break
    daemon="$daemon \"\${$number}\""
    number=$((number + 1))
done
# shellcheck disable=SC2016 # for eval
watched='sh "${0%/*}/watch_builder.sh" first check_buildkit.sh'" $daemon -- \"\$@\""
[ "$archive" ] || eval "exec $watched"

trap 'rm -f "$archive.new" "$archive.metadata"' EXIT
trap 'exit 130' INT TERM
set -- "$@" --metadata-file "$archive.metadata"
eval "$watched" >"$archive.new" || exit
# Archives of one image differ, as they have the times at which they were written.
digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$archive.metadata")
made="$digest $output"
if [ ! -e "$archive" ] || [ -z "$digest" ] || [ "$made" != "$(cat "$archive.made" 2>/dev/null)" ]; then
    rm -f "$archive.made"
    mv -f "$archive.new" "$archive" || exit
    printf '%s\n' "$made" >"$archive.made"
fi
