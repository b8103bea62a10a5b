"""Linux namespaces of the calling process: user, mount and network (namespaces(7))."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18
PR_SET_PDEATHSIG = 1
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
libc = ctypes.CDLL(None, use_errno=True)


def enter(*, network: bool = False) -> None:
    """Move this process, which must have one thread only, to a user and a mount namespace of its
    own, in which it is root; on demand to a network namespace with no more than a loopback.

    :raises OSError: the machine does not allow it.
    """
    user, group = os.geteuid(), os.getegid()
    call("unshare", CLONE_NEWUSER | CLONE_NEWNS | (CLONE_NEWNET if network else 0))
    write("/proc/self/setgroups", "deny")  # else the group can't be mapped (user_namespaces(7))
    write("/proc/self/uid_map", f"0 {user} 1")
    write("/proc/self/gid_map", f"0 {group} 1")
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    if network:
        set_up("lo")


def write(file: str, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)


def set_up(interface: str) -> None:
    """What ``ip link set <interface> up`` does (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14s", interface.encode("ascii"), 0, b"")
        name, flags, rest = struct.unpack("16sH14s", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14s", name, flags | IFF_UP, rest))


def bind_devices(root: Path) -> None:
    """Make this machine's harmless devices those of ``root``, in this mount namespace."""
    for name in DEVICES:
        device, place = Path("/dev", name), root / "dev" / name
        if device.exists():
            place.touch()
            call("mount", bytes(device), bytes(place), None, MS_BIND, None)


def die_with_parent(signal: int) -> None:
    """Have this process killed by the signal when its parent ends (prctl(2))."""
    call("prctl", PR_SET_PDEATHSIG, signal, 0, 0, 0)


def call(function: str, *arguments: object) -> None:
    """A function of libc that returns 0.

    :raises OSError: it does not.
    """
    if getattr(libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
