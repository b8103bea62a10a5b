"""The parts of gocontainer/go/bake.py that need no builder; tests/engines/test_builder.py and test_builders.py have the others."""

import json

import pytest
from gocontainer.go.bake import BuilderError, Group
from gocontainer.go.group import Container
from gocontainer.go.handover import MADE, REFUSED, read_handover
from gocontainer.go.ninja_request import Request

# What a builder is told behind it: --file <file> --metadata-file <file> <target>...
WORKS = """printf '{"%s": {"containerimage.config.digest": "sha256:1"}}' "$5" >"$4"; echo it works >&2"""


@pytest.fixture
def group_of(tmp_path):
    """A function that gives the group of two containers, of the scripts that make their images: the first one's, and the
    containers that are wanted."""

    def make(scripts):
        targets = {"programs": {"dockerfile": str(tmp_path / "Dockerfile")}}
        for name, script in zip(("api", "web"), scripts):
            (tmp_path / name).mkdir()
            (tmp_path / name / "together").write_text(f"module\nsh\n-c\n{script}\nbake\n")
            (tmp_path / name / "plan.json").write_text(json.dumps({"name": name}))
            targets[name] = {
                "dockerfile": str(tmp_path / name / "Dockerfile"),
                "contexts": {"build": "target:programs"},
            }
        file = tmp_path / "docker-bake.json"
        file.write_text(json.dumps({"target": targets}))
        group = Group(Container({"name": "api"}, str(tmp_path / "api")), str(file))
        wanted = dict(group.stale(Request(7, {"image"})))
        assert set(wanted) == {"api", "web"}
        return group, wanted

    return make


def left(wanted, name):
    found = read_handover(wanted[name].container.directory)
    return found.ninja, found.state


@pytest.mark.parametrize("status", [1, 91, 92, 93])
def test_what_bake_could_not_make_is_left_to_each_container(group_of, status, capfd):
    script = f"echo it says >&2; exit {status}"
    group, wanted = group_of([script, script])
    if status == 1:
        group.bake(wanted, Request(7, {"image"}), 0)
    else:  # the builder is of no use, and each container would say so again
        with pytest.raises(BuilderError) as error:
            group.bake(wanted, Request(7, {"image"}), 0)
        assert error.value.status == status
    # Of a program that does not compile, the build of its own container tells.
    assert capfd.readouterr().err == ("" if status == 1 else "it says\n")
    assert left(wanted, "api") == left(wanted, "web") == (7, REFUSED)


@pytest.mark.parametrize("own", ["api", "web"])
def test_a_builder_that_is_gone_stops_only_its_own_containers(group_of, own, capfd):
    scripts = {"api": "exit 91", "web": WORKS}
    group, wanted = group_of(scripts.values())
    group = Group(wanted[own].container, group.file)
    if own == "api":
        with pytest.raises(BuilderError):
            group.bake(wanted, Request(7, {"image"}), 0)
    else:
        group.bake(wanted, Request(7, {"image"}), 0)
    assert capfd.readouterr().err == "it works\n"
    assert left(wanted, "api") == (7, REFUSED)
    assert left(wanted, "web") == (7, MADE)
    assert read_handover(wanted["web"].container.directory).says == "sha256:1"
