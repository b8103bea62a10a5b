"""What is sent to the store of an engine, seen by an engine that only tells."""

import json
import sys

import pytest
from gocontainer.read.source import ImageError
from gocontainer.write.load import load_plan
from images import PLAN, archive, descriptor, digest, encoded, entry, layer

# Its store: layers by diff id, images with their layers, tags. ``form`` is how it takes an archive without the content
# of a layer: "chain" as docker and podman, "refuse" if it has the layer in another form, "silent" as containerd does.
ENGINE = """\
#!{python}
import io, json, sys, tarfile
from pathlib import Path
file = Path({store!r})
store = json.loads(file.read_text())
words = sys.argv[1:]
if words[0] == "load":
    with tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read())) as tar:
        files = {{m.name: tar.extractfile(m).read() for m in tar}}
    (found,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(files["blobs/" + found["digest"].replace(":", "/")])
    config = json.loads(files["blobs/" + manifest["config"]["digest"].replace(":", "/")])
    blobs = ["blobs/" + each["digest"].replace(":", "/") for each in manifest["layers"]]
    lacks = [blob for blob in blobs if blob not in files]
    store["loads"].append([len(blobs) - len(lacks), sorted(files)])
    diff_ids = config["rootfs"]["diff_ids"]
    there = {{each for layers in store["images"].values() for each in layers or []}}
    assert there.issuperset(each for each, blob in zip(diff_ids, blobs) if blob in lacks)
    file.write_text(json.dumps(store))
    if store["form"] == "broken" or store["form"] == "refuse" and lacks:
        sys.exit("Error: no space left\\n")
    silent = store["form"] == "silent"
    identity = found["digest"] if silent else manifest["config"]["digest"]
    store["images"][identity] = None if silent and lacks else diff_ids
    file.write_text(json.dumps(store))
elif words[0] == "tag":
    store["tags"][words[2]] = words[1]
    file.write_text(json.dumps(store))
elif words[1] == "ls":
    print("\\n".join(store["images"]))
else:
    failed = False
    for name in words[4:]:
        name = store["tags"].get(name, name)
        if name in store["images"]:
            layers = store["images"][name]
            print(name, json.dumps({{"Type": "layers", **({{"Layers": layers}} if layers else {{}})}}))
        else:
            failed = True
            print(f"Error: No such image: {{name}}", file=sys.stderr)
    if failed:
        print()
        sys.exit(1)
"""


class Fake:
    """That engine."""

    def __init__(self, directory):
        self.file = directory / "store.json"
        self.command = directory / "engine"
        self.command.write_text(ENGINE.format(python=sys.executable, store=str(self.file)))
        self.command.chmod(0o755)
        self.write({"form": "chain", "images": {}, "tags": {}, "loads": []})

    def read(self):
        return json.loads(self.file.read_text())

    def write(self, store):
        self.file.write_text(json.dumps(store))

    def set(self, **members):
        self.write({**self.read(), **members})

    def loads(self):
        """How many layers each archive had that it got, since the last question."""
        found = [count for count, _ in self.read()["loads"]]
        self.set(loads=[])
        return found

    def load(self, made, **plan):
        return load_plan({**PLAN, **plan}, made, "docker", str(self.command))


@pytest.fixture
def engine(tmp_path):
    return Fake(tmp_path)


@pytest.fixture
def archive_of(tmp_path):
    """A function that writes an archive as builtin does, of layers with a file each."""

    def write(*contents):
        tars = [layer(entry(f"file{n}", text)) for n, text in enumerate(contents)]
        config = encoded({"os": "linux", "rootfs": {"diff_ids": [digest(tar) for tar in tars]}})
        kind = "application/vnd.oci.image.manifest.v1+json"
        layers = [descriptor("layer", tar) for tar in tars]
        manifest = encoded(
            {"mediaType": kind, "config": descriptor("config", config), "layers": layers}
        )
        named = {**descriptor(kind, manifest), "platform": PLAN["platform"]}
        docker = {"Config": path(config), "Layers": [path(tar) for tar in tars], "RepoTags": ["a"]}
        files = {path(data): data for data in [*tars, config, manifest]}
        files["index.json"] = encoded({"manifests": [named]})
        files["manifest.json"] = encoded([docker])
        file = tmp_path / "api.tar"
        file.write_bytes(archive(files))
        return file, digest(config), digest(manifest)

    return write


def path(data):
    return "blobs/" + digest(data).replace(":", "/")


def test_what_changed_is_sent(engine, archive_of):
    made, identity, _ = archive_of(b"base", b"program")
    done = engine.load(made)
    assert (done.id, done.layers) == (identity, 2)
    assert engine.read()["tags"] == dict.fromkeys(PLAN["tags"], identity)
    assert engine.loads() == [2]
    made, identity, _ = archive_of(b"base", b"programme")
    done = engine.load(made)
    assert (done.id, done.layers) == (identity, 1)
    (_, names) = engine.read()["loads"][0]
    assert {"oci-layout", "index.json", "manifest.json"} < set(names)
    assert engine.loads() == [1]


def test_nothing_is_sent_of_what_is_there(engine, archive_of):
    made, identity, _ = archive_of(b"base", b"program")
    engine.load(made)
    engine.loads()
    assert engine.load(made) == (identity, 0, 0)
    one, other = PLAN["tags"]
    engine.set(tags={one: identity})
    assert engine.load(made) == (identity, 0, 0)
    assert engine.read()["tags"][other] == identity
    assert engine.loads() == []


def test_any_image_may_have_the_layers(engine, archive_of):
    engine.load(archive_of(b"base", b"one")[0], tags=["one:1"])
    engine.loads()
    engine.load(archive_of(b"base", b"two")[0], tags=["two:1"])
    assert engine.loads() == [1]


def test_a_layer_above_one_that_changed_is_sent(engine, archive_of):
    engine.load(archive_of(b"base", b"files", b"program")[0])
    engine.load(archive_of(b"base", b"filed", b"program")[0])
    assert engine.loads() == [3, 2]


def test_an_engine_that_refuses_gets_all(engine, archive_of):
    engine.load(archive_of(b"base", b"one")[0])
    engine.set(form="refuse", loads=[])
    made, identity, _ = archive_of(b"base", b"two")
    assert engine.load(made)[:2] == (identity, 2)
    assert engine.loads() == [1, 2]


def test_an_image_that_is_not_whole_gets_no_tag(engine, archive_of):
    """A store of containerd takes an archive that lacks content."""
    engine.load(archive_of(b"base", b"one")[0])
    engine.set(form="silent", loads=[])
    made, _, manifest = archive_of(b"base", b"two")
    assert engine.load(made)[:2] == (manifest, 2)
    assert engine.loads() == [1, 2]
    assert set(engine.read()["tags"].values()) == {manifest}


def test_an_engine_that_fails(engine, archive_of):
    made, identity, _ = archive_of(b"base", b"one")
    engine.load(made)
    engine.set(form="broken")
    with pytest.raises(
        ImageError, match=r"GO_CONTAINER_LOAD is docker, .* \(Error: no space left\)"
    ):
        engine.load(archive_of(b"base", b"two")[0])
    assert set(engine.read()["tags"].values()) == {identity}
    engine.command.unlink()
    with pytest.raises(ImageError, match=r"\(No such file or directory\)"):
        engine.load(made)
