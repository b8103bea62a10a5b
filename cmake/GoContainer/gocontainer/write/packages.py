"""The layer of PACKAGES, which the base's own package manager makes, is kept beside the bases: a changed program
installs nothing again. It has the same bytes whenever it is made of the same packages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gocontainer.common.atomic import write_atomically
from gocontainer.common.lock import locked
from gocontainer.common.platforms import platform_name
from gocontainer.read.base import LAYER_TYPE, Base, BaseDirectory, StoredLayer
from gocontainer.read.layer import Layer, open_layer
from gocontainer.read.source import ImageError, digest_of, sha256
from gocontainer.read.tree import key_of
from gocontainer.write.compress import ENDINGS, compressor, library
from gocontainer.write.config import history_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


# Of what is kept; another number stands for another form of it.
FORM = 1


def with_packages(plan: Plan, base: Base, cache: Path, plan_file: Path) -> Base:
    """The base with the packages of the plan in one more layer.

    :param cache: a directory that keeps the layer.
    :raises ImageError: they can't be installed.
    """
    packages = plan["packages"]
    call = f"add_go_container({plan['name']})"
    compression = plan.get("compression", "none")
    words = [
        *(FORM, key_of(layer.content for layer in base.layers), base.config.get("config")),
        *(plan["platform"], packages["command"], compression, library(compression, call)),
    ]
    key = sha256(json.dumps(words, sort_keys=True).encode()).partition(":")[2]
    directory = cache / "packages"
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{key}.tar{ENDINGS[compression]}"
    with locked(directory / f"{key}.lock"):
        known = read_known(directory / f"{key}.json")
        if known is None or not (directory / name).is_file():
            known = make(plan, call, cache, plan_file, directory / name)
            write_atomically(directory / f"{key}.json", json.dumps(known).encode())
    source = BaseDirectory(
        f"{call}: PACKAGES", directory, f"Remove {directory / name} to install them again."
    )
    size, digest, diff_id = known
    content = Layer(diff_id, partial(open_layer, source, name), size, digest)
    layer = StoredLayer(source, name, digest, LAYER_TYPE + ENDINGS[compression], content)
    config = with_layer(base.config, diff_id, "PACKAGES " + " ".join(packages["names"]))
    return Base(base.digest, config, (*base.layers, layer))


def with_layer(config: dict[str, Any], diff_id: str, maker: str) -> dict[str, Any]:
    """The config of a base that has one layer more."""
    layers = config.get("rootfs", {}).get("diff_ids", [])
    step = {"created": "1970-01-01T00:00:00Z", "created_by": maker}
    return {
        **config,
        "rootfs": {"type": "layers", "diff_ids": [*layers, diff_id]},
        "history": [*history_of(config, len(layers)), step],
    }


def read_known(file: Path) -> tuple[int, str, str] | None:
    """The bytes of a layer that is kept, its digest and its diff ID; None if it is not there."""
    try:
        size, digest, diff_id = json.loads(file.read_bytes())
        return size + 0, digest + "", diff_id + ""
    except (OSError, ValueError, TypeError):
        return None


def make(plan: Plan, call: str, cache: Path, plan_file: Path, file: Path) -> tuple[int, str, str]:
    """Install the packages, and write the layer.

    :raises ImageError: it fails.
    """
    print(f"{call}: installing {' '.join(plan['packages']['names'])}", flush=True)
    tar = file.with_name(f"{file.name}.{os.getpid()}.tar")
    packed = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        run_other("install", plan, plan_file, tar, cache)
        with tar.open("rb") as stream:
            diff_id = digest_of(stream)
            stream.seek(0)
            with packed.open("wb") as output:
                compress(stream, plan.get("compression", "none"), call, output)
        with packed.open("rb") as stream:
            digest = digest_of(stream)
        size = packed.stat().st_size
        packed.replace(file)
    finally:
        tar.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)
    return size, digest, diff_id


def run_other(command: str, plan: Plan, plan_file: Path, output: Path, cache: Path) -> None:
    """A command of this package in a process of its own: programs of images run in one that has one thread.

    :raises ImageError: it fails; it says why by itself.
    """
    main = Path(__file__).resolve().parents[1] / "__main__.py"
    prefix = sys.pycache_prefix
    flags = ["-I", "-S", *(["-X", f"pycache_prefix={prefix}"] if prefix else ["-B"])]
    files = [str(file) for file in (main, command, plan_file, output)]
    words = [sys.executable, *flags, *files, "--bases", str(cache)]
    if "part" in plan:
        words += ["--platform", platform_name(plan["platform"])]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise ImageError(done.stderr.decode(errors="replace").removeprefix("GoContainer: ").strip())


def compress(stream: IO[bytes], how: str, call: str, output: IO[bytes]) -> None:
    compressing = compressor(how, call)
    while chunk := stream.read(1 << 20):
        output.write(compressing.compress(chunk))
    output.write(compressing.flush())
