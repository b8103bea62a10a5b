"""parallel.py [count]: builds one tree so many times, by 20 builds at once; the images must be right afterwards."""

import sys
import tempfile
import time
from pathlib import Path

from trial import Trial

AT_ONCE = 20


def main(count: int) -> int:
    wrong = failed = 0
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        trial = Trial(Path(directory), files=False)
        for number in range(1, -(-count // AT_ONCE) + 1):
            trial.edit(number)
            builds = [trial.start() for _ in range(AT_ONCE)]
            failed += sum(build.wait() != 0 for build in builds)
            trial.build()
            if said := trial.wrong():
                wrong += 1
                print(f"  after builds at once: {said}")
    seconds = time.monotonic() - start
    print(
        f"parallel: {count} builds, {AT_ONCE} at once, {wrong} wrong images, {failed} failed, {seconds:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
