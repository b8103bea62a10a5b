"""Images that tests write by themselves, also such as no tool would write."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tarfile
from pathlib import Path
from typing import Any

AMD64 = {"os": "linux", "architecture": "amd64"}


def one_program(path: str, package: str = ".") -> list[dict[str, str]]:
    """The programs of a plan that has one."""
    return [{"package": package, "path": path, "file": "out/" + path.rpartition("/")[2]}]


# A plan of two tags.
PLAN = {
    "name": "api",
    "engine": "builtin",
    "platform": {"os": "linux", "architecture": "amd64"},
    "base": "scratch",
    "programs": one_program("/usr/local/bin/api"),
    "tags": ["example.com/team/archive:1.4", "archive:latest"],
    "config": {"User": "65532:65532", "Cmd": ["/usr/local/bin/api", "--help"]},
}


def entry(name: str, content: bytes | None = None, **header: Any) -> tuple[tarfile.TarInfo, bytes]:
    """An entry of a layer: a file where there is a content, else a directory, or what ``type`` says."""
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
    info.mode = 0o755 if content is None else 0o644
    for field, value in header.items():
        setattr(info, field, value)
    info.size = len(content or b"")
    return info, content or b""


def link(name: str, target: str, **header: Any) -> tuple[tarfile.TarInfo, bytes]:
    return entry(name, **{"type": tarfile.SYMTYPE, "linkname": target, "mode": 0o777, **header})


def hard_link(name: str, target: str, **header: Any) -> tuple[tarfile.TarInfo, bytes]:
    return entry(name, **{"type": tarfile.LNKTYPE, "linkname": target, "mode": 0o644, **header})


def layer(*entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """The tar of a layer."""
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", format=form, encoding="utf-8", errors="surrogateescape"
    ) as tar:
        for info, content in entries:
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def raw(name: bytes, content: bytes, kind: bytes = b"0", size: int | None = None) -> bytes:
    """An entry as bytes, whatever its type; ``size`` is what its header claims."""
    info = tarfile.TarInfo("x")
    info.size = len(content) if size is None else size
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[:100] = name[:100].ljust(100, b"\0")
    head[156:157] = kind
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + content + b"\0" * (-len(content) % 512)


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def image(
    layers: list[bytes],
    stored: list[bytes] | None = None,
    config: dict[str, Any] | None = None,
    **replaced: Any,
) -> dict[str, bytes]:
    """The files of an OCI image layout by their names.

    :param stored: the layers as the image has them, where these are compressed.
    :param config: the members of the config's "config".
    :param replaced: members of the manifest's and the config's documents that are put in.
    """
    blobs = {digest(data): data for data in stored or layers}
    configuration = {
        "architecture": "amd64",
        "os": "linux",
        "config": config or {},
        "rootfs": {"type": "layers", "diff_ids": [digest(data) for data in layers]},
        **replaced.get("configuration", {}),
    }
    kind = "application/vnd.oci.image"
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{kind}.manifest.v1+json",
        "config": descriptor(f"{kind}.config.v1+json", encoded(configuration)),
        "layers": [
            descriptor(f"{kind}.layer.v1.tar" + compression(data), data)
            for data in stored or layers
        ],
        **replaced.get("manifest", {}),
    }
    for data in (encoded(configuration), encoded(manifest)):
        blobs[digest(data)] = data
    top = descriptor(f"{kind}.manifest.v1+json", encoded(manifest))
    top["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    return {
        "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
        "index.json": encoded({"schemaVersion": 2, "manifests": [top]}),
        **{"blobs/" + name.replace(":", "/"): data for name, data in blobs.items()},
    }


def compression(data: bytes) -> str:
    return {b"\x1f\x8b": "+gzip", b"\x28\xb5": "+zstd"}.get(data[:2], "")


def descriptor(kind: str, data: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "digest": digest(data), "size": len(data)}


def encoded(document: Any) -> bytes:
    return json.dumps(document).encode()


def archive(files: dict[str, bytes]) -> bytes:
    return layer(*(entry(name, data) for name, data in files.items()), form=tarfile.GNU_FORMAT)


def write_plan(directory: Path, data: bytes) -> dict[str, Any]:
    """The archive where the engine builtin leaves it, for a plan in that directory; returns the plan."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "api.tar").write_bytes(data)
    return {"name": "api", "engine": "builtin"}


