"""Bytes that are nearly right: seeds, with pieces changed, left out, doubled and taken from other seeds."""

from __future__ import annotations

import json
from typing import Any, Callable

from hypothesis import strategies as st

# What lies at the bounds of what fields hold.
PIECES = [
    *(b"\0", b"\xff", b"\0" * 8, b"\xff" * 8, b"\x80" + b"\0" * 11, b"\xff" * 12, b"77777777777\0"),
    *(
        b"..",
        b"/",
        b"../../x",
        b".wh.",
        b".wh..wh..opq",
        b"\n",
        b"\x1b[2J",
        b"\xed\xa0\x80",
        b"ustar",
    ),
    *(b"0", b"-1", b"9" * 30, b"1e999", b"NaN", b"null", b'"', b"[" * 2000, b"{", b'{"a":' * 2000),
    *(b"x", b"L", b"K", b"S", b"g", b"1", b"2", b"5", b"*", b"(", b"[z-a]", b"\\", b"&a [*a]"),
]
VALUES: list[Any] = [
    None,
    7,
    -1,
    1 << 70,
    1.5,
    True,
    "",
    "x",
    "\ud800",
    [],
    [None],
    {},
    {"a": None},
]


@st.composite
def changed(draw: Any, seeds: list[bytes], mend: Callable[[bytes], bytes]) -> bytes:
    """A seed after up to six changes."""
    data = draw(st.sampled_from(seeds))
    if data[:1] in b"{[" and draw(st.booleans()):
        return draw(other_members(data))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 1, 1, 2, 8, 12, 100, 512, 1024, len(data)]))
        other = draw(st.sampled_from(seeds))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=4) | st.just(other[:512]))
        kind = draw(st.sampled_from(["replace", "overwrite", "cut", "double"]))
        if kind == "replace":
            data = data[:place] + piece + data[place + length :]
        elif kind == "overwrite":
            data = data[:place] + piece + data[place + len(piece) :]
        elif kind == "cut":
            data = data[:place] + data[place + length :]
        else:
            data = data[:place] + data[place : place + length] + data[place:]
    return mend(data[: 1 << 20])


@st.composite
def other_members(draw: Any, data: bytes) -> bytes:
    """A JSON document with another value for one of its members, or with one more."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places = list(members_of(document))
    if not places:
        return data
    node, key = draw(st.sampled_from(places))
    node[key] = draw(st.sampled_from(VALUES))
    return json.dumps(document).encode()


def members_of(node: Any) -> Any:
    pairs = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else []
    )
    for key, item in list(pairs):
        yield node, key
        yield from members_of(item)
