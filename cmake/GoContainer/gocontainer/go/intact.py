"""Tells a program that is cut short, as a go command leaves one that is killed while it copies it from another file
system, or a power cut one that was not on the disk yet. It has its build ID, so go would take it for up to date."""

from __future__ import annotations

import os

# Of ELF files of 32 and of 64 bits: the bytes of an offset; where in the header that of the segments is, behind
# which is that of the sections, and where the size and number of each are; where in a segment its offset and its
# bytes in the file are, and in a section its type, offset and size.
FORMATS = {1: (4, 28, 42, 4, 16, 16, 20), 2: (8, 32, 54, 8, 32, 24, 32)}
WITHOUT_BYTES = 8  # the type of a section that is not in the file, such as .bss


def is_whole(program: str) -> bool:
    """Whether the ELF file has all bytes that its headers speak of.

    :raises OSError: it can't be read.
    """
    with open(program, "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        head = stream.read(64)
        if len(head) < 52 or head[:4] != b"\x7fELF" or head[4] not in FORMATS:
            return False
        order = "big" if head[5] == 2 else "little"
        width, tables, counts, place, length, section_place, section_length = FORMATS[head[4]]

        def number(data: bytes, at: int, count: int) -> int:
            return int.from_bytes(data[at : at + count], order)  # type: ignore[arg-type]

        for table in (0, 1):
            offset = number(head, tables + table * width, width)
            each, rows = (number(head, counts + 4 * table + 2 * n, 2) for n in (0, 1))
            if offset + each * rows > size:
                return False
            stream.seek(offset)
            data = stream.read(each * rows)
            for row in (data[at : at + each] for at in range(0, len(data), each or 1)):
                if table == 0:
                    end = number(row, place, width) + number(row, length, width)
                elif number(row, 4, 4) == WITHOUT_BYTES:
                    end = 0
                else:
                    end = number(row, section_place, width) + number(row, section_length, width)
                if end > size:
                    return False
    return True


def remove_cut(program: str) -> None:
    """Remove the program where it is cut short, so that go links it again.

    :raises OSError: it can't be removed.
    """
    try:
        whole = is_whole(program)
    except FileNotFoundError:
        return
    if not whole:
        os.remove(program)
