"""The parts of gocontainer/go/bake.py that need no builder; tests/engines/test_builder.py has the others."""

import json

import pytest
from gocontainer.go.bake import BuilderError, Group
from gocontainer.go.group import Container
from gocontainer.go.handover import REFUSED, read_handover
from gocontainer.go.ninja_request import Request


@pytest.fixture
def group(tmp_path):
    """Of two containers, whose images a command makes that ends with the status 0."""
    targets = {"programs": {"dockerfile": str(tmp_path / "Dockerfile")}}
    for name in ("api", "web"):
        (tmp_path / name).mkdir()
        targets[name] = {
            "dockerfile": str(tmp_path / name / "Dockerfile"),
            "contexts": {"build": "target:programs"},
        }
    file = tmp_path / "docker-bake.json"
    file.write_text(json.dumps({"target": targets}))
    return Group(Container({"name": "api"}, str(tmp_path / "api")), str(file), ["true"])


@pytest.mark.parametrize("status", [1, 91, 92, 93])
def test_what_bake_could_not_make_is_left_to_each_container(group, status, capfd):
    group.command = ["sh", "-c", f"echo it says >&2; exit {status}", "bake"]
    wanted = {name: Container({"name": name}, place) for name, place in group.places.items()}
    request = Request(7, {"image"})
    if status == 1:
        group.bake(wanted, request, 0)
    else:  # the builder is of no use, and each container would say so again
        with pytest.raises(BuilderError) as error:
            group.bake(wanted, request, 0)
        assert error.value.status == status
    # Of a program that does not compile, the build of its own container tells.
    assert capfd.readouterr().err == ("" if status == 1 else "it says\n")
    for container in wanted.values():
        left = read_handover(container.directory)
        assert (left.ninja, left.state) == (7, REFUSED)
