"""When files were changed."""

from __future__ import annotations

import os
import sys


def time_of(path: str, times: dict[str, int]) -> int:
    """When the path was changed, in nanoseconds since 1970; after all else where it is gone. An older content that
    was written later counts as changed then.

    :param times: of the paths that were looked at before.
    """
    if path not in times:
        try:
            found = os.stat(path)
            times[path] = max(found.st_mtime_ns, found.st_ctime_ns)
        except OSError:
            times[path] = sys.maxsize
    return times[path]
