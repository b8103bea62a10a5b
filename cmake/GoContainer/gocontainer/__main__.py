"""Starts the command line; it is small, as Python compiles this file each time and keeps the byte code of all others."""

import os
import sys

# CMake starts the file, not the directory, for which Python would load five more modules; -I leaves its place out.
# Last on the path, so that Python does not look here for each module of its own.
sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from gocontainer.cli.commands import main


def start() -> None:
    """The command gocontainer of a wheel; ends the process."""
    result = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(result)  # to take the interpreter apart takes as long as to assemble a small image


if __name__ == "__main__":
    start()
