"""A part of the processors for a daemon and all that it starts, by control groups."""

from __future__ import annotations

import contextlib
from pathlib import Path

PERIOD = 100_000  # microseconds
ROOT = Path("/sys/fs/cgroup")


class Processors:
    """A control group, of version 1 or 2, whose processes together have so many processors.

    :param number: may be less than one.
    :raises OSError: this user may make none.
    """

    def __init__(self, name: str, number: float) -> None:
        quota = round(number * PERIOD)
        second = (ROOT / "cgroup.controllers").exists()
        self.group = (ROOT if second else ROOT / "cpu") / name
        if second:
            (ROOT / "cgroup.subtree_control").write_text("+cpu")
        self.group.mkdir(exist_ok=True)
        # Processes are in leaves only, and what the daemon starts has groups of its own below this one.
        self.leaf = self.group / "daemon"
        if second:
            (self.group / "cpu.max").write_text(f"{quota} {PERIOD}")
        else:
            (self.group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (self.group / "cpu.cfs_quota_us").write_text(str(quota))
        self.leaf.mkdir(exist_ok=True)

    def words(self) -> list[str]:
        """What goes before a command, to have it in the group."""
        return ["sh", "-c", 'echo $$ >"$0" && exec "$@"', str(self.leaf / "cgroup.procs")]

    def remove(self) -> None:
        """Once its processes ended."""
        for group in (*self.group.glob("*/"), self.group):
            with contextlib.suppress(OSError):
                group.rmdir()
