"""The bytes of the parts of a Go program, by what they are for."""

from __future__ import annotations

from collections import Counter
from typing import IO

from gocontainer.read.elf import read_elf

CODE, REST = "code", "headers and other parts"
# The names of sections -> what they are. Go has files of go:embed and texts among its constants.
PARTS = {
    ".text": CODE,
    ".plt": CODE,
    ".gopclntab": "tables of functions and lines",
    ".rodata": "constants, types and embedded files",
    ".typelink": "constants, types and embedded files",
    ".itablink": "constants, types and embedded files",
    ".data": "variables with a value",
    ".noptrdata": "variables with a value",
    ".symtab": "symbols",
    ".strtab": "symbols",
}
DEBUG = "debug information"


def section_sizes(file: IO[bytes], size: int) -> dict[str, int]:
    """Bytes by what they are for; together they are the size of the file.

    :param size: that of the file.
    :raises ElfError: it is not an ELF file, or a damaged one.
    """
    found: Counter[str] = Counter()
    for name, (_, length) in read_elf(file).sections.items():
        plain = name.replace(".data.rel.ro", "")  # that of programs that can be anywhere in memory
        if name.startswith((".debug_", ".zdebug_")):
            found[DEBUG] += length
        elif plain in PARTS:
            found[PARTS[plain]] += length
    rest = size - sum(found.values())
    return {**found, REST: rest} if rest > 0 else dict(found)
