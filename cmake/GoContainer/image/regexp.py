"""Go's regular expressions (RE2, the syntax of Go's package regexp/syntax) by those of Python.

Each item of an expression is translated by itself, so that flags, which Go lets change in the middle
of an expression, need no groups of Python's. Only whether there is a match is the same in both: not
what a group has, nor how long the match is.
"""

from __future__ import annotations

import re

Ranges = list[tuple[int, int]]

LAST = 0x10FFFF
MAX_REPEAT = 1000
TOKEN = re.compile(
    r"""
    \\Q(?P<quoted>.*?)(?:\\E|\Z)
    | (?P<escape>\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|.))
    | (?P<set>\[)
    | \((?P<group>\?P?<\w+>|\?[A-Za-z-]*[:)])?
    | (?P<close>\))
    | (?P<repeat>(?:[*+?]|\{(?P<least>\d+)(?:,(?P<most>\d*))?\})\??)
    | (?P<special>[.^$|])
    | (?P<literal>.)
    """,
    re.VERBOSE | re.DOTALL,
)
CONTROLS = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
# All of these are ASCII in Go, and its \s has no vertical tab.
CLASSES: dict[str, Ranges] = {
    "d": [(48, 57)],
    "s": [(9, 10), (12, 13), (32, 32)],
    "w": [(48, 57), (65, 90), (95, 95), (97, 122)],
    "alnum": [(48, 57), (65, 90), (97, 122)],
    "alpha": [(65, 90), (97, 122)],
    "ascii": [(0, 127)],
    "blank": [(9, 9), (32, 32)],
    "cntrl": [(0, 31), (127, 127)],
    "digit": [(48, 57)],
    "graph": [(33, 126)],
    "lower": [(97, 122)],
    "print": [(32, 126)],
    "punct": [(33, 47), (58, 64), (91, 96), (123, 126)],
    "space": [(9, 13), (32, 32)],
    "upper": [(65, 90)],
    "word": [(48, 57), (65, 90), (95, 95), (97, 122)],
    "xdigit": [(48, 57), (65, 70), (97, 102)],
}
ANCHORS = {"A": r"\A", "z": r"\Z", "b": r"(?a:\b)", "B": r"(?a:\B)"}


def compile_go(expression: str) -> re.Pattern[str]:
    """An expression of Go's; ``search`` finds something where Go's ``MatchString`` is true.

    :raises ValueError: it is none, or has a Unicode class such as \\p{Greek}, which Python lacks.
    """
    try:
        return re.compile(Translation(expression).text())
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from error


