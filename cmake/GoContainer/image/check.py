"""Compares an image with what its plan declares: one function a check, one CTest test each.

A check returns what it found, in a line; it raises :class:`CheckError` with what was declared,
what is there, and how to change either.
"""

from __future__ import annotations

import json
from functools import partial
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


# check -> the member of the config, and the option that declares it
MEMBERS = {
    "entrypoint": ("Entrypoint", "ENTRYPOINT"),
    "cmd": ("Cmd", "CMD"),
    "env": ("Env", "ENV"),
    "user": ("User", "USER"),
    "workdir": ("WorkingDir", "WORKDIR"),
    "expose": ("ExposedPorts", "EXPOSE"),
    "labels": ("Labels", "LABELS"),
    "volumes": ("Volumes", "VOLUMES"),
    "stopsignal": ("StopSignal", "STOPSIGNAL"),
    "healthcheck": ("Healthcheck", "HEALTHCHECK"),
}
# What an image adds to that of its base: there must be what is declared, and may be more.
ADDED = {"Env", "ExposedPorts", "Labels", "Volumes"}


def check_member(member: str, option: str, plan: Plan, image: Image) -> str:
    """A member of the config against the declared one (OCI image spec, config.md)."""
    declared = plan["config"][member]
    # An empty list or object may be left out of a config.
    found = image.config.get("config", {}).get(member) or type(declared)()
    wrong = missing_of(declared, found) if member in ADDED else [] if found == declared else [found]
    if wrong:
        raise CheckError(
            failure(
                f"the image has another {option}"
                if member not in ADDED
                else f"{option} lacks something",
                declared=f"{option} {text_of(declared)}",
                found=f"{option} {text_of(found)}",
                remedy=f"build the target {plan['name']} again, or change {option} in {call(plan)}",
            )
        )
    return f"{option} {text_of(declared)}"


def missing_of(declared: Any, found: Any) -> list[Any]:
    """What is declared of a list or object, and not found as declared."""
    if isinstance(declared, dict):
        return [key for key in declared if key not in found or found[key] != declared[key]]
    return [item for item in declared if item not in found]


CHECKS: dict[str, Callable[[Plan, Image], str]] = {
    "size": check_size,
    **{name: partial(check_member, *member) for name, member in MEMBERS.items()},
}


def text_of(value: Any) -> str:
    """A value of a config in one line; what has only keys, such as ports, as a list of them."""
    if isinstance(value, dict) and not any(value.values()):
        value = sorted(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def call(plan: Plan) -> str:
    return f"add_go_container({plan['name']})"


def failure(problem: str, **facts: str) -> str:
    width = max(map(len, facts))
    return "\n".join([problem, *(f"  {name:<{width}}  {text}" for name, text in facts.items())])
