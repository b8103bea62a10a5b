"""Any value arrives in the image byte for byte, or the configure stops and names it."""

import tarfile
import tempfile
from pathlib import Path

import pytest
from gocontainer.read.layout import open_image
from harness import Project
from hypothesis import HealthCheck, given, settings
from values import DECLARATION, call


@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["builtin", "docker", "podman"])
def test_values_arrive(engine, docker):
    @settings(
        max_examples=12 if engine == "builtin" else 4,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(DECLARATION)
    def arrives(values):
        with tempfile.TemporaryDirectory() as directory:
            config, paths = build(Path(directory), engine, docker, values)
        assert (config.get("Entrypoint") or []) == values["entrypoint"]
        assert (config.get("Cmd") or []) == values["cmd"]
        for i, text in enumerate(values["env"]):
            assert f"E{i}={text}" in config["Env"]
        for i, text in enumerate(values["labels"]):
            assert config["Labels"][f"l{i}"] == text
        assert config["WorkingDir"] == values["workdir"]
        assert set(config.get("Volumes") or {}) == set(values["volumes"])
        assert values["destination"] + "/CMakeLists.txt" in paths

    arrives()


def build(directory, engine, docker, values):
    project = Project(directory)
    project.go_module(".")
    project.write("CMakeLists.txt", "")
    project.cmakelists("")
    with (project.source / "CMakeLists.txt").open("a", newline="") as lists:
        lists.write(call(values) + "\n")
    project.configure(engine=engine, docker=docker)
    project.build("image")
    container = project.binary / "values.container"
    where = f"oci-archive:{container / 'values.tar'}"
    if engine != "builtin":
        store = "docker-daemon" if engine == "docker" else "containers-storage"
        where = f"{store}:{(container / 'image.id').read_text().strip()}"
    with open_image(where, None if engine == "builtin" else engine) as image:
        paths = set()
        for layer in image.layers:
            with layer.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                paths.update("/" + member.name.lstrip("./") for member in tar)
        return image.config["config"], paths
