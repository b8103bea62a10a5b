"""Small files of an image, as its layers show them."""

import hashlib
import io
from contextlib import nullcontext

import pytest
from gocontainer.read.contents import contents
from gocontainer.read.layer import Layer
from images import entry, layer, link

LOWER = [entry("etc"), entry("./etc/passwd", b"low"), entry("etc/group", b"g" * (1 << 20) + b"h")]


def stored(*entries):
    data = layer(*entries)
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    return Layer(digest, lambda: nullcontext(io.BytesIO(data)), len(data), digest)


@pytest.mark.parametrize(
    ("upper", "shows"),
    [
        ([entry("etc/hosts", b"")], b"low"),
        ([entry("etc/passwd", b"up")], b"up"),
        ([entry("etc/.wh.passwd", b"")], None),
        ([entry(".wh.etc", b"")], None),
        ([entry("etc/.wh..wh..opq", b"")], None),
        ([entry("etc/passwd", b"up"), entry("etc/.wh..wh..opq", b"")], b"up"),
        ([link("etc/passwd", "/elsewhere")], b""),
    ],
)
def test_the_upper_layer_replaces_and_hides(upper, shows):
    found = contents([stored(*LOWER), stored(*upper)], ["etc/passwd", "etc/group", "etc/none"])
    assert found.get("etc/passwd") == shows
    assert "etc/none" not in found
    if "etc/group" in found:
        assert found["etc/group"] == b"g" * (1 << 20)  # no more is read
