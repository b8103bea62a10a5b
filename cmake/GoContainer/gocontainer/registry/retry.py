"""Requests are sent again where that may help: at 408, 429, 5xx, what is cut, and what went away; with growing pauses."""

from __future__ import annotations

from gocontainer.registry.address import BadAddressError
from gocontainer.registry.error import RegistryError
from gocontainer.registry.transport import CUT, Response, TooLongError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    from gocontainer.registry.clock import Clock
    from gocontainer.registry.transport import Answer

    Result = TypeVar("Result", Answer, Response)

ATTEMPTS = 5
# Seconds that a registry may have a client wait; where it asks for more, there is no other attempt.
PATIENCE = 60.0


def backoff(attempt: int) -> float:
    """Seconds to wait after so many attempts: twice as long each time, not all clients at once."""
    import random  # which who need not wait can do without

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


def is_passing(status: int) -> bool:
    """Whether the same request may have another answer in a while."""
    return status in (408, 429) or (status >= 500 and status not in (501, 505))


def repeat(host: str, clock: Clock, what: str, once: Callable[[], Result], again: bool) -> Result:
    """Ask until there is an answer that another try would not change.

    :param what: what it is for, as an error begins with it.
    :param again: whether it may be sent twice; if not, what is cut raises one of CUT.
    :raises RegistryError: there is none.
    """
    for attempt in range(1, ATTEMPTS + 1):
        last = attempt == ATTEMPTS or not again
        try:
            answer = once()
        except (BadAddressError, TooLongError) as error:
            problem = f"{what} failed: its answer is refused, as {error}"
            raise RegistryError(host, problem, "Ask who runs the registry") from error
        except CUT as error:
            from gocontainer.registry.failure import is_final, unreached

            if is_final(error) or (last and again):
                raise unreached(host, what, error) from error
            if last:
                raise
            pause = backoff(attempt)
        else:
            if last or not is_passing(answer.status):
                return answer
            wanted = retry_after(answer.headers.get("Retry-After"), clock)
            pause = backoff(attempt) if wanted is None else wanted
            if pause > PATIENCE:
                return answer
            if isinstance(answer, Response):
                answer.close()
        clock.sleep(pause)
    raise AssertionError("the last attempt returns or raises")
