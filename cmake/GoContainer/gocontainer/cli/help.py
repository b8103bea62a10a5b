"""The texts of --help. Of commands that only CMake calls there is no more than the line in commands.py."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

IMAGE = """\
An image is one of
  a file                 an OCI archive or a docker archive
  a directory            an OCI image layout
  build/api.container    a container in a build tree, also its plan.json
  docker-daemon:<name>   an image in docker's store
  containers-storage:<name>
                         an image in the store of podman and buildah
  <reference>            an image in a registry: alpine, registry.example.com/team/api:1.4"""
WHICH = """\
  --platform <os>/<arch>[/<variant>]
                         which image of several; of a registry this machine's by default
  --engine-command <command>
                         docker, podman or buildah, if it is not found by its name"""
JSON = "  --json                 one JSON document for programs"
OPTIONS = f"{WHICH}\n{JSON}"

HELP = {
    "show": f"""\
Tells what is in an image: references, digests and sizes, what it runs, its layers, each Go program with its modules
and their bytes of code, and the largest files. Go programs may be stripped.

{IMAGE}

Options
  --all                  every layer, module and file; without it the largest few
{OPTIONS}

Examples
  gocontainer show build/api.container
  gocontainer show docker-daemon:api:latest
  gocontainer show --platform linux/arm64 registry.example.com/team/api:1.4
  gocontainer show --json api.tar | jq '.programs[].modules | keys'""",
    "diff": f"""\
Tells what <b> has else than <a>: sizes, config, versions of Go and of modules, bytes of code by module and package,
and files by kind, target, mode, owner and content. Times of files are not compared.

  +  only in <b>          -  only in <a>          ~  in both

{IMAGE}

Options
  --all                  every line; without it the most important few
{OPTIONS}

Examples
  gocontainer diff registry.example.com/team/api:1.4 build/api.container
  gocontainer diff docker-daemon:api:1.4 docker-daemon:api:1.5""",
    "check": f"""\
Holds an image against what the options say, and prints PASS, FAIL or SKIP for each. The exit code is 1 if a check fails
or can't be done here. Without options, a container of a build tree is held against all that its call declares.

{IMAGE}

Budgets, in bytes or as 15MB or 1.5MiB
  --max-size <size>      of all files in all layers, unpacked
  --max-compressed-size <size>
                         of the layers as a registry stores them
  --max-layer-size <size>
                         of the files of each layer
  --max-wasted <size>    of files that a later layer replaces or removes
  --efficiency <percent> the least part of the bytes that is not wasted
  --max-layers <number>

Rules
  --static               no Go program needs a loader or a shared library
  --no-shell, --no-package-manager, --no-setuid, --no-secrets
                         there is none in the image

Tests
  --structure-test <file>
                         a file of container-structure-test, YAML or JSON; may be given several times

Options
{OPTIONS}

Examples
  gocontainer check --max-size 15MB --no-shell api.tar
  gocontainer check --structure-test tests.yaml docker-daemon:api:latest""",
    "report": f"""\
Writes one HTML page that needs no network: treemaps of the bytes by Go module and package, by directory and by layer,
budgets, checks, growth, layers and config. Several images, and those for several platforms, stand side by side.

{IMAGE}

Options
  --output <file>        by default image-report.html
{WHICH}
  --engines <engine>=<command>
                         the same, for containers with that engine; may be given several times

Examples
  gocontainer report build/api.container
  gocontainer report --output api.html registry.example.com/team/api:1.4 api.tar""",
    "sbom": f"""\
Prints what is in an image and in its programs (SBOM): Go modules, the standard library, packages of Alpine and
Debian, the base, and the files that GoContainer added. Go programs may be stripped.

{IMAGE}

Options
  --format <format>      spdx (SPDX 2.3, the default), spdx3 (SPDX 3.0) or cyclonedx (CycloneDX 1.6); those of SBOM in
                         the call are the default of a container
  --output <directory>   write files there instead, of each platform; --format may then be given several times
{WHICH}

Examples
  gocontainer sbom build/api.container
  gocontainer sbom --format cyclonedx registry.example.com/team/api:1.4 > api.cdx.json""",
    "run": f"""\
Runs the program of an image, and ends as it does. The container of a build tree is run by its engine; any other image
is unpacked, and its program runs in namespaces of its own, without an engine.

