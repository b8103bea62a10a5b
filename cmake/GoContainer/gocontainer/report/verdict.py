"""The results of checks of one image."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from gocontainer.checks import CheckError, Test, check_of
from gocontainer.checks.budget import bytes_of
from gocontainer.common.error import ImageError
from gocontainer.common.skip import Skip
from gocontainer.report.named import Named

PASS, FAIL, SKIP = "pass", "fail", "skip"
# Budgets of a plan by the words of the command line.
SIZES = {
    "max_size": ("size", "maxSize"),
    "max_compressed_size": ("compressed-size", "maxCompressedSize"),
    "max_layer_size": ("layer-size", "maxLayerSize"),
    "max_wasted": ("max-wasted", "maxWasted"),
}
NUMBERS = {"max_layers": ("max-layers", "maxLayers"), "efficiency": ("efficiency", "efficiency")}
FLAGS = ("static", "no_shell", "no_package_manager", "no_setuid", "no_secrets")


class Verdict(NamedTuple):
    """What a check found: PASS, FAIL or SKIP, and the text that says why."""

    check: str
    result: str
    text: str


class Wanted(NamedTuple):
    """A check, and the arguments of its test as add_go_container_test() declares them."""

    check: str
    arguments: dict[str, Any]


class NamedTest(Test):
    """A test that the command line declares, and no call."""

    def call(self) -> str:
        return "this command"


def declared(image: Named) -> list[Wanted]:
    """The checks of all that add_go_container() and add_go_container_test() declare of the image."""
    if not image.planned:
        return []
    found = [Wanted(check, {}) for check in image.plan["tests"]]
    for file in sorted((image.directory / "tests").glob("*.json"), key=lambda file: int(file.stem)):
        arguments = json.loads(file.read_bytes())
        rest = arguments["name"][len(image.plan["name"]) + 1 :]
        found.append(Wanted(re.split("[:.]", rest, maxsplit=1)[0], arguments))
    return found


def wanted_of(options: dict[str, Any]) -> Iterator[Wanted]:
    """The checks that the options of the command line name.

    :raises ValueError: a budget is not a size.
    """
    for option, (check, member) in SIZES.items():
        if options.get(option) is not None:
            text = options[option]
            size = bytes_of(text)
            if size is None:
                flag = flag_of(option)
                raise ValueError(
                    f"{flag} {text} is not a size. Write bytes, or a number and a unit "
                    "(kB, MB, GB, KiB, MiB, GiB), such as 15MB."
                )
            yield Wanted(check, {member: {"declared": text, "bytes": size}})
    for option, (check, member) in NUMBERS.items():
        if options.get(option) is not None:
            yield Wanted(check, {member: options[option]})
    for option in FLAGS:
        if options.get(option):
            yield Wanted(option.replace("_", "-"), {})
    for file in options.get("structure_test") or []:
        yield Wanted("structure-test", {"file": file})


def flag_of(option: str) -> str:
    return "--" + option.replace("_", "-")


def verdicts(
    image: Named, wanted: Iterable[Wanted], engine_command: str | None
) -> Iterator[Verdict]:
    """Do the checks, one by one."""
    kind = Test if image.planned else NamedTest
    for check, arguments in wanted:
        name = arguments.get("name", f"{image.plan['name']}.{check}")
        test = kind(name, image.plan, image.directory, arguments, engine_command)
        test.index = image.index
        try:
            found = Verdict(check, PASS, check_of(check)(test))
        except Skip as reason:
            found = Verdict(check, SKIP, str(reason))
        except (CheckError, ImageError) as error:
            found = Verdict(check, FAIL, str(error))
        yield found if image.planned else found._replace(text=in_words_of_the_command(found.text))


def in_words_of_the_command(text: str) -> str:
    """A text that names options of a call, with those of the command line instead."""
    text = re.sub(r" in add_go_container\([^)\n]*\)", "", text)
    options = [*SIZES, *NUMBERS, *FLAGS]
    return re.sub(
        rf"\b(?:{'|'.join(options).upper()})\b", lambda found: flag_of(found[0].lower()), text
    )
