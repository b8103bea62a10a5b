# with_others.sh <directory> <word>... --alone <command>...: runs all words, which may build a container with others, if its
# directory has the file together (build/bake_programs.cmake). Else it runs only the command, which builds the container by
# itself, and starts sooner.
directory=$1
shift
if [ ! -f "$directory/together" ]; then
    while [ "$1" != --alone ]; do
        shift
    done
    shift
fi
exec "$@"
