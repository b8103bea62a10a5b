"""The command that writes the report of images."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.atomic import write_atomically
from gocontainer.common.printable import safe
from gocontainer.report.gather import Report, gather
from gocontainer.report.named import open_named, plan_file, platforms_named
from gocontainer.report.page import page_of


def command_report(arguments: SimpleNamespace) -> int:
    """Write the page, and print its name."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    reports: list[Report] = []
    commands = dict(pair.split("=", 1) for pair in arguments.engines or [])
    for name in images_of(arguments.images):
        command = arguments.engine_command or command_of(name, commands)
        reports += reports_of(name, command, arguments.platform, now)
    file = Path(arguments.output or "image-report.html")
    write_atomically(file, page_of(reports).encode())
    print(safe(str(file)))
    return 0


def images_of(words: list[str]) -> Iterator[str]:
    """The names of the images; @<file> stands for those in a file, one a line."""
    for word in words:
        if word.startswith("@"):
            yield from Path(word[1:]).read_text(encoding="utf-8").splitlines()
        else:
            yield word


def command_of(name: str, commands: dict[str, str]) -> str | None:
    """The command of the engine that has the image of a plan, where it is not found by its name."""
    file = plan_file(name)
    return None if file is None else commands.get(json.loads(file.read_bytes())["engine"])


def reports_of(name: str, command: str | None, platform: str | None, now: str) -> Iterator[Report]:
    """The report of an image; of one for several platforms, that of each."""
    for each in [platform] if platform else platforms_named(name):
        with open_named(name, command, each) as image:
            yield gather(image, command, now)