def build_info(
    version: str = "go1.26.1",
    path: str = "example.com/api",
    modules: tuple[str, ...] = ("dep\texample.com/dep\tv1.2.3\th1:x",),
    **settings: str,
) -> bytes:
    """What Go 1.18 and newer write into the section .go.buildinfo."""
    lines = [f"path\t{path}", "mod\texample.com/api\t(devel)\t", *modules]
    lines += [f"build\t{key}={value}" for key, value in settings.items()]
    information = b"m" * 16 + "".join(line + "\n" for line in lines).encode() + b"e" * 16
    head = b"\xff Go buildinf:" + bytes([8, 2]) + bytes(16)
    return head + counted(version.encode()) + counted(information)


def counted(data: bytes) -> bytes:
    size, head = len(data), b""
    while size >= 0x80:
        head, size = head + bytes([size & 0x7F | 0x80]), size >> 7
    return head + bytes([size]) + data


def elf(
    machine: int = 62,
    bits: int = 64,
    order: str = "<",
    interpreter: bytes | None = None,
    dynamic: bool = False,
    info: bytes | None = None,
    functions: bytes | None = None,
    code: bytes | None = None,
) -> bytes:
    """A program that does nothing, with the headers of a real one (System V ABI)."""
    words = "Q" if bits == 64 else "I"
    head_size, segment_size, section_size = (64, 56, 64) if bits == 64 else (52, 32, 40)
    parts: list[tuple[int, bytes]] = []
    if interpreter is not None:
        parts.append((3, interpreter + b"\0"))
    if dynamic:
        parts.append((2, b"dynamic"))
    names = b"\0.shstrtab\0.go.buildinfo\0.gopclntab\0" + (b"" if code is None else b".text\0")
    more = [(names.index(b".go.b"), info), (names.index(b".gopc"), functions)]
    more += [] if code is None else [(names.index(b".text"), code)]
    sections = [(0, b""), (1, names), *((name, data) for name, data in more if data is not None)]
    place = head_size + segment_size * len(parts) + section_size * len(sections)
    segment_rows = section_rows = content = b""
    for kind, data in parts:
        at = place + len(content)
        row = (
            struct.pack(f"{order}IIQQQQQQ", kind, 4, at, 0, 0, len(data), 0, 0)
            if bits == 64
            else struct.pack(f"{order}IIIIIIII", kind, at, 0, 0, len(data), 0, 0, 0)
        )
        segment_rows, content = segment_rows + row, content + data
    for name, data in sections:
        at = place + len(content)
        row = (name, 1, *(0, 0, at, len(data), 0, 0, 0, 0))
        form = "IIQQQQIIQQ" if bits == 64 else "IIIIIIIIII"
        section_rows, content = section_rows + struct.pack(order + form, *row), content + data
    identity = b"\x7fELF" + bytes([bits // 32, 1 if order == "<" else 2, 1]) + bytes(9)
    head = identity + struct.pack(
        f"{order}HHI{words * 3}IHHHHHH",
        *(2, machine, 1, 0, head_size, head_size + len(segment_rows), 0, head_size),
        *(segment_size, len(parts), section_size, len(sections), 1),
    )
    return head + segment_rows + section_rows + content


def function_table(sizes: dict[str, int], word: int, order: str, magic: int) -> bytes:
    """What Go 1.18 and newer write into the section .gopclntab, as far as names and sizes go."""
    letter = {4: "I", 8: "Q"}[word]
    names_at = 8 + 8 * word
    names = b"".join(name.encode() + b"\0" for name in sizes)
    head = struct.pack(f"{order}I4B", magic, 0, 0, 1, word)
    head += struct.pack(
        order + 8 * letter, len(sizes), 0, 0, names_at, 0, 0, 0, names_at + len(names)
    )
    rows = told = b""
    start = place = 0
    for name, size in sizes.items():
        at = 8 * len(sizes) + 4 + len(told)
        rows += struct.pack(order + "II", start, at)
        told += struct.pack(order + "Ii", start, place)
        start, place = start + size, place + len(name.encode()) + 1
    return head + names + rows + struct.pack(order + "I", start) + told
