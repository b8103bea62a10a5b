"""Reads the files that assertions are in, JSON or YAML, and holds them against what may be in them."""

from __future__ import annotations

import difflib
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.goyaml import MERGE, Pairs, Scalar, natives, read_yaml
from gocontainer.common.package import package
from gocontainer.common.regexp import decode_go

# What a member may be: one of these words, [schema] for a list, or an object of schemas.
STRING, BOOLEAN, NUMBER = "a string", "true or false", "a whole number"
ANY = "anything"
# What null stands for, where there is a value at all.
NOTHING: dict[str, Any] = {STRING: "", BOOLEAN: False, NUMBER: 0, ANY: None}


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
        return self.error(f"{self.file.name} is not {kind}", "correct it", found=str(why))

    def read(self, *, words: bool) -> Any:
        """What is in the file.

        :param words: of YAML scalars stay as they are written, as Scalar, and mappings are Pairs.
        :raises CheckError: there is no such file, it is neither JSON nor YAML, or YAML can't be read.
        """
        if self.file.suffix not in (".json", ".yaml", ".yml"):
            raise self.error(
                f"{self.file.name} is neither JSON nor YAML by its name",
                "let it end with .json, .yaml or .yml",
            )
        try:
            data = self.file.read_bytes()
            # Go's JSON takes what is not a character for U+FFFD; its YAML does not.
            text = decode_go(data) if self.json else data.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(
                f"{self.file.name} can't be read",
                f"correct the path in {self.test.call()}, or the file",
                found=str(error),
            ) from error
        return self.read_json(text) if self.json else self.read_yaml(text, words)

    def read_json(self, text: str) -> Any:
        try:
            value = json.loads(
                text.lstrip("\ufeff"),
                object_pairs_hook=self.without_doubles,
                parse_constant=self.no_constant,
            )
        except (ValueError, RecursionError) as error:
            raise self.damaged(error) from error
        return whole(value)

    def no_constant(self, word: str) -> None:
        raise self.damaged(f"{word} is not a value")

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
        try:
            value = read_yaml(yaml, text)
            return value if words else natives(value)
        except ValueError as error:
            raise self.damaged(error) from error

    def decode(self, value: Any, schema: Any, place: str = "") -> Any:
        """The value in the types of its schema. A member that is null is left out if it is a list, an
        object, or in JSON; as an item, null is an empty one.

        :param place: where in the file it is, such as ``commandTests[0].args``.
        :raises CheckError: there is a member that the schema does not know, or something else than
            it says.
        """
        if isinstance(value, Scalar):
            made = None if isinstance(schema, (dict, list)) else scalar_of(value, schema)
        elif isinstance(schema, dict) and isinstance(value, (dict, Pairs)):
            return self.decode_object(value, schema, place)
        elif isinstance(schema, list) and isinstance(value, list):
            return [
                empty(schema[0]) if is_null(v) else self.decode(v, schema[0], f"{place}[{i}]")
                for i, v in enumerate(value)
            ]
        else:
            kinds = {STRING: (str,), BOOLEAN: (bool,), NUMBER: (int,)}
            fits = schema == ANY or type(value) in kinds.get(str(schema), ())
            made = value if fits else None
        if made is None and schema != ANY:
            raise self.unfit(value, schema, place)
        if isinstance(made, int) and not -(2**63) <= made < 2**63:
            raise self.unfit(value, schema, place)
        return made

    def unfit(self, value: Any, schema: Any, place: str) -> CheckError:
        kinds: dict[type, str] = {dict: "an object", list: "a list"}
        wanted = kinds.get(type(schema), schema)
        return self.error(
            f"{self.file.name}: {place or 'the whole'} is not {wanted}",
            "correct it",
            found=json.dumps(shown(value), ensure_ascii=False, default=str)[:200],
        )

    def decode_object(self, value: Any, schema: dict[str, Any], place: str) -> dict[str, Any]:
        any_case = self.json and self.any_case
        names = {(name.lower() if any_case else name): name for name in schema}
        made: dict[str, Any] = {}
        given = set()
        for key, member in value.items if isinstance(value, Pairs) else value.items():
            if key is MERGE:
                made.update(self.merged(member, schema, place))
                continue
            written = key_text(key)
            name = names.get(written.lower() if any_case else written)
            if name is None:
                raise self.unknown(written, list(schema), place)
            if name in given and isinstance(value, Pairs):
                raise self.damaged(f"{name} is given twice, in line {value.line}")
            given.add(name)
            if not is_null(member):
                made[name] = self.decode(member, schema[name], f"{place}.{name}".lstrip("."))
            elif isinstance(member, Scalar) and not isinstance(schema[name], (dict, list)):
                made[name] = NOTHING[schema[name]]
            else:
                made.pop(name, None)
        return made

    def merged(self, value: Any, schema: dict[str, Any], place: str) -> dict[str, Any]:
        """What << brings: the members of an object, or of several, of which the first goes before."""
        made: dict[str, Any] = {}
        for other in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(other, Pairs):
                raise self.unfit(value, {}, f"{place}.<<".lstrip("."))
            made.update(self.decode_object(other, schema, place))
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


def whole(value: Any) -> Any:
    """Half a character, which JSON may have as \\ud83d, is U+FFFD for Go."""
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {whole(name): whole(member) for name, member in value.items()}
    return value


def scalar_of(scalar: Scalar, schema: str) -> Any:
    """What Go puts into a member of that kind; None if it does not fit."""
    value = scalar.value
    if schema in (STRING, ANY):
        return scalar.text if not isinstance(value, str) or value is None else value
    if schema == BOOLEAN:
        return value if isinstance(value, bool) else None
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_null(value: Any) -> bool:
    return value is None or (isinstance(value, Scalar) and value.value is None)


def empty(schema: Any) -> Any:
    return type(schema)() if isinstance(schema, (dict, list)) else NOTHING[schema]


def key_text(key: Any) -> str:
    return (
        (key.text if key.value is not None else "") if isinstance(key, Scalar) else str(shown(key))
    )


def shown(value: Any) -> Any:
    """A value as JSON has it, its scalars as they are written."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, Pairs):
        return {"<<" if k is MERGE else key_text(k): shown(v) for k, v in value.items}
    return value
