"""Programs of one module are compiled by one go build, where several of them are to be built."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from gocontainer.go import turn
from gocontainer.go.compile import compiled_by_another
from gocontainer.go.group import Container, is_plain, is_stale, stale
from gocontainer.go.handover import Handover
from gocontainer.go.ninja_request import Request, targets_of
from gocontainer.go.turn import is_made
from images import elf, one_program

MAIN = 'package main\n\nimport "example.com/m/shared"\n\nfunc main() {{ println("{}", shared.Word) }}\n'


@pytest.fixture
def services(project, tmp_path):
    """A module of the packages that a function is told, each with a container of its name; it is built by a
    go command that notes how it is called."""
    log = tmp_path / "calls"
    go = tmp_path / "go"
    go.write_text(f'#!/bin/sh\necho "$@" >>"{log}"\nexec "{shutil.which("go")}" "$@"\n')
    go.chmod(0o755)
    project.write("go.mod", "module example.com/m\n\ngo 1.22\n")
    project.write("shared/shared.go", 'package shared\n\nconst Word = "0"\n')

    def make(*packages, generator="Ninja", base=None):
        calls = ""
        for package in packages:
            name = package.replace("/", "-")
            project.write(f"{package}/main.go", MAIN.format(name))
            bases = {name: "scratch", **(base or {})}
            calls += f"add_go_container({name} BASE {bases[name]} PACKAGE ./{package})\n"
        project.cmakelists(calls)
        options = ["-D", f"Go_EXECUTABLE={go}"]
        project.configure(*options, engine="builtin", generator=generator)
        return project

    def calls(command):
        """How go was called with the command since the last time."""
        lines = log.read_text().splitlines()
        return [line for line in lines if line.startswith(command + " ")]

    make.calls = calls
    make.forget = lambda: log.write_text("")
    return make


def archives(project):
    return {path.stem: path.read_bytes() for path in project.binary.glob("*.container/**/*.tar")}


@pytest.mark.parametrize("generator", ["Ninja", "Ninja Multi-Config"])
def test_one_go_build_for_all_that_are_asked_for(services, generator):
    project = services("one", "two", "three", generator=generator)
    project.build("image")
    (build,) = services.calls("build")
    assert {"./one", "./two", "./three"} <= set(build.split())
    assert len(services.calls("list")) == 1
    services.forget()
    project.write("two/main.go", MAIN.format("other"))
    project.write("three/main.go", MAIN.format("another"))
    project.build("image")
    (build,) = services.calls("build")
    assert {"./two", "./three"} <= set(build.split())
    assert "./one" not in build
    assert "Building" not in project.build("image").output


def test_the_default_target_compiles_those_of_all_together(project):
    project.write("go.mod", "module example.com/m\n\ngo 1.22\n")
    project.write("shared/shared.go", 'package shared\n\nconst Word = "0"\n')
    for name in ("one", "two", "three"):
        project.write(f"{name}/main.go", MAIN.format(name))
    project.cmakelists("""
        add_go_container(one ALL BASE scratch PACKAGE ./one)
        add_go_container(two ALL BASE scratch PACKAGE ./two)
        add_go_container(three BASE scratch PACKAGE ./three)
        """)
    project.configure(engine="builtin")
    trace = project.binary / "GoContainer/trace.json"
    said = project.build("all", "--", "-j", "1").output
    assert said.count("Building image") == 2
    assert not (project.binary / "three.container/three.tar").exists()
    steps = [json.loads(line.rstrip(",")) for line in trace.read_text().splitlines()[1:]]
    assert len({step["pid"] for step in steps}) == 1  # one process did all


@pytest.mark.parametrize(
    ("words", "targets"),
    [
        ("-C build -j 4 -k0", set()),
        ("-C build all:Release", {"all"}),
        ("-k 0 -j4 -d stats one two", {"one", "two"}),
        ("-f build.ninja image -v", {"image"}),
    ],
)
def test_targets_in_the_words_of_ninja(words, targets):
    assert targets_of(words.split()) == targets


def test_one_process_makes_the_images_of_all(services):
    project = services("one", "two", "three")
    result = project.build("image", "--", "-j1")
    assert (
        len(services.calls("env -json")) == 1
    )  # by which every process that goes on to compile begins
    for name in ("one", "two", "three"):
        assert len(re.findall(f"^{name}:latest sha256:", result.output, re.M)) == 1
    assert "Building" not in project.build("image").output
    assert not list(project.binary.glob("*.container/compiled"))


def test_images_that_are_gone_are_made_by_one_process_without_linking(services):
    project = services("one", "two", "three")
    project.build("image")
    programs = project.binary.glob("*.container/context/out/*")
    linked = {path: path.stat().st_ino for path in programs}
    first = archives(project)
    for name in first:
        (project.binary / f"{name}.container/{name}.tar").unlink()
    services.forget()
    project.build("image", "--", "-j1")
    assert len(services.calls("build")) == 1
    assert archives(project) == first
    assert {path: path.stat().st_ino for path in linked} == linked


def test_an_image_that_can_not_be_made_spares_the_others(services, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    project = services("one", "two", "three", base={"two": f"oci:{empty}"})
    result = project.build("image", "--", "-k", "0", "-j1", expect_failure=True)
    assert len(re.findall(f"^GoContainer: .*{empty}", result.output, re.M)) == 1
    assert set(archives(project)) == {"one", "three"}


def test_what_another_process_made_counts_for_its_ninja_while_the_inputs_stay(
    tmp_path, monkeypatch, capsys
):
    one = container(tmp_path, "one")
    plan = Path(one.directory, "plan.json")
    since = plan.stat().st_mtime_ns
    monkeypatch.setattr(turn, "request_of_ninja", lambda: Request(7, set()))
    assert not is_made(one.directory)
    for left in (
        Handover(7, "compiled", since),
        Handover(8, "made", since),
        Handover(7, "made", since - 1),
    ):
        left.leave(one.directory)
        assert not is_made(one.directory)
    Handover(7, "made", since, "one:latest is made").leave(one.directory)
    assert is_made(one.directory)
    assert capsys.readouterr().out == "one:latest is made\n"
    assert not is_made(one.directory)


def test_a_target_alone_compiles_its_own_program(services):
    project = services("one", "two")
    project.build("one")
    (build,) = services.calls("build")
    assert "./one" in build
    assert "./two" not in build
    assert set(archives(project)) == {"one"}


def test_the_images_are_those_that_are_made_alone(services):
    project = services("one", "two")
    project.build("image")
    together = archives(project)
    shutil.rmtree(project.binary)
    project = services("one", "two")
    project.build("one")
    project.build("two")
    assert archives(project) == together


def test_a_program_that_does_not_compile_spares_the_others(services):
    project = services("one", "two", "three")
    project.build("image")
    good = archives(project)
    project.write("shared/shared.go", 'package shared\n\nconst Word = "1"\n')
    project.write("two/main.go", "package main\n\nfunc main() { broken }\n")
    result = project.build("image", "--", "-k", "0", expect_failure=True)
    assert result.output.count("undefined: broken") == 1
    assert services.calls("mod") == []  # nothing is downloaded for a program that does not compile
    there = archives(project)
    assert there["two"] == good["two"]
    assert there["one"] != good["one"]
    assert there["three"] != good["three"]
    project.write("two/main.go", MAIN.format("mended"))
    project.build("image")
    assert archives(project)["two"] != good["two"]


def test_an_import_that_is_missing_spares_the_others(services):
    project = services("one", "two", "three")
    project.write("two/main.go", 'package main\n\nimport "example.com/m/gone"\n\nfunc main() {}\n')
    project.build("image", "--", "-k", "0", expect_failure=True)
    assert set(archives(project)) == {"one", "three"}


def test_programs_of_one_name(services):
    project = services("a/server", "b/server", "c/v2", "main")
    project.build("image")
    images = archives(project)
    assert len(set(images.values())) == 4
    for name in ("a-server", "b-server", "c-v2", "main"):
        assert name.encode() in images[name]


def container(directory, name, package=None, **members):
    plan = {
        "schemaVersion": 1, "engine": "builtin", "platform": {}, "source": "/src",
        "context": "/src", "go": {"env": [], "flags": []},
        "name": name, "programs": one_program(f"/usr/local/bin/{name}", package or f"./{name}"), **members,
    }  # fmt: skip
    place = directory / name
    (place / "context/out").mkdir(parents=True)
    (place / "context/out" / name).write_bytes(elf())
    (place / "plan.json").write_text(json.dumps(plan))
    return Container(plan, str(place))


def test_which_are_compiled_together(tmp_path):
    one = container(tmp_path, "one")
    others = [
        container(tmp_path, "two"),
        container(tmp_path, "debug", go={"env": [], "flags": ["-race"]}),
        container(tmp_path, "elsewhere", source="/other"),
        container(tmp_path, "linked", unheardOf=1),
        container(tmp_path, "root", package="."),
        container(tmp_path, "again", package="./else/two"),
    ]
    plans = tmp_path / "plans.txt"
    plans.write_text("".join(f"{c.directory}/plan.json\n" for c in [*others, one]))

    def found(*targets):
        return [c.plan["name"] for c in stale(str(plans), one, Request(1, set(targets)))]

    assert found("image") == ["one", "two"]
    assert found("one", "again") == ["one", "again"]
    assert found("one", "debug", "elsewhere", "linked", "root") == ["one"]
    assert found("all") == ["one"]


def test_an_option_that_is_new_counts(tmp_path):
    """What no list names yet must be the same."""
    one = container(tmp_path, "one", unheardOf=1)
    others = [container(tmp_path, "two", unheardOf=1), container(tmp_path, "three", unheardOf=2)]
    plans = tmp_path / "plans.txt"
    plans.write_text("".join(f"{c.directory}/plan.json\n" for c in [*others, one]))
    assert is_plain(one.plan)
    assert [c.plan["name"] for c in stale(str(plans), one, Request(1, {"image"}))] == ["one", "two"]


@pytest.mark.parametrize("member", ["link", "runtimeLibraries", "overlay", "secrets", "ssh"])
def test_what_is_compiled_alone(tmp_path, member):
    assert not is_plain(container(tmp_path, "one", **{member: ["x"]}).plan)


def test_what_is_out_of_date(tmp_path):
    one = container(tmp_path, "one")
    source = tmp_path / "a file.go"
    source.write_text("a")
    assert is_stale(one, {})
    directory = Path(one.directory)
    (directory / "built").touch()
    assert is_stale(one, {})
    (directory / "inputs.d").write_text(
        f"{directory}/built: \\\n {str(source).replace(' ', chr(92) + ' ')}\n"
    )
    assert is_stale(one, {})  # there is no image
    (directory / "one.tar").touch()
    assert not is_stale(one, {})
    later = (directory / "built").stat().st_mtime_ns + 1
    os.utime(source, ns=(later, later))
    assert is_stale(one, {})
    source.unlink()
    assert is_stale(one, {})


def test_an_input_in_the_build_tree_is_relative_to_its_top(tmp_path):
    one = container(tmp_path, "one")
    directory = Path(one.directory)
    (tmp_path / "made.txt").touch()
    (directory / "one.tar").touch()
    (directory / "built").touch()
    (directory / "inputs.d").write_text("one/built: \\\n made.txt\n")
    assert not is_stale(one, {})
    later = (directory / "built").stat().st_mtime_ns + 1
    os.utime(tmp_path / "made.txt", ns=(later, later))
    assert is_stale(one, {})


def test_an_image_that_is_gone_from_a_store_is_out_of_date(tmp_path):
    one = container(tmp_path, "one", engine="docker")
    directory = Path(one.directory)
    for name in ("pruned", "inputs.d", "built"):
        (directory / name).write_text("")
    assert not is_stale(one, {})
    built = (directory / "built").stat().st_mtime_ns
    os.utime(directory / "pruned", ns=(built + 1, built + 1))
    assert is_stale(one, {})


def test_a_program_counts_only_while_its_inputs_stay(tmp_path):
    one = container(tmp_path, "one")
    directory = tmp_path / "one"
    source = tmp_path / "main.go"
    source.write_text("a")
    assert compiled_by_another(one) is None
    Handover(1, "refused").leave(one.directory)
    assert compiled_by_another(one) is None
    since = max(p.stat().st_mtime_ns for p in (source, directory / "plan.json"))
    Handover(1, "compiled", since, inputs=[str(source)]).leave(one.directory)
    program = compiled_by_another(one)
    assert program.binaries == [str(directory / "context/out/one")]
    assert (program.inputs, program.since) == ([str(source)], since)
    os.utime(source, ns=(since + 1, since + 1))
    assert compiled_by_another(one) is None
    os.utime(source, ns=(since, since))
    assert compiled_by_another(one) is None  # it was written to, whatever its time says
    Handover(1, "compiled", source.stat().st_ctime_ns, inputs=[str(source)]).leave(one.directory)
    assert compiled_by_another(one) is not None
    (directory / "context/out/one").unlink()
    assert compiled_by_another(one) is None
