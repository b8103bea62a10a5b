# Moves what is not there yet into the caches of go; the build before it looked at all of it. Outputs come before the actions
# that name them, and each file gets its name when it is whole.
set -e
move() { # <directory> <into> <pattern>
    [ -d "$1" ] || return 0
    cd "$1"
    find . -type f -name "$3" | while read -r file; do
        [ ! -e "$2/$file" ] || continue
        mkdir -p "$2/${file%/*}"
        cp -p "$file" "$2/$file.$$.new"
        mv -f "$2/$file.$$.new" "$2/$file"
    done
}
move /work/copy/build /root/.cache/go-build '*-d'
move /work/copy/build /root/.cache/go-build '*-a'
move /work/copy/modules/cache/download /go/pkg/mod/cache/download '*.ziphash'
move /work/copy/modules/cache/download /go/pkg/mod/cache/download '*.[mzi]*[dpo]'
