# Read by scripts that look at a list of FILES or OVERLAY (stage.sh): IFS is a newline, and names are not expanded.

paths_of() { # <list>: the paths, absolute, one a line
    # shellcheck disable=SC2046 # each line is a word
    set -- $(cat "$1")
    base=$2
    shift 2
    for path; do
        case $path in
        \;*)
            IFS=';'
            for item in $path; do
                case $item in
                '') ;;
                /*) printf '%s\n' "$item" ;;
                *) printf '%s\n' "$base/$item" ;;
                esac
            done
            IFS=$newline
            ;;
        *) printf '%s\n' "$path" ;;
        esac
    done
}
