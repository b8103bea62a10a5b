"""The command line, which the targets and tests call that CMake declares.

It loads only the module of the command, and parses the words without argparse. So a check, or a build that finds its
image made, takes little longer than Python takes to start.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace

# Of each command: the module with the function command_<name> that does it, its words, its options, and what it
# is for. All words must be there; the last one takes all that follow, where it ends in dots. Options come before those.
# An option that ends in ? takes no value, one that ends in * may be given several times. A value may follow a =,
# too. Those that people call have a text in help.py.
COMMANDS = {
    "build": (
        "building",
        "plan",
        "--ca-bundle --bases --go --depfile --together",
        "compile the program of a plan, write its image",
    ),
    "context": (
        "building",
        "plan",
        "--ca-bundle --go --depfile --together",
        "compile, for an engine that makes the image",
    ),
    "library": ("building", "plan", "--go --depfile", "build the C library of add_go_library()"),
    "go": (
        "testing_go",
        "plan words...",
        "--go",
        "run go test or go vet on the packages of add_go_test()",
    ),
    "gopls": (
        "testing_go",
        "plan file",
        "",
        "write the settings by which gopls sees these packages",
    ),
    "depends": (
        "dockerfile",
        "plan depfile",
        "",
        "write what the build of a Dockerfile is made of",
    ),
    "bake": (
        "dockerfile",
        "plan depfile words...",
        "--file",
        "build a Dockerfile with those of the same module, by bake or by the words",
    ),
    "modules": ("building", "plan", "--go", "download the modules of a plan's program"),
    "missing_modules": ("building", "plan", "--go", "the same, where the program lacks one"),
    "fetch_go_cache": (
        "building",
        "plan words...",
        "--marks --engine-command",
        "unpack the Go cache of a plan into the cache mounts of an engine; the words build",
    ),
    "write_go_cache": (
        "building",
        "plan words...",
        "--marks --engine-command",
        "write the Go cache of a plan out of these mounts",
    ),
    "install": (
        "installing",
        "plan layer",
        "--bases --platform",
        "write what PACKAGES add to the base of a plan as a layer",
    ),
    "packages": (
        "installing",
        "plan list",
        "--bases --platform",
        "install PACKAGES, and write the names and versions of all that came in",
    ),
    "oci": ("building", "plan archive", "", "make an OCI image layout of a docker archive"),
    "index": (
        "building",
        "plan archive",
        "--engine-command",
        "write an OCI archive of the images for several platforms, which an engine has by themselves",
    ),
    "push": (
        "pushing",
        "images...",
        "--engine-command --platform --kept",
        "push an image to references, or the images of plans to those that they name",
    ),
    "load": (
        "loading",
        "image engine",
        "--engine-command --platform",
        "load an image into the store of an engine",
    ),
    "pull": (
        "pulling",
        "image file",
        "--engine-command --platform",
        "write an image into an OCI archive",
    ),
    "refresh": ("building", "plans", "--bases", "fetch the bases of the plans anew, one a line"),
    "pins": (
        "pinning",
        "images lock",
        "--moved?",
        "write the digests of images to a lock, or tell which have moved since; a file names the images",
    ),
    "clear": ("clearing", "", "", "empty the user's cache of what came from registries"),
    "test": (
        "checking",
        "check plan",
        "--test --engine-command --on-skip --platform --checked",
        "compare the image of a plan with its declarations",
    ),
    "serve": (
        "serving",
        "plan service",
        "--engine-command --platform",
        "keep the service of a plan running, until this is interrupted",
    ),
    "baseline": (
        "checking",
        "plan",
        "--engine-command --platform",
        "write the sizes of a plan's image to its baseline",
    ),
    "show": (
        "showing",
        "image",
        "--engine-command --platform --all? --json?",
        "tell what is in an image: its config, layers, Go programs and files",
    ),
    "diff": (
        "showing",
        "a b",
        "--engine-command --platform --all? --json?",
        "tell how two images differ: in config, Go modules, sizes and files",
    ),
    "check": (
        "showing",
        "image",
        "--engine-command --platform --max-size --max-compressed-size --max-layer-size --max-layers --max-wasted"
        " --efficiency --static? --no-shell? --no-package-manager? --no-setuid? --no-secrets? --structure-test* --json?",
        "hold an image against budgets, rules and structure tests",
    ),
    "report": (
        "reporting",
        "images...",
        "--engine-command --engines* --platform --output",
        "write a page that shows where the bytes of images are, their checks, budgets and growth",
    ),
    "sbom": (
        "materials",
        "image",
        "--engine-command --platform --format* --output",
        "write what is in an image, and what its programs are made of, as SPDX or CycloneDX",
    ),
    "provenance": (
        "proving",
        "plan",
        "--engine-command",
        "write how the image of a container was built and from what, beside its plan",
    ),
    "attest": (
        "attesting",
        "plan",
        "",
        "attach documents to what an engine has pushed, and sign it",
    ),
    "list": (
        "listing",
        "build",
        "--engines* --json?",
        "list the containers of a build tree, with their sizes, budgets and states",
    ),
    "why": (
        "why",
        "build",
        "",
        "tell why the containers of a build tree were built, and how long it took",
    ),
    "doctor": (
        "doctoring",
        "",
        "--json?",
        "tell what works on this machine, engine by engine, and how to mend it",
    ),
    "cmake-dir": ("cmake_dir", "", "", "print the directory for CMAKE_MODULE_PATH"),
    "completion": (
        "completion",
        "shell",
        "",
        "print a script by which a shell completes these words",
    ),
    "import": (
        "importing",
        "dockerfile",
        "--context --target --json? --verify?",
        "print the CMakeLists.txt that replaces a Dockerfile, and what it could not carry over",
    ),
    "run": (
        "checking",
        "image",
        "--engine-command --platform",
        "run the program of an image: of a plan.json by its engine, else without one",
    ),
}


def main(words: list[str]) -> int:
    if words[:1] == ["check"] and words[2:3] and words[2].endswith("plan.json"):
        words = [
            "test",
            *words[1:],
        ]  # as it was called before images could be checked without CMake
    name = words[0] if words else ""
    try:
        arguments = parse(words)
        if getattr(arguments, "json", None):
            from gocontainer.common.progress import silence

            silence()
        module = __import__(f"gocontainer.cli.{COMMANDS[name][0]}", fromlist=["_"])
        result: int = getattr(module, f"command_{name.replace('-', '_')}")(arguments)
        return result
    except KeyboardInterrupt:
        return 130  # as shells have it
    except Exception as error:
        if not is_told(error):
            raise
        from gocontainer.common.printable import safe

        print(f"GoContainer: {safe(str(error))}", file=sys.stderr)
    return 1


def is_told(error: Exception) -> bool:
    """Whether the text of an error is all that the user is to see of it."""
    from gocontainer.common.skip import Skip
    from gocontainer.go.build import GoError
    from gocontainer.read.source import ImageError

    return isinstance(error, (GoError, ImageError, Skip, OSError, ValueError))


def parse(words: list[str]) -> SimpleNamespace:
    """What the words say: the words and options of the command by name, None for an option that is not given.

    :raises SystemExit: no command has these words, or they ask for help.
    """
    name, *rest = words or [""]
    if name not in COMMANDS:
        raise about(name)
    if "--help" in rest[:1] or "-h" in rest[:1]:
        raise about("help", name)
    _, places, options, _ = COMMANDS[name]
    missing = places.split()
    kinds = {option.rstrip("?*"): option[len(option.rstrip("?*")) :] for option in options.split()}
    found: dict[str, str | list[str] | None] = {attribute(option): None for option in kinds}
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if equals and kinds.get(option, "?") != "?":
            word = option
            rest.insert(0, value)
        if kinds.get(word) == "?":
            found[attribute(word)] = word
        elif kinds.get(word) == "*" and rest:
            found[attribute(word)] = [*(found[attribute(word)] or []), rest.pop(0)]
        elif word in kinds and rest:
            found[attribute(word)] = rest.pop(0)
        elif missing and missing[0].endswith("..."):
            found[missing.pop(0)[:-3]] = [word, *rest]
            break
        elif missing and not word.startswith("--"):
            found[missing.pop(0)] = word
        else:
            raise SystemExit(f"gocontainer {name}: {word} is not expected. {usage(name)}")
    if missing:
        raise SystemExit(f"gocontainer {name}: {missing[0]} is missing. {usage(name)}")
    return SimpleNamespace(**found)


def about(name: str, of: str = "") -> SystemExit:
    """The end of a command line that asks for help, or names no command."""
    from gocontainer.cli.help import help_of, overview

    if name in ("help", "--help", "-h"):
        print(help_of(of, usage(of)) if of else overview(COMMANDS))
        return SystemExit(0)
    wrong = f"gocontainer: there is no command {name}.\n\n" if name else ""
    return SystemExit(wrong + overview(COMMANDS))


def attribute(option: str) -> str:
    return option[2:].replace("-", "_")


def usage(name: str) -> str:
    _, words, options, _ = COMMANDS[name]
    listed = "".join(
        f" [{option[:-1]}]"
        if option.endswith("?")
        else f" [{option[:-1]} ...]..."
        if option.endswith("*")
        else f" [{option} ...]"
        for option in options.split()
    )
    return f"Usage: gocontainer {name}{listed} {' '.join(f'<{word}>' for word in words.split())}"
