# Finds the tools that the scripts of this repository need, and installs those that are missing.
# Sourced by POSIX shell scripts, which may then call:
#
#   need_packages <command or /file>=<Debian package>…   e.g. need_packages ninja=ninja-build
#   need_go       Go     >= 1.22 first on PATH
#   need_cmake    CMake  >= 3.25 first on PATH
#   need_python   Python >= 3.9  as python3, first on PATH, with its venv module
#
# Packages come from apt, and only as root on Debian or a relative of it; elsewhere the script ends and
# says what is lacking. What Debian has too old a version of goes to build/tools, never into the system.

need_root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
need_tools=$need_root/build/tools

# The Go that is installed where there is none, as the Go project's own toolchain module: a zip file that
# the module proxy serves. (Debian 12 has Go 1.19.)
need_go_version=1.26.8
need_go_sha256_amd64=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7
need_go_sha256_arm64=02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99

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
    # shellcheck disable=SC2086 # one word a package
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
    # Older than what the module supports: the CMake project's own wheel.
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
        'Linux x86_64') need_arch=amd64 need_sha256=$need_go_sha256_amd64 ;;
        'Linux aarch64') need_arch=arm64 need_sha256=$need_go_sha256_arm64 ;;
        *) need_fail "needs Go 1.22 or newer: https://go.dev/doc/install" ;;
    esac
    need_python
    need_packages /etc/ssl/certs/ca-certificates.crt=ca-certificates
    echo "Installing Go $need_go_version into $need_tools/go"
    mkdir -p "$need_tools" && rm -rf "$need_tools/go.new" "$need_tools/go" &&
        python3 - "$need_go_version" "$need_arch" "$need_sha256" "$need_tools/go.new" <<'PYTHON' ||
import hashlib, io, os, sys, urllib.request, zipfile

version, arch, sha256, target = sys.argv[1:]
proxies = [p for p in os.environ.get("GOPROXY", "").replace("|", ",").split(",") if p.startswith("http")]
module = f"golang.org/toolchain@v0.0.1-go{version}.linux-{arch}"
url = (proxies or ["https://proxy.golang.org"])[0].rstrip("/") + "/" + module.replace("@", "/@v/") + ".zip"
data = urllib.request.urlopen(url, timeout=60).read()
if hashlib.sha256(data).hexdigest() != sha256:
    sys.exit(f"{url}: not the file that was expected (SHA-256)")
with zipfile.ZipFile(io.BytesIO(data)) as archive:
    for member in archive.namelist():
        # A module's zip knows no execute bits, and calls nested go.mod files _go.mod.
        name = member[len(module) + 1 :]
        folder, base = os.path.split(os.path.join(target, name))
        path = os.path.join(folder, "go.mod" if base == "_go.mod" else base)
        os.makedirs(folder, exist_ok=True)
        with archive.open(member) as source, open(path, "wb") as file:
            file.write(source.read())
        if name.startswith(("bin/", "pkg/tool/")):
            os.chmod(path, 0o755)
PYTHON
        need_fail "needs Go 1.22 or newer, and could not download it."
    mv "$need_tools/go.new" "$need_tools/go"
    PATH=$need_tools/go/bin:$PATH
}
