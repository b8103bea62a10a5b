"""Images for tests of the checks, made of layers that are written down, without an engine."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from contextlib import nullcontext

from gocontainer import checks
from gocontainer.read.index import DOCUMENT, Index, write_index
from gocontainer.read.layer import Layer
from gocontainer.read.layout import Image

ADDED = "COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/"


def tar_of(files):
    """The tar of a layer: path -> content, None for a directory."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.mode = 0o755
            if content is None:
                info.type = tarfile.DIRTYPE
            else:
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content or b""))
    return stream.getvalue()


def image_of(*layers, config=None, history=None):
    """An image of layers as tar_of() takes them; all on top of no base, if no history is given."""
    tars = [tar_of(layer) for layer in layers]
    config = {
        "os": "linux",
        "architecture": "amd64",
        "config": config or {},
        "history": history or [{"created_by": ADDED}] + [{"created_by": "COPY"}] * len(layers[1:]),
    }
    return Image(
        "layered",
        "sha256:" + "0" * 64,
        None,
        (),
        config,
        tuple(
            Layer(
                "sha256:" + hashlib.sha256(tar).hexdigest(),
                lambda tar=tar: nullcontext(io.BytesIO(tar)),
                len(tar),
            )
            for tar in tars
        ),
    )


def check_on(directory, check, image, arguments=None, **plan):
    """The test of that check of the image api; arguments are those of add_go_container_test()."""
    plan = {"name": "api", "go": {"flags": ["-trimpath", "-ldflags=-s -w"]}, **plan}
    test = checks.Test(f"api.{check}", plan, directory, arguments or {})
    cache = directory / "index" / check
    cache.mkdir(parents=True)
    write_index(image, cache)
    test.index = Index(cache, json.loads((cache / DOCUMENT).read_bytes()))
    return test
