"""Compiles the programs of several platforms, at once as far as this machine has processors."""

from __future__ import annotations

import os
from threading import Semaphore, Thread

from gocontainer.go.build import Go, binaries_of, compile_programs
from gocontainer.go.intact import remove_cut

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan


def build_several(
    plans: list[Plan], go: Go, directory: str, list_inputs: bool
) -> tuple[list[str], list[str]]:
    """Compile the programs of each plan. The first one lists what they are built of; with cgo each does.

    :param directory: that of the plan.
    :returns: the binaries in the order of the plans, and what they are built of.
    :raises GoError: one does not compile.
    """
    builds = [Build(each, go, directory) for each in plans]
    first, *others = builds
    places = Semaphore(os.cpu_count() or 1)
    go.settings  # noqa: B018 (asked once, before there are threads)
    first.start(places, list_inputs, plans[1:])
    for build in others:
        build.start(places, list_inputs, None)
    for build in builds:
        build.thread.join()
    for build in builds:
        if build.error is not None:
            raise build.error
    binaries = [binary for build in builds for binary in build.binaries]
    return binaries, [path for build in builds for path in build.inputs]


class Build:
    """The build of one platform, in a thread."""

    thread: Thread

    def __init__(self, plan: Plan, go: Go, directory: str) -> None:
        self.plan, self.go, self.directory = plan, go, directory
        self.binaries = binaries_of(plan, directory)
        self.inputs: list[str] = []
        self.error: Exception | None = None

    def start(self, places: Semaphore, list_inputs: bool, others: list[Plan] | None) -> None:
        def run() -> None:
            try:
                with places:
                    self.inputs = self.compile(list_inputs, others)
            except Exception as error:  # of the thread that waits
                self.error = error

        self.thread = Thread(target=run)
        self.thread.start()

    def compile(self, list_inputs: bool, others: list[Plan] | None) -> list[str]:
        """
        :raises GoError: one does not compile.
        """
        if "CGO_ENABLED=1" in self.plan["go"]["env"]:
            from pathlib import Path

            from gocontainer.go.cgo_link import build_with_cgo  # which few need

            files = [Path(binary) for binary in self.binaries]
            place = Path(self.directory, "platforms", self.plan["part"])
            return build_with_cgo(self.plan, self.go, place, files, list_inputs)
        for binary in self.binaries:
            remove_cut(binary)
        return compile_programs(self.plan, self.go, self.binaries, list_inputs, others)
