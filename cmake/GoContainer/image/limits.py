"""How much of the machine the program of a check may take where no engine limits it."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Callable, Optional

MAX_PROCESSES = 4096

Prepare = Optional[Callable[[], None]]


def half_of_memory() -> int:
    """Bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def limited(prepare: Prepare) -> Callable[[], None]:
    """A ``preexec_fn`` that limits the process and its children, then does what ``prepare`` does.

    The kernel counts all processes of a user, so those that run now may go on to. Data are what each process
    writes to and shares with nobody; address space is none, of which Go reserves much more than it uses.
    """
    running = Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[2]
    limits = (
        (resource.RLIMIT_NPROC, int(running) + MAX_PROCESSES),
        (resource.RLIMIT_DATA, half_of_memory()),
        (resource.RLIMIT_CORE, 0),
    )

    def limit() -> None:
        for kind, most in limits:
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        if prepare:
            prepare()

    return limit