class Translation:
    """One expression on its way: ``flags`` are those that are set here, ``groups`` the ones to
    return to, one for each open group; ``last`` is the kind of the token before."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.at = 0
        self.flags: set[str] = set()
        self.groups: list[set[str]] = []
        self.last = "start"

    def text(self) -> str:
        parts = []
        while self.at < len(self.expression):
            token = TOKEN.match(self.expression, self.at)
            assert token is not None  # the last alternative takes anything
            self.at = token.end()
            kind = token.lastgroup or "group"
            kind = "repeat" if kind in ("least", "most") else kind
            parts.append(getattr(self, kind)(token))
        if self.groups:
            raise ValueError("a ) is missing")
        return "".join(parts)

    def atom(self, text: str) -> str:
        """What can be repeated."""
        self.last = "atom"
        return f"(?i:{text})" if "i" in self.flags else f"(?:{text})"

    def quoted(self, token: re.Match[str]) -> str:
        return "".join(self.atom(re.escape(character)) for character in token["quoted"])

    def literal(self, token: re.Match[str]) -> str:
        if token[0] == "\\":
            raise ValueError("it ends with a backslash")
        return self.atom(re.escape(token[0]))

    def escape(self, token: re.Match[str]) -> str:
        letter = token[0][1]
        if letter in ANCHORS:
            return self.atom(ANCHORS[letter])
        ranges = class_of(letter)
        return self.atom(set_text(ranges) if ranges else character_text(code_of(token[0])))

    def special(self, token: re.Match[str]) -> str:
        if token[0] == "|":
            self.last = "start"
            return "|"
        lines = "m" in self.flags
        texts = {
            ".": "(?s:.)" if "s" in self.flags else r"[^\n]",
            "^": "(?m:^)" if lines else r"\A",
            "$": "(?m:$)" if lines else r"\Z",
        }
        return self.atom(texts[token[0]])

    def repeat(self, token: re.Match[str]) -> str:
        if self.last != "atom":
            raise ValueError(f"{token[0]} has nothing to repeat")
        self.last = "repeat"
        for count in (token["least"], token["most"]):
            if count and int(count) > MAX_REPEAT:
                raise ValueError(f"{token[0]} repeats more than {MAX_REPEAT:,} times")
        return token[0]

    def group(self, token: re.Match[str]) -> str:
        option = token["group"] or ""
        if not option and self.expression.startswith("?", self.at):
            raise ValueError(f"Go knows no {self.expression[self.at - 1 : self.at + 2]}")
        self.last = "start"
        flags = self.flags if option.startswith(("?P<", "?<")) else changed(self.flags, option)
        if not option.endswith(")"):
            self.groups.append(self.flags)
        self.flags = flags
        return "" if option.endswith(")") else "(?:"

    def close(self, token: re.Match[str]) -> str:
        if not self.groups:
            raise ValueError("a ( is missing")
        self.flags = self.groups.pop()
        self.last = "atom"
        return ")"

    def set(self, token: re.Match[str]) -> str:
        """[...]; a ] that stands first is one of its characters."""
        negated = self.take("^")
        ranges: Ranges = []
        while not ranges or not self.take("]"):
            posix = re.compile(r"\[:(\^?)(\w+):\]").match(self.expression, self.at)
            if posix:
                self.at = posix.end()
                if posix[2] not in CLASSES or len(posix[2]) == 1:
                    raise ValueError(f"there is no class {posix[0]}")
                ranges += complement(CLASSES[posix[2]]) if posix[1] else CLASSES[posix[2]]
                continue
            first = self.member()
            if isinstance(first, list):
                ranges += first
                continue
            last: Ranges | int = first
            if re.compile(r"-[^\]]").match(self.expression, self.at):
                self.at += 1
                last = self.member()
            if isinstance(last, list) or last < first:
                raise ValueError("a range in [...] ends before it begins")
            ranges.append((first, last))
        return self.atom(set_text(ranges, negated))

    def take(self, character: str) -> bool:
        there = self.expression.startswith(character, self.at)
        self.at += there
        return there

    def member(self) -> Ranges | int:
        """The next character of a set, or the class that it stands for."""
        token = TOKEN.match(self.expression, self.at)
        if token is None or token[0] == "\\":
            raise ValueError("a ] is missing")
        if token["escape"] is None:
            self.at += 1
            return ord(self.expression[self.at - 1])
        self.at = token.end()
        return class_of(token[0][1]) or code_of(token[0])


def changed(flags: set[str], option: str) -> set[str]:
    """The flags behind (?i), (?-i), (?s-m: and so on; U is for the length of a match only."""
    on, minus, off = option.strip("?:)").partition("-")
    if minus and not off:
        raise ValueError(f"({option} takes no flag away")
    if unknown := set(on + off) - set("imsU"):
        raise ValueError(f"Go knows no flag {min(unknown)}")
    return (flags | set(on)) - set(off)


def class_of(letter: str) -> Ranges:
    """What \\d, \\D and so on stand for; nothing for any other letter."""
    if letter not in ("d", "s", "w", "D", "S", "W"):
        return []
    ranges = CLASSES[letter.lower()]
    return ranges if letter.islower() else complement(ranges)


def complement(ranges: Ranges) -> Ranges:
    starts = [0, *(last + 1 for _, last in ranges)]
    ends = [*(first - 1 for first, _ in ranges), LAST]
    return [(start, end) for start, end in zip(starts, ends) if start <= end]


def code_of(escape: str) -> int:
    """The character that an escape is for.

    :raises ValueError: it is for none.
    """
    rest = escape[1:]
    if rest in CONTROLS:
        return CONTROLS[rest]
    if rest[0] == "x" and len(rest) > 1:
        return min(int(rest[1:].strip("{}"), 16), LAST + 1)
    # A single digit would be what a group matched, which Go does not know.
    if rest[0] == "0" or (len(rest) > 1 and rest[0] in "1234567"):
        return int(rest, 8)
    if not rest.isascii() or rest.isalnum():
        raise ValueError(f"{escape} means nothing in Go, or is a Unicode class")
    return ord(rest)


def character_text(code: int) -> str:
    return f"\\U{code:08x}"


def set_text(ranges: Ranges, negated: bool = False) -> str:
    inside = "".join(f"{character_text(a)}-{character_text(b)}" for a, b in ranges)
    return f"[{'^' * negated}{inside}]"
