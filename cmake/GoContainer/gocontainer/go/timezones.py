"""Takes the files of TIMEZONES out of the archive of the toolchain that compiles."""

from __future__ import annotations

import os
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.go.build import Go, GoError

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


def stage_timezones(plan: Plan, command: str, directory: Path) -> None:
    """Let ``context/zoneinfo`` in the directory of the plan have these files, and no others. What is there and the
    same keeps its time.

    :raises GoError: the toolchain has no archive, or not all of them.
    """
    staged = directory / "context/zoneinfo"
    zones = read_timezones(plan, archive_of(plan, command))
    for root, _, names in os.walk(staged):
        for name in names:
            file = Path(root, name)
            if str(file.relative_to(staged)) not in zones:
                file.unlink()
    for zone, data in zones.items():
        file = staged / zone
        make_directories(file.parent, staged)
        if not file.is_file() or file.read_bytes() != data:
            file.write_bytes(data)
            file.chmod(0o644)
    for root, _, _ in os.walk(staged, topdown=False):
        with suppress(OSError):
            Path(root).rmdir()  # it does so only where nothing is in it


def archive_of(plan: Plan, command: str) -> Path:
    """:raises GoError: the go command fails, or there is none."""
    go = Go(command, plan)
    asked = go.start(["env", "GOROOT"], go.environment(plan), stdout=subprocess.PIPE)
    output, _ = asked.communicate()
    go.check(plan, ["env", "GOROOT"], asked)
    archive = Path(os.fsdecode(output).strip(), "lib/time/zoneinfo.zip")
    if not archive.is_file():
        raise GoError(
            f"add_go_container({plan['name']}): TIMEZONES: this Go has no {archive}. Install Go's own distribution."
        )
    return archive


def read_timezones(plan: Plan, archive: Path) -> dict[str, bytes]:
    """:raises GoError: one is not in the archive."""
    with zipfile.ZipFile(archive) as zones:
        there = [name for name in zones.namelist() if not name.endswith("/")]
        wanted = there if plan["timezones"] == ["*"] else plan["timezones"]
        for zone in wanted:
            if zone not in there:
                raise GoError(
                    f'add_go_container({plan["name"]}): TIMEZONES "{zone}" is not a time zone of {archive}. '
                    "Write names of the IANA database, such as Europe/Berlin, or ON alone for all."
                )
        return {zone: zones.read(zone) for zone in wanted}


def make_directories(directory: Path, top: Path) -> None:
    """The directory and those above it up to ``top``, whatever the umask is."""
    if not directory.is_dir():
        if directory != top:
            make_directories(directory.parent, top)
        directory.mkdir(parents=True)
        directory.chmod(0o755)
