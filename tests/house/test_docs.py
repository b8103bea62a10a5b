"""The documentation is made without a warning, and its reference has all that is public."""

import html
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_pages_are_made_and_tell_of_every_public_command_and_variable(tmp_path):
    options = ["-m", "sphinx", "-W", "-n", "-q", "-b", "html"]
    command = [sys.executable, *options, ROOT / "docs", tmp_path]
    made = subprocess.run(command, capture_output=True, text=True)
    assert (made.returncode, made.stderr) == (0, "")
    module = (ROOT / "cmake/GoContainer.cmake").read_text()
    commands = re.findall(r"^function\(([a-z]\w*)", module, re.MULTILINE)
    assert "add_go_container" in commands
    variables = re.findall(r"^\.\. variable:: (\S+)", module, re.MULTILINE)
    assert "GO_CONTAINER_ENGINE" in variables
    reference = (tmp_path / "reference/module.html").read_text()
    for name in commands:
        assert f'id="command:{name}"' in reference
    for name in variables:
        assert f'id="variable:{html.escape(name)}"' in reference
