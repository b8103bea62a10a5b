"""Finds matches of a regular expression in linear time, as RE2 does: all ways to match are followed at
once, character by character, and what was found out about a set of ways is remembered."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import Callable, Union

from gocontainer.common.unicode import LAST, Ranges

# States that are remembered at once; an expression that has more forgets them, and takes longer.
MAX_STATES = 2000
# Characters that are worth an expression of Python's to skip them.
LONG = 1000
# Go's own limit.
MAX_INSTRUCTIONS = 3_355_443
# Kinds of characters that look-arounds tell apart, and the two ends of the text.
OTHER, NEWLINE, WORD, END = range(4)
WORDS = [(48, 57), (65, 90), (95, 95), (97, 122)]


@dataclass(frozen=True)
class Set:
    """One character of these ranges."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Look:
    """A place between two characters: A and z for the ends of the text, ^ and $ for those of a line, b and
    B for where a word begins or ends, and where none does."""

    kind: str


@dataclass(frozen=True)
class Row:
    """One behind the other."""

    items: list[Node]


@dataclass(frozen=True)
class OneOf:
    items: list[Node]


@dataclass(frozen=True)
class Repeat:
    """So many times; ``most`` is None where there is no limit."""

    item: Node
    least: int
    most: int | None


@dataclass(frozen=True)
class Counted(Repeat):
    """A repetition by {}."""


Node = Union[Set, Look, Row, OneOf, Repeat]


def copies_at_most(node: Node, limit: int) -> bool:
    """Whether no more copies of anything are asked for, by {} within {}."""
    if isinstance(node, Counted):
        copies = node.least if node.most is None else node.most
        if node.most == 0:
            return True
        if copies > limit:
            return False
        limit //= max(copies, 1)
    if isinstance(node, Repeat):
        return copies_at_most(node.item, limit)
    items = node.items if isinstance(node, (Row, OneOf)) else []
    return all(copies_at_most(item, limit) for item in items)


@dataclass(frozen=True)
class Found:
    """A match; of all that there are the one that is complete first."""

    at: int

    def end(self) -> int:
        """Where it is complete: the number of characters up to its end."""
        return self.at


@dataclass
class State:
    """All the ways that may be gone on from between two characters: ``places`` in the program, and the
    kind of the character before, END at the beginning of the text."""

    places: frozenset[int]
    before: int
    after: dict[str, State] = field(default_factory=dict)
    # What leads on from here, by the kind of the character that follows; None where a match is complete.
    ways: dict[int, list[tuple[int, int]] | None] = field(default_factory=dict)
    # Finds the next character that leads to another state, once it is known that some do not.
    leave: Callable[[str, int], re.Match[str] | None] | None = None


