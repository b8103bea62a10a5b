"""Checksums of modules that go would add by itself.

With a go.mod alone, go build stops where go.sum lacks a checksum (``-mod=readonly``). In a workspace it adds it to
go.work.sum, without a word and without a check; and `go mod download` adds some to go.sum.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan


class Checksums:
    """The file that go adds checksums to, as it is before go runs."""

    def __init__(self, plan: Plan) -> None:
        workspace = plan["go"].get("workspace")
        self.name = plan["name"]
        self.file = workspace + ".sum" if workspace else os.path.join(plan["source"], "go.sum")
        self.before = content(self.file)

    def restore(self) -> str:
        """Take out what go added since; returns the error for it, empty where it added nothing.

        :raises OSError: the file can't be written.
        """
        after = content(self.file)
        if after == self.before:
            return ""
        added = sorted(set((after or b"").splitlines()) - set((self.before or b"").splitlines()))
        if self.before is None:
            os.remove(self.file)
        else:
            from pathlib import Path

            from gocontainer.common.atomic import write_atomically

            write_atomically(Path(self.file), self.before)
        modules = dict.fromkeys("@".join(line.decode().split()[:2]) for line in added)
        return (
            f"add_go_container({self.name}): {self.file} lacks the checksums of {', '.join(modules)}, so nobody knows "
            f"whether they are what they were.\nRun go build in the directory of the program once, read what it "
            f"adds to {os.path.basename(self.file)}, and commit that."
        )


def content(file: str) -> bytes | None:
    """None: there is no such file."""
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None
