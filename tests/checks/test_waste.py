"""EFFICIENCY and MAX_WASTED count as dive does, but for what docs/reference/checks.rst names."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from gocontainer.checks import check_of
from harness import REPOSITORY, run
from image_in_memory import check_on, image_of, tar_of
from images import archive, digest, encoded

# Written by dive 0.13.1, by --regenerate where it is there:
# GOBIN=$PWD/build/tests/bin go install github.com/wagoodman/dive@v0.13.1
TABLE = REPOSITORY / "tests/golden/dive.json"
A, B, C = b"a" * 1000, b"b" * 300, b"c" * 7
IMAGES = {
    "one layer": [{"a": A, "b": B}],
    "nothing twice": [{"a": A}, {"b": B}, {"c": C}],
    "no bytes": [{"d/": None, "e": b""}, {"d/": None, "e": b""}],
    "changed": [{"a": A, "b": B}, {"a": B}],
    "changed twice": [{"d/a": A, "b": B}, {"d/a": B}, {"d/a": C}],
    "the same bytes": [{"a": A}, {"a": A}],
    "removed file": [{"a": A, "b": B}, {".wh.a": b""}],
    "removed and written anew": [{"a": A}, {".wh.a": b""}, {"a": C}],
    "removed twice": [{"a": A}, {".wh.a": b""}, {"a": C}, {".wh.a": b""}],
    "a file where a directory was": [{"d/a": A}, {"d": B}],
    "a directory where a file was": [{"d": A}, {"d/a": B}],
    "grown directory": [{"d/": None, "d/a": A}, {"d/": None, "d/b": B}],
    "another name": [{"d/a": A, "a": B}, {"d/b": A}],
    "removed in a directory": [{"d/a": A, "d/b": B}, {"d/.wh.a": b""}],
    "removed directory": [{"d/a": A, "d/b": B, "c": C}, {".wh.d": b""}],
    "opaque directory": [{"d/a": A, "d/b": B}, {"d/.wh..wh..opq": b"", "d/c": C}],
    "removed directory of changed files": [{"d/a": A, "c": C}, {"d/a": B}, {".wh.d": b""}],
}
# Where ours is another, with the efficiency in percent and the wasted bytes here: what a removed directory
# had is no longer needed.
OURS = {
    "removed directory": (100 * 7 / 1307, 1300),
    "opaque directory": (100 * 7 / 1307, 1300),
    "removed directory of changed files": (100 * 7 / 1307, 1300),
}


@pytest.fixture(scope="module")
def dive(request):
    """The efficiency in percent and the wasted bytes of each image, as dive tells them."""
    if request.config.getoption("regenerate") and shutil.which("dive"):
        with tempfile.TemporaryDirectory() as directory:
            told = {name: ask_dive(Path(directory), layers) for name, layers in IMAGES.items()}
        TABLE.write_text(json.dumps(told, indent=2) + "\n")
    return json.loads(TABLE.read_text())


def ask_dive(directory, layers):
    tars = [tar_of(files) for files in layers]
    config = encoded(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "history": [{"created_by": "COPY"}] * len(tars),
            "rootfs": {"type": "layers", "diff_ids": [digest(tar) for tar in tars]},
        }
    )
    names = [f"{place}/layer.tar" for place, _ in enumerate(tars)]
    files = {"config.json": config, **dict(zip(names, tars))}
    manifest = [{"Config": "config.json", "RepoTags": ["x:y"], "Layers": names}]
    (directory / "x.tar").write_bytes(archive({**files, "manifest.json": encoded(manifest)}))
    (directory / "x.json").unlink(missing_ok=True)  # dive leaves the end of a longer one
    words = ["--source", "docker-archive", directory / "x.tar", "--json", directory / "x.json"]
    run(["dive", *words])
    told = json.loads((directory / "x.json").read_text())["image"]
    return [told["efficiencyScore"] * 100, told["inefficientBytes"]]


@pytest.mark.parametrize("name", IMAGES)
def test_the_figures_are_those_of_dive(dive, tmp_path, name):
    test = check_on(tmp_path, "waste", image_of(*IMAGES[name]), {"efficiency": "0"})
    score, wasted = OURS.get(name, dive[name])
    assert name not in OURS or OURS[name] != tuple(dive[name])
    assert float(check_of("efficiency")(test).split(" ")[0]) == pytest.approx(score, abs=1e-4)
    test.arguments["maxWasted"] = {"declared": "1MB", "bytes": 1_000_000}
    assert check_of("max-wasted")(test).startswith(f"{wasted:,} of ")
