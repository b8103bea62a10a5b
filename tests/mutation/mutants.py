"""The mutants of a module: its source with one operator, number, condition… replaced, as Cosmic Ray does it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names
from parso.tree import BaseNode, NodeOrLeaf

# Operators that change nothing. Small numbers and the words of a source are one object each in CPython, so that
# "is" is "==" for them.
LEFT_OUT = ("ReplaceComparisonOperator_Eq_Is", "ReplaceComparisonOperator_NotEq_IsNot")
# Lines that may be otherwise: that a record can't be changed keeps its authors from it alone; and how large a limit
# is, is a choice. That there is one is tested, with a smaller one.
CHOICES = re.compile(r"@dataclass\(frozen=True\)|(?:CHUNK|MAX_\w+(?:, MAX_\w+)*) = [0-9].*")


@dataclass(frozen=True)
class Mutant:
    file: Path
    operator: str
    lines: range  # of the statement that is changed, in the original
    source: str

    def diff(self) -> str:
        """What is changed, as diff shows it."""
        before = self.file.read_text().splitlines()
        lines = unified_diff(before, self.source.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if line[:3] not in ("---", "+++"))


def mutants_of(file: Path) -> Iterator[Mutant]:
    """All that differ from the original in more than annotations."""
    source = file.read_text()
    tree, original = ast.parse(source), code_of(source)
    nodes = list(ast_nodes(parso.parse(source)))
    texts = source.splitlines(keepends=True)
    lines = [0, *itertools.accumulate(map(len, texts))]
    for name in operator_names():
        if name.rpartition("/")[2] in LEFT_OUT or get_operator(name).arguments():
            continue
        operator = get_operator(name)()
        for node in nodes:
            for index, (start, _) in enumerate(operator.mutation_positions(node)):
                if CHOICES.fullmatch(texts[start[0] - 1].strip()) and "Decorator" not in name:
                    continue
                line, column = node.get_start_pos_of_prefix()
                place = lines[line - 1] + column
                behind = source[place + len(node.get_code()) :]
                try:
                    mutated = source[:place] + mutation(operator, node, index) + behind
                    changed = code_of(mutated) != original
                except (AttributeError, SyntaxError):
                    # "except struct.error" is too much for it; ** before an argument is no power.
                    continue
                if changed:
                    yield Mutant(file, name, statement_at(tree, start[0]), mutated)


def mutation(operator: Operator, node: NodeOrLeaf, index: int) -> str:
    """The text of a node when the operator has changed it; it is left as it was."""
    parts = list(ast_nodes(node))
    saved = [vars_of(part) for part in parts]
    try:
        mutated = operator.mutate(node, index)
        return "" if mutated is None else mutated.get_code()
    finally:
        for part, members in zip(parts, saved):
            for member, value in members.items():
                setattr(part, member, value)


def vars_of(part: NodeOrLeaf) -> dict[str, Any]:
    if isinstance(part, BaseNode):
        return {"children": list(part.children)}
    return {"value": part.value, "prefix": part.prefix}


def code_of(source: str) -> str:
    """What the source does; annotations do nothing."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for member in ("annotation", "returns"):
            if getattr(node, member, None) is not None:
                setattr(node, member, ast.Constant(None))
    return ast.dump(tree)


def statement_at(tree: ast.Module, line: int) -> range:
    """The lines of the innermost statement there; of one with a body, those before the body."""
    found = range(line, line + 1)
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.excepthandler)) and node.lineno <= line:
            body = getattr(node, "body", None)
            end = body[0].lineno if body else (node.end_lineno or line) + 1
            if line < max(end, node.lineno + 1):
                found = range(node.lineno, max(end, node.lineno + 1))
    return found
