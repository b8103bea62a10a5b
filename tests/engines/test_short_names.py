"""Images whose names have no registry: they mean on podman and buildah what they mean to docker. What is said where an
image can't be fetched."""

import json
import re

import pytest
from harness import Command

ENGINES = ["podman", "buildah"]
# As Debian installs it: no registry is searched for such names.
NONE_SEARCHED = "unqualified-search-registries = []\n"


@pytest.fixture
def settings(tmp_path):
    """An environment with an empty store, and the registries.conf of the text."""
    storage = tmp_path / "storage.conf"
    storage.write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{tmp_path}/images"\nrunroot = "{tmp_path}/run"\n'
    )

    def write(text):
        registries = tmp_path / "registries.conf"
        registries.write_text(text)
        return {
            "CONTAINERS_STORAGE_CONF": str(storage),
            "CONTAINERS_REGISTRIES_CONF": str(registries),
        }

    return write


@pytest.mark.parametrize("engine", ENGINES)
def test_they_are_of_docker_io_unless_the_store_has_them(project, settings, registry, engine):
    mirror = (
        f'[[registry]]\nprefix = "docker.io/library"\nlocation = "{registry}"\ninsecure = true\n'
    )
    env = settings(NONE_SEARCHED + mirror)
    project.go_module(".")
    project.cmakelists("""
        add_go_container(api HOST_BUILD ON BASE alpine TAGS short-name)
        add_go_container(web HOST_BUILD ON BASE short-name TAGS of-the-store)
        add_dependencies(web api)
        """)
    project.configure(engine=engine, env=env)
    project.build("image", env=env)
    form = "{{.Repository}}:{{.Tag}}"
    names = Command("podman")("images", "--format", form, env=env).stdout.split()
    assert set(names) == {
        "docker.io/library/alpine:latest",
        "localhost/short-name:latest",
        "localhost/of-the-store:latest",
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_build_that_fails_tells_what_the_name_means(project, settings, golden, engine):
    env = settings(NONE_SEARCHED + '[[registry]]\nprefix = "docker.io"\nblocked = true\n')
    project.go_module(".")
    project.cmakelists("""
        add_go_container(api BASE scratch)
        add_go_container(web HOST_BUILD ON BASE team/base:1)
        """)
    project.configure(engine=engine, env=env)
    result = project.build("image", "--", "-k", "0", env=env, expect_failure=True)
    told = {line for line in result.output.splitlines() if line.startswith("GoContainer: ")}
    golden.check("errors/image-without-a-registry.txt", "\n".join(sorted(told)) + "\n")


def test_docker_tells_which_image_it_can_t_fetch(project, docker, golden):
    """The one of a port at which nobody listens; the words of the builder differ by version."""
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE 127.0.0.1:1/team/base:1)")
    project.configure(engine="docker", docker=docker)
    result = project.build("image", expect_failure=True)
    (told,) = [line for line in result.output.splitlines() if line.startswith("GoContainer: ")]
    assert "connection refused" in told
    told = re.sub(r"fetched: .*refused", "fetched: <why>: connection refused", told)
    golden.check("errors/image-not-fetched.txt", told + "\n")


@pytest.mark.parametrize("engine", ["docker", "podman", "builtin"])
def test_a_mirror_has_the_images_of_docker_io(project, docker, skopeo, registry, engine):
    skopeo(
        *("copy", "--src-tls-verify=false", "--dest-tls-verify=false"),
        *(f"docker://{registry}/alpine:latest", f"docker://{registry}/mirror/library/alpine:3.0"),
    )
    project.go_module(".")
    project.cmakelists(f"""
        set(GO_CONTAINER_REGISTRY_MIRROR {registry}/mirror)
        add_go_container(api TAGS mirrored HOST_BUILD ON BASE alpine:3.0 CMD /usr/local/bin/api)
        """)
    project.configure(engine=engine, docker=docker)
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert plan["base"] == f"{registry}/mirror/library/alpine:3.0"
    assert plan["config"]["Labels"]["org.opencontainers.image.base.name"] == "alpine:3.0"
    assert "100% tests passed" in project.ctest().stdout
