"""Reads the files that assertions are in, JSON or YAML, and holds them against what may be in them."""

from __future__ import annotations

import difflib
import json
import re
import sys
from pathlib import Path
from typing import Any

from package import package

from checks import CheckError, Test

# What a member may be: one of these words, [schema] for a list, or an object of schemas.
STRING, BOOLEAN, NUMBER = "a string", "true or false", "a whole number"
ANY = "anything"
# YAML 1.1, https://yaml.org/type/bool.html
TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])


class Document:
    """A file of assertions, and the call that names it; with ``any_case`` the names in JSON may be
    in upper or lower case, as Go reads them."""

    def __init__(self, test: Test, *, any_case: bool = False) -> None:
        self.test = test
        self.any_case = any_case
        self.file = Path(test.arguments["file"])
        self.json = self.file.suffix == ".json"

    def error(self, problem: str, remedy: str, **facts: str) -> CheckError:
        return CheckError(problem, file=str(self.file), **facts, remedy=remedy)

    def damaged(self, why: object) -> CheckError:
        kind = "JSON" if self.json else "YAML"
        return self.error(f"{self.file.name} is no {kind}", "correct it", found=str(why))

    def read(self, *, words: bool) -> Any:
        """What is in the file.

        :param words: scalars of YAML stay the strings that they are written as.
        :raises CheckError: there is no such file, it is neither JSON nor YAML, or YAML can't be read.
        """
        if self.file.suffix not in (".json", ".yaml", ".yml"):
            raise self.error(
                f"{self.file.name} is neither JSON nor YAML by its name",
                "let it end with .json, .yaml or .yml",
            )
        try:
            text = self.file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(
                f"{self.file.name} can't be read",
                f"correct the path in {self.test.call()}, or the file",
                found=str(error),
            ) from error
        if not self.json:
            return self.read_yaml(text, words)
        try:
            return json.loads(text, object_pairs_hook=self.without_doubles)
        except json.JSONDecodeError as error:
            raise self.damaged(error) from error

    def without_doubles(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise self.damaged(f"{twice} is given twice")
        return members

    def read_yaml(self, text: str, words: bool) -> Any:
        try:
            yaml = package("yaml")
        except ImportError:
            raise self.error(
                f"{self.file.name} needs PyYAML to be read",
                f"install it for this Python ({sys.executable} -m pip install PyYAML, or Debian's"
                " python3-yaml), configure with the one that has it (-D Python3_EXECUTABLE=<file>),"
                " or write the file as JSON",
            ) from None

        class Loader(yaml.SafeLoader):  # type: ignore[misc, name-defined]
            """Knows no key twice, as Go's loader."""

        def mapping(loader: Any, node: Any) -> dict[Any, Any]:
            names = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
            if twice := [name for name in names if names.count(name) > 1]:
                raise self.damaged(f"{twice[0]} is given twice, in line {node.start_mark.line + 1}")
            loader.flatten_mapping(node)
            made: dict[Any, Any] = loader.construct_mapping(node, deep=True)
            return made

        Loader.add_constructor("tag:yaml.org,2002:map", mapping)
        if words:
            for kind in ("bool", "int", "float", "timestamp"):
                Loader.add_constructor(f"tag:yaml.org,2002:{kind}", lambda _, node: node.value)
        try:
            return yaml.load(text, Loader)
        except (yaml.YAMLError, TypeError, RecursionError) as error:
            raise self.damaged(error) from error

    def decode(self, value: Any, schema: Any, place: str = "") -> Any:
        """The value in the types of its schema; what is null is left out.

        :param place: where in the file it is, such as ``commandTests[0].args``.
        :raises CheckError: there is a member that the schema does not know, or something else than
            it says.
        """
        if isinstance(schema, dict) and isinstance(value, dict):
            return self.decode_object(value, schema, place)
        if isinstance(schema, list) and isinstance(value, list):
            items = (self.decode(v, schema[0], f"{place}[{i}]") for i, v in enumerate(value))
            return list(items)
        if schema == ANY or (schema == STRING and isinstance(value, str)):
            return value
        if (
            schema == BOOLEAN
            and isinstance(value, (bool, str))
            and value in {True, False} | TRUE | FALSE
        ):
            return value is True or value in TRUE
        if schema == NUMBER and re.fullmatch(r"[+-]?\d+", str(value)):
            return int(value)
        kinds: dict[type, str] = {dict: "an object", list: "a list"}
        wanted = kinds.get(type(schema), schema)
        raise self.error(
            f"{self.file.name}: {place or 'the whole'} is not {wanted}",
            "correct it",
            found=json.dumps(value, ensure_ascii=False, default=str)[:200],
        )

    def decode_object(
        self, value: dict[str, Any], schema: dict[str, Any], place: str
    ) -> dict[str, Any]:
        any_case = self.json and self.any_case
        names = {(name.lower() if any_case else name): name for name in schema}
        made = {}
        for key, member in value.items():
            name = names.get(str(key).lower() if any_case else key)
            if name is None:
                raise self.unknown(str(key), list(schema), place)
            if member is not None:
                made[name] = self.decode(member, schema[name], f"{place}.{name}".lstrip("."))
        return made

    def unknown(self, key: str, known: list[str], place: str) -> CheckError:
        by_case = {name.lower(): name for name in known}
        near = difflib.get_close_matches(key.lower(), by_case, 1, 0.4)
        return self.error(
            f"{self.file.name}: there is no {f'{place}.{key}'.lstrip('.')}",
            "correct the name, or remove it",
            **({"nearest": by_case[near[0]]} if near else {}),
            known=", ".join(known),
        )
