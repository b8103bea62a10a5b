"""The bytes of code in a Go program, function by function and module by module.

Its function table (section .gopclntab, package debug/gosym) has the name and the place of each function,
also in a program that is stripped.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from typing import IO

from gocontainer.read.elf import BuildInfo, ElfError, read_at, read_build_info, read_elf

# The first word of the table, as Go 1.18 and 1.20 wrote it first. What is read here is the same in both.
MAGICS = (0xFFFFFFF0, 0xFFFFFFF1)
MAX_TABLE = 1 << 30
# Functions that the compiler makes for a type.
OF_A_TYPE = re.compile(r"^type[:.]\.(?:eq|hash)\.")
STANDARD_LIBRARY = "std"


def module_sizes(file: IO[bytes]) -> dict[str, int]:
    """Bytes of code by the path of the module, "std" for the standard library and the runtime.

    A function that was inlined counts where it went; code that is not Go's (cgo) is not counted.

    :raises ElfError: Go did not build it, or one older than 1.18, or it is damaged.
    """
    return by_module(package_sizes(file), read_build_info(file))


def by_module(packages: dict[str, int], info: BuildInfo) -> dict[str, int]:
    modules: Counter[str] = Counter()
    for package, size in packages.items():
        modules[module_of(package, info)] += size
    return dict(modules)


def package_sizes(file: IO[bytes]) -> dict[str, int]:
    """Bytes of code by the import path of the package; what is counted as module_sizes() says.

    :raises ElfError: there is no table of functions, or it is damaged.
    """
    packages: Counter[str] = Counter()
    for name, size in functions(file):
        packages[package_of(name)] += size
    return dict(packages)


def functions(file: IO[bytes]) -> Iterator[tuple[str, int]]:
    """(name, bytes) of each function, the padding after it included.

    :raises ElfError: there is no such table, or it is damaged.
    """
    sections = read_elf(file).sections
    place = next((at for name, at in sections.items() if name.endswith(".gopclntab")), None)
    if place is None:
        raise ElfError("it has no table of functions, so Go did not build it")
    try:
        data = read_at(file, *place, most=MAX_TABLE)
        order = "<" if struct.unpack_from("<I", data)[0] in MAGICS else ">"
        if struct.unpack_from(order + "I", data)[0] not in MAGICS:
            raise ElfError("its table of functions is not that of Go 1.18 or newer")
        # Behind the magic: two zeros, the unit of code, the bytes of a word; then words.
        word = {4: "I", 8: "Q"}[data[7]]
        count, _, _, names, _, _, _, table = struct.unpack_from(order + 8 * word, data, 8)
        # Where each function begins and where the rest is told of it; at the end, where the last ends.
        rows = struct.unpack_from(f"{order}{2 * count + 1}I", data, table)
        for start, told, end in zip(rows[::2], rows[1::2], rows[2::2]):
            (name,) = struct.unpack_from(order + "i", data, table + told + 4)
            text = data[names + name : data.index(b"\0", names + name)]
            yield text.decode(errors="replace"), end - start
    except (struct.error, LookupError, ValueError, OverflowError) as error:
        raise ElfError(f"its table of functions is damaged ({error!r})") from error


def package_of(function: str) -> str:
    """The import path in the name of a function, such as ``net/http`` in ``net/http.(*Server).Serve``.
    In the last element of a path, what is not a letter is escaped, so its first dot ends it."""
    symbol = OF_A_TYPE.sub("", function).partition("[")[0]
    directory, slash, rest = symbol.rpartition("/")
    path = directory + slash + rest.partition(".")[0]
    return re.sub("%([0-9a-f]{2})", lambda escape: chr(int(escape[1], 16)), path)


def module_of(package: str, info: BuildInfo) -> str:
    """The module that a package is of: that of the longest path."""
    if package == "main":
        return info.module or "main"
    modules = [info.module, *(path for path, _ in info.dependencies)]
    found = [m for m in modules if m and (package == m or package.startswith(m + "/"))]
    return max(found, key=len, default=STANDARD_LIBRARY)
