"""The target image-list and gocontainer list: what is told of the containers of a build tree."""

import json
import os
import re

import pytest
from gocontainer.cli.commands import main
from harness import run

CALLS = """
    add_go_container(api BASE scratch MAX_SIZE {size})
    add_go_container(both BASE scratch PLATFORMS linux/amd64 linux/arm64 MAX_SIZE linux/arm64=50MB)
    """


def declare(project, size="50MB", **options):
    project.go_module(".")
    project.cmakelists(CALLS.format(size=size))
    project.configure(**options)


def listed(project, capsys, *options):
    capsys.readouterr()
    assert main(["list", *options, "--json", str(project.binary)]) == 0
    found = json.loads(capsys.readouterr().out)
    return {container["name"]: container for container in found}


def states(project, capsys, *options):
    found = listed(project, capsys, *options)
    return {name: container["state"] for name, container in found.items()}


def test_the_target_prints_a_line_for_each_image(project):
    declare(project, engine="builtin")
    project.build("api")
    rows = [line.split() for line in project.build("image-list").stdout.splitlines()]
    head = next(n for n, row in enumerate(rows) if row[:1] == ["NAME"])
    table = rows[head + 1 : head + 4]
    size = table[0].pop(3)
    assert re.fullmatch(r"\d,\d{3},\d{3}", size)
    percent = round(int(size.replace(",", "")) / 500_000)
    assert table == [
        ["api", "api:latest", "linux/amd64", "50MB,", f"{percent}", "%", "builtin", "built"],
        ["both", "both:latest", "linux/amd64", "-", "-", "builtin", "never", "built"],
        ["both", "both:latest", "linux/arm64", "-", "50MB", "builtin", "never", "built"],
    ]


def test_states_with_builtin(project, capsys):
    declare(project, engine="builtin")
    never = listed(project, capsys)
    assert [each["state"] for each in never.values()] == ["never built", "never built"]
    assert never["api"]["images"][0]["size"] is None
    project.build("image")
    found = listed(project, capsys)
    assert [each["state"] for each in found.values()] == ["built", "built"]
    assert found["api"]["references"] == ["api:latest"]
    assert found["api"]["images"][0]["budget"] == {"declared": "50MB", "bytes": 50_000_000}
    assert [each["platform"] for each in found["both"]["images"]] == ["linux/amd64", "linux/arm64"]
    assert all(each["size"] > 1_000_000 for each in found["both"]["images"])
    declare(project, size="51MB")
    assert states(project, capsys) == {"api": "out of date", "both": "built"}
    (project.binary / "both.container/both.tar").unlink()
    assert states(project, capsys)["both"] == "pruned"
    project.build("image")
    assert states(project, capsys) == {"api": "built", "both": "built"}


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_states_with_a_store(request, project, capsys, tmp_path, engine, own_store):
    command = request.getfixturevalue(engine)
    project.go_module(".")
    project.cmakelists(f"add_go_container(listed BASE scratch HOST_BUILD ON TAGS listed-{engine})")
    project.configure(engine=engine)
    assert states(project, capsys) == {"listed": "never built"}
    project.build("image")
    assert states(project, capsys) == {"listed": "built"}
    words = ["--engines", f"{engine}={tmp_path}/no-such-command"]
    assert states(project, capsys, *words) == {"listed": "unknown"}
    # By its id, so no other test may make the same image.
    command("rmi", "--force", (project.binary / "listed.container/image.id").read_text().strip())
    assert states(project, capsys) == {"listed": "pruned"}


def test_a_multi_config_tree(project, capsys):
    declare(project, engine="builtin", generator="Ninja Multi-Config")
    project.build("api", config="Release")
    capsys.readouterr()
    assert main(["list", str(project.binary)]) == 0
    states = [line.split("builtin ")[-1].strip() for line in capsys.readouterr().out.splitlines()]
    assert states.count("built") == 1
    debug = project.build("image-list", config="Debug").stdout
    assert debug.count("never built") == 3
    assert project.build("image-list", config="Release").stdout.count("never built") == 2


def test_a_directory_without_containers(tmp_path, capsys):
    assert main(["list", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"GoContainer: {tmp_path} has no containers. Give the build directory of a project that CMake configured: "
        "gocontainer list build\n"
    )


def test_nothing_is_asked_without_a_store(project, tmp_path):
    """The list of images that are files starts no engine."""
    declare(project, engine="builtin")
    for name in ("docker", "podman", "buildah"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/asked\n")
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    run(["cmake", "--build", project.binary, "--target", "image-list"], env=environment)
    assert not (tmp_path / "asked").exists()
