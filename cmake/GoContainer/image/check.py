"""Compares an image with what its plan declares: one function a check, one CTest test each.

A check returns what it found, in a line; it raises :class:`CheckError` with what was declared,
what is there, and how to change either.
"""

from __future__ import annotations

import json
from typing import Any, Callable

from layout import Image

Plan = dict[str, Any]


class CheckError(Exception):
    """The image is not as declared."""


def check_size(plan: Plan, image: Image) -> str:
    """The bytes of all files in all layers, unpacked, against MAX_SIZE."""
    budget = plan["maxSize"]["bytes"]
    layers = image.layer_sizes()
    size = sum(layers)
    if size > budget:
        raise CheckError(
            failure(
                "the image is larger than MAX_SIZE",
                declared=f"MAX_SIZE {plan['maxSize']['declared']}, {budget:,} bytes",
                found=f"{size:,} bytes, {size - budget:,} too many",
                layers=" + ".join(f"{layer:,}" for layer in layers) + " bytes",
                remedy=f"put less into the image, or raise MAX_SIZE in {call(plan)}",
            )
        )
    declared = plan["maxSize"]["declared"]
    return f"{size:,} of {budget:,} bytes (MAX_SIZE {declared}), {budget - size:,} left"


def check_cmd(plan: Plan, image: Image) -> str:
    """The CMD, word for word (OCI image spec, config.md, ``config.Cmd``)."""
    declared = plan["config"]["Cmd"]
    found = image.config.get("config", {}).get("Cmd") or []  # an empty list may be left out
    if found != declared:
        raise CheckError(
            failure(
                "the image has another CMD",
                declared="CMD " + exec_form(declared),
                found="CMD " + exec_form(found),
                remedy=f"build the target {plan['name']} again, or change CMD in {call(plan)}",
            )
        )
    return "CMD " + exec_form(found)


CHECKS: dict[str, Callable[[Plan, Image], str]] = {"size": check_size, "cmd": check_cmd}


def exec_form(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def call(plan: Plan) -> str:
    return f"add_go_container({plan['name']})"


def failure(problem: str, **facts: str) -> str:
    width = max(map(len, facts))
    return "\n".join([problem, *(f"  {name:<{width}}  {text}" for name, text in facts.items())])
