"""kill.py [count]: kills so many builds with SIGKILL, each at a random moment; after each, a build must end with the
right images."""

import random
import sys
import tempfile
import time
from pathlib import Path

from trial import Trial, end_session


def main(count: int) -> int:
    wrong, start = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        trial = Trial(Path(directory))
        trial.build()
        seconds = trial.seconds()
        for number in range(2, count + 2):
            trial.edit(number)
            process = trial.start()
            time.sleep(random.uniform(0, seconds))
            end_session(process)
            trial.build()
            if said := trial.wrong():
                wrong += 1
                print(f"  after a kill: {said}")
    print(f"kill: {count} builds killed, {wrong} wrong images, {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
