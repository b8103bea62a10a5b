"""Time, as the client of registries sees it: how long it waits before it tries again."""

from __future__ import annotations

import random
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


ATTEMPTS = 5
# Seconds that a registry may have a client wait; where it asks for more, there is no other attempt.
PATIENCE = 60.0


def backoff(attempt: int) -> float:
    """Seconds to wait after so many attempts: twice as long each time, not all clients at once."""
    return float(2 ** (attempt - 2)) * random.uniform(0.75, 1.25)


def retry_after(value: str | None, clock: Clock) -> float | None:
    """Seconds that the header Retry-After asks for (RFC 9110, 10.2.3); None where it asks for none."""
    if value is None:
        return None
    if value.strip().isdecimal() and value.isascii():
        return float(value[:9])
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - clock.today())
    except (ValueError, TypeError, OverflowError):
        return None
