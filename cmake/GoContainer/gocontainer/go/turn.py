"""The turn of a process: Ninja starts one for each container, and one of them may do the work of others, which wait."""

from __future__ import annotations

import os

from gocontainer.common.lock import Places, number_of
from gocontainer.go.handover import MADE, read_handover, remove_handover
from gocontainer.go.ninja_request import request_of_ninja

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.go.group import Container


class Turn:
    """Holds the lock of the container's directory, which whoever would do its work takes first.

    :param plans: a file with the paths of all plans of the build tree, one a line; None where each process works
        for itself alone.
    """

    def __init__(self, directory: str, plans: str | None) -> None:
        self.directory = directory
        self.plans = plans
        self.places: Places | None = None
        self.waiting: list[Container] = []  # their processes wait for this one
        if plans:
            self.places = Places(os.path.join(os.path.dirname(plans), "compile.lock"))
            self.places.hold(number_of(directory))

    def is_over(self) -> bool:
        """Whether the process of another container made this one, too."""
        return self.places is not None and is_made(self.directory)


def is_made(directory: str) -> bool:
    """Did the process of another container of the same Ninja leave nothing to do? Then say what it left to say."""
    left, request = read_handover(directory), request_of_ninja()
    if left is None or left.state != MADE or request is None or request.ninja != left.ninja:
        return False
    if not left.holds(directory):
        return False
    remove_handover(directory)
    if left.says:
        print(left.says)
    return True
