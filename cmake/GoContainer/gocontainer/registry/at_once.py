"""Several transfers at once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    Item = TypeVar("Item")

TOGETHER = 4


def at_once(transfer: Callable[[Item], object], items: list[Item]) -> None:
    """Call ``transfer`` with each of the items, of which four are under way at a time.

    :raises Exception: what one of them raises; those that have not begun do not begin then.
    """
    if len(items) < 2:
        for item in items:
            transfer(item)
        return
    from concurrent.futures import ThreadPoolExecutor  # which takes a while to load

    with ThreadPoolExecutor(TOGETHER) as pool:
        try:
            for done in [pool.submit(transfer, item) for item in items]:
                done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
