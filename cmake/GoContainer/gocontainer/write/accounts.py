"""USERS, GROUPS, and the numbers of names, by the accounts that a base has.

One awk program does it for all engines (scripts/accounts.awk), so that they add the same lines and say the same.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.read.contents import contents
from gocontainer.read.layer import Layer
from gocontainer.read.source import ImageError

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

FILES = ("etc/passwd", "etc/group")
PROGRAM = Path(__file__).parents[2] / "scripts/accounts.awk"


def with_numbers(plan: Plan, layers: Iterable[Layer], directory: Path) -> Plan:
    """The plan with numbers in place of names. The accounts of the image are in the directory ``accounts`` then,
    as ``passwd.new`` and ``group.new``, if the plan declares some.

    :param layers: those of the base.
    :param directory: that of the plan.
    :raises ImageError: the base has no such name, or has an account that is not as declared.
    """
    place = directory / "accounts"
    if place.exists():
        shutil.rmtree(place)
    place.mkdir()
    for path, data in contents(layers, FILES).items():
        (place / Path(path).name).write_bytes(data)
    lines = place / "lines"
    lines.write_text("".join(line + "\n" for line in plan["accounts"]), encoding="utf-8")
    environment = {
        **os.environ,
        "CALL": f"add_go_container({plan['name']})",
        "ACCOUNTS": str(lines),
        "DIRECTORY": str(directory),
        "LC_ALL": "C",
    }
    done = subprocess.run(
        ["awk", "-f", PROGRAM], env=environment, stderr=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        raise ImageError(done.stderr.decode(errors="replace").strip())
    numbers = (place / "numbers").read_text(encoding="ascii").splitlines()
    names = [line.split(":", 2)[2] for line in plan["accounts"] if line.startswith("name:")]
    return replaced(plan, dict(zip(names, (line.partition("=")[2] for line in numbers))))


def replaced(plan: Plan, numbers: dict[str, str]) -> Plan:
    """The plan with these numbers, by ``user:<name>`` and ``owner:<name>``."""
    user = plan["config"]["User"]
    found: Plan = {
        **plan,
        "config": {**plan["config"], "User": numbers.get(f"user:{user}", user)},
    }
    if "files" in plan:
        found["files"] = [
            {**each, "user": numbers.get(f"owner:{each['user']}", each["user"])}
            for each in plan["files"]
        ]
    if "directories" in plan:
        found["directories"] = [
            {**each, "user": numbers.get(f"owner:{each['user']}", each["user"])}
            for each in plan["directories"]
        ]
    return found
