# Finds the tools that the scripts of this repository need, and installs missing ones.
# POSIX shell scripts source this file and call:
#
#   need_packages <command or /file>=<Debian package>…   e.g. need_packages ninja=ninja-build
#   need_go       Go     >= 1.22 first on PATH
#   need_cmake    CMake  >= 3.25 first on PATH
#   need_python   Python >= 3.9  as python3, first on PATH, with its venv module
#
# Packages come from apt, as root on Debian or a derivative. Elsewhere the script ends and lists what is
# missing. If Debian's version is too old, a newer one goes to build/tools, never into the system.

need_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
need_tools=$need_root/build/tools

# The Go to install if there is none or an old one: Debian 12 has Go 1.19.
need_go_version=1.26.8

need_fail() {
    echo "$(basename -- "$0"): $*" >&2
    exit 1
}

# need_at_least <wanted> <version>: is <version> the same or newer?
need_at_least() {
    [ -n "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

need_packages() {
    need_missing=
    for need_pair; do
        case ${need_pair%%=*} in
            /*) [ -e "${need_pair%%=*}" ] && continue ;;
            *) command -v "${need_pair%%=*}" >/dev/null 2>&1 && continue ;;
        esac
        need_missing="$need_missing ${need_pair#*=}"
    done
    [ -z "$need_missing" ] && return

    command -v apt-get >/dev/null 2>&1 ||
        need_fail "missing here:$need_missing (Debian's package names). Install them, then run this again."
    [ "$(id -u)" = 0 ] ||
        need_fail "missing here:$need_missing. Run this as root, or first: sudo apt-get install$need_missing"
    echo "Installing$need_missing"
    if [ -z "${need_updated:-}" ]; then
        apt-get update -qq || need_fail "apt-get update failed."
        need_updated=1
    fi
    # shellcheck disable=SC2086 # one word per package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need_missing >/dev/null ||
        need_fail "apt-get could not install$need_missing"
}

need_python() {
    need_python_fits() {
        "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 9))' 2>/dev/null
    }
    need_python_fits python3 && return
    need_packages /usr/bin/python3=python3
    need_packages "$(/usr/bin/python3 -c 'import sys; print("/usr/lib/python%d.%d/ensurepip" % sys.version_info[:2])')=python3-venv"
    PATH=/usr/bin:$PATH
    need_python_fits python3 || need_fail "needs Python 3.9 or newer with its venv module; found $(python3 --version)."
}

need_cmake_version() {
    "$1" --version 2>/dev/null | sed -n 's/^cmake version //p'
}

need_cmake() {
    need_at_least 3.25 "$(need_cmake_version cmake)" && return
    if ! command -v cmake >/dev/null 2>&1; then
        need_packages cmake=cmake
        need_at_least 3.25 "$(need_cmake_version cmake)" && return
    fi
    # Too old for the module: install the CMake project's own wheel.
    if ! need_at_least 3.25 "$(need_cmake_version "$need_tools/cmake/bin/cmake")"; then
        need_python
        python3 -m venv "$need_tools/cmake" && "$need_tools/cmake/bin/pip" install -q 'cmake==3.31.*' ||
            need_fail "needs CMake 3.25 or newer; found $(need_cmake_version cmake), and pip could not install one."
    fi
    PATH=$need_tools/cmake/bin:$PATH
}

need_go_fits() {
    # From /, with GOTOOLCHAIN=local: no go.mod and no download may change the answer.
    need_at_least 1.22 "$(cd / && GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null | sed -n 's/^go\([0-9.]*\).*/\1/p')"
}

need_go() {
    need_go_fits go && return
    for need_bin in /usr/local/go/bin "$need_tools/go/bin"; do
        need_go_fits "$need_bin/go" && PATH=$need_bin:$PATH && return
    done
    case $(uname -sm) in
        'Linux x86_64') need_arch=amd64 ;;
        'Linux aarch64') need_arch=arm64 ;;
        *) need_fail "needs Go 1.22 or newer first on PATH. Install it, then run this again." ;;
    esac
    need_packages go=golang-go /etc/ssl/certs/ca-certificates.crt=ca-certificates
    need_go_fits go && return
    # Debian's Go downloads and checks the newer one as a module.
    echo "Installing Go $need_go_version into $need_tools/go"
    need_new=$need_tools/go.new
    need_module=golang.org/toolchain@v0.0.1-go$need_go_version.linux-$need_arch
    rm -rf "$need_new" "$need_tools/go"
    mkdir -p "$need_new"
    (cd / && GOPATH=$need_new GOMODCACHE=$need_new GOFLAGS=-modcacherw GO111MODULE=on GOTOOLCHAIN=local \
        go mod download "$need_module") || need_fail "needs Go 1.22 or newer, and could not download it."
    # A module has no execute bits, and its nested go.mod files are named _go.mod.
    chmod +x "$need_new/$need_module"/bin/* "$need_new/$need_module"/pkg/tool/*/*
    find "$need_new/$need_module" -name _go.mod | while read -r need_file; do
        mv "$need_file" "${need_file%/*}/go.mod"
    done
    mv "$need_new/$need_module" "$need_tools/go"
    rm -rf "$need_new"
    PATH=$need_tools/go/bin:$PATH
}