{IMAGE}

Options
{WHICH}

Example
  gocontainer run build/api.container""",
    "push": f"""\
Pushes an image to references. An archive or a layout for several platforms is pushed with all of them. Only what the
registry lacks is sent, and the tags come last. Credentials are those of docker login and podman login.

Without references, files plan.json of a build tree, or @<file> with one a line, are pushed to the references that
PUSH and TAGS name.

{IMAGE}

Options
{WHICH}
  --kept <directory>     keep compressed layers there, for the next push

Examples
  gocontainer push api.tar registry.example.com/team/api:1.4 registry.example.com/team/api:latest
  gocontainer push build/api.container/plan.json""",
    "pull": f"""\
Writes an image into a file, an OCI archive that docker load and podman load read, too. Of a registry it is the image
for one platform. Each blob is verified.

{IMAGE}

Options
{WHICH}

Examples
  gocontainer pull alpine alpine.tar
  gocontainer pull --platform linux/arm64 registry.example.com/team/api:1.4 api.tar""",
    "load": f"""\
Loads an image into the store of an engine, docker or podman, with the references that it has. Only the layers that
the store lacks are sent.

{IMAGE}

Options
  --platform <os>/<arch>[/<variant>]
                         which image of several; of a registry this machine's by default
  --engine-command <command>
                         the command of the engine, if it is not found by its name

Example
  gocontainer load api.tar docker""",
    "list": f"""\
Lists the containers of a build tree: name, first reference, platform, size and budget as MAX_SIZE counts, engine and
state. <build> is the build directory. Nothing is built.

States
  built                  the image is there
  out of date            the call changed since; whether sources changed, only a build can tell
  pruned                 the image is gone from the store, or its archive is
  never built
  unknown                the engine does not answer

Options
  --engines <engine>=<command>
                         the command of an engine, if it is not found by its name; may be given several times
{JSON}

Example
  gocontainer list build""",
    "why": """\
Tells of each container when and why it was built last: which inputs changed, and how long go build and writing the
image took; or why the next build will build it. <build> is the build directory, or build/api.container for one
container. It needs Ninja. The times are in build/GoContainer/trace.json, which ui.perfetto.dev opens.

Example
  gocontainer why build""",
    "import": """\
Prints the CMakeLists.txt that replaces a Dockerfile, and tells by line what it could not carry over, and what is
unsafe or wasteful in the Dockerfile.

Options
  --context <directory>  the build context, by default the directory of the Dockerfile
  --target <stage>       the stage whose image is wanted, by default the last one
  --verify               build the Dockerfile and the text, by docker, podman or buildah, and tell how the images differ
  --json                 one JSON document for programs

Example
  gocontainer import Dockerfile > CMakeLists.txt""",
    "doctor": f"""\
Tells what works on this machine: each engine as a configure run of CMake probes it, and why not, with what to do about
it; PyYAML; and for which architectures programs run here. The exit code is 1 if no engine works.

Options
{JSON}""",
    "cmake-dir": """\
Prints the directory that has GoContainer.cmake.

Example
  cmake -B build -D CMAKE_MODULE_PATH=$(gocontainer cmake-dir)""",
    "completion": """\
Prints a script by which a shell completes commands and options: bash, zsh or fish.

Examples
  source <(gocontainer completion bash)
  source <(gocontainer completion zsh)         after compinit; or write it to a file _gocontainer in fpath
  gocontainer completion fish | source""",
    "clear": "Empties the user's cache of what came from registries.",
}
# Commands that people call, in the order of the overview.
PEOPLE = tuple(HELP)


def overview(commands: Mapping[str, tuple[str, str, str, str]]) -> str:
    """The commands, those first that people call."""
    called = [name for name in commands if name not in PEOPLE]
    return "\n".join(
        [
            "Usage: gocontainer <command> [options] <image> ...",
            "",
            *(f"  {name:10} {commands[name][-1]}" for name in PEOPLE),
            "",
            "gocontainer <command> --help tells of one. Targets and tests of CMake call these:",
            "",
            *(f"  {name:16} {commands[name][-1]}" for name in called),
        ]
    )


def help_of(name: str, usage: str) -> str:
    return f"{usage}\n\n{HELP[name]}" if name in HELP else usage
