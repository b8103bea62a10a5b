"""What is done in the namespaces of a program, between its start and its first instruction."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping
from typing import NoReturn

from gocontainer.common.printable import printable
from gocontainer.read.source import ImageError, NotStartedError
from gocontainer.run import namespace
from gocontainer.run.unpack import encoded

# docker's lists: what of /proc is not there, and what can't be changed.
HIDDEN = (
    "acpi", "asound", "interrupts", "kcore", "keys", "latency_stats", "sched_debug", "scsi", "timer_list", "timer_stats",
)  # fmt: skip
READ_ONLY = ("bus", "fs", "irq", "sys", "sysrq-trigger")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}


def prepare_mounts() -> None:
    """Mount below the working directory what every program expects.

    :raises ImageError: the image has something else than a directory there.
    """
    for name in ("proc", "dev"):
        with contextlib.suppress(OSError):
            os.mkdir(name)  # noqa: PTH102
        if not os.path.isdir(name) or os.path.islink(name):  # noqa: PTH112, PTH114
            raise ImageError(f"the image has no directory at /{name}, but a file or a link")
    flags = namespace.MS_NOSUID | namespace.MS_NOEXEC
    # Where this machine hides a part of its own /proc, as containers do, none can be mounted.
    with contextlib.suppress(PermissionError):
        namespace.mount("proc", "proc", "proc", flags | namespace.MS_NODEV)
        for name in READ_ONLY:
            if os.path.exists(f"proc/{name}"):  # noqa: PTH110
                namespace.make_read_only(f"proc/{name}")
        for name in HIDDEN:
            if os.path.exists(f"proc/{name}"):  # noqa: PTH110
                namespace.hide(f"proc/{name}")
    namespace.mount("tmpfs", "dev", "tmpfs", flags, "mode=0755,size=1m")
    for name in DEVICES:
        if os.path.exists(f"/dev/{name}"):  # noqa: PTH110
            os.close(os.open(f"dev/{name}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            namespace.bind(f"/dev/{name}", f"dev/{name}")
    for name, target in DEVICE_LINKS.items():
        os.symlink(target, f"dev/{name}")  # noqa: PTH211
    os.mkdir("dev/pts")  # noqa: PTH102
    os.mkdir("dev/shm")  # noqa: PTH102
    namespace.mount("devpts", "dev/pts", "devpts", flags, "newinstance,ptmxmode=0666,mode=0620")
    namespace.mount("tmpfs", "dev/shm", "tmpfs", flags | namespace.MS_NODEV, "mode=1777,size=64m")


def make_directory(path: str, mode: int) -> None:
    """A directory of the image, and those above it.

    :raises ImageError: a file is in its place.
    """
    place = b"/"
    for name in encoded(path).split(b"/"):
        place = os.path.join(place, name)  # noqa: PTH118
        try:
            os.mkdir(place, mode)  # noqa: PTH102
        except FileExistsError:
            continue
        except OSError as error:
            raise ImageError(f"the image has no directory {path}: {error.strerror}") from error


def execute(
    words: list[str], environment: Mapping[str, str], emulator: int | None = None
) -> NoReturn:
    """Become the program, which is looked for in the PATH of the environment.

    :param emulator: a file that is open, the program of which runs this one.
    :raises NotStartedError: there is none.
    """
    name = words[0]
    places = environment["PATH"].split(":") if "/" not in name else [""]
    last = OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    for place in places:
        try:
            become(
                encoded(f"{place}/{name}" if place else name),
                [encoded(word) for word in words],
                {encoded(key): encoded(value) for key, value in environment.items()},
                emulator,
            )
        except (FileNotFoundError, NotADirectoryError) as error:
            last = error if "/" in name else last
        except OSError as error:
            last = error
        except ValueError as error:  # a zero byte, or half a character
            last = OSError(errno.EINVAL, str(error))
    raise NotStartedError(f"{printable(name)}: {last.strerror}") from last


def become(
    file: bytes, words: list[bytes], environment: dict[bytes, bytes], emulator: int | None
) -> NoReturn:
    """:raises OSError: there is no such program."""
    if emulator is None:
        os.execve(file, words, environment)
    os.close(os.open(file, os.O_RDONLY))  # else the emulator would tell that it is not there
    if not os.access(file, os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    os.execve(emulator, [b"qemu", b"-0", words[0], file, *words[1:]], environment)
