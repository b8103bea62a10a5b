"""Finds where in which CMakeLists.txt a CTest test was declared."""

from __future__ import annotations

import re
from pathlib import Path

COMMANDS = ("add_go_container", "add_go_container_test", "add_go_container_service")


def place_of(test: str, directory: Path = Path()) -> str | None:
    """``<file>:<line>`` of the call of ours that declared the test; None where CMake does not tell.

    CMake keeps the backtrace of each test in CTestTestfile.cmake, for ``ctest --show-only=json-v1``.

    :param directory: the build directory of the CMakeLists.txt, in which CTest starts its tests.
    """
    try:
        text = (directory / "CTestTestfile.cmake").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    name = rf"(?:\[(=*)\[{re.escape(test)}\]\1\]|\"?{re.escape(test)}\"?)"
    properties = rf"^\s*set_tests_properties\({name} PROPERTIES .*_BACKTRACE_TRIPLES \"(.*?)\""
    found = re.search(properties, text, re.MULTILINE)
    frames = found[2].split(";") if found else []
    # Innermost first: file, line, command.
    for file, line, command in zip(frames[::3], frames[1::3], frames[2::3]):
        if command.lower() in COMMANDS:
            return f"{file}:{line}"
    return None
