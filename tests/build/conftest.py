"""Fixtures of several tests of builds."""

import uuid

import pytest


@pytest.fixture
def publish(docker, registry, tmp_path):
    """A function that pushes another image, with a file of that text, as the reference which it gives."""
    reference = f"{registry}/refresh-{uuid.uuid4().hex[:12]}:1"

    def push(text):
        directory = tmp_path / "base"
        directory.mkdir(exist_ok=True)
        (directory / "edition").write_text(text)
        (directory / "Dockerfile").write_text("FROM scratch\nCOPY edition /\n")
        env = {"DOCKER_BUILDKIT": "1"}
        # Another name than that of the registry: the engine under test must not have it at once.
        docker("build", "--quiet", "--tag", "refresh-base", directory, env=env)
        docker("tag", "refresh-base", reference)
        docker("push", reference)
        docker("rmi", reference)
        return reference

    return push
