"""Which Python runs the image piece, and what it costs a configure run to find it."""

import shlex
import sys

import pytest


@pytest.fixture
def python_named(project, path_without_python):
    """A function that makes a Python of this name in a PATH without any other, which writes its starts down."""
    directory = project.source / "bin"

    def make(name: str, what_it_does: str = f'exec {shlex.quote(sys.executable)} "$@"'):
        started = directory / f"{name}.started"
        file = project.write(
            f"bin/{name}", f"#!/bin/sh\necho start >>{shlex.quote(str(started))}\n{what_it_does}\n"
        )
        file.chmod(0o755)
        return started

    project._path = f"{directory}:{path_without_python}"
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)")
    return make


def interpreter_of(project):
    """The one that the tests of the image are run with."""
    return (project.binary / "CMakeFiles/GoContainer/check.sh").read_text()


def test_one_start_tells_that_the_python_on_the_path_will_do(project, python_named):
    started = python_named("python3")
    project.configure(engine="builtin")
    assert started.read_text().count("start") == 1
    assert f"{sys.executable} " in interpreter_of(project).replace('"', "")


@pytest.mark.parametrize("old", ["echo", "exit 1"], ids=["too old", "broken"])
def test_another_one_is_found_where_it_is_too_old_or_broken(project, python_named, old):
    python_named("python3", old)
    started = python_named(f"python3.{sys.version_info.minor}")
    project.configure(engine="builtin")
    assert started.exists()


def test_the_one_that_is_asked_for_is_taken(project, python_named):
    not_meant = python_named("python3")
    meant = python_named("python3.meant")
    chosen = project.source / "bin/python3.meant"
    project.configure("-D", f"Python3_EXECUTABLE={chosen}", engine="builtin")
    assert meant.exists()
    assert not not_meant.exists()
