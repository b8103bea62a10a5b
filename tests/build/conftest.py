"""Fixtures of several tests of builds."""

import uuid

import pytest


@pytest.fixture
def publish(docker, registry, tmp_path):
    """A function that pushes another image, with a file of that text, as the reference which it gives."""
    name = f"refresh-{uuid.uuid4().hex[:12]}"
    reference = f"{registry}/{name}:1"

    def push(text):
        directory = tmp_path / "base"
        directory.mkdir(exist_ok=True)
        (directory / "edition").write_text(text)
        (directory / "Dockerfile").write_text("FROM scratch\nCOPY edition /\n")
        env = {"DOCKER_BUILDKIT": "1"}
        docker("build", "--quiet", "--tag", name, directory, env=env)
        docker("tag", name, reference)
        docker("push", reference)
        docker("rmi", name, reference)
        return reference

    return push
