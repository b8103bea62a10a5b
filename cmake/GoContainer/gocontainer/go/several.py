"""Compiles the programs of several platforms, at once as far as this machine has processors."""

from __future__ import annotations

import os
from threading import Semaphore, Thread

from gocontainer.go.build import Go, GoError, binaries_of, compile_programs
from gocontainer.go.intact import remove_cut

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan


def build_several(
    plans: list[Plan], go: Go, directory: str, list_inputs: bool
) -> tuple[list[str], list[str]]:
    """Compile the programs of each plan. The first one lists what they are built of.

    :param directory: that of the plan.
    :returns: the binaries in the order of the plans, and what they are built of.
    :raises GoError: one does not compile.
    """
    check_cgo(plans[0])
    builds = [Build(each, go, directory) for each in plans]
    first, *others = builds
    places = Semaphore(os.cpu_count() or 1)
    go.settings  # noqa: B018 (asked once, before there are threads)
    first.start(places, list_inputs, plans[1:])
    for build in others:
        build.start(places, False, None)
    for build in builds:
        build.thread.join()
    for build in builds:
        if build.error is not None:
            raise build.error
    return [binary for build in builds for binary in build.binaries], first.inputs


class Build:
    """The build of one platform, in a thread."""

    thread: Thread

    def __init__(self, plan: Plan, go: Go, directory: str) -> None:
        self.plan, self.go = plan, go
        self.binaries = binaries_of(plan, directory)
        self.inputs: list[str] = []
        self.error: Exception | None = None

    def start(self, places: Semaphore, list_inputs: bool, others: list[Plan] | None) -> None:
        def run() -> None:
            try:
                with places:
                    for binary in self.binaries:
                        remove_cut(binary)
                    self.inputs = compile_programs(
                        self.plan, self.go, self.binaries, list_inputs, others
                    )
            except Exception as error:  # of the thread that waits
                self.error = error

        self.thread = Thread(target=run)
        self.thread.start()


def check_cgo(plan: Plan) -> None:
    """:raises GoError: the programs use cgo, for which each platform needs compilers of its own."""
    if "CGO_ENABLED=1" in plan["go"]["env"]:
        raise GoError(
            f"add_go_container({plan['name']}): CGO is ON, and PLATFORMS has several, each of which needs a C compiler "
            "of its own.\nUse an engine that compiles in containers, or give one platform and a toolchain file in each build tree."
        )
