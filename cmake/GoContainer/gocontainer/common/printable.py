"""Text of images and of what runs in them, as it may be shown: neither a terminal nor a CI takes any of it for a
command, and it shows what it is (control characters, bidirectional overrides and half characters as escapes)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# The characters by which commands begin: of GitHub Actions (::error::, and ##[ anywhere), Azure (##vso[), TeamCity
# (##teamcity[), Jenkins' attachments, and measurements of CTest, which may name a file to be sent.
BEGINS = ("::", "#", "[[", "<")
COMMANDS = r"(?:(?<=\n)|^)([ \t]*):(?=:[A-Za-z])|#(?=#[A-Za-z]*\[)|\[(?=\[ATTACHMENT\|)|<(?=/?(?:Dart|CTest))"


def safe(text: str) -> str:
    """The text, its lines as they are."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)
    if not any(begin in text for begin in BEGINS):
        return text
    import re  # which takes longer to compile the commands than to write an SBOM

    return re.sub(COMMANDS, lambda found: (found[1] or "") + f"\\x{ord(found[0][-1]):02x}", text)


def printable(text: str, most: int | None = None) -> str:
    """One line of the text, at most so many letters of it."""
    line = safe((text if most is None else text[: most + 1]).replace("\n", "\\n"))
    return line if most is None or len(line) <= most else line[: most - 1] + "…"


def clipped(lines: Sequence[str], most: int = 10) -> str:
    """So many of the lines, each as one, and how many more there are."""
    more = [f"and {len(lines) - most:,} more"] if len(lines) > most else []
    return "\n".join([*map(printable, lines[:most]), *more])
