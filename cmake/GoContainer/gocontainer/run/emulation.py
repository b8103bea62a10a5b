"""Programs for other processors: the kernel starts them by an emulator that is registered (binfmt_misc), or this package
does, by one that is installed. The emulator is qemu-user, statically linked: an image has no libraries for it.
"""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

from gocontainer.common.skip import Skip
from gocontainer.read.elf import ElfError, read_elf

# platform.machine() -> GOARCH, of machines that people build on.
MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x"}
# GOARCH -> what qemu calls it.
EMULATORS = {
    "386": "i386",
    "amd64": "x86_64",
    "arm": "arm",
    "arm64": "aarch64",
    "loong64": "loongarch64",
    "mips": "mips",
    "mips64": "mips64",
    "mips64le": "mips64el",
    "mipsle": "mipsel",
    "ppc64": "ppc64",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
}
REGISTERED = Path("/proc/sys/fs/binfmt_misc")


def machine_platform() -> dict[str, str]:
    """The platform whose images this machine runs."""
    machine = platform.machine()
    return {"os": "linux", "architecture": MACHINES.get(machine, machine)}


def is_started_by_kernel(architecture: str) -> bool:
    """Whether the kernel starts programs of that architecture, in the files of any image."""
    machine = MACHINES.get(platform.machine(), architecture)
    if architecture == machine or (architecture == "386" and machine == "amd64"):
        return True
    try:
        lines = (REGISTERED / f"qemu-{EMULATORS.get(architecture)}").read_text().splitlines()
    except OSError:
        return False
    # With F, the kernel has the emulator open; else an image would need it.
    return "enabled" in lines and any(line.startswith("flags:") and "F" in line for line in lines)


def check_kernel_starts(architecture: str) -> None:
    """:raises Skip: it starts no programs of that architecture."""
    if not is_started_by_kernel(architecture):
        raise Skip(missing(architecture, "Register qemu-user with the kernel"))


def emulator_of(architecture: str) -> str | None:
    """What starts programs of that architecture; None where the kernel does. It starts the program itself, not what that
    starts.

    :raises Skip: nothing does.
    """
    if is_started_by_kernel(architecture):
        return None
    name = EMULATORS.get(architecture)
    for command in (f"qemu-{name}-static", f"qemu-{name}"):
        found = shutil.which(command) if name else None
        if found and is_static(found):
            return found
    raise Skip(missing(architecture, "Install qemu-user-static"))


def is_static(program: str) -> bool:
    try:
        with open(program, "rb") as stream:  # noqa: PTH123 (shutil.which gives text)
            return read_elf(stream).interpreter is None
    except (OSError, ElfError):
        return False


def missing(architecture: str, remedy: str) -> str:
    machine = MACHINES.get(platform.machine(), platform.machine())
    return f"the image is for {architecture}, and this machine is {machine}. {remedy} to run it"
