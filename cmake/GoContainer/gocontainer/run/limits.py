"""How much of the machine the program of a check may take."""

from __future__ import annotations

import os
import resource

MAX_PROCESSES = 4096


def half_of_memory() -> int:
    """Bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def limit(*, shared: bool) -> None:
    """Limit this process and its children, where no engine does.

    Memory has no limit here: what the kernel can limit a process to is what it reserves, and a sanitizer reserves
    terabytes. When memory is short, the program is the first that ends. A core dump of one byte is none, and the
    kernel starts no program of the machine that takes it.

    :param shared: other processes of the machine are of the same user: the kernel counts them, too.
    """
    running = 0
    if shared:
        with open("/proc/loadavg", encoding="ascii") as file:  # noqa: PTH123 (between fork and exec)
            running = int(file.read().split()[3].partition("/")[2])
    limits = (
        (resource.RLIMIT_NPROC, running + MAX_PROCESSES),
        (resource.RLIMIT_CORE, 1),
    )
    for kind, most in limits:
        _, hard = resource.getrlimit(kind)
        few = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (few, few))
