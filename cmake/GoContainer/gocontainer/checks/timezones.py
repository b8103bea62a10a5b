"""Looks for the time zones that TIMEZONES and TZ name."""

from __future__ import annotations

import re

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import printable
from gocontainer.read.squash import FILE

PLACE = "/usr/share/zoneinfo"


def check_timezones(test: Test) -> str:
    """The files of TIMEZONES are where the C library and Go look for them, and that of TZ, too."""
    wanted = test.plan["timezones"]
    zones = ["UTC"] if wanted == ["*"] else list(wanted)
    for zone in zones:
        assert_zone(test, zone, f"TIMEZONES {'ON' if wanted == ['*'] else zone}")
    config = test.index.config.get("config", {})
    variables = dict(variable.partition("=")[::2] for variable in config.get("Env") or [])
    tz = variables.get("TZ", "").lstrip(":")
    # It may also be a rule, such as CET-1CEST, or a path.
    if tz not in ("", "UTC") and not re.match(r"[A-Za-z]+[-+]?[0-9]|/", tz):
        assert_zone(test, tz, f"ENV TZ={tz}")
    prefix = PLACE[1:] + "/"
    there = sum(e.path.startswith(prefix) and e.kind == FILE for e in test.index.files.values())
    return f"{there:,} in {PLACE}"


def assert_zone(test: Test, zone: str, declared: str) -> None:
    """:raises CheckError: the image has no file of the time zone (tzfile(5))."""
    path = f"{PLACE}/{zone}"
    entry = test.index.find(path)
    if entry is not None and entry.kind == FILE and test.index.read(entry, 4) == b"TZif":
        return
    raise CheckError(
        "a time zone is not in the image",
        declared=printable(declared),
        found=f"no {printable(path)}" if entry is None else f"{path}, which is none",
        remedy=f"add it to TIMEZONES in add_go_container({test.plan['name']}), or build the image again",
    )
