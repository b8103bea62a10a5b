"""SBOM with the engine builtin: the process that writes the image writes the documents, and they are never those of
another image or call."""

import gzip
import json
import os

import pytest
from harness import GOCONTAINER, REPOSITORY, run
from images import archive, entry, image, layer

CALL = "add_go_container(api BASE scratch SBOM spdx cyclonedx)"
LIBRARY = """\
C:Q1abc
P:musl
V:1.2.5-r0
A:x86_64
"""
ISC = REPOSITORY / "cmake/GoContainer/gocontainer/report/assets/d3-hierarchy/LICENSE"


@pytest.fixture
def built(project):
    """A function that configures and builds the call, by default with the target of the image alone."""
    project.go_module()

    def build(call=CALL, target="api", generator="Ninja"):
        project.cmakelists(call)
        project.configure(engine="builtin", generator=generator)
        project.build(target)
        return project

    return build


def document(project, form="spdx", name="api"):
    return project.binary / "api.container" / f"{name}.{form}.json"


def program(project):
    """The SHA-256 of the program that the SBOM has."""
    packages = json.loads(document(project).read_text())["packages"]
    (found,) = (each for each in packages if each["name"] == "example.com/program")
    return found["checksums"][0]["checksumValue"]


def sha256(project):
    file = project.binary / "api.container/context/out/api"
    return run(["sha256sum", file]).stdout.split()[0]


def commands(project):
    """The byte code of what writes an SBOM by a process of its own, which each process leaves in the build tree."""
    return list((project.binary / "CMakeFiles/GoContainer").rglob("materials.*.pyc"))


@pytest.mark.parametrize("generator", ["Ninja", "Ninja Multi-Config", "Unix Makefiles"])
def test_no_process_of_its_own_writes_them(built, generator):
    project = built(target="image-sbom", generator=generator)
    directory = project.binary / "api.container"
    if "Multi" in generator:
        directory /= "Debug"
    assert (directory / "api.spdx.json").exists()
    assert commands(project) == []
    (directory / "api.spdx.json").unlink()
    project.build("image-sbom")
    assert (directory / "api.spdx.json").exists()
    if generator != "Unix Makefiles":  # there each build writes them
        assert commands(project)  # so that is what one would leave


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_they_are_those_of_the_image(built, generator):
    project = built(generator=generator)
    first = program(project)
    assert first == sha256(project)
    project.go_module(greeting="another")
    project.build("api")
    assert program(project) == sha256(project) != first


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_another_option(built, generator):
    built("add_go_container(api BASE scratch)", generator=generator)
    project = built("add_go_container(api BASE scratch SBOM spdx)", generator=generator)
    first = document(project).read_bytes()
    assert not document(project, "cdx").exists()
    project.go_module(greeting="another")
    built("add_go_container(api BASE scratch SBOM cyclonedx)", generator=generator)
    assert document(project).read_bytes() == first  # it is nobody's now
    built("add_go_container(api BASE scratch SBOM spdx)", generator=generator)
    assert program(project) == sha256(project)


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_what_was_removed_or_changed_comes_back(built, generator):
    project = built(target="image-sbom", generator=generator)
    files = [document(project), document(project, "cdx")]
    right = [file.read_bytes() for file in files]
    project.build("image-sbom")
    assert commands(project) == []
    for change in (remove, write_older):
        for file in files:
            change(file)
            project.build("image-sbom")
            assert [file.read_bytes() for file in files] == right


def remove(file):
    file.unlink()


def write_older(file):
    """Other bytes, with the time of the file, as rsync and cp -p leave them."""
    status = file.stat()
    file.write_bytes(b"{}")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_nothing_to_do(built):
    project = built(target="image-sbom")
    before = project.snapshot(project.binary / "api.container")
    project.build("image-sbom")
    assert project.snapshot(project.binary / "api.container") == before
    assert commands(project) == []


def test_a_library_of_another_version(project):
    """Only CMake knows it: neither a file of the program nor a command changes."""
    project.go_module(main='package main\n\nimport "C"\n\nfunc main() {}\n')
    for version in ("1.5", "1.6"):
        project.cmakelists(
            f"""\
            enable_language(C)
            add_library(Headers::all INTERFACE IMPORTED)
            set(Headers_VERSION {version})
            add_go_container(api BASE scratch SBOM spdx LINK_LIBRARIES Headers::all
              LDFLAGS -linkmode external -extldflags=-static)
            """
        )
        project.configure(engine="builtin")
        project.build("api")
        packages = json.loads(document(project).read_text())["packages"]
        found = {each["name"]: each.get("versionInfo") for each in packages}
        assert found["Headers::all"] == version


def test_another_gocontainer(project, tmp_path):
    """Its documents may list more."""
    copied = tmp_path / "cmake"
    run(["cp", "-r", REPOSITORY / "cmake", copied])
    project.go_module()
    project.cmakelists(CALL)
    file = project.source / "CMakeLists.txt"
    file.write_text(file.read_text().replace(f"{REPOSITORY}/cmake", str(copied)))
    project.configure(engine="builtin")
    project.build("api")
    form = copied / "GoContainer/gocontainer/sbom/spdx.py"
    form.write_text(form.read_text().replace("Tool: GoContainer", "Tool: Another"))
    project.build("api")
    assert "Tool: Another" in document(project).read_text()


@pytest.mark.parametrize("platforms", [(), ("linux/amd64", "linux/arm64")])
def test_the_command_writes_the_same_bytes(built, tmp_path, platforms):
    """On a base with compressed layers, of which a later one removes a file, with licences."""
    files = [
        layer(entry("lib/apk/db/installed", LIBRARY.encode()), entry("etc/os-release", b"ID=x\n")),
        layer(entry("etc/.wh.os-release", b"")),
    ]
    stored = [gzip.compress(each, mtime=0) for each in files]
    base = tmp_path / "base.tar"
    base.write_bytes(archive(image(files, stored)))
    of = (
        f"BASE scratch PLATFORMS {' '.join(platforms)}" if platforms else f"BASE oci-archive:{base}"
    )
    project = built(f"add_go_container(api {of} LICENSES ON SBOM spdx spdx3 cyclonedx)")
    directory, again = project.binary / "api.container", tmp_path / "again"
    again.mkdir()
    words = ["python3", GOCONTAINER.parent / "gocontainer", "sbom", "--output", again, directory]
    run(words)
    written = {file.name: file.read_bytes() for file in again.iterdir()}
    assert len(written) == 3 * (len(platforms) + 1 if platforms else 1)
    for name, data in written.items():
        assert (directory / name).read_bytes() == data
    if not platforms:
        assert b"musl" in written["api.spdx.json"]
        kept = list((directory / "sbom-layers").iterdir())
        assert len(kept) == 2
        run(["cmake", "-E", "touch", directory / "plan.json"])
        project.build("api")
        assert sorted((directory / "sbom-layers").iterdir()) == sorted(kept)