class Automaton:
    """An expression, as a program of instructions: ("set", number of the set, place to go on at),
    ("look", kind, place) and ("split", places)."""

    def __init__(self, tree: Node) -> None:
        self.sets: dict[tuple[tuple[int, int], ...], int] = {}
        self.splits: dict[int, list[int]] = {}
        self.steps: dict[int, tuple[int, int]] = {}
        self.conditions: dict[int, tuple[str, int]] = {}
        self.size = 1  # place 0 is the match
        self.first = self.emit(tree, 0)
        self.starts, self.masks, self.kinds = self.alphabet()
        self.states: dict[tuple[frozenset[int], int], State] = {}

    def emit(self, node: Node, then: int) -> int:
        """Append a part of the program; returns the place where it begins.

        :param then: the place to go on at.
        :raises ValueError: the program grows too large.
        """
        if isinstance(node, Row):
            for item in reversed(node.items):
                then = self.emit(item, then)
            return then
        if isinstance(node, OneOf):
            return self.split(*(self.emit(item, then) for item in node.items))
        if isinstance(node, Repeat):
            return self.emit_repeat(node, then)
        place = self.place()
        if isinstance(node, Set):
            self.steps[place] = self.sets.setdefault(node.ranges, len(self.sets)), then
        else:
            self.conditions[place] = node.kind, then
        return place

    def emit_repeat(self, node: Repeat, then: int) -> int:
        if node.most is None:
            loop = self.split()
            self.splits[loop] += [self.emit(node.item, loop), then]
            then = loop
        else:
            end = then
            for _ in range(node.most - node.least):
                then = self.split(self.emit(node.item, then), end)
        for _ in range(node.least):
            then = self.emit(node.item, then)
        return then

    def split(self, *places: int) -> int:
        place = self.place()
        self.splits[place] = list(places)
        return place

    def place(self) -> int:
        self.size += 1
        if self.size > MAX_INSTRUCTIONS:
            raise ValueError("it is too large")
        return self.size - 1

    def alphabet(self) -> tuple[list[int], list[int], list[int]]:
        """Characters that all sets treat alike are one letter: where each run of such begins, the sets
        that have it, as bits, and its kind."""
        kinds: list[Ranges] = [[(10, 10)], WORDS] if self.conditions else []
        every = [*self.sets, *kinds]
        starts = sorted(
            {0, *(edge for r in every for a, b in r for edge in (a, b + 1))} - {LAST + 1}
        )
        masks, kind = [0] * len(starts), [OTHER] * len(starts)
        for ranges, number in self.sets.items():
            for first, last in ranges:
                for run in range(
                    bisect.bisect_left(starts, first), bisect.bisect_right(starts, last)
                ):
                    masks[run] |= 1 << number
        for number, members in zip((NEWLINE, WORD), kinds):
            for first, last in members:
                for run in range(
                    bisect.bisect_left(starts, first), bisect.bisect_right(starts, last)
                ):
                    kind[run] = number
        return starts, masks, kind

    def search(self, text: str) -> Found | None:
        """Where a match is complete first, if there is one."""
        state = self.state(frozenset([self.first]), END)
        at, length = 0, len(text)
        while at < length:
            if state.leave is not None:
                found = state.leave(text, at)
                if found is None:
                    break
                at = found.start()
            following = state.after.get(text[at])
            if following is None:
                following = self.follow(state, text[at])
            if following is state and state.leave is None and length - at > LONG:
                state.leave = self.leaving(state)
            if following is MATCHED:
                return Found(at)
            state = following
            at += 1
        return Found(length) if self.ways(state, END) is None else None

    def state(self, places: frozenset[int], before: int) -> State:
        key = places, before
        found = self.states.get(key)
        if found is None:
            if len(self.states) >= MAX_STATES:
                self.states.clear()
            found = self.states[key] = State(places, before)
        return found

    def run_of(self, character: str) -> int:
        return bisect.bisect_right(self.starts, ord(character)) - 1

    def follow(self, state: State, character: str) -> State:
        """The state behind the next character, or MATCHED if a match is complete before it."""
        if len(state.after) > MAX_STATES:
            state.after.clear()
        found = state.after[character] = self.behind(state, self.run_of(character))
        return found

    def behind(self, state: State, run: int) -> State:
        ways = self.ways(state, self.kinds[run])
        if ways is None:
            return MATCHED
        mask = self.masks[run]
        # A match may begin at any character.
        places = [then for number, then in ways if mask >> number & 1]
        return self.state(frozenset([*places, self.first]), self.kinds[run])

    def ways(self, state: State, kind: int) -> list[tuple[int, int]] | None:
        """What leads on if a character of that kind follows, as (number of the set, place), or None if a
        match is complete."""
        if kind not in state.ways:
            state.ways[kind] = self.closure(state, kind)
        return state.ways[kind]

    def closure(self, state: State, kind: int) -> list[tuple[int, int]] | None:
        waiting, seen = list(state.places), set(state.places)
        ways = set()
        while waiting:
            place = waiting.pop()
            if place == 0:
                return None
            if place in self.steps:
                ways.add(self.steps[place])
                continue
            more = self.splits.get(place, [])
            if place in self.conditions:
                look, then = self.conditions[place]
                more = [then] if holds(look, state.before, kind) else []
            for then in more:
                if then not in seen:
                    seen.add(then)
                    waiting.append(then)
        return list(ways)

    def leaving(self, state: State) -> Callable[[str, int], re.Match[str] | None]:
        """Finds the next character that leads from a state to another."""
        inside = ""
        answers: dict[tuple[int, int], bool] = {}
        for run, first in enumerate(self.starts):
            letter = self.masks[run], self.kinds[run]
            if letter not in answers:
                answers[letter] = self.behind(state, run) is not state
            if answers[letter]:
                last = self.starts[run + 1] - 1 if run + 1 < len(self.starts) else LAST
                inside += f"\\U{first:08x}-\\U{last:08x}"
        return re.compile(f"[{inside}]" if inside else r"(?!)").search


MATCHED = State(frozenset(), END)


def holds(look: str, before: int, after: int) -> bool:
    """Whether there is such a place between two characters of these kinds."""
    if look == "A":
        return before == END
    if look == "z":
        return after == END
    if look == "^":
        return before in (END, NEWLINE)
    if look == "$":
        return after in (END, NEWLINE)
    return ((before == WORD) != (after == WORD)) == (look == "b")
