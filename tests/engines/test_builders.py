"""GO_CONTAINER_BUILDER with several builders of buildx: each container has one of them."""

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from builders import Builders
from chosen import declare, errors
from harness import run
from module_proxy import module_proxy

# No other test has images of these names.
NAMES = [f"spread-{number}" for number in range(6)]
MAIN = """package main

import "example.com/word"

func main() {{ word.Say("{}") }}
"""


@pytest.fixture
def builders(state, registry, tmp_path):
    return Builders(state, registry, tmp_path)


class BothAtOnce(SimpleHTTPRequestHandler):
    """A module proxy that gives the module to no builder before both ask for it."""

    both = threading.Barrier(2)

    def do_GET(self):
        if self.path.endswith(".zip"):
            self.both.wait(600)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy(tmp_path, project):
    """The address of that proxy; the project has programs that use the module."""
    module = {"go.mod": "module example.com/word\n\ngo 1.22\n", "word.go": "package word\n\nfunc Say(word string) { println(word) }\n"}  # fmt: skip
    environment = module_proxy(tmp_path, {"example.com/word@v1.0.0": module})
    project.write("go.mod", "module example.com/spread\n\ngo 1.22\n\nrequire example.com/word v1.0.0\n")  # fmt: skip
    for name in NAMES:
        project.write(f"cmd/{name}/main.go", MAIN.format(name))
    run(["go", "mod", "tidy"], cwd=project.source, env=environment)
    handler = partial(BothAtOnce, directory=tmp_path / "proxy")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def builders_of(project):
    """The builder of each container, by the commands of its build."""
    found = {}
    for file in sorted(project.binary.glob("*.container/build.sh")):
        (found[file.parent.stem],) = set(re.findall(r"--builder ['\"]?([a-z]+)", file.read_text()))
    return found


def test_two_builders_build_at_once_and_each_compiles_its_programs(
    project, registry, builders, proxy
):
    calls = "".join(f"add_go_container({name} PACKAGE ./cmd/{name})\n" for name in NAMES)
    project.cmakelists(f"""
        set(GO_CONTAINER_BASE scratch)
        set(GO_CONTAINER_BUILDER_IMAGE {registry}/golang:alpine)
        set(GO_CONTAINER_GO_ENV GOPROXY={proxy} GOSUMDB=off)
        {calls}
        add_go_container_variant(spread-0 loud CMD loud)
        """)
    with builders.start("left"), builders.start("right"):
        project.configure(
            "-D", "GO_CONTAINER_BUILDER=left;right", engine="docker", docker=builders.docker
        )
        place = builders_of(project)
        sides = {
            side: [name for name in place if place[name] == side] for side in ("left", "right")
        }
        assert min(map(len, sides.values())) > 1
        assert place["spread-0-loud"] == place["spread-0"]
        # One job, so one process of Ninja has to call both.
        said = project.build("image", "--", "-j1", env={"BUILDKIT_PROGRESS": "plain"}).output
        commands = re.split(r'(?m)^#0 building with "([a-z]+)"', said)[1:]
        assert sorted(commands[::2]) == ["left", "right"]
        for side, words in zip(commands[::2], commands[1::2]):
            copied = re.findall(r"^#\d+ \[(\S+) .*COPY .* /usr/local/bin/", words, re.M)
            # The variant has the same step, under one of both names.
            assert {re.sub("-loud$", "", each) for each in copied} == {
                re.sub("-loud$", "", each) for each in sides[side]
            }
        for name in NAMES:
            identity = (project.binary / f"{name}.container/image.id").read_text().strip()
            assert builders.docker("run", "--rm", identity).stderr == f"{name}\n"
        assert "Building image" not in project.build("image").output

    gone = project.configure(engine="docker", docker=builders.docker, expect_failure=True)
    assert "the builder left does not answer" in errors(gone)


def create(builders, name, *platform):
    """A builder that starts when it builds, which it does not here."""
    builders.docker("buildx", "create", "--name", name, "--driver", "docker-container", *platform)


def test_another_builder_takes_its_share_and_moves_no_other(project, builders):
    for name in ("left", "right", "third"):
        create(builders, name)
    containers = "".join(f"add_go_container(c{number} BASE scratch)\n" for number in range(12))
    declare(project, containers)

    def place(names):
        word = f"GO_CONTAINER_BUILDER={names}"
        said = project.configure("-D", word, engine="docker", docker=builders.docker).stdout
        return builders_of(project), said

    two, said = place("left;right")
    assert ", builder left (docker-container), builder right (docker-container), as" in said
    assert place("right;left")[0] == two
    three, _ = place("left;right;third")
    assert set(three.values()) == {"left", "right", "third"}
    assert {name: three[name] for name in three if three[name] != "third"}.items() <= two.items()


def test_builders_of_other_platforms(project, golden, builders):
    create(builders, "left", "--platform", "linux/amd64")
    create(builders, "right", "--platform", "linux/arm64")
    declare(project)
    result = project.configure(
        "-D", "GO_CONTAINER_BUILDER=left;right", engine="docker", docker=builders.docker,
        expect_failure=True,
    )  # fmt: skip
    golden.check("errors/builders-of-other-platforms.txt", errors(result))
