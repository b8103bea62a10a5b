"""COMPRESSION: how the layers of builtin's archive are stored."""

import json
import sys
import tarfile

import pytest

WAYS = ["none", "gzip", "zstd"]
MEDIA_TYPE = "application/vnd.oci.image.layer.v1.tar"


@pytest.fixture
def archives(project):
    """One container for each way, with the same program, built by the Python that has the package zstandard."""
    project.go_module()
    calls = "".join(
        f"add_go_container({way} BASE scratch TAGS compressed-{way} BINARY_NAME hello COMPRESSION {way}\n"
        "  CMD /usr/local/bin/hello you LABELS org.opencontainers.image.title=same)\n"
        for way in WAYS
    )
    project.cmakelists(calls)
    project.configure("-D", f"Python3_EXECUTABLE={sys.executable}", engine="builtin")
    project.build("image")
    return {way: project.binary / f"{way}.container/{way}.tar" for way in WAYS}


def documents(archive):
    """The manifest and the config."""
    with tarfile.open(archive) as tar:

        def blob(descriptor):
            return json.load(tar.extractfile("blobs/" + descriptor["digest"].replace(":", "/")))

        manifest = blob(json.load(tar.extractfile("index.json"))["manifests"][0])
        return manifest, blob(manifest["config"])


def test_the_image_is_the_same(project, archives):
    found = {way: documents(archive) for way, archive in archives.items()}
    for way, ending in zip(WAYS, ["", "+gzip", "+zstd"]):
        manifest, config = found[way]
        assert {layer["mediaType"] for layer in manifest["layers"]} == {MEDIA_TYPE + ending}
        assert config["rootfs"] == found["none"][1]["rootfs"]
    sizes = {way: archive.stat().st_size for way, archive in archives.items()}
    assert sizes["gzip"] < 0.7 * sizes["none"]
    assert sizes["zstd"] < 0.7 * sizes["none"]
    project.ctest()


def test_the_same_bytes_again(project, archives):
    before = {way: archive.read_bytes() for way, archive in archives.items()}
    for archive in archives.values():
        archive.unlink()
    project.build("image")
    assert {way: archive.read_bytes() for way, archive in archives.items()} == before


def test_engines_load_it(archives, docker, own_store, podman):
    for way in ("none", "gzip"):  # docker before 23 does not know zstd
        docker("load", "--input", archives[way])
        assert docker("run", "--rm", f"compressed-{way}").output == "hello [you]\n"
        docker("rmi", f"compressed-{way}")
    for way in WAYS:
        podman("load", "--input", archives[way])
        assert podman("run", "--rm", f"compressed-{way}").output == "hello [you]\n"
        podman("rmi", f"compressed-{way}")


def test_without_the_package(project, golden):
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch COMPRESSION zstd)")
    # The system's Python, which has it not.
    project.configure("-D", "Python3_EXECUTABLE=/usr/bin/python3", engine="builtin")
    output = project.build("image", expect_failure=True).output
    (line,) = [line for line in output.splitlines() if line.startswith("GoContainer:")]
    golden.check("errors/compression-without-zstandard", line + "\n")
