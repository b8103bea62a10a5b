"""The time that everything made carries, so that it is the same whenever it is made
(https://reproducible-builds.org/specs/source-date-epoch/)."""

from __future__ import annotations

import os

# The last second of the year 9999: RFC 3339 has no more.
MAX_EPOCH = 253402300799


def source_date_epoch() -> int:
    """Seconds since 1970 that everything in the image carries: SOURCE_DATE_EPOCH, or 0.

    :raises ValueError: the variable is no such number.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "") or "0"
    if not (text.isascii() and text.isdecimal()) or len(text) > 12 or int(text) > MAX_EPOCH:
        raise ValueError(
            f"SOURCE_DATE_EPOCH is {text[:40]!r}, not a number of seconds from 0 to {MAX_EPOCH}. "
            "Give it one, such as the output of `git log -1 --format=%ct`, or unset it."
        )
    return int(text)
