"""The commands that tell what is in images."""

from __future__ import annotations

import json
from types import SimpleNamespace

from gocontainer.report.facts import facts_of
from gocontainer.report.named import open_named


def command_show(arguments: SimpleNamespace) -> int:
    with open_named(arguments.image, arguments.engine_command, arguments.platform) as image:
        facts = facts_of(image)
    if arguments.json:
        print(json.dumps(facts, indent=2))
    else:
        from gocontainer.report.show import text_of

        print(text_of(facts, bool(arguments.all)), end="")
    return 0


def command_diff(arguments: SimpleNamespace) -> int:
    from gocontainer.report.difference import difference_of

    how = arguments.engine_command, arguments.platform
    with open_named(arguments.a, *how) as one, open_named(arguments.b, *how) as other:
        difference = difference_of(one, other)
    if arguments.json:
        print(json.dumps(difference, indent=2))
    else:
        from gocontainer.report.difference_text import text_of

        print(text_of(difference, bool(arguments.all)), end="")
    return 0


def command_check(arguments: SimpleNamespace) -> int:
    """Check an image without CMake; 1 if a check fails or can't be done here."""
    from gocontainer.common.printable import safe
    from gocontainer.report.verdict import PASS, declared, verdicts, wanted_of

    wanted = list(wanted_of(vars(arguments)))
    command = arguments.engine_command
    with open_named(arguments.image, command, arguments.platform) as image:
        wanted = wanted or declared(image)
        if not wanted:
            raise ValueError(
                "there is nothing to check. Give a budget or a structure test: gocontainer check --help"
            )
        found = []
        for verdict in verdicts(image, wanted, command):
            found.append(verdict)
            if not arguments.json:
                print(
                    safe(f"{verdict.result.upper()}  {verdict.check}: {verdict.text}"), flush=True
                )
    if arguments.json:
        print(json.dumps([verdict._asdict() for verdict in found], indent=2))
    return 0 if all(verdict.result == PASS for verdict in found) else 1
