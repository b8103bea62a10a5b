"""The guides that have a project of their own, as a reader tries them: its files, its commands, those of its CI jobs."""

import re
import shlex
import shutil
import textwrap

import pytest
import yaml
from harness import REPOSITORY, run

GUIDES = ["no-daemon", "size-budgets", "many-services"]
BLOCK = r".. code-block:: {}\n\n((?:  .*\n|\n)+)"


def files(page):
    """(name, text) of each block whose paragraph ends with the name of a file."""
    return re.findall(r"``([\w./]+)``:\n\n" + BLOCK.format(r"\S+"), page)


def commands(page):
    """Those of console blocks and of CI jobs, in the order of the page."""
    for language, text in re.findall(BLOCK.format("(console|yaml)"), page):
        if language == "console":
            yield from re.findall(r"^  \$ (.*?)(?: +#.*)?$", text, re.M)
        else:
            yield from steps(yaml.safe_load(textwrap.dedent(text)))


def steps(job):
    if isinstance(job, dict):
        for name, value in job.items():
            if name == "run":
                yield value
            elif name == "script":
                yield from value
            else:
                yield from steps(value)
    elif isinstance(job, list):
        for item in job:
            yield from steps(item)


@pytest.mark.parametrize("guide", GUIDES)
def test_its_commands(guide, project):
    page = (REPOSITORY / f"docs/guide/{guide}.rst").read_text()
    for name, text in files(page):
        project.write(name, textwrap.dedent(text))
    shutil.copytree(REPOSITORY / "cmake", project.source / "cmake")
    run(["git", "init", "--quiet", project.source])
    tried = list(commands(page))
    assert len(tried) >= 4
    for command in tried:
        result = run(shlex.split(command), cwd=project.source, env=project.environment())
        assert "CMake Warning" not in result.output
        if command.startswith("ctest"):
            assert "100% tests passed" in result.stdout
            assert "Skipped" not in result.stdout
