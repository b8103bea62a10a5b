"""Compares the config of the image with the declared one (OCI image spec, config.md)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.common.engines import engine_of
from gocontainer.common.platforms import platform_name

# What an image adds to that of its base: there must be what is declared, and may be more.
ADDED = {"Env", "ExposedPorts", "Labels", "Volumes"}


def check_member(member: str, option: str, test: Test) -> str:
    """A member of the config against the declared one; ``option`` is its name in the call."""
    return compare(test, member, option, test.plan["config"][member])


def compare(test: Test, member: str, option: str, declared: Any) -> str:
    # An empty list or object may be left out of a config.
    found = test.index.config.get("config", {}).get(member) or type(declared)()
    wrong = missing_of(declared, found) if member in ADDED else [] if found == declared else [found]
    if wrong:
        near = nearest(wrong, found) if member in ADDED else []
        raise CheckError(
            f"the image has another {option}"
            if member not in ADDED
            else f"{option} lacks something",
            declared=f"{option} {one_line(declared)}",
            found=f"{option} {one_line(found)}",
            **({"nearest": ", ".join(near)} if near else {}),
            remedy=f"build the target {test.plan['name']} again, or change {option} in {test.call()}",
        )
    return f"{option} {one_line(declared)}"


check_env = partial(check_member, "Env", "ENV")
check_workdir = partial(check_member, "WorkingDir", "WORKDIR")
check_expose = partial(check_member, "ExposedPorts", "EXPOSE")
check_labels = partial(check_member, "Labels", "LABELS")
check_volumes = partial(check_member, "Volumes", "VOLUMES")
check_stopsignal = partial(check_member, "StopSignal", "STOPSIGNAL")


def check_entrypoint(test: Test) -> str:
    """The declared ENTRYPOINT, and that a container can start it."""
    said = check_member("Entrypoint", "ENTRYPOINT", test)
    assert_startable(test, "ENTRYPOINT", test.plan["config"]["Entrypoint"])
    return said


def check_cmd(test: Test) -> str:
    """The declared CMD, and that a container can start it, unless an entrypoint takes it."""
    said = check_member("Cmd", "CMD", test)
    if not test.index.config["config"].get("Entrypoint"):
        assert_startable(test, "CMD", test.plan["config"]["Cmd"])
    return said


def check_healthcheck(test: Test) -> str:
    """The declared HEALTHCHECK, and that a container can start it, or the shell of the image that gets it."""
    said = check_member("Healthcheck", "HEALTHCHECK", test)
    kind, *words = test.plan["config"]["Healthcheck"]["Test"]
    if kind == "CMD-SHELL":
        words = test.index.config["config"].get("Shell") or ["/bin/sh"]
    assert_startable(test, "HEALTHCHECK", words)
    return said


def assert_startable(test: Test, option: str, words: list[str]) -> None:
    if words:
        from gocontainer.checks.startable import check_startable  # most checks need no files

        check_startable(test, option, words[0])


def check_user(test: Test) -> str:
    """The declared user, as numbers, which are those of the image's passwd and group for a name."""
    user: str = test.plan["config"]["User"]
    if not user.replace(":", "").isdecimal():
        from gocontainer.checks.accounts import numbers  # others need no such files

        user = numbers(test, user, "user")
    return compare(test, "User", "USER", user)


def check_platform(test: Test) -> str:
    """The operating system and the architecture that the image says it is for."""
    declared = dict(test.plan["platform"])
    if engine_of(test.plan).store == "containers-storage":
        # Podman 4.3 and buildah 1.28 note v7, or none, for each arm; the manifest list has the right one.
        declared.pop("variant", None)
    found = {key: test.index.config.get(key) or "" for key in declared}
    if found != declared:
        raise CheckError(
            "the image is for another platform",
            declared=platform_name(declared),
            found=platform_name(found),
            remedy=f"build the target {test.plan['name']} again on a machine for that platform",
        )
    return platform_name(test.plan["platform"])


def missing_of(declared: Any, found: Any) -> list[str]:
    """What is declared of a list or object, and not found as declared: items, or keys."""
    if isinstance(declared, dict):
        return [key for key in declared if key not in found or found[key] != declared[key]]
    return [item for item in declared if item not in found]


def nearest(missing: list[str], found: Any) -> list[str]:
    """What is there and looks like what is missing: a misspelt label, a variable with another value."""
    from difflib import get_close_matches  # which few need

    near = []
    for key in missing:
        for match in get_close_matches(key, list(found), 1, 0.6):
            value = found[match] if isinstance(found, dict) else ""
            near.append(f"{match}={value}" if isinstance(value, str) and value else match)
    return near


def one_line(value: Any) -> str:
    """A value of a config in one line; what has only keys, such as ports, as a list of them."""
    if isinstance(value, dict) and not any(value.values()):
        value = sorted(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
