"""The commands that make would run: enough of a Makefile for the usual ones."""

from __future__ import annotations

import re
from collections.abc import Mapping

VARIABLE = re.compile(r"^(?:export\s+)?([A-Za-z_]\w*)\s*(:=|::=|\?=|\+=|=|!=)\s*(.*)$")
RULE = re.compile(r"^([\w./%$(){} -]+?)\s*::?(?!=)\s*([^#]*)")
REFERENCE = re.compile(r"\$(?:\(([\w.]+)\)|\{([\w.]+)\}|([@<^*]))")
SHELL = re.compile(r"\$\(shell\s+((?:[^()]|\([^()]*\))*)\)")


class Makefile:
    """:param given: the variables of the command line, which the file can't change; ``environment`` has others, which it
    can.
    """

    def __init__(self, text: str, given: dict[str, str], environment: Mapping[str, str]):
        self.variables = {"MAKE": "make", "GO": "go", "CURDIR": ".", **environment}
        self.rules: dict[str, tuple[list[str], list[str]]] = {}
        self.first = ""
        self.given = given
        self.read(text.replace("\\\n", " "))

    def read(self, text: str) -> None:
        targets: list[str] = []
        for line in text.splitlines():
            if line.startswith("\t"):
                for target in targets:
                    self.rules[target][1].append(line[1:].lstrip("@-+ "))
                continue
            variable, rule = VARIABLE.match(line), RULE.match(line)
            if variable:
                self.assign(variable[1], variable[2], re.sub(r"\s+#.*", "", variable[3]).strip())
            elif rule:
                targets = self.expand(rule[1]).split()
                self.begin(targets, self.expand(rule[2].partition(";")[0]).split())

    def assign(self, name: str, operator: str, value: str) -> None:
        if operator == "?=" and name in self.variables:
            return
        if operator == "!=":
            value = f"$(shell {value})"
        old = self.variables.get(name, "")
        self.variables[name] = f"{old} {value}".strip() if operator == "+=" else value

    def begin(self, targets: list[str], needs: list[str]) -> None:
        for target in targets:
            known = self.rules.setdefault(target, ([], []))
            known[0].extend(needs)
            if not self.first and not target.startswith("."):
                self.first = target

    def expand(self, text: str, target: str = "", depth: int = 0) -> str:
        """The text with the variables of make replaced; $(shell …) becomes the shell's own $(…)."""

        def value(found: re.Match[str]) -> str:
            name = found[1] or found[2] or found[3]
            if name == "@":
                return target
            known = self.given.get(name, self.variables.get(name))
            if known is None:
                return f"${{{name}}}"
            return self.expand(known, target, depth + 1) if depth < 20 else known

        text = SHELL.sub(lambda found: f"\x04{found[1]})", text)
        return (
            REFERENCE.sub(value, text.replace("$$", "\x05"))
            .replace("\x04", "$(")
            .replace("\x05", "$")
        )

    def commands(self, target: str, seen: frozenset[str] = frozenset()) -> list[str]:
        """What make runs for a target and all that it needs."""
        if target not in self.rules or target in seen:
            return []
        needs, recipe = self.rules[target]
        found = [line for each in needs for line in self.commands(each, seen | {target})]
        return found + [self.expand(line, target) for line in recipe]
