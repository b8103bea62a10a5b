"""Time, as the client of registries sees it: waiting before another try."""

from __future__ import annotations

import time


class Clock:
    """The clock of this machine; tests have another one."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def today(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
