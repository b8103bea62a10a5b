"""Prepares the build context of an engine that only assembles: the program is compiled here.

The context has everything by the path that the Dockerfile copies it from; without HOST_BUILD, the
stages of the Dockerfile make the same. A file that would be the same is not written again, so that
it keeps its time.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.read.libc import check_libc, libc_of_name
from gocontainer.write.layers import CA_BUNDLE, GROUP, PASSWD

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


def prepare(plan: Plan, binaries: list[Path], ca_bundle: Path, directory: Path) -> None:
    """Fill ``context`` in the directory of the plan; FILES are staged there already, and the programs
    are compiled.

    :param binaries: the files of the programs.
    :raises ImageError: a program does not run on the base.
    :raises OSError: a file can't be read or written.
    """
    check_libc(plan, binaries, directory, lambda: libc_of_name(plan["base"]))
    context = directory / "context"
    write(context / CA_BUNDLE, ca_bundle.read_bytes())
    make(context / "empty", 0o755)  # what becomes of WORKDIR
    make_trees(plan, directory)
    if plan["base"] == "scratch":
        write(context / "rootfs/etc/passwd", PASSWD)
        write(context / "rootfs/etc/group", GROUP)
        make(context / "rootfs/etc", 0o755)
        make(context / "rootfs/tmp", 0o1777)


def make_trees(plan: Plan, directory: Path) -> None:
    """DIRECTORIES and SYMLINKS, in the trees that are copied into the image; nothing, where they are there."""
    directories, links = plan.get("directories", []), plan.get("symlinks", [])
    trees, record = directory / "context/trees", directory / "trees.json"
    wanted = json.dumps([directories, links]) if directories or links else ""
    made = record.read_text(encoding="ascii") if record.exists() and trees.exists() else ""
    if made == wanted:
        return
    record.unlink(missing_ok=True)
    for place, _, _ in os.walk(trees):
        Path(place).chmod(0o755)  # else who is not root may be unable to remove it
    shutil.rmtree(trees, ignore_errors=not trees.exists())
    for each in [*directories, *links]:
        make((directory / each["staged"]).parent, 0o755)
    for each in directories:
        make(directory / each["staged"], 0o755)
    for link in links:
        (directory / link["staged"]).symlink_to(link["target"])
    for each in reversed(directories):
        (directory / each["staged"]).chmod(int(each["mode"], 8))
    record.write_text(wanted, encoding="ascii")


def write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)
    file.chmod(0o644)


def make(directory: Path, mode: int) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(mode)  # whatever the umask is
