"""A line at the foot of a terminal that tells how far a transfer is: its bytes, and the time that is left.

Where the error output is not a terminal, nothing is written.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Callable, TextIO

PAUSE_SECONDS = 0.1  # between two drawings
# Before that an estimate would jump.
ESTIMATE_AFTER_SECONDS = 1.0
WIDEST, NARROWEST = 40, 10  # columns of a bar; a text has at least as many, too
UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"), (1, "B"))
ERASE = "\x1b[K"  # the rest of the line
wanted = True
"""False in a command whose output a machine reads."""


def silence() -> None:
    """Have no transfer of this process draw a line."""
    global wanted  # of the process, as its terminal is
    wanted = False


class Progress:
    """The transfer of several blobs, as a context; its end erases the line.

    :param what: what the line begins with, such as ``Pulling <image>``.
    :param sizes: bytes of each blob, by any key.
    :param stream: where to draw.
    :param clock: the time in seconds.
    """

    def __init__(
        self,
        what: str,
        sizes: Mapping[str, int],
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.what = what
        self.sizes = dict(sizes)
        self.done = dict.fromkeys(self.sizes, 0)
        self.stream = stream or sys.stderr
        self.clock = clock
        self.lock = allocate_lock()
        self.shown = wanted and is_terminal(self.stream)
        self.next = clock()
        self.first: tuple[float, int] | None = None
        """When it was drawn first, and how many bytes had crossed: by those of an earlier process no speed is told."""

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self.shown = False
            self.write("\r" + ERASE)

    def reached(self, key: str, count: int) -> None:
        """Note how many bytes of a blob have crossed; fewer than before, if some must cross again."""
        if not self.shown:
            return
        with self.lock:
            self.done[key] = count
            self.draw()

    def needless(self, key: str) -> None:
        """Leave out a blob that is already there."""
        with self.lock:
            self.done.pop(key, None)
            self.sizes.pop(key, None)

    def draw(self) -> None:
        now = self.clock()
        if now < self.next:
            return
        self.next = now + PAUSE_SECONDS
        total = sum(self.sizes.values())
        done = min(sum(self.done.values()), total)
        self.first = self.first or (now, done)
        seconds, moved = now - self.first[0], done - self.first[1]
        estimated = moved > 0 and seconds >= ESTIMATE_AFTER_SECONDS
        left = (total - done) * seconds / moved if estimated else None
        line = line_of(self.what, done, total, left, self.columns())
        self.write(f"\r{line}{ERASE}")

    def columns(self) -> int:
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or 80
        except OSError:
            return 80

    def write(self, text: str) -> None:
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError:
            self.shown = False  # the terminal is gone; the transfer goes on


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal on which a line can be erased."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") not in (None, "dumb")


def line_of(what: str, done: int, total: int, left: float | None, columns: int) -> str:
    """The line, which leaves the last column free: terminals begin a new line behind it. It has no bar where that has
    no room, and less of ``what`` where that has none.

    :param done: bytes that have crossed, of ``total``.
    :param left: seconds that it will take, where they can be told.
    """
    figures = amount(done, total)
    if left is not None:
        figures += f", {time_text(left)} left"
    room = columns - 1 - len(figures) - 1
    if room < len(what):
        what = what[: room - 3] + "..." if room > NARROWEST else ""
        return f"{what} {figures}".strip()[: columns - 1]
    width = min(WIDEST, room - len(what) - len("[] "))
    if width < NARROWEST:
        return f"{what} {figures}"
    full = width * done // total if total else width
    return f"{what} [{'#' * full:<{width}}] {figures}"


def amount(done: int, total: int) -> str:
    """Such as ``1.2 of 34.5 MB``."""
    size, unit = next(row for row in UNITS if total >= row[0] or row[0] == 1)
    places = 0 if size == 1 else 1
    return f"{done / size:.{places}f} of {total / size:.{places}f} {unit}"


def time_text(seconds: float) -> str:
    """Such as ``5 s``, ``2 min 05 s`` or ``1 h 30 min``."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"
