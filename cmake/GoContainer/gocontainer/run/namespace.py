"""Linux namespaces, mounts and rights of the calling process (namespaces(7), mount(2), capabilities(7))."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import socket
import struct

NEWNS = 0x00020000
NEWCGROUP = 0x02000000
NEWUTS = 0x04000000
NEWIPC = 0x08000000
NEWUSER = 0x10000000
NEWPID = 0x20000000
NEWNET = 0x40000000
MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_MOVE = 0x2000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18
MNT_DETACH = 0x2
PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
JOIN_SESSION_KEYRING = 1
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
# platform.machine() -> the numbers of the system calls pivot_root and keyctl, which libc has no functions for.
SYSTEM_CALLS = {
    "x86_64": (155, 250),
    "aarch64": (41, 219),
    "riscv64": (41, 219),
    "ppc64le": (203, 271),
    "s390x": (217, 280),
}
# What docker leaves the root of a container: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP,
# NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE and SETFCAP.
KEPT_CAPABILITIES = frozenset((0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31))

libc = ctypes.CDLL(None, use_errno=True)


def call(function: str, *arguments: object) -> None:
    """A function of libc that returns 0 or more.

    :raises OSError: it does not.
    """
    if getattr(libc, function)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """New namespaces; one for users needs a process of one thread.

    :raises OSError: the machine does not allow it.
    """
    call("unshare", flags)


def join(namespace: int, kind: int) -> None:
    """Enter the namespace that a descriptor leads to."""
    call("setns", namespace, kind)


def mount(what: str, where: str, kind: str, flags: int = 0, options: str = "") -> None:
    call("mount", what.encode(), where.encode(), kind.encode(), flags, options.encode())


def bind(what: str, where: str) -> None:
    call("mount", what.encode(), where.encode(), None, MS_BIND | MS_REC, None)


def move(what: str, where: str) -> None:
    """Move what is mounted there to another place."""
    call("mount", what.encode(), where.encode(), None, MS_MOVE, None)


def keep_mounts_private() -> None:
    """What is mounted here from now on, no other mount namespace sees."""
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)


def make_read_only(where: str) -> None:
    """Mount the file or directory over itself, read-only."""
    bind(where, where)
    flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
    call("mount", None, where.encode(), None, flags, None)


def make_mount_read_only(where: str) -> None:
    """Let what is mounted there be read-only. The flags that the machine has it mounted with can't be taken away."""
    kept = os.statvfs(where).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
    call("mount", None, where.encode(), None, MS_REMOUNT | MS_BIND | MS_RDONLY | kept, None)


def hide(where: str) -> None:
    """Let the file or directory be an empty one."""
    if os.path.isdir(where):  # noqa: PTH112 (between fork and exec)
        mount("none", where, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0")
    else:
        bind("/dev/null", where)


def make_root_of_working_directory() -> None:
    """Nothing but the mount that is the working directory is left in this mount namespace."""
    pivot_root, _ = SYSTEM_CALLS[platform.machine()]
    call("syscall", pivot_root, b".", b".")
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")


def set_up(interface: str) -> None:
    """What ``ip link set <interface> up`` does (netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14s", interface.encode("ascii"), 0, b"")
        name, flags, rest = struct.unpack("16sH14s", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14s", name, flags | IFF_UP, rest))


def write(file: str, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)


def die_with_parent(signal: int) -> None:
    """Have this process killed by the signal when the thread that started it ends (prctl(2))."""
    call("prctl", PR_SET_PDEATHSIG, signal, 0, 0, 0)


def drop_capabilities() -> None:
    """No program that this process becomes will have more capabilities than docker gives."""
    for capability in range(64):
        if capability not in KEPT_CAPABILITIES:
            try:
                call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
            except OSError as error:
                if error.errno == errno.EINVAL:
                    return  # the kernel knows no more of them
                raise


def gain_no_privileges() -> None:
    """Set-user-ID bits and file capabilities do nothing from now on."""
    call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def leave_keyring() -> None:
    """An empty keyring in place of the one of this session (keyrings(7)), where the kernel has keyrings."""
    _, keyctl = SYSTEM_CALLS[platform.machine()]
    try:
        call("syscall", keyctl, JOIN_SESSION_KEYRING, None)
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP):
            raise
