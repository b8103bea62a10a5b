"""Takes the script of a RUN apart into simple commands, with their variables replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gocontainer.importing.expand import VARIABLE, value_of

OPERATORS = ("&&", "||", ";;", ";", "|", "&", "\n", "(", ")")
REDIRECTIONS = ("2>&1", ">&2", "&>", "2>>", "2>", ">>", ">", "<")
CONTROL = {
    "if",
    "then",
    "else",
    "elif",
    "fi",
    "for",
    "while",
    "until",
    "do",
    "done",
    "case",
    "esac",
}


@dataclass
class Command:
    words: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    follows: str = ""  # the operator before it
    redirections: list[tuple[str, str]] = field(default_factory=list)
    nested: bool = False  # in a loop or a condition

    @property
    def name(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""


class Reader:
    """Reads a script from its begin to its end."""

    def __init__(self, script: str, variables: Mapping[str, str]):
        self.script = script
        self.variables = dict(variables)
        self.at = 0
        self.depth = 0
        self.commands: list[Command] = []
        self.command = Command()

    def read(self) -> list[Command]:
        while self.at < len(self.script):
            if not (self.skip() or self.operator() or self.redirection()):
                self.take(*self.word())
        self.end("")
        return self.commands

    def skip(self) -> bool:
        start = self.at
        while self.at < len(self.script):
            if self.script[self.at] in " \t":
                self.at += 1
            elif self.script.startswith("\\\n", self.at):
                self.at += 2
            elif self.script[self.at] == "#":
                end = self.script.find("\n", self.at)
                self.at = len(self.script) if end < 0 else end
            else:
                break
        return self.at > start

    def operator(self) -> bool:
        for each in OPERATORS:
            if self.script.startswith(each, self.at) and not self.script.startswith("&>", self.at):
                self.at += len(each)
                self.end(each)
                return True
        return False

    def redirection(self) -> bool:
        for each in REDIRECTIONS:
            if self.script.startswith(each, self.at):
                self.at += len(each)
                if "&" not in each or each == "&>":
                    self.skip()
                    self.command.redirections.append((each, self.word()[0]))
                return True
        return False

    def take(self, word: str, plain: bool) -> None:
        name, equals, value = word.partition("=")
        if not self.command.words and equals and name.isidentifier():
            self.command.environment[name] = value
        elif not self.command.words and plain and word in CONTROL | {"{", "}", "!"}:
            self.depth += {"if": 1, "for": 1, "while": 1, "until": 1, "case": 1}.get(word, 0)
            if word in ("for", "case"):
                self.command.words.append(word)
            self.command.nested = self.depth > 0
            self.depth -= word in ("fi", "done", "esac")
        else:
            self.command.words.append(word)

    def end(self, operator: str) -> None:
        command = self.command
        if command.words or command.environment or command.redirections:
            command.nested = command.nested or self.depth > 0
            self.commands.append(command)
            if not command.words:
                self.variables.update(command.environment)
            elif command.words[0] == "export":
                pairs = [word.partition("=") for word in command.words[1:] if "=" in word]
                self.variables.update({name: value for name, _, value in pairs})
            self.command = Command(follows=operator)
        else:
            command.follows = operator

    def word(self) -> tuple[str, bool]:
        """The next word, and whether nothing in it is quoted."""
        result, quote, plain = "", "", True
        while self.at < len(self.script):
            letter = self.script[self.at]
            if not quote and (letter in " \t\n;&|()<>"):
                break
            if letter == "\\" and quote != "'":
                following = self.script[self.at + 1 : self.at + 2]
                if following != "\n":
                    result += following if not quote or following in '"$`\\' else letter + following
                self.at += 2
            elif letter in "\"'" and quote in ("", letter):
                quote, plain = "" if quote else letter, False
                self.at += 1
            elif letter in "$`" and quote != "'":
                result += self.substitution()
            else:
                result += letter
                self.at += 1
        return result, plain

    def substitution(self) -> str:
        """What stands for a variable, or for what a command prints."""
        if self.script.startswith("$(", self.at) or self.script[self.at] == "`":
            inner = self.nested_script()
            return f"\x02{inner.strip()}\x02"
        found = VARIABLE.match(self.script, self.at)
        if not found:
            self.at += 1
            return "$"
        self.at = found.end()
        if (found[1] or found[2]) not in self.variables and not found[3]:
            return f"\x02{found[0]}\x02"
        return value_of(found, self.variables)

    def nested_script(self) -> str:
        if self.script[self.at] == "`":
            end = self.script.find("`", self.at + 1)
            end = len(self.script) if end < 0 else end
            inner, self.at = self.script[self.at + 1 : end], end + 1
            return inner
        depth, start = 0, self.at + 2
        for i in range(self.at + 1, len(self.script)):
            depth += {"(": 1, ")": -1}.get(self.script[i], 0)
            if depth == 0:
                self.at = i + 1
                return self.script[start:i]
        self.at = len(self.script)
        return self.script[start:]


def read_script(script: str, variables: Mapping[str, str]) -> list[Command]:
    return Reader(script, variables).read()
