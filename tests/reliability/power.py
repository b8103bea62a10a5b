"""power.py [count]: cuts the power so many times. The build tree is on an ext4 of its own, which is shut down at a
random moment, without what is not on its disk yet (EXT4_IOC_SHUTDOWN); then it is mounted again, and a build must end
with the right images."""

import contextlib
import fcntl
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trial import Trial, end_session

SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs/ext4/ext4.h
WITHOUT_LOG = 2
MEGABYTES = 300


@contextlib.contextmanager
def mounted(disk: Path, place: Path):
    subprocess.run(["mount", "-o", "loop,commit=1", disk, place], check=True, capture_output=True)
    try:
        yield
    finally:
        while subprocess.run(["umount", place], capture_output=True, check=False).returncode != 0:
            time.sleep(0.1)  # a process that was killed is still there


def cut(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", WITHOUT_LOG))
    os.close(descriptor)


def main(count: int) -> int:
    wrong, start = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        disk, place, sources = (Path(directory, name) for name in ("disk", "place", "sources"))
        place.mkdir()
        sources.mkdir()
        with disk.open("wb") as file:
            file.truncate(MEGABYTES << 20)
        try:
            subprocess.run(["mkfs.ext4", "-q", disk], check=True, capture_output=True)
            with mounted(disk, place):
                trial = Trial(sources, place / "build")
                trial.build()
                seconds = trial.seconds()
                os.sync()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"power: skipped, as there is no ext4 on a loop device here ({error})")
            return 0
        for number in range(2, count + 2):
            with mounted(disk, place):
                trial.edit(number)
                process = trial.start()
                # Half of the cuts come after the build, while its files are on the way to the disk.
                time.sleep(random.uniform(0, 2 * seconds))
                cut(place)
                end_session(process)
            with mounted(disk, place):
                trial.build()
                if said := trial.wrong():
                    wrong += 1
                    print(f"  after a power cut: {said}")
                os.sync()
    print(f"power: {count} power cuts, {wrong} wrong images, {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
