"""Go's regular expressions: RE2, in the syntax of Go's package regexp/syntax.

They are matched in time that grows with the text alone (see automaton), as Go promises; Python's own may
take for ever. Only whether there is a match is told, and where the first one is complete: not what a
group has.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from gocontainer.common.automaton import (
    Automaton,
    Counted,
    Look,
    Node,
    OneOf,
    Repeat,
    Row,
    Set,
    copies_at_most,
)
from gocontainer.common.unicode import LAST, Ranges, complement, folded, merged, unicode_class

MAX_REPEAT = 1000
MAX_DEPTH = 1000
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
PERL = re.compile(r"\\([dDsSwW])")
ESCAPE = re.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2}))")
COUNT = re.compile(r"\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}")
FLAGS = re.compile(r"\(\?([imsU]*)(-[imsU]+)?([:)])")
NAMED = re.compile(r"\(\?P?<\w+>", re.ASCII)


@functools.lru_cache(maxsize=64)
def compile_go(expression: str) -> Automaton:
    """An expression of Go's; ``search`` finds something where Go's ``MatchString`` is true.

    :raises ValueError: it is none.
    """
    try:
        return Automaton(Parser(expression).parse())
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error


def decode_go(data: bytes) -> str:
    """A text as Go sees it: each byte that is no part of a character is one U+FFFD."""
    return re.sub("[\udc80-\udcff]", "\ufffd", data.decode(errors="surrogateescape"))


@dataclass
class Group:
    """A ( that is open: the flags to return to, and what is before it."""

    flags: frozenset[str]
    alternatives: list[Node]
    row: list[Node]


class Parser:
    """Reads an expression from left to right: ``row`` is what stands one behind the other since the last
    ( or |, ``alternatives`` what is between those |, ``flags`` those that are set here."""

    def __init__(self, expression: str) -> None:
        self.text = expression
        self.at = 0
        self.flags: frozenset[str] = frozenset()
        self.groups: list[Group] = []
        self.alternatives: list[Node] = []
        self.row: list[Node] = []

    def parse(self) -> Node:
        repeated = False
        while self.at < len(self.text):
            if self.repeat(repeated):
                repeated = True
                continue
            repeated = False
            self.item()
        if self.groups:
            raise ValueError("a ) is missing")
        return self.end_of_group()

    def item(self) -> None:
        character = self.text[self.at]
        if character == "\\":
            self.escaped()
        elif character == "[":
            self.row.append(Set(tuple(self.set())))
        elif character == "(":
            self.open()
        elif character == ")":
            self.close()
        elif character == "|":
            self.at += 1
            self.alternatives.append(row_of(self.row))
            self.row = []
        elif character in "^$":
            self.at += 1
            line, text = ("^", "A") if character == "^" else ("$", "z")
            self.row.append(Look(line if "m" in self.flags else text))
        elif character == ".":
            self.at += 1
            any_of = [(0, LAST)] if "s" in self.flags else complement([(10, 10)])
            self.row.append(Set(tuple(any_of)))
        else:
            self.at += 1
            self.literal(ord(character))

    def literal(self, code: int) -> None:
        self.row.append(Set(tuple(self.fold([(code, code)]))))

    def fold(self, ranges: Ranges) -> Ranges:
        return folded(ranges) if "i" in self.flags else ranges

    def escaped(self) -> None:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter and letter in "AbBz":
            self.at += 2
            self.row.append(Look(letter))
        elif letter == "Q":
            quoted, end, _ = self.text[self.at + 2 :].partition(r"\E")
            self.at += 2 + len(quoted) + len(end)
            for character in quoted:
                self.literal(ord(character))
        elif (ranges := self.class_escape()) is not None:
            self.row.append(Set(tuple(ranges)))
        else:
            self.literal(self.code())

    def repeat(self, again: bool) -> bool:
        """What repeats the item before, if there is such a thing here."""
        start = self.at
        count = COUNT.match(self.text, start)
        if count is None and self.text[start] not in "*+?":
            return False
        self.at = count.end() if count else start + 1
        self.at += self.text.startswith("?", self.at)
        word = self.text[start : self.at]
        if again or not self.row:
            raise ValueError(f"{word} has nothing to repeat")
        if count is None:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.text[start]]
            self.row[-1] = Repeat(self.row[-1], least, most)
            return True
        numbers = [int(number) for number in (count[1], count[3]) if number]
        if max(numbers) > MAX_REPEAT or (count[3] and numbers[1] < numbers[0]):
            raise ValueError(f"{word} repeats more than {MAX_REPEAT:,} times, or has no such range")
        most = numbers[-1] if count[3] or not count[2] else None
        self.row[-1] = Counted(self.row[-1], numbers[0], most)
        if max(numbers) >= 2 and not copies_at_most(self.row[-1], MAX_REPEAT):
            raise ValueError(f"{word} repeats what is in it more than {MAX_REPEAT:,} times")
        return True

    def open(self) -> None:
        named = NAMED.match(self.text, self.at)
        option = None if named else FLAGS.match(self.text, self.at)
        if self.text.startswith("(?", self.at) and not (named or option):
            raise ValueError(f"Go knows no {self.text[self.at : self.at + 3]}")
        found = named or option
        self.at = found.end() if found else self.at + 1
        flags = self.flags
        if option:
            flags = (flags | set(option[1])) - set(option[2] or "")
        if not option or option[3] == ":":
            self.groups.append(Group(self.flags, self.alternatives, self.row))
            if len(self.groups) > MAX_DEPTH:
                raise ValueError("it nests too deeply")
            self.alternatives, self.row = [], []
        self.flags = flags

    def close(self) -> None:
        if not self.groups:
            raise ValueError("a ( is missing")
        self.at += 1
        inside = self.end_of_group()
        group = self.groups.pop()
        self.flags, self.alternatives, self.row = group.flags, group.alternatives, group.row
        self.row.append(inside)

    def end_of_group(self) -> Node:
        rows = [*self.alternatives, row_of(self.row)]
        return OneOf(rows) if len(rows) > 1 else rows[0]

    def set(self) -> Ranges:
        """[...]; a ] that stands first is one of its characters."""
        self.at += 1
        negated = self.take("^")
        ranges: Ranges = []
        first = True
        while first or not self.take("]"):
            first = False
            ranges += self.member()
        return complement(ranges) if negated else merged(ranges)

    def member(self) -> Ranges:
        """The next character of a set, range or class."""
        if self.text.startswith("[:", self.at) and (end := self.text.find(":]", self.at + 2)) > 0:
            name = self.text[self.at + 2 : end]
            self.at = end + 2
            return self.class_of(name)
        ranges = self.class_escape()
        if ranges is not None:
            return ranges
        low = high = self.set_character()
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in (
            "",
            "]",
        ):
            self.at += 1
            high = self.set_character()
        if high < low:
            raise ValueError("a range in [...] ends before it begins")
        return self.fold([(low, high)])

    def class_of(self, name: str) -> Ranges:
        """[:name:], or [:^name:] for all others."""
        negated = name.startswith("^")
        ranges = CLASSES.get(name[negated:])
        if ranges is None or len(name[negated:]) == 1:
            raise ValueError(f"there is no class [:{name}:]")
        ranges = self.fold(ranges)
        return complement(ranges) if negated else ranges

    def set_character(self) -> int:
        if self.at >= len(self.text):
            raise ValueError("a ] is missing")
        if self.text[self.at] == "\\":
            return self.code()
        self.at += 1
        return ord(self.text[self.at - 1])

    def class_escape(self) -> Ranges | None:
        r"""\\d, \\D and so on, and \\p{...}."""
        if perl := PERL.match(self.text, self.at):
            self.at = perl.end()
            ranges = self.fold(CLASSES[perl[1].lower()])
            return ranges if perl[1].islower() else complement(ranges)
        if not self.text.startswith(("\\p", "\\P"), self.at):
            return None
        negated = self.text[self.at + 1] == "P"
        name = self.text[self.at + 2 : self.at + 3]
        self.at += 3
        if name == "{":
            end = self.text.find("}", self.at)
            if end < 0:
                raise ValueError("a } is missing")
            name, self.at = self.text[self.at : end], end + 1
        if name.startswith("^"):
            negated, name = not negated, name[1:]
        ranges = self.fold(unicode_class(name))
        return complement(ranges) if negated else ranges

    def code(self) -> int:
        """The character that an escape is for.

        :raises ValueError: it is for none.
        """
        if found := ESCAPE.match(self.text, self.at):
            code = int(found[3], 8) if found[3] else int(found[1] or found[2], 16)
            if code > LAST:
                raise ValueError(f"{found[0]} is not a character")
            self.at = found.end()
            return code
        letter = self.text[self.at + 1 : self.at + 2]
        if not letter:
            raise ValueError("it ends with a backslash")
        self.at += 2
        if letter in CONTROLS:
            return CONTROLS[letter]
        if not letter.isascii() or letter.isalnum():
            raise ValueError(f"\\{letter} means nothing in Go")
        return ord(letter)

    def take(self, character: str) -> bool:
        there = self.text.startswith(character, self.at)
        self.at += there
        return there


def row_of(items: list[Node]) -> Node:
    return items[0] if len(items) == 1 else Row(items)
