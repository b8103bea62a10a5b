"""Reads ELF files (System V ABI, "Object Files"), and what Go writes into them (Go's package
debug/buildinfo)."""

from __future__ import annotations

import struct
from typing import IO, NamedTuple

# e_machine -> GOARCH. MIPS and PowerPC tell by class and byte order, too.
MACHINES = {
    (3, 32, "<"): "386",
    (8, 32, "<"): "mipsle",
    (8, 32, ">"): "mips",
    (8, 64, "<"): "mips64le",
    (8, 64, ">"): "mips64",
    (21, 64, "<"): "ppc64le",
    (21, 64, ">"): "ppc64",
    (22, 64, ">"): "s390x",
    (40, 32, "<"): "arm",
    (62, 64, "<"): "amd64",
    (183, 64, "<"): "arm64",
    (243, 64, "<"): "riscv64",
    (258, 64, "<"): "loong64",
}
PT_DYNAMIC, PT_INTERP = 2, 3
DT_NEEDED = 1
MAGIC = b"\xff Go buildinf:"
# Bytes of the mark that comes before and behind the module information.
MARK = 16
# More sections, bytes of their names or of information no real program has.
MAX_SECTIONS, MAX_NAMES, MAX_NAME, MAX_INFORMATION = 10_000, 1 << 20, 256, 1 << 24


class Format(NamedTuple):
    """Where the fields are that differ between 32 and 64 bits."""

    bits: int
    # offsets of the segments and the sections: format, and where in the header
    tables: tuple[str, int]
    counts: int  # bytes of a segment, their number, those of the sections, and which has the names
    segment: tuple[str, int, int]  # format; which of its fields is the offset, which the size
    section: tuple[str, int, int]


FORMATS = {
    1: Format(32, ("II", 28), 42, ("IIIII", 1, 4), ("IIIIII", 4, 5)),
    2: Format(64, ("QQ", 32), 54, ("IIQQQQ", 2, 5), ("IIQQQQ", 4, 5)),
}
ORDERS = {1: "<", 2: ">"}


class ElfError(Exception):
    """It is not an ELF file, or a damaged one; the text says what is wrong."""


class Elf(NamedTuple):
    """The headers of an ELF file. ``architecture`` is as GOARCH has it, or None for an unknown one;
    ``interpreter`` the loader that the kernel starts for it, such as /lib64/ld-linux-x86-64.so.2, or
    None; ``dynamic`` tells whether there is something for that loader to do; ``sections`` are
    (offset, bytes) by their names."""

    architecture: str | None
    interpreter: str | None
    dynamic: bool
    sections: dict[str, tuple[int, int]]


class BuildInfo(NamedTuple):
    """What the go command says of a build: the version of Go, the import path of the main package,
    the path of its module, the settings such as GOOS, and the modules that it was built of, as
    (path, version). ``module_version`` is that of the module itself; ``replaced`` tells which of the modules another
    one stands for (replace in go.mod), as "path version". ``sums`` are the hashes of go.sum by "path version": each that
    of a list of files."""

    version: str
    path: str
    module: str
    settings: dict[str, str]
    dependencies: list[tuple[str, str]]
    module_version: str
    replaced: dict[str, str]
    sums: dict[str, str]


def read_elf(file: IO[bytes]) -> Elf:
    """Read the headers.

    :raises ElfError: it is not an ELF file, or a damaged one.
    """
    head = read_at(file, 0, 64)
    if len(head) < 52 or head[:4] != b"\x7fELF" or head[4] not in FORMATS or head[5] not in ORDERS:
        raise ElfError("it is not an ELF file")
    form, order = FORMATS[head[4]], ORDERS[head[5]]
    try:
        (machine,) = struct.unpack_from(order + "H", head, 18)
        segments_at, sections_at = struct.unpack_from(order + form.tables[0], head, form.tables[1])
        size, count, section_size, section_count, names = struct.unpack_from(
            order + "HHHHH", head, form.counts
        )
        segments = table(file, order, form.segment, segments_at, size, count)
        sections = table(file, order, form.section, sections_at, section_size, section_count)
        interpreters = [part for part in segments if part[0] == PT_INTERP]
        return Elf(
            MACHINES.get((machine, form.bits, order)),
            c_string(read_at(file, *interpreters[0][1:3], most=4096)) if interpreters else None,
            any(part[0] == PT_DYNAMIC for part in segments),
            named_sections(file, sections, names),
        )
    except (struct.error, IndexError, OverflowError, OSError, ValueError) as error:
        raise ElfError(f"its headers are damaged ({error})") from error


