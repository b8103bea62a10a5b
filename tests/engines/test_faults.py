"""Builders and lines to them that fail for real: what a user is told, and that the last good image stays."""

import contextlib
import os
import re
import subprocess

import pytest
from builders import Builders
from buildkit import BuildKit
from chosen import errors
from faulty import FaultyLine

DATA = "add_go_container(data PROGRAMS NONE BASE scratch FILES notes DESTINATION /opt CMD /notes)"
BYTES = 4_000_000


class Far:
    """A builder and what configures a project for it, by an engine: docker, as a builder of buildx, or buildkit."""

    def __init__(self, engine, state, registry, directory):
        self.engine, self.directory = engine, directory
        kind = Builders if engine == "docker" else BuildKit
        self.builders = kind(state, registry, directory)
        self.options = {}

    @contextlib.contextmanager
    def start(self, name="far"):
        """The builder, without a fault in the line."""
        with self.builders.start(name) as started:
            address = started[1] if self.engine == "docker" else self.builders.address
            self.use(name, address)
            yield address

    @contextlib.contextmanager
    def start_behind_a_line(self):
        with self.start("near") as address, FaultyLine(int(address.rpartition(":")[2])) as line:
            if self.engine == "docker":
                create = ["buildx", "create", "--driver", "remote", "--name"]
                self.builders.docker(*create, "far", line.address)
            self.use("far", line.address)
            yield line

    def use(self, name, address):
        self.address = address
        if self.engine == "docker":
            self.words = ["-D", f"GO_CONTAINER_BUILDER={name}"]
            self.options = {"docker": self.builders.docker}
        else:
            self.words = ["-D", f"GO_CONTAINER_BUILDKIT_HOST={address}"]

    def configure(self, project, **options):
        return project.configure(*self.words, engine=self.engine, **self.options, **options)

    def line(self, result):
        """What GoContainer says, which is the last line but those of the generator."""
        said = re.findall(r"^GoContainer: .*", result.output, re.M)
        assert len(said) == 1, str(result)
        assert "error" not in result.output.rpartition(said[0])[2].lower()
        return said[0].replace(self.address, "<address>") + "\n"


@pytest.fixture(params=["docker", "buildkit"])
def far(request, state, registry, tmp_path):
    return Far(request.param, state, registry, tmp_path)


def made(project):
    """What the build tree knows of the last good image."""
    place = project.binary / "data.container"
    file = place / "image.id" if (place / "image.id").exists() else place / "data.tar"
    return file.read_bytes()


def test_a_builder_whose_disk_is_full(project, golden, far):
    disk = far.directory / "far"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=True)
    try:
        project.write("notes", "first\n")
        project.cmakelists(DATA)
        with far.start():
            far.configure(project)
            project.build("data")
            good = made(project)
            (project.source / "notes").write_bytes(os.urandom(40_000_000))
            said = far.line(project.build("data", expect_failure=True))
            golden.check(f"errors/full-by-{far.engine}.txt", said)
            assert made(project) == good
            subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
            project.build("data")
            assert made(project) != good
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_lines_that_are_slow_or_fail_in_the_middle_of_a_build(project, golden, far):
    project.write("notes", "first\n")
    project.cmakelists(DATA)
    with far.start_behind_a_line() as line:
        check_slow(project, far, line)
        for fault in FaultyLine.FAULTS:
            check_fault(project, golden, far, line, fault)


def check_slow(project, far, line):
    """It is waited for, and as long as the user says."""
    line.delay = 0.3
    # It takes several turns to ask, so a second is too short however quick the machine is.
    env = {"GO_CONTAINER_BUILDER_PATIENCE": "1"}
    assert "answer" in errors(far.configure(project, env=env, expect_failure=True))
    line.delay = 0.05
    far.configure(project)
    project.build("data")
    line.delay = 0


def test_a_builder_that_is_slow_to_answer(project, golden, far):
    """The first question is lost, and the next one is not."""
    project.write("notes", "first\n")
    project.cmakelists(DATA)
    with far.start_behind_a_line() as line:
        far.configure(project)
        said = ""
        while "It answers now" not in said:  # where the machine is busy, it is too slow again
            line.strike("lost", after=0)
            env = {"GO_CONTAINER_BUILDER_PATIENCE": "3"}
            said = far.line(project.build("data", env=env, expect_failure=True))
        golden.check(f"errors/slow-by-{far.engine}.txt", said)
        project.build("data")
        assert made(project)


def check_fault(project, golden, far, line, fault):
    """One line is told, the last good image stays, and the next build works."""
    good = made(project)
    (project.source / "notes").write_bytes(os.urandom(BYTES))
    line.strike(fault, after=BYTES // 2)
    env = {"GO_CONTAINER_BUILDER_PATIENCE": "1"} if fault == "silent" else {}
    result = project.build("data", env=env, expect_failure=True)
    while "did not answer within 1 s" in result.output:  # the machine is busy
        result = project.build("data", env=env, expect_failure=True)
    name = "silent" if fault == "silent" else "broken-line"
    golden.check(f"errors/{name}-by-{far.engine}.txt", far.line(result))
    assert made(project) == good
    line.mend()
    project.build("data")
    assert made(project) != good
