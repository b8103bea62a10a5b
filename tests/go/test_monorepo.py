"""Many random edits of a large module: after each, the containers of which there is another image are
those that must be, and their programs print what is in the sources. Zero missed, zero needless."""

import io
import json
import re
import subprocess
import tarfile

import pytest
from monorepo import Monorepo

SERVICES, PACKAGES, EDITS, SEED = 50, 30, 200, 7

# How often each edit comes, of 200; an edit of all services is expensive.
KINDS = {
    "edit_source": 40,
    "edit_asset": 14,
    "add_source": 20,
    "remove_source": 14,
    "rename_source": 10,
    "move_package": 6,
    "edit_imports": 16,
    "edit_call": 6,
    "edit_language": 1,
    "edit_test": 16,
    "edit_readme": 14,
    "edit_unused_package": 6,
    "edit_for_another_system": 9,
    "add_readme": 9,
    "touch": 9,
    "change_mode": 6,
    "undo": 4,
}


class Build:
    """The build tree of a monorepo."""

    def __init__(self, project, repository):
        self.project = project
        self.repository = repository
        self.calls = None
        self.declare()
        project.configure(engine="builtin")

    def declare(self):
        if self.calls != self.repository.calls():
            self.calls = self.repository.calls()
            self.project.cmakelists(self.calls)

    def archive(self, name):
        return self.project.binary / f"{name}.container/{name}.tar"

    def times(self):
        paths = {name: self.archive(name) for name in self.repository.services}
        return {name: p.stat().st_mtime_ns for name, p in paths.items() if p.exists()}

    def build(self):
        """The names of the containers of which another image was written, and of those whose rule ran."""
        before = self.times()
        output = self.project.build("image").output
        ran = set(re.findall(r"Building image (\S+)", output))
        return {name for name, time in self.times().items() if before.get(name) != time}, ran

    def program(self, name):
        """The bytes of the program in the image."""
        with tarfile.open(self.archive(name)) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))
            layer = archive.extractfile(manifest[0]["Layers"][-1]).read()
        with tarfile.open(fileobj=io.BytesIO(layer)) as files:
            return files.extractfile(f"usr/local/bin/{name}").read()

    def check(self, names, tmp_path):
        """The programs are those of the sources as they are now."""
        for name in names:
            file = tmp_path / "program"
            file.write_bytes(self.program(name))
            file.chmod(0o755)
            printed = subprocess.run([file], capture_output=True, text=True, check=True).stderr
            assert sorted(printed.splitlines()) == self.repository.output(name), name


@pytest.mark.timeout(900)  # of a machine that has other things to do
def test_random_edits(project, tmp_path):
    assert sum(KINDS.values()) == EDITS
    repository = Monorepo(project.source, SERVICES, PACKAGES, SEED)
    kinds = [kind for kind, times in KINDS.items() for _ in range(times)]
    repository.chance.shuffle(kinds)
    tree = Build(project, repository)
    assert tree.build()[0] == set(repository.services)
    assert tree.build() == (set(), set())
    tree.check(repository.services, tmp_path)

    for number, kind in enumerate(kinds):
        repository.watching.clear()
        expected = getattr(repository, kind)()
        tree.declare()
        rebuilt, ran = tree.build()
        what = f"edit {number}, {kind}"
        assert rebuilt == expected, (
            f"{what}: missed {expected - rebuilt}, needless {rebuilt - expected}"
        )
        assert ran <= expected | repository.watching, f"{what}: the rules of others ran"
        tree.check(expected, tmp_path)
    tree.check(repository.services, tmp_path)
    assert tree.build() == (set(), set())
