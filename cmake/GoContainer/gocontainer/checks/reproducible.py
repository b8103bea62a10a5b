"""Builds an image a second time, elsewhere and without what the first build left, and compares.

The source is copied to another directory, as far as the ignore file of the build context lets it; Go's
build cache is empty, and engines take no layer from their caches. Modules, the staged FILES and the base
are the same.

The engine builtin must give the same image, byte for byte. The other engines write the time of the build
into layers and config, so there only what a container sees is compared: each path with its type, mode,
owner, link target and content, and the config without its times, history and layers.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gocontainer.checks import CheckError, Test
from gocontainer.common.engines import engine_of
from gocontainer.common.platforms import platform_name
from gocontainer.common.printable import clipped
from gocontainer.go.inputs import module_files
from gocontainer.read.dockerignore import Ignore, context_paths
from gocontainer.read.index import Index, image_of, index_of
from gocontainer.read.squash import FILE, HARD_LINK, Entry

if TYPE_CHECKING:
    from gocontainer.common.plan import GoCommand, Plan


# In a word of a command: the directory of the second build, and the platform. A word of its own: the end of a command.
SCRATCH, PLATFORM, THEN = "@scratch@", "@platform@", "&&"
# In the Dockerfile: the cache that would bring the program of the first build.
GO_CACHE = "    --mount=type=cache,target=/root/.cache/go-build \\\n"
# Of the config: what engines write anew at each build, with all that is below it; podman and buildah the variant, too.
NOTES = (
    *("created", "history", "rootfs", "id", "parent", "container", "container_config", "variant"),
    "config Hostname",
)


def check_reproducible(test: Test) -> str:
    """A second build gives the same image."""
    exact = engine_of(test.plan).exact
    first = test.index
    with built_again(test) as (second, where):
        if first.id == second.id:
            return f"a second build {where} gives the same image, {first.id}"
        found = list(differences(first, second, exact))
    if found:
        raise CheckError(
            "a second build gives another image",
            built=f"a second time {where}, with an empty build cache",
            differs=clipped(found),
            remedy="build nothing that depends on the time, the directory or the machine into the program "
            f"(-trimpath is on by default), or remove REPRODUCIBLE in {test.call()}",
        )
    return f"a second build {where} gives the same {len(first.files)} paths and the same config"


@contextmanager
def built_again(test: Test) -> Iterator[tuple[Index, str]]:
    """The image of a second build, and where that was; nothing is left of it.

    :raises CheckError: it fails.
    """
    with tempfile.TemporaryDirectory(prefix="go-container-") as name:
        scratch = Path(name)
        plan, where = plan_elsewhere(test, scratch)
        (scratch / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        (scratch / "context").mkdir()
        for kind in ("files", "overlay"):
            if kind in test.plan:
                staged = Path("context", kind)
                shutil.copytree(test.directory / staged, scratch / staged, symlinks=True)
        dockerfile = (test.directory / "Dockerfile").read_text(encoding="utf-8")
        (scratch / "Dockerfile").write_text(dockerfile.replace(GO_CACHE, ""), encoding="utf-8")
        shutil.copy(test.directory / "Dockerfile.dockerignore", scratch)
        if plan["context"] != str(scratch / "source"):
            (scratch / "source").symlink_to(plan["context"])
        try:
            platform = platform_name(plan["platform"])
            words = [word.replace(PLATFORM, platform) for word in test.arguments["rebuild"]]
            for command in commands(words, scratch):
                run(test, command, {**os.environ, "GOCACHE": str(scratch / "go-build")})
            yield index_of(plan, scratch, test.engine_command), where
        finally:
            remove_image(test, scratch / "image.id")


def plan_elsewhere(test: Test, scratch: Path) -> tuple[Plan, str]:
    """The plan of a build of a copy of the sources; or of the sources themselves, where they replace modules
    by directories outside of the build context, which would not be found from elsewhere."""
    plan = test.plan
    if not plan["programs"]:
        return plan, "elsewhere"
    root = Path(plan["context"]).resolve()
    environment = {"GOWORK": plan["go"].get("workspace", "off")}
    files = [
        *(Path(path).resolve() for path in module_files(Path(plan["source"]), environment)),
        *(Path(path).resolve() for path in plan["go"]["modules"]),
    ]
    if any(root not in (file, *file.parents) for file in files):
        return plan, "in the same directory, as modules outside of it are part of it,"
    ignore = Ignore((test.directory / "Dockerfile.dockerignore").read_text(encoding="utf-8"))
    copy = scratch / "source"
    for path in context_paths(Path(plan["context"]), ignore):
        place = copy / Path(path).relative_to(plan["context"])
        if Path(path).is_dir() and not Path(path).is_symlink():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place, follow_symlinks=False)

    def moved(path: str) -> str:
        return str(copy / Path(path).relative_to(plan["context"]))

    go: GoCommand = {**plan["go"], "modules": [moved(path) for path in plan["go"]["modules"]]}
    if "workspace" in go:
        go["workspace"] = moved(go["workspace"])
    plan = {**plan, "source": moved(plan["source"]), "context": str(copy), "go": go}
    return plan, "elsewhere"


def commands(words: list[str], scratch: Path) -> Iterator[list[str]]:
    command: list[str] = []
    for word in [*words, THEN]:
        if word != THEN:
            command.append(word.replace(SCRATCH, str(scratch)))
        elif command:
            yield command
            command = []


def run(test: Test, command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        lines = done.stdout.decode(errors="replace").rstrip().split("\n")
        raise CheckError(
            "the second build failed",
            output="\n".join(lines[-20:]),
            remedy=f"build the target {test.plan['name']}; where that works, the build needs something that "
            "the ignore file of the build context leaves out",
        )


def remove_image(test: Test, file: Path) -> None:
    """Remove the image of the second build from the engine's store, if it is another one."""
    if not file.exists():
        return
    identity = file.read_text(encoding="ascii").strip()
    if not image_of(test.plan, test.directory).endswith(identity):
        engine = test.engine_command or test.plan["engine"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([engine, *engine_of(test.plan).remove_image, identity], check=False, **quiet)  # type: ignore[call-overload]


def differences(first: Index, second: Index, exact: bool) -> Iterator[str]:
    """What differs, a line each; ``exact`` if nothing at all may."""
    for path in sorted({*first.files, *second.files}):
        one, two = first.files.get(path), second.files.get(path)
        if one is None or two is None:
            yield f"/{path}: only in the {'second' if one is None else 'first'} image"
            continue
        for what, a, b in zip(("type", "mode", "owner", "target"), facts(one), facts(two)):
            if a != b:
                yield f"/{path}: {what} {a}, then {b}"
        if one.kind == two.kind and one.kind in (FILE, HARD_LINK):
            yield from content_differs(first, one, second, two)
    old, new = dict(members(first.config)), dict(members(second.config))
    for name in dict.fromkeys([*old, *new]):
        note = not exact and any(f"{name} ".startswith(f"{n} ") for n in NOTES)
        if old.get(name) != new.get(name) and not note:
            where = name if name.startswith("config ") else f"config {name}"
            yield f"{where}: {old.get(name, 'nothing')}, then {new.get(name, 'nothing')}"
    if exact:
        for number, (one_layer, two_layer) in enumerate(zip(first.layers, second.layers)):
            if one_layer.diff_id != two_layer.diff_id:
                yield f"layer {number + 1} of {len(first.layers)}: its digest"


def facts(entry: Entry) -> tuple[str, str, str, str]:
    return entry.kind, f"{entry.mode:04o}", f"{entry.uid}:{entry.gid}", entry.target or "none"


def content_differs(first: Index, one: Entry, second: Index, two: Entry) -> Iterator[str]:
    place = 0
    with first.open(one) as a, second.open(two) as b:
        while True:
            left, right = a.read(1 << 20), b.read(1 << 20)
            if left != right:
                pairs = enumerate(zip(left, right))
                at = next((i for i, (x, y) in pairs if x != y), min(len(left), len(right)))
                yield f"/{one.path}: content, from byte {place + at:,} on"
                return
            if not left:
                return
            place += len(left)


def members(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The members of a JSON document, as (path, value)."""
    if isinstance(node, dict):
        for key, item in sorted(node.items()):
            yield from members(item, f"{name} {key}".strip())
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from members(item, f"{name} {number + 1}")
    else:
        yield name, json.dumps(node, ensure_ascii=False)
