"""GO_CACHE where an engine compiles: through the cache mounts of its builds."""

import re

import pytest
from builders import Builders
from gocontainer.read.layout import open_image
from rootfs import entries

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
    project_at, registry, builders, tmp_path
):
    image = f"{registry}/golang:alpine"
    seen, made = {}, []
    for name in ("near", "fresh"):
        project = project_at(tmp_path / name)
        project.go_module("go", main="package main\n\nfunc main() { println(1) }\n")
        project.cmakelists(f"add_go_container(api SOURCE_DIR go BASE scratch BUILDER_IMAGE {image} GO_CACHE {tmp_path}/shared)")  # fmt: skip
        with builders.start(name):
            project.configure("-D", f"GO_CONTAINER_BUILDER={name}", engine="docker", docker=builders.docker)  # fmt: skip
            said = project.build("api").output
            dockerfile = (project.binary / "api.container/Dockerfile").read_text()
            assert "go_cache" not in dockerfile
            with open_image("docker-daemon:api:latest", "docker") as built:
                made.append({path: entry.digest for path, entry in entries(built).items()})
            seen[name] = looked_at(project, builders, name, image)
            project.build("api-modules")
            assert "GO_CACHE" not in project.build("api").output
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
