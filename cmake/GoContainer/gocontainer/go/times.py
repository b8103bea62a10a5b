"""When files were changed."""

from __future__ import annotations

import os
import sys


def time_of(path: str, times: dict[str, int] | None) -> int:
    """When the path was changed, in nanoseconds since 1970; after all else where it is gone. An older content that
    was written later counts as changed then.

    :param times: of the paths that were looked at before, where it is worth to keep them.
    """
    if times is None:
        return time_now_of(path)
    if path not in times:
        times[path] = time_now_of(path)
    return times[path]


def time_now_of(path: str) -> int:
    try:
        found = os.stat(path)
    except OSError:
        return sys.maxsize
    return max(found.st_mtime_ns, found.st_ctime_ns)
