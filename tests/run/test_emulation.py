"""Programs for other processors, by qemu-user."""

import json
import os
import platform
import sys

import pytest
from gocontainer.common.skip import Skip
from gocontainer.run import emulation
from harness import GOCONTAINER, run

# Says what it was given, and whether the program is in its files.
EMULATOR = """\
package main

import (
\t"fmt"
\t"os"
)

func main() {
\t_, err := os.Stat(os.Args[3])
\tfmt.Println(os.Args, err)
}
"""
REGISTERED = "enabled\ninterpreter /usr/bin/qemu-arm-static\nflags: {}\noffset 0\n"


@pytest.fixture
def emulator(tmp_path):
    """A directory with an emulator for s390x."""
    directory = tmp_path / "emulators"
    (directory / "source").mkdir(parents=True)
    (directory / "source/main.go").write_text(EMULATOR)
    (directory / "source/go.mod").write_text("module emulator\n\ngo 1.22\n")
    environment = {**os.environ, "CGO_ENABLED": "0"}
    program = directory / "qemu-s390x-static"
    run(["go", "build", "-o", program], cwd=directory / "source", env=environment)
    return directory


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """amd64, with nothing that is registered or installed; a function registers an emulator."""
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(emulation, "REGISTERED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def register(name, text):
        (tmp_path / name).write_text(text)

    return register


def test_the_machine_runs_its_own_programs_and_those_of_386(machine):
    assert emulation.emulator_of("amd64") is None
    assert emulation.emulator_of("386") is None


@pytest.mark.parametrize("architecture", ["arm", "no-such"])
def test_without_an_emulator_the_remedy_is_told(machine, architecture):
    says = f"the image is for {architecture}, and this machine is amd64. {{}} to run it"
    with pytest.raises(Skip) as skip:
        emulation.emulator_of(architecture)
    assert str(skip.value) == says.format("Install qemu-user-static")
    with pytest.raises(Skip) as skip:
        emulation.check_kernel_starts(architecture)
    assert str(skip.value) == says.format("Register qemu-user with the kernel")


def test_the_kernel_starts_what_is_registered_for_all_files(machine):
    machine("qemu-arm", REGISTERED.format("OCF"))
    assert emulation.emulator_of("arm") is None
    emulation.check_kernel_starts("arm")
    # An image would need the emulator; or it is switched off.
    for text in (REGISTERED.format("OC"), REGISTERED.format("OCF").replace("enabled", "disabled")):
        machine("qemu-arm", text)
        with pytest.raises(Skip):
            emulation.emulator_of("arm")


def test_an_emulator_that_needs_libraries_is_none(machine, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/qemu-arm-static").symlink_to(sys.executable)
    with pytest.raises(Skip):
        emulation.emulator_of("arm")


def test_an_emulator_that_is_installed_runs_the_program_of_the_image(project, emulator):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(api BASE scratch PLATFORMS linux/amd64 linux/s390x ENTRYPOINT api CMD x ENV PATH=/no:/usr/local/bin)"
    )
    project.configure(engine="builtin")
    project.build("image")
    plan = project.binary / "api.container/plan.json"
    command = [sys.executable, GOCONTAINER, "run", plan, "--platform", "linux/s390x"]
    environment = {**os.environ, "PATH": f"{emulator}:{os.environ['PATH']}"}
    said = run(command, env=environment).stdout
    # Where the kernel starts it, this one is not needed.
    assert said in ("[qemu -0 api /usr/local/bin/api x] <nil>\n", "hello [x]\n")
    # What is not there is told as without an emulator.
    arguments = plan.with_name("run.json")
    arguments.write_text(json.dumps({"name": "api.run", "run": ["x"], "entrypoint": ["/none"]}))
    check = [sys.executable, GOCONTAINER, "test", "run", plan, "--test", arguments]
    done = run([*check, "--platform", "linux/s390x"], env=environment, expect_failure=True)
    assert "/none: No such file or directory" in done.output
