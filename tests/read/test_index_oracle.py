"""What an image shows, by our index, by umoci and by docker: stacks of layers made up by chance."""

import hashlib
import json
import os
import posixpath
import random
import stat
import tarfile
from pathlib import Path

import pytest
from gocontainer.read.index import index_of
from images import archive, entry, hard_link, image, layer, link, write_plan

CASES = 150
NAMES = ["a", "b", "c"]


class Stack:
    """Random layers below a directory of its own, as tools write them: directories come before what is
    in them, whiteouts first, and nothing is twice. All engines agree on such only."""

    def __init__(self, chance: random.Random, root: str):
        self.chance = chance
        self.root = root
        self.tree = {root: entry(root)}  # path -> entry
        self.layers = [self.make_layer() for _ in range(chance.randint(2, 4))]

    def make_layer(self):
        self.new: dict[str, tuple] = {}
        self.hidden: set[str] = set()
        entries = []
        for _ in range(self.chance.randint(0, 2)):
            entries += self.whiteout()
        for _ in range(self.chance.randint(1, 6)):
            entries += self.one()
        return entries

    def is_directory(self, path):
        return self.tree[path][0].isdir()

    def parents(self, path):
        """The directories above it, once in a layer; those of the layers below as they are there."""
        above = path.split("/")[:-1]
        found = ["/".join(above[: n + 1]) for n in range(len(above))]
        missing = [self.tree[p] for p in found if p not in self.new]
        self.new.update((p, self.tree[p]) for p in found)
        return missing

    def whiteout(self):
        path = self.chance.choice(sorted(self.tree))
        if path == self.root or path in self.new:
            return []
        directory, name = posixpath.split(path)
        entries = self.parents(path)
        if self.is_directory(path) and self.chance.random() < 0.5:
            self.forget(path, itself=False)
            self.new[path] = self.tree[path]
            return [*entries, self.tree[path], entry(f"{path}/.wh..wh..opq", b"")]
        self.forget(path)
        self.hidden.add(path)
        return [*entries, entry(f"{directory}/.wh.{name}", b"")]

    def forget(self, path, itself=True):
        for other in [p for p in self.tree if p.startswith(path + "/") or (itself and p == path)]:
            del self.tree[other]

    def one(self):
        chance = self.chance
        directory = chance.choice(sorted(p for p in self.tree if self.is_directory(p)))
        path = f"{directory}/{chance.choice(NAMES)}"
        if path in self.new or path.count("/") > 4:
            return []
        kind = chance.choice(["file", "file", "directory", "directory", "link", "hard"])
        meta = {"mode": chance.choice([0o644, 0o755, 0o4711, 0o1777]), "uid": chance.choice([0, 7])}
        files = sorted(p for p, e in self.new.items() if e[0].isreg())
        if kind == "hard" and files:
            file = self.new[chance.choice(files)][0]
            made = hard_link(path, file.name, mode=file.mode, uid=file.uid)
        elif kind == "link":
            made = link(path, chance.choice([*NAMES, "../a", "/" + self.root, "none"]))
        elif kind == "directory":
            if path in self.hidden:
                return []
            made = entry(path, **meta)
        else:
            made = entry(path, bytes(chance.choices(b"xyz", k=chance.randint(0, 20))), **meta)
        if not (kind == "directory" and path in self.tree and self.is_directory(path)):
            self.forget(path)
        above = self.parents(path)
        self.tree[path] = self.new[path] = made
        return [*above, made]


def facts(path: Path):
    status = path.lstat()
    kinds = {stat.S_IFDIR: "directory", stat.S_IFLNK: "link", stat.S_IFREG: "file"}
    kind = kinds[stat.S_IFMT(status.st_mode)]
    target = str(path.readlink()) if kind == "link" else ""
    content = hashlib.sha256(path.read_bytes()).hexdigest() if kind == "file" else ""
    return (kind, stat.S_IMODE(status.st_mode), status.st_uid, target, content)


@pytest.fixture(scope="module", params=[1, 2, 3])
def stacks(request, tmp_path_factory):
    """(the layout's files, what our index shows) of an image with many stacks side by side."""
    chance = random.Random(request.param)
    made = [Stack(chance, f"case{number}") for number in range(CASES)]
    depth = max(len(stack.layers) for stack in made)
    layers = [
        layer(*(e for stack in made for e in (*stack.layers, *[[]] * depth)[number]))
        for number in range(depth)
    ]
    files = image(layers)
    directory = tmp_path_factory.mktemp("ours")
    found = index_of(write_plan(directory, archive(files)), directory, None)
    ours = {}
    for path, e in found.files.items():
        file = found.origin(e)
        content = hashlib.sha256(found.read(e)).hexdigest() if file.kind == "file" else ""
        ours[path] = (file.kind, file.mode, file.uid, file.target, content)
    assert len(ours) > 4 * CASES
    return files, ours


def test_umoci_unpacks_what_the_index_shows(stacks, umoci, tmp_path):
    files, ours = stacks
    for name, data in files.items():
        (tmp_path / "oci" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "oci" / name).write_bytes(data)
    umoci("raw", "unpack", "--image", f"{tmp_path}/oci:latest", tmp_path / "root")
    root = tmp_path / "root"
    theirs = {}
    for top, directories, names in os.walk(root):
        for name in directories + names:
            path = f"{top}/{name}"
            theirs[os.path.relpath(path, root)] = facts(Path(path))
    assert difference(theirs, ours) == {}


def test_docker_shows_what_the_index_shows(stacks, docker, skopeo, tmp_path):
    files, ours = stacks
    (tmp_path / "image.tar").write_bytes(archive(files))
    identity = json.loads(files["index.json"])["manifests"][0]["digest"][-12:]
    name = f"oracle:{identity}"
    skopeo(
        "copy", f"oci-archive:{tmp_path}/image.tar", f"docker-archive:{tmp_path}/docker.tar:{name}"
    )
    docker("load", "--input", tmp_path / "docker.tar")
    container = docker("create", name, "/none").stdout.strip()
    docker("export", "--output", tmp_path / "root.tar", container)
    docker("rm", container)
    docker("rmi", name)
    theirs = {}
    with tarfile.open(tmp_path / "root.tar") as tar:
        for member in tar:
            if not member.name.startswith("case"):
                continue  # what docker itself adds
            kind = "directory" if member.isdir() else "link" if member.issym() else "file"
            content = ""
            if kind == "file":
                with tar.extractfile(member) as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            target = member.linkname if kind == "link" else ""
            theirs[member.name] = (kind, member.mode & 0o7777, member.uid, target, content)
    assert difference(theirs, ours) == {}


def difference(theirs, ours):
    paths = sorted(theirs.keys() | ours.keys())
    return {p: (theirs.get(p), ours.get(p)) for p in paths if theirs.get(p) != ours.get(p)}
