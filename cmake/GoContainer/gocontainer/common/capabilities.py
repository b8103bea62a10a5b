"""Capabilities of files: as setcap(8) writes them, and as the kernel has them (linux/capability.h)."""

from __future__ import annotations

import struct

XATTR = "security.capability"
REVISION_2, REVISION_3, EFFECTIVE = 0x02000000, 0x03000000, 1
WORDS = (
    "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service "
    "net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct "
    "sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap "
    "mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"
)
NAMES = WORDS.split()  # by their bits


def encoded(text: str) -> bytes:
    """The extended attribute of ``<capability>[,<capability>...]=<flags>``."""
    names, _, flags = text.partition("=")
    mask = 0
    for name in names.split(","):
        mask |= 1 << NAMES.index(name[len("cap_") :])
    permitted, inheritable = (mask if flag in flags else 0 for flag in "pi")
    words = [REVISION_2 | (EFFECTIVE if "e" in flags else 0)]
    for shift in (0, 32):
        words += [permitted >> shift & 0xFFFFFFFF, inheritable >> shift & 0xFFFFFFFF]
    return struct.pack("<5I", *words)


def decoded(data: bytes) -> str:
    """The same the other way round, for people; of sets that differ, all are told."""
    if len(data) not in (20, 24):
        return f"{len(data)} bytes, which are not capabilities"
    magic, p0, i0, p1, i1 = struct.unpack("<5I", data[:20])
    if magic & ~EFFECTIVE not in (REVISION_2, REVISION_3):
        return f"capabilities of an unknown form, {magic:#x}"
    effective = "e" if magic & EFFECTIVE else ""
    permitted, inheritable = p0 | p1 << 32, i0 | i1 << 32
    if permitted == inheritable:
        return f"{listed(permitted)}={effective}ip"
    found = [(permitted, "p"), (inheritable, "i")]
    return " ".join(f"{listed(mask)}={effective}{flag}" for mask, flag in found if mask)


def listed(mask: int) -> str:
    names = [f"cap_{name}" for bit, name in enumerate(NAMES) if mask >> bit & 1]
    return ",".join([*names, *(str(bit) for bit in range(len(NAMES), 64) if mask >> bit & 1)])
