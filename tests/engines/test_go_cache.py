"""GO_CACHE where an engine compiles: through the cache mounts of its builds."""

import contextlib
import os
import re
import shutil
import subprocess
import tarfile
import time

import pytest
from builders import Builders
from gocontainer.read.layout import open_image
from harness import REPOSITORY
from rootfs import entries

SCRIPTS = REPOSITORY / "cmake/GoContainer/scripts"

# Of the caches of a builder, in which an image of that name is built.
LOOK = """
FROM {image}
RUN --mount=type=cache,target=/root/.cache/go-build ls /root/.cache/go-build/*/
"""


@pytest.fixture
def builders(state, registry, tmp_path):
    return Builders(state, registry, tmp_path)


def looked_at(project, builders, name, image):
    """The actions that the cache of a builder has."""
    place = project.write("look/Dockerfile", LOOK.format(image=image)).parent
    command = ["buildx", "build", "--builder", name, "--progress", "plain"]
    said = builders.docker(*command, "--output", "type=cacheonly", place)
    return set(re.findall(r"\b[0-9a-f]{64}-a$", said.output, re.MULTILINE))


def test_a_fresh_builder_compiles_nothing_that_another_one_has(
    project, registry, builders, tmp_path
):
    image = f"{registry}/golang:alpine"
    seen, made = {}, []
    project.go_module("go", main="package main\n\nfunc main() { println(1) }\n")
    project.cmakelists(f"add_go_container(carried SOURCE_DIR go BASE scratch BUILDER_IMAGE {image} GO_CACHE {tmp_path}/shared)")  # fmt: skip
    for name in (
        "near",
        "fresh",
    ):  # of one build tree, so what is known of the first one's caches must not count
        with builders.start(name):
            project.configure("-D", f"GO_CONTAINER_BUILDER={name}", engine="docker", docker=builders.docker)  # fmt: skip
            said = project.build("carried").output
            dockerfile = (project.binary / "carried.container/Dockerfile").read_text()
            assert "go_cache" not in dockerfile
            # No other test has an image of that name.
            with open_image("docker-daemon:carried:latest", "docker") as built:
                made.append({path: entry.digest for path, entry in entries(built).items()})
            seen[name] = looked_at(project, builders, name, image)
            project.build("carried-modules")
            assert "GO_CACHE" not in project.build("carried").output
        if name == "near":
            assert "GO_CACHE: wrote" in said
        else:
            assert "GO_CACHE: unpacked" in said and "GO_CACHE: wrote" not in said
    assert made[0] == made[1]
    assert len(seen["near"]) > 100
    # Go's index of the sources has their times in it.
    assert len(seen["fresh"] - seen["near"]) <= 1
    assert len(list((tmp_path / "shared").iterdir())) == 1


@pytest.mark.usefixtures("own_store")
@pytest.mark.parametrize("engine", ["podman", "buildah"])
def test_a_machine_without_a_daemon_compiles_nothing_that_another_one_has(
    project_at, podman, tmp_path, engine
):
    def actions(place):
        return {path.name for path in place.rglob("*-a")}

    compiled, says = {}, {}
    for name in ("near", "fresh"):
        project = project_at(tmp_path / name)
        project.go_module(
            "go", main=f"package main\n\nfunc main() {{ println(`{engine} {name}`) }}\n"
        )
        project.cmakelists(
            f"add_go_container(api SOURCE_DIR go BASE scratch GO_CACHE {tmp_path}/shared)"
        )
        project.configure(engine=engine)
        place = tmp_path / name / "mounts"  # where this machine has its cache mounts
        place.mkdir()
        says[name] = project.build("api", env={"TMPDIR": str(place)}).output
        compiled[name] = actions(place)
    assert "GO_CACHE: wrote" in says["near"]
    assert "GO_CACHE: unpacked" in says["fresh"] and "GO_CACHE: wrote" not in says["fresh"]
    assert len(compiled["near"]) > 100
    # The program, how it is linked, and Go's index of the sources, which has their times in it.
    assert len(compiled["fresh"] - compiled["near"]) <= 5
    for image in podman("images", "--all", "--quiet").stdout.split():
        assert "go_cache" not in podman("history", "--no-trunc", image).stdout


def entries_in(file, *names):
    """A tar of Go's build cache with entries of these names."""
    with tarfile.open(file, "w") as tar:
        for name in names:
            tar.add(__file__, f"{name[:2]}/{name}")


def writer_of(fifo, process):
    """The file of a pipe that has a name, as soon as the process reads it."""
    while process.poll() is None:
        with contextlib.suppress(OSError):
            return os.fdopen(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "wb")
        time.sleep(0.05)
    raise AssertionError(process.communicate())


def test_one_mount_is_filled_twice_at_once(docker, tmp_path):
    """A build is in the middle of it while another one begins and ends. In a container both have the same process id."""
    caches = tmp_path / "build", tmp_path / "modules"

    def fill(name, entries):
        work = tmp_path / name
        work.mkdir()
        shutil.copy(SCRIPTS / "go_cache_in.sh", work)
        for part in ("build", "modules"):
            entries_in(work / f"{part}.tar", *(entries if part == "build" else ()))
        places = ("/root/.cache/go-build", "/go/pkg/mod", "/work")
        mounts = [f"--volume={here}:{there}" for here, there in zip((*caches, work), places)]
        return ["run", "--rm", *mounts, "golang:alpine", "sh", "/work/go_cache_in.sh"]

    words = fill("first", ["ab1-d", "ab2-a", "cd1-d"])
    packed = (tmp_path / "first/build.tar").read_bytes()
    (tmp_path / "first/build.tar").unlink()
    os.mkfifo(tmp_path / "first/build.tar")
    with subprocess.Popen(["docker", *words], stderr=subprocess.PIPE, text=True) as process:
        with writer_of(tmp_path / "first/build.tar", process) as held:
            docker(*fill("second", ["ab1-d", "ab3-d"]))
            os.set_blocking(held.fileno(), True)
            held.write(packed)
        said = process.communicate()[1]
    assert (process.returncode, said) == (0, "")
    names = {path.name for path in caches[0].rglob("*") if path.is_file()}
    assert names == {"ab1-d", "ab2-a", "ab3-d", "cd1-d"}
    assert sorted(path.name for path in caches[0].iterdir()) == ["ab", "cd"]
