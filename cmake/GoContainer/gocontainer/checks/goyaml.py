"""Reads YAML as Go's gopkg.in/yaml.v2 does, which is what container-structure-test has, by PyYAML."""

from __future__ import annotations

import base64
import binascii
import math
import re
from dataclasses import dataclass
from typing import Any

TAG = "tag:yaml.org,2002:"
# Tags of scalars without one: of those that are quoted, and of those that are not.
TEXT, PLAIN = f"{TAG}str", "plain"
# YAML 1.1, https://yaml.org/type/bool.html
TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
NULL = frozenset(["", "~", "null", "Null", "NULL"])
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
# strconv.ParseInt with base 0; a 0 before more digits stands for octal.
INTEGER = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII
)
SPECIAL = {".nan": math.nan, ".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf}
KINDS = {"bool": bool, "int": int, "float": float, "null": type(None)}


@dataclass(frozen=True)
class Scalar:
    """A scalar: as it is written, and what it stands for."""

    text: str
    value: str | bool | int | float | None


@dataclass(frozen=True)
class Pairs:
    """A mapping, its keys in their order; ``line`` is where it begins, from 1 on."""

    items: list[tuple[Any, Any]]
    line: int


def read_yaml(yaml: Any, text: str) -> Any:
    """The first document of a text, as the only one that Go looks at, made of Scalar, Pairs and lists;
    None if there is none.

    :param yaml: the package PyYAML.
    :raises ValueError: it is not YAML.
    """

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """Leaves to this module what a word stands for, and takes tabs where libyaml does."""

        def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
            if kind is yaml.ScalarNode:
                return PLAIN if implicit[0] else TEXT
            return str(super().resolve(kind, value, implicit))

        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.peek_event()
            # A name that is given again stands for the later one.
            if not self.check_event(yaml.AliasEvent) and event.anchor in self.anchors:
                del self.anchors[event.anchor]
            return super().compose_node(parent, index)

        def scan_to_next_token(self) -> None:
            super().scan_to_next_token()
            while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
                self.forward()
                super().scan_to_next_token()

        def scan_plain_spaces(self, indent: int, start_mark: Any) -> Any:
            width = 0
            while self.peek(width) in " \t":
                width += 1
            if self.peek(width) in "\r\n\x85\u2028\u2029":
                self.forward(width)
                return super().scan_plain_spaces(indent, start_mark)
            spaces = self.prefix(width)
            self.forward(width)
            return [spaces] if spaces else []

    try:
        loader = Loader(text)
        node = loader.get_node() if loader.check_node() else None
        return None if node is None else converted(node, [])
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error


def converted(node: Any, above: list[Any]) -> Any:
    """A node of PyYAML as this module has it.

    :param above: the nodes that it is in.
    """
    if node in above:
        raise ValueError(f"what begins in line {node.start_mark.line + 1} contains itself")
    inside = [*above, node]
    if node.id == "sequence":
        return [converted(item, inside) for item in node.value]
    if node.id == "mapping":
        items = [
            (MERGE if is_merge(key) else converted(key, inside), converted(value, inside))
            for key, value in node.value
        ]
        return Pairs(items, node.start_mark.line + 1)
    return Scalar(node.value, value_of(node.tag, node.value))


MERGE = object()


def is_merge(key: Any) -> bool:
    return key.id == "scalar" and key.value == "<<" and key.tag in (PLAIN, f"{TAG}merge")


def value_of(tag: str, text: str) -> str | bool | int | float | None:
    """What a scalar stands for.

    :raises ValueError: it is not of the kind that its tag names.
    """
    kind = tag[len(TAG) :] if tag.startswith(TAG) else ""
    if kind == "binary":
        try:
            return base64.b64decode(text, validate=False).decode(errors="replace")
        except binascii.Error as error:
            raise ValueError(f"!!binary {text} is not base64") from error
    if tag != PLAIN and kind not in KINDS:
        return text
    value = plain(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if tag != PLAIN and type(value) is not KINDS[kind]:
        raise ValueError(f"{text} is not a valid {kind}")
    return value


def plain(text: str) -> str | bool | int | float | None:
    """What a word stands for that is neither quoted nor has a tag."""
    if text in TRUE or text in FALSE:
        return text in TRUE
    if text in NULL:
        return None
    if text.lower() in SPECIAL and text[-3:] in ("nan", "NaN", "NAN", "inf", "Inf", "INF"):
        return SPECIAL[text.lower()]
    if not text[0].isascii() or text[0] not in "+-.0123456789":
        return text
    word = text.replace("_", "") if text[0] != "." else text
    if found := INTEGER.fullmatch(word):
        sign, base16, base2, base8, base10 = found.groups()
        digits, base = next(
            (d, b) for d, b in ((base16, 16), (base2, 2), (base8, 8), (base10, 10)) if d
        )
        number = int(digits[:400], base) * (-1 if sign == "-" else 1)
        if -(2**63) <= number < 2 ** (63 if sign else 64):
            return number
    return float(word) if FLOAT.fullmatch(word) else text


def natives(value: Any) -> Any:
    """As JSON would have it.

    :raises ValueError: a key is given twice, or is not a scalar.
    """
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, list):
        return [natives(item) for item in value]
    made: dict[str, Any] = {}
    for key, member in value.items if isinstance(value, Pairs) else []:
        if key is MERGE:
            made.update(natives(member))
            continue
        name = key.text if isinstance(key, Scalar) else str(natives(key))
        if name in made:
            raise ValueError(f"{name} is given twice, in line {value.line}")
        made[name] = natives(member)
    return made