def read_needed(file: IO[bytes]) -> list[str]:
    """The shared libraries that a loader must find for the file, such as libc.so.6.

    :raises ElfError: it is not an ELF file, or a damaged one.
    """
    sections = read_elf(file).sections
    if ".dynamic" not in sections or ".dynstr" not in sections:
        return []
    try:
        head = read_at(file, 0, 6)
        layout = ORDERS[head[5]] + {1: "iI", 2: "qQ"}[head[4]]
        entries = read_at(file, *sections[".dynamic"])
        names = read_at(file, *sections[".dynstr"])
        whole = len(entries) - len(entries) % struct.calcsize(layout)
        found = struct.iter_unpack(layout, entries[:whole])
        return [c_string(names[value:]) for tag, value in found if tag == DT_NEEDED]
    except (struct.error, OSError, ValueError) as error:
        raise ElfError(f"its list of libraries is damaged ({error})") from error


def table(
    file: IO[bytes], order: str, form: tuple[str, int, int], offset: int, size: int, count: int
) -> list[tuple[int, int, int]]:
    """The rows of a table of segments or sections, as (type or name, offset, bytes)."""
    if count > MAX_SECTIONS:
        raise ValueError(f"{count} rows")
    layout, place, length = form
    data = read_at(file, offset, size * count)
    rows = (struct.unpack_from(order + layout, data, size * row) for row in range(count))
    return [(row[0], row[place], row[length]) for row in rows]


def named_sections(
    file: IO[bytes], sections: list[tuple[int, int, int]], names: int
) -> dict[str, tuple[int, int]]:
    if not sections:
        return {}
    strings = read_at(file, *sections[names][1:3], most=MAX_NAMES)
    return {
        c_string(strings[name : name + MAX_NAME]): (offset, size) for name, offset, size in sections
    }


def read_at(file: IO[bytes], offset: int, size: int, most: int = MAX_INFORMATION) -> bytes:
    if size > most:
        raise ValueError(f"{size} bytes")
    file.seek(offset)
    return file.read(size)


def c_string(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode(errors="replace")


def read_build_info(file: IO[bytes]) -> BuildInfo:
    """What Go wrote into a program that it built.

    :raises ElfError: it is not an ELF file, or Go did not build it, or one older than 1.18.
    """
    place = read_elf(file).sections.get(".go.buildinfo")
    if place is None:
        raise ElfError("it has no build information, so Go did not build it")
    try:
        data = read_at(file, *place)
        if data[: len(MAGIC)] != MAGIC or not data[15] & 2:
            raise ElfError("its build information is not that of Go 1.18 or newer")
        version, rest = counted(data[32:])
        modules, _ = counted(rest)
    except (IndexError, OverflowError, OSError, ValueError) as error:
        raise ElfError(f"its build information is damaged ({error})") from error
    return parse_build_info(version.decode(errors="replace"), modules[MARK:-MARK])


def counted(data: bytes) -> tuple[bytes, bytes]:
    """The bytes whose number comes before them as an unsigned LEB128, and what is behind them."""
    size, shift, place = 0, 0, 0
    while True:
        size |= (data[place] & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if not data[place - 1] & 0x80:
            break
        if shift > 63:
            raise ValueError("a number without an end")
    if size > len(data) - place:
        raise ValueError("it is cut short")
    return data[place : place + size], data[place + size :]


def parse_build_info(version: str, text: bytes) -> BuildInfo:
    path = module = module_version = ""
    settings: dict[str, str] = {}
    replaced: dict[str, str] = {}
    sums: dict[str, str] = {}
    dependencies: list[tuple[str, str]] = []
    for line in text.decode(errors="replace").split("\n"):
        kind, *words = line.split("\t")
        if kind in ("dep", "=>") and words[2:] and words[2]:
            sums[" ".join(words[:2])] = words[2]
        if kind == "path" and words:
            path = words[0]
        elif kind == "mod" and words:
            module, module_version = words[0], "".join(words[1:2])
        elif kind == "dep" and len(words) > 1:
            dependencies.append((words[0], words[1]))
        elif kind == "=>" and words and (dependencies or module):  # of the module above it
            last = dependencies[-1][0] if dependencies else module
            replaced[last] = " ".join(words[:2]).strip()
        elif kind == "build" and words:
            key, _, value = words[0].partition("=")
            settings[key] = value
    return BuildInfo(version, path, module, settings, dependencies, module_version, replaced, sums)
