"""A few trials of each kind; tests/reliability.sh makes many."""

import os

import pytest
from harness import REPOSITORY, run


@pytest.mark.parametrize(("kind", "count"), [("kill", 2), ("parallel", 20), ("power", 1)])
def test_a_few_trials(kind, count):
    if kind == "power" and (os.geteuid() != 0 or not os.path.exists("/dev/loop-control")):  # noqa: PTH110
        pytest.skip("no loop devices")
    output = run(["sh", REPOSITORY / "tests/reliability.sh", kind, count]).stdout
    assert "0 wrong images" in output or "skipped" in output
