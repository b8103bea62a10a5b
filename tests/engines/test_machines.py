"""Two machines, and two builders, that make the images of one commit."""

import os
import re
import subprocess
import tarfile

from buildkit import BuildKit
from gocontainer.read.layout import open_image
from harness import Project
from rootfs import entries

MAIN = "package main\n\nfunc main() { println(1) }\n"


class Machine:
    """A clone of a project with the caches, and a home and caches of its own. Its containers share no pack."""

    def __init__(self, directory, caches):
        self.project = Project(directory)
        self.names = list(caches)
        self.env = {
            "HOME": str(directory / "home"),
            "XDG_CACHE_HOME": str(directory / "home/cache"),
            "GOCACHE": str(directory / "home/go-build"),
            "GOMODCACHE": str(directory / "home/mod"),
        }
        calls = []
        for name, cache in caches.items():
            self.project.go_module(name, main=MAIN)
            calls.append(
                f"add_go_container({name} SOURCE_DIR {name} BASE scratch GO_CACHE {cache})"
            )
        self.project.cmakelists("\n".join(calls))
        self.project.configure(engine="builtin", env=self.env)

    def start(self):
        return subprocess.Popen(
            ["cmake", "--build", self.project.binary, "--target", "image"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=self.project.environment(self.env),
        )  # fmt: skip

    def digests(self):
        return [image_of(self.project, name)[0] for name in self.names]


def image_of(project, name):
    """The digest and the entries of an image that is an archive."""
    archive = project.binary / f"{name}.container/{name}.tar"
    with open_image(f"oci-archive:{archive}") as image:
        found = entries(image)
        return image.id, {path: entry.digest for path, entry in found.items()}


def test_machines_that_build_at_once_with_one_cache(tmp_path, registry):
    shared = tmp_path / "shared"
    caches = {"by-directory": shared, "by-registry": f"{registry}/shared-{os.getpid()}/go"}
    machines = [Machine(tmp_path / name, caches) for name in ("one", "two")]
    builds = [machine.start() for machine in machines]
    said = [build.communicate()[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], said
    for place in ("registry", "directory"):
        assert any(re.search(f"GO_CACHE: wrote .*{place}", one) for one in said), said
    assert machines[0].digests() == machines[1].digests()
    (pack,) = shared.iterdir()  # nothing is left beside it
    with tarfile.open(pack) as tar:
        assert len(tar.getnames()) > 10
    for name, cache in caches.items():
        another = Machine(tmp_path / f"another-{name}", {name: cache})
        build = another.start()
        told = build.communicate()[0]
        assert build.returncode == 0, told
        assert "GO_CACHE: unpacked" in told and "GO_CACHE: wrote" not in told
        assert another.digests()[0] in machines[0].digests()


def test_builders_make_the_same(project, state, registry, tmp_path):
    """Two BuildKit daemons with empty stores, one after the other. test_go_cache.py has two that compile."""
    project.go_module("api", main=MAIN)
    project.write("notes", "some\n")
    project.cmakelists(f"""
        add_go_container(api SOURCE_DIR api BASE scratch HOST_BUILD ON)
        add_go_container(data PROGRAMS NONE BASE {registry}/alpine:latest FILES notes DESTINATION /opt CMD /bin/true)
        """)
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        daemon = BuildKit(state, registry, tmp_path / name)
        with daemon.start(name):
            words = ["-D", f"GO_CONTAINER_BUILDKIT_HOST={daemon.address}"]
            project.configure(*words, engine="buildkit")
            for container in ("api", "data"):
                (project.binary / f"{container}.container/{container}.tar").unlink(missing_ok=True)
            project.build("image")
            # Not the digests: layers have the times at which a builder made the files.
            found.append([image_of(project, container)[1] for container in ("api", "data")])
    assert found[0] == found[1]
