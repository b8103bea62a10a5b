"""The commands that install PACKAGES in the base of a plan, without an engine."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from gocontainer.cli.building import read_plan
from gocontainer.common.platforms import choose_platform
from gocontainer.common.skip import Skip
from gocontainer.read.layout import Image
from gocontainer.read.source import ImageError
from gocontainer.run.install import install
from gocontainer.run.unpack import indexed
from gocontainer.write.base_store import open_base

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.read.index import Index

# Where the list of what came in is, in the layer of listCommand.
LIST = "go-container-packages.list"


def command_install(arguments: SimpleNamespace) -> int:
    plan = choose_platform(read_plan(arguments.plan), arguments.platform)
    write_layer(plan, plan["packages"]["command"], Path(arguments.layer), Path(arguments.bases))
    return 0


def command_packages(arguments: SimpleNamespace) -> int:
    plan = choose_platform(read_plan(arguments.plan), arguments.platform)
    with tempfile.TemporaryDirectory(prefix="go-container-") as directory:
        layer = Path(directory, "layer.tar")
        write_layer(plan, plan["packages"]["listCommand"], layer, Path(arguments.bases))
        with tarfile.open(layer) as tar, tar.extractfile(LIST) as found:  # type: ignore[union-attr]
            Path(arguments.list).write_bytes(found.read())
    return 0


def write_layer(plan: Plan, command: str, file: Path, cache: Path) -> None:
    """Run the command in the base of the plan, and write what it changed to the file.

    :raises ImageError: it fails, or this machine can't do it.
    """
    call = f"add_go_container({plan['name']})"
    with base_of(plan, cache) as index, file.open("wb") as output:
        try:
            install(index, command, output)
        except Skip as skip:
            raise ImageError(
                f"{call}: PACKAGES can't be installed here: {skip}. Or use the engine docker, podman or buildah"
            ) from skip
        except ImageError as error:
            raise ImageError(f"{call}: PACKAGES of BASE {plan['base']}: {error}") from error


@contextlib.contextmanager
def base_of(plan: Plan, cache: Path) -> Iterator[Index]:
    """The index of the base, without what its config says of a program.

    :raises ImageError: the base can't be had.
    """
    with open_base(plan, cache) as base:
        kept = {"Env": (base.config.get("config") or {}).get("Env")}
        config = {**base.config, "config": kept}
        contents = tuple(layer.content for layer in base.layers)
        with indexed(Image(plan["base"], "", None, (), config, contents)) as index:
            yield index
