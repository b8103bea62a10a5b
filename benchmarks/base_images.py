"""Base images that the benchmark makes itself, in its registry. Each is made once, as an OCI layout.

As a program, `base_images.py <layout> <platforms>`: writes the layout, in a process of its own, as what a process holds
is counted for all that it starts later."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from measure import call

if TYPE_CHECKING:
    from tools import Tools

OCI = "application/vnd.oci.image"
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
FILES, FILE = 6, 10_000_000
"""Of each layer of the large base: how many files, and the bytes of each."""
LARGE = {"random": 4, "text": 2}
"""Layers, by what is in them; 300 MB as a registry has them, of which text is the half of what it is unpacked."""


def large(tools: Tools, host: str) -> str:
    """A base of 300 MB in six layers; returns its reference."""
    return pushed(tools, host, "large", "linux/amd64")


def static(tools: Tools, host: str, platforms: tuple[str, ...]) -> str:
    """The CA certificates alone, for several platforms; returns the reference."""
    return pushed(tools, host, "static", *platforms)


def plain(directory: Path, size: int) -> None:
    """A base of about so many bytes, in layers of 100 MB that are not compressed."""
    layout = Layout(directory)
    made = []
    for number in range(size // 100_000_000):
        files = {f"{number}/{n}": bytes([number]) * FILE for n in range(10)}
        made.append(layout.layer(files, compressed=False))
    layout.finish([layout.image(made, "linux/amd64")])


def pushed(tools: Tools, host: str, name: str, *platforms: str) -> str:
    layout = tools.state / "bases" / name
    if not (layout / "index.json").exists():
        print(f"Making the base {name}", flush=True)
        call([sys.executable, "-B", __file__, layout, *platforms], tools.env())
    reference = f"{host}/benchmark/{name}:latest"
    kind = ["--index"] if len(platforms) > 1 else []
    call([tools.crane(), "push", "--insecure", *kind, layout, reference], tools.env())
    return reference


class Layout:
    """An OCI layout that is written."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.blobs = directory / "blobs/sha256"
        shutil.rmtree(directory, ignore_errors=True)
        self.blobs.mkdir(parents=True)

    def blob(self, data: bytes, kind: str) -> dict:
        digest = hashlib.sha256(data).hexdigest()
        (self.blobs / digest).write_bytes(data)
        return {"mediaType": f"{OCI}.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    def document(self, document: dict, kind: str) -> dict:
        return self.blob(json.dumps(document).encode(), kind)

    def layer(self, files: dict[str, bytes], *, compressed: bool = True) -> tuple[dict, str]:
        """A layer and its diff id."""
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        plain = stream.getvalue()
        diff_id = "sha256:" + hashlib.sha256(plain).hexdigest()
        if not compressed:
            return self.blob(plain, "layer.v1.tar"), diff_id
        return self.blob(gzip.compress(plain, 1, mtime=0), "layer.v1.tar+gzip"), diff_id

    def image(self, layers: list[tuple[dict, str]], platform: str) -> dict:
        words = dict(zip(("os", "architecture", "variant"), platform.split("/")))
        root = {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]}
        config = self.document({**words, "config": {}, "rootfs": root}, "config.v1+json")
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": config,
            "layers": [layer for layer, _ in layers],
        }
        return {**self.document(manifest, "manifest.v1+json"), "platform": words}

    def finish(self, manifests: list[dict]) -> None:
        (self.directory / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        index = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": manifests}
        (self.directory / "index.json").write_text(json.dumps(index))


def content(kind: str, seed: int) -> bytes:
    """The same bytes on every machine."""
    if kind == "random":
        return random.Random(seed).randbytes(FILE)
    return random.Random(seed).randbytes(FILE // 2).hex().encode()


def layers(layout: Layout) -> list[tuple[dict, str]]:
    if layout.directory.name == "static":
        return [layout.layer({CA_BUNDLE.as_posix().lstrip("/"): CA_BUNDLE.read_bytes()})]
    kinds = [kind for kind, count in LARGE.items() for _ in range(count)]
    return [
        layout.layer(
            {f"{kind}/{number}/{n}": content(kind, FILES * number + n) for n in range(FILES)}
        )
        for number, kind in enumerate(kinds)
    ]


def main(directory: Path, platforms: list[str]) -> None:
    layout = Layout(directory)
    made = layers(layout)
    layout.finish([layout.image(made, platform) for platform in platforms])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
