"""The image that a command names as an OCI archive, to push it, load it or keep it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gocontainer.common.platforms import choose_platform, platform_of
from gocontainer.read.index import image_of
from gocontainer.read.layout import open_image, read_archive, save
from gocontainer.read.source import Archive
from gocontainer.registry.reference import parse_reference
from gocontainer.report.named import fetched, plan_file, where_of
from gocontainer.write.oci_archive import write_oci
from gocontainer.write.pack import pack

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


@contextmanager
def archive_of(
    name: str, engine_command: str | None = None, platform: str | None = None
) -> Iterator[Path]:
    """The file of an OCI archive with the image; a temporary one, where the image is not one.

    :param engine_command: the command of the engine in whose store the image is, where it is in one.
    :param platform: which image of several, as linux/<architecture>[/<variant>]. An archive is left whole.
    :raises ImageError: there is no such image, or it can't be read.
    :raises OSError: the temporary file can't be written.
    """
    file = plan_file(name)
    if file is None:
        where = where_of(name)
    else:
        where = image_of(choose_platform(json.loads(file.read_bytes()), platform), file.parent)
    with tempfile.TemporaryDirectory(prefix="go-container-") as scratch:
        directory = Path(scratch)
        wanted = platform_of(platform) if platform else None
        transport, _, path = (where or "").partition(":")
        if transport.endswith("-archive") and is_oci(Path(path)):
            yield Path(path)
            return
        archive = directory / "image.tar"
        if where is None:
            layout = fetched(name, directory, wanted)
            with open_image(layout, platform=wanted or machine()) as image:
                assert image.digest is not None
                pack(Path(layout[4:]), archive, image.digest, tagged(name))
        elif transport == "oci":
            pack(Path(path), archive)
        else:
            if transport.endswith("-archive"):
                archive.symlink_to(Path(path).absolute())
            else:
                save(where, archive, engine_command)
            convert(archive, name)
        yield archive


def machine() -> dict[str, str]:
    from gocontainer.run.emulation import machine_platform

    return machine_platform()


def is_oci(archive: Path) -> bool:
    with closing(Archive(str(archive), archive)) as source:
        return "oci-layout" in source.names()


def convert(archive: Path, name: str) -> None:
    """Make an OCI archive of a docker archive, unless it is one, too."""
    with closing(Archive(name, archive)) as source:
        image = read_archive(source)
    platform = {key: image.config[key] for key in ("os", "architecture") if key in image.config}
    plan = {"name": name, "platform": platform, "tags": [*image.references, name]}
    write_oci(cast("Plan", plan), archive)


def tagged(name: str) -> str | None:
    """The reference with its tag; None, where it has only a digest."""
    reference = parse_reference(name.removeprefix("docker://"))
    return f"{reference.name}:{reference.tag}" if reference.tag else None
