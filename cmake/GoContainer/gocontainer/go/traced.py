"""What the trace of the build tree is to say of one build of a container (common/trace.py)."""

from __future__ import annotations

import time

from gocontainer.common.trace import append, step
from gocontainer.go.reason import reason

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from typing import Any

    from gocontainer.common.plan import Plan


class Traced:
    """A build that goes on; why it does is found out at once, as the build changes what tells."""

    def __init__(self, plan: Plan, directory: str) -> None:
        self.name = plan["name"]
        self.directory = directory
        self.why = reason(plan, directory)
        self.steps: list[dict[str, Any]] = []

    def add(self, name: str, start: int, end: int) -> None:
        """Note a step; the times are in nanoseconds since 1970."""
        self.steps.append(step(name, self.name, start, end, directory=self.directory))

    def end(self, start: int, end: int = 0) -> None:
        """Write the build with its steps into the trace; it ends now, if no other time is given."""
        facts = {"directory": self.directory, "why": self.why}
        self.steps.append(step("build", self.name, start, end or time.time_ns(), **facts))
        append(self.directory, self.steps)
