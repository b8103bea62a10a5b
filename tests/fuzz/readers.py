"""What reads bytes that somebody else wrote. Each reader gives an answer or one of its errors, whatever the bytes are."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
import tempfile
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, Callable, NamedTuple

import yaml  # noqa: F401 (loaded once, not in each example)
import zstandard
from gocontainer import checks
from gocontainer.checks.call_site import place_of
from gocontainer.checks.document import Document
from gocontainer.checks.structure import read_spec
from gocontainer.checks.tokens import tokens_in
from gocontainer.common.printable import safe
from gocontainer.common.regexp import compile_go
from gocontainer.go.cache_known import Known
from gocontainer.go.cache_modules import Modules
from gocontainer.go.cache_store import EntryFiles
from gocontainer.go.cache_unpack import PackError, read_pack
from gocontainer.read.base import read_base
from gocontainer.read.dockerignore import Ignore
from gocontainer.read.elf import ElfError, read_build_info, read_elf
from gocontainer.read.functions import module_sizes
from gocontainer.read.index import DOCUMENT, Index, make_index, read_index
from gocontainer.read.layer import Layer
from gocontainer.read.layout import open_image
from gocontainer.read.libc import glibc_version, libc_of_layers
from gocontainer.read.source import ImageError
from gocontainer.read.squash import FILE, LINK
from gocontainer.read.tar import members
from gocontainer.read.tree import tree_of
from images import (
    archive,
    build_info,
    descriptor,
    digest,
    elf,
    encoded,
    entry,
    hard_link,
    image,
    link,
)
from images import layer as layer_of

PLATFORM = {"os": "linux", "architecture": "amd64"}
CORPUS = Path(__file__).with_name("corpus")


class Reader(NamedTuple):
    """A reader: ``read`` takes the bytes; what it may raise; what it is begun with; and what is done to bytes that
    were changed, so that they get further than to the first check."""

    read: Callable[[bytes, Path], Any]
    errors: tuple[type[Exception], ...]
    seeds: dict[str, bytes]
    mend: Callable[[bytes], bytes] = bytes


def read_tar(data: bytes, directory: Path) -> None:
    for member in members(io.BytesIO(data)):
        json.dumps([member.name, member.linkname, member.size])


def read_layer(data: bytes, directory: Path, stored: bytes | None = None) -> None:
    """A layer of an image, by all that checks ask of it; and of a base."""
    file = directory / "x.tar"
    file.write_bytes(archive(image([data], stored=None if stored is None else [stored])))
    with suppress(ImageError):
        read_as_base(file, directory / "bases")
    with open_image(f"oci-archive:{file}") as found:
        index = make_index(found, directory / "index", "of")
    assert read_index(index.directory) is not None
    for found_entry in index.files.values():
        with suppress(ImageError):
            index.resolve(found_entry.path)
            index.find(found_entry.path)
        if found_entry.kind == FILE:
            assert len(index.read(found_entry, 100)) == min(100, found_entry.size)
        assert found_entry.kind != LINK or isinstance(found_entry.target, str)


def read_stored(data: bytes, directory: Path) -> None:
    """A layer as it is stored, compressed or not; the digest of its tar is not known."""
    file = directory / "x.tar"
    file.write_bytes(archive(image([b"tar"], stored=[data])))
    with open_image(f"oci-archive:{file}") as found:
        found.layer_sizes()


def read_archive(data: bytes, directory: Path) -> None:
    file = directory / "x.tar"
    file.write_bytes(data)
    with suppress(ImageError):
        read_as_base(file, directory / "bases")
    with open_image(f"oci-archive:{file}") as found:
        found.layer_sizes()


def read_as_base(file: Path, cache: Path) -> None:
    with read_base(file, PLATFORM, "BASE", "Give another.") as base:
        layers = [layer.content for layer in base.layers]
        libc_of_layers(layers, cache)
        tree_of(layers, cache).resolve("/etc/ssl")


def read_documents(data: bytes, directory: Path) -> None:
    """The top, the manifest and the config of an image, as one JSON document."""
    with suppress(ValueError, RecursionError, TypeError, AttributeError):
        document = json.loads(data)
        config, manifest, top = (document.get(key, {}) for key in ("config", "manifest", "top"))
        files = image([SMALL], configuration=config, manifest=manifest)
        top = {**json.loads(files["index.json"]), **top}
        read_archive(archive({**files, "index.json": encoded(top)}), directory)


def read_json(data: bytes, directory: Path) -> None:
    (directory / "index.json").write_bytes(data)
    with open_image(f"oci:{directory}"):
        pass


def read_left(name: str, data: bytes, directory: Path) -> None:
    """What is left of a cache: it is found out again."""
    if name == "index":
        (directory / DOCUMENT).write_bytes(data)
        found = read_index(directory)
        assert found is None or isinstance(found, Index)
        return
    layer = Layer(digest(SMALL), lambda: nullcontext(io.BytesIO(SMALL)), len(SMALL))
    read = tree_of if name == "tree" else libc_of_layers
    read([layer], directory)
    for file in directory.iterdir():
        file.write_bytes(data)
    read([layer], directory)


def read_go_cache(data: bytes, directory: Path) -> None:
    """A pack of GO_CACHE, as the tar that is in it: only what has its checksum comes out."""
    source = directory / "source"
    source.mkdir()
    (source / "go.sum").write_text(
        "example.com/x v1.0.0 h1:x=\nexample.com/x v1.0.0/go.mod h1:x=\n"
    )
    plan: Any = {"source": str(source), "go": {"modules": [], "vendor": False}}
    modules = Modules(plan, str(directory / "mod"))
    try:
        packed = io.BytesIO(gzip.compress(data, 1))
        read_pack(packed, EntryFiles(str(directory / "cache")), modules, Known(), 0, most=1 << 24)
    finally:
        for path in directory.rglob("*"):
            if path.is_file() and path.parent != source:
                assert path.suffix == ".info" or path.name[-2:] in ("-a", "-d"), path
            if path.name.endswith("-d"):
                assert hashlib.sha256(path.read_bytes()).hexdigest() + "-d" == path.name


def read_program(data: bytes, directory: Path) -> None:
    glibc_version(io.BytesIO(data))
    for read in (read_elf, read_build_info, module_sizes):
        with suppress(ElfError):
            read(io.BytesIO(data))


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def read_ignore(data: bytes, directory: Path) -> None:
    ignore = Ignore(text_of(data))
    for path in ("a", "a/b", "a/b/c.go", ".git"):
        ignore.ignores(path)
        ignore.keeps_below(path)
        ignore.keeps_in(path, str(directory))


def read_declared(data: bytes, directory: Path) -> None:
    (directory / "CTestTestfile.cmake").write_bytes(data)
    place_of("api.run", directory)


def read_structure_test(ending: str, data: bytes, directory: Path) -> None:
    file = directory / f"x.{ending}"
    file.write_bytes(data)
    test = checks.Test("api.structure", {"name": "api"}, directory, {"file": str(file)})
    read_spec(Document(test, any_case=True))


def read_expression(data: bytes, directory: Path) -> None:
    compile_go(text_of(data))


def read_tokens(data: bytes, directory: Path) -> None:
    list(tokens_in(text_of(data)))


def show(data: bytes, directory: Path) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", safe(text_of(data)))


def with_checksums(data: bytes) -> bytes:
    """The tar, with the right checksum in each of its headers."""
    blocks = bytearray(data)
    for place in range(0, len(blocks) - 511, 512):
        if blocks[place + 257 : place + 262] == b"ustar":
            blocks[place + 148 : place + 156] = b" " * 8
            total = sum(blocks[place : place + 512])
            blocks[place + 148 : place + 156] = b"%06o\0 " % total
    return bytes(blocks)


SMALL = layer_of(entry("etc"), entry("etc/passwd", b"root:x:0:0"), link("usr", "etc"))
TARS = {
    "small": SMALL,
    "whiteouts": layer_of(entry("d/.wh..wh..opq", b""), entry("d/.wh.a", b""), entry(".wh.b", b"")),
    "links": layer_of(link("a", "b/../c"), hard_link("b/d", "b/e"), entry("b/e", b"1")),
    "pax": layer_of(entry("ä" * 120, b"1", mtime=1.5, pax_headers={"SCHILY.xattr.user.a": "b"})),
    "gnu": layer_of(entry("x" * 300, b"1"), form=tarfile.GNU_FORMAT),
    "sparse": layer_of(
        entry(
            "s", b"1" * 20, pax_headers={"GNU.sparse.map": "0,10,90,10", "GNU.sparse.size": "100"}
        )
    ),
    "device": layer_of(entry("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3)),
    "libc": layer_of(entry("lib/libc.so.6", elf(interpreter=b"/lib/ld.so"))),
}
DOCUMENTS = {
    "config": {
        "config": {
            **PLATFORM,
            "config": {"Env": ["A=b"], "Labels": {"a": "b"}, "Cmd": ["a"], "User": "1"},
            "history": [{"created_by": "x", "empty_layer": True}, {}],
        }
    },
    "manifest": {"manifest": {"annotations": {"a": "b"}, "layers": [descriptor("x", SMALL)]}},
    "top": {"top": {"schemaVersion": 2, "manifests": [{"platform": PLATFORM, "size": 1}]}},
}
OUTPUT = hashlib.sha256(b"output").hexdigest()
GO_CACHE = layer_of(
    entry(f"build/{OUTPUT}-d", b"output"),
    entry(f"build/{OUTPUT}-a", f"v1 {OUTPUT} {OUTPUT} {6:20d} {7:20d}\n".encode()),
    entry("modules/example.com/x/@v/v1.0.0.zip", b"PK"),
    entry("modules/example.com/x/@v/v1.0.0.info", b'{"Version": "v1.0.0"}'),
)
SPEC = {
    "schemaVersion": "2.0.0",
    "commandTests": [{"name": "a", "command": "b", "args": ["c"], "exitCode": 1}],
    "fileExistenceTests": [{"name": "a", "path": "/b", "shouldExist": True, "permissions": "-"}],
    "metadataTest": {"envVars": [{"key": "A", "value": "b"}], "exposedPorts": ["80"]},
}
YAML = b"schemaVersion: 2.0.0\ncommandTests:\n- name: a\n  command: b\n  args: [c, 'd']\n  exitCode: 010\n"
DECLARED = b'set_tests_properties("api.run" PROPERTIES A "b" _BACKTRACE_TRIPLES "x;3;add_go_container;y;1;")\n'
EXPRESSION = rb"(?i)^a[^b-d\w[:alpha:]]{2,3}?(?P<n>\x{10FFFF}|\pL)\Q.*\E$"
NETRC = b"machine a login b password secret-1\nhttps://tok-123456@a.example.com\nAuthorization: basic YTpi"
PROGRAM = elf(
    interpreter=b"/lib64/ld-linux-x86-64.so.2", dynamic=True, info=build_info(GOOS="linux")
)

READERS = {
    "tar": Reader(read_tar, (tarfile.TarError,), TARS, with_checksums),
    "layer": Reader(read_layer, (ImageError,), TARS, with_checksums),
    "stored": Reader(
        read_stored,
        (ImageError,),
        {
            "gzip": gzip.compress(SMALL, mtime=0),
            "zstd": zstandard.compress(SMALL),
            "zstd-frames": zstandard.compress(SMALL[:512]) + zstandard.compress(SMALL[512:]),
        },
    ),
    "archive": Reader(
        read_archive, (ImageError,), {"oci": archive(image([SMALL]))}, with_checksums
    ),
    "documents": Reader(
        read_documents, (ImageError,), {name: encoded(found) for name, found in DOCUMENTS.items()}
    ),
    "json": Reader(read_json, (ImageError,), {"index": image([SMALL])["index.json"]}),
    "index": Reader(partial(read_left, "index"), (), {"empty": b"{}", "list": b"[]"}),
    "tree": Reader(
        partial(read_left, "tree"), (), {"small": b'{"size": 1, "directories": {}, "links": {}}'}
    ),
    "libc": Reader(partial(read_left, "libc"), (), {"small": b'["glibc", [2, 36]]'}),
    "go-cache": Reader(read_go_cache, (PackError,), {"small": GO_CACHE}, with_checksums),
    "elf": Reader(
        read_program, (), {"go": PROGRAM, "32": elf(bits=32, machine=40, functions=b"\xf1" * 99)}
    ),
    "dockerignore": Reader(
        read_ignore, (ValueError,), {"small": b"# a\n*\n!a/[b-c]*\n**/.git\n\\#x\n"}
    ),
    "declared": Reader(read_declared, (), {"small": DECLARED}),
    "yaml": Reader(partial(read_structure_test, "yaml"), (checks.CheckError,), {"small": YAML}),
    "spec": Reader(
        partial(read_structure_test, "json"), (checks.CheckError,), {"small": encoded(SPEC)}
    ),
    "expression": Reader(read_expression, (ValueError, re.error), {"small": EXPRESSION}),
    "tokens": Reader(read_tokens, (), {"small": NETRC}),
    "printable": Reader(show, (), {"small": b"a\n::error::\x1b[2J##vso[\xff"}),
}


def seeds_of(name: str) -> list[bytes]:
    """What a reader is begun with: small things that are right, and what once was read wrong."""
    kept = sorted((CORPUS / name).glob("*"))
    return [*READERS[name].seeds.values(), *(file.read_bytes() for file in kept)]


def read(name: str, data: bytes) -> None:
    """Let a reader read the bytes; any error but its own goes through."""
    reader = READERS[name]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory, suppress(*reader.errors):
        reader.read(data, Path(directory))
