"""GO_CONTAINER_LOAD: what builtin makes is in the store of docker or podman, too; only what changed is sent there."""

import re
import uuid

import pytest
from chosen import declare, errors
from gocontainer.read.layout import open_image
from harness import Command

AMD64 = {"os": "linux", "architecture": "amd64"}


def sent(result):
    """How many layers and bytes a build sent; None if it sent none."""
    found = re.search(r" to \w+: layers (\d+), ([0-9,]+) bytes", result.stdout)
    return found and (int(found[1]), int(found[2].replace(",", "")))


@pytest.mark.usefixtures("own_store")
@pytest.mark.parametrize(
    ("engine", "generator"),
    [("docker", "Ninja"), ("podman", "Ninja"), ("docker", "Unix Makefiles")],
)
def test_what_changed_is_sent(project, engine, generator):
    ask = Command(engine)
    own = uuid.uuid4().hex  # no other image in the store has these layers
    tags = [f"load-{own}:1", f"example.com/load/{own}:latest"]
    project.go_module(".")
    project.write("data", own * 100_000)
    project.cmakelists(f"""
        add_go_container(api BASE scratch TAGS {" ".join(tags)} FILES data DESTINATION /srv
          HEALTHCHECK /usr/local/bin/api PLATFORMS linux/amd64 linux/arm64)
        """)
    load = ["-D", f"GO_CONTAINER_LOAD={engine}"]
    project.configure(*load, engine="builtin", generator=generator)
    assert sent(project.build("image"))[1] > 3_200_000
    record = project.binary / "api.container/image.id"
    first = record.read_text().strip()
    # An image without a layer is listed in another way.
    ask("build", "--tag", f"load-{own}:empty", "-", stdin="FROM scratch\nLABEL empty=1\n")
    run = ("run", "--rm", tags[1], "/usr/local/bin/api")
    assert ask(*run).stdout == "hello []\n"

    main = project.source / "main.go"
    main.write_text(main.read_text().replace("hello", "goodbye"))
    layers, count = sent(project.build("image"))
    assert layers == 1
    assert count < 3_200_000
    assert ask(*run).stdout == "goodbye []\n"
    listed = "{{.Id}} {{json .RootFS.Layers}} {{.Config.Healthcheck.Test}}"
    lines = ask("image", "inspect", "--format", listed, *tags).stdout.splitlines()
    with open_image(f"oci-archive:{project.binary}/api.container/api.tar", platform=AMD64) as image:
        diff_ids = ",".join(f'"{layer.diff_id}"' for layer in image.layers)
        identity = lines[0].split()[0].rpartition(":")[2]
        assert f"sha256:{identity}" == image.id
    assert lines[0].endswith(f" [{diff_ids}] [CMD /usr/local/bin/api]")
    assert lines == lines[:1] * 2

    before = record.stat().st_mtime_ns
    again = project.build("image")
    assert sent(again) is None
    assert "Loading" not in again.stdout
    if generator == "Ninja":
        assert record.stat().st_mtime_ns == before

    ask("rmi", "--force", *tags)
    assert sent(project.build("image"))
    ask("rmi", tags[1])
    assert sent(project.build("image")) is None  # but for the tag all of it is there
    assert ask(*run).stdout == "goodbye []\n"
    ask("rmi", "--force", *tags, first, f"load-{own}:empty")


@pytest.mark.usefixtures("docker")
def test_no_daemon(project, golden):
    declare(project, "add_go_container(api BASE scratch)")
    project.configure("-D", "GO_CONTAINER_LOAD=docker", engine="builtin")
    away = {"DOCKER_HOST": "unix:///proc/nonexistent/docker.sock"}
    said = project.build("image", env=away, expect_failure=True).output
    told = re.search("GoContainer: (.*)\n", said)[1]
    golden.check("errors/load-without-a-daemon.txt", told + "\n")
    assert (project.binary / "api.container/api.tar").exists()


def test_no_command(project, golden, path_without_engines):
    declare(project)
    load = ["-D", "GO_CONTAINER_LOAD=podman"]
    result = project.configure(
        *load, engine="builtin", path=path_without_engines, expect_failure=True
    )
    golden.check("errors/load-without-podman.txt", errors(result))


def test_another_store(project, golden):
    declare(project)
    result = project.configure(
        "-D", "GO_CONTAINER_LOAD=docker", engine="podman", expect_failure=True
    )
    golden.check("errors/load-into-another-store.txt", errors(result))


@pytest.mark.parametrize(("engine", "load"), [("podman", "podman"), ("buildah", "podman")])
def test_an_engine_that_has_the_store_anyway(project, engine, load):
    declare(project)
    project.configure("-D", f"GO_CONTAINER_LOAD={load}", engine=engine)
    assert " load " not in (project.binary / "build.ninja").read_text()
