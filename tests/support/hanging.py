"""A ctest that uses services for as long as a test wants."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator


@contextlib.contextmanager
def hanging(project, fixture: str, *services: str) -> Iterator[subprocess.Popen[bytes]]:
    """A ctest with a client of the fixture that does not end; all of its services are up."""
    lists = project.source / "CMakeLists.txt"
    lists.write_text(
        lists.read_text()
        + "\nadd_test(NAME hang COMMAND ${CMAKE_COMMAND} -E sleep 600)\n"
        + f"set_tests_properties(hang PROPERTIES FIXTURES_REQUIRED {fixture})\n"
    )
    project.build(*services)
    command = ["ctest", "--test-dir", project.binary, "-R", "^hang$"]
    with subprocess.Popen(
        command, env=project.environment(), start_new_session=True, stdout=subprocess.DEVNULL
    ) as process:
        try:
            for name in services:
                while not (project.binary / f"{name}.container/service/address").exists():
                    assert process.poll() is None
                    time.sleep(0.05)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
