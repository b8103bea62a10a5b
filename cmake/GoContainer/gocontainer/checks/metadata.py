"""The check METADATA: members of the image's config against those of a file."""

from __future__ import annotations

import json
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.document import ANY, BOOLEAN, NUMBER, STRING, Document

# The members of a config (OCI image spec, config.md, "config"; Healthcheck and the last are docker's).
MEMBERS = {
    "User": STRING,
    "ExposedPorts": ANY,
    "Env": [STRING],
    "Entrypoint": [STRING],
    "Cmd": [STRING],
    "Volumes": ANY,
    "WorkingDir": STRING,
    "Labels": ANY,
    "StopSignal": STRING,
    "Healthcheck": {
        "Test": [STRING],
        "Interval": NUMBER,
        "Timeout": NUMBER,
        "StartPeriod": NUMBER,
        "StartInterval": NUMBER,
        "Retries": NUMBER,
    },
    "ArgsEscaped": BOOLEAN,
    "OnBuild": [STRING],
    "Shell": [STRING],
}


def check_metadata(test: Test) -> str:
    """Each member that the file has is that of the image, no more and no less."""
    document = Document(test)
    wanted = document.read(words=False)
    if not wanted:
        raise document.error(
            f"{document.file.name} expects nothing", "write members of the config, such as User"
        )
    # A member that is null is to be absent, so it is kept.
    given = document.decode(wanted, MEMBERS)
    expected = {name: given.get(name) for name in wanted}
    config = test.index.config.get("config") or {}
    wrong = {
        name: "\n".join(differences(comparable(name, value), comparable(name, config.get(name))))
        for name, value in expected.items()
        if comparable(name, value) != comparable(name, config.get(name))
    }
    if wrong:
        raise CheckError(
            f"the image's config is not that of {document.file.name}",
            file=str(document.file),
            **wrong,
            remedy=f"change {', '.join(wrong)} in add_go_container({test.plan['name']}), or {document.file.name}",
        )
    return f"{', '.join(expected)} as in {document.file.name}"


def comparable(name: str, value: Any) -> Any:
    """What is empty is absent, and the order of variables means nothing."""
    return (sorted(value) if name == "Env" and value else value) or None


def differences(declared: Any, found: Any) -> list[str]:
    """What is wrong with a member, a line for each item of it."""
    if isinstance(declared, dict) and isinstance(found, dict):
        lacks = [lacking(f"{key}", list(found)) for key in declared if key not in found]
        others = [
            f"{text(key)} is {text(found[key])}, not {text(value)}"
            for key, value in declared.items()
            if key in found and found[key] != value
        ]
        return lacks + others + [f"has {text(key)}, too" for key in found if key not in declared]
    if isinstance(declared, list) and isinstance(found, list):
        lacks = [lacking(item, found) for item in declared if item not in found]
        more = [f"has {text(item)}, too" for item in found if item not in declared]
        # The same items in another order, or another number of them.
        return lacks + more or [f"is {text(found)}, not {text(declared)}"]
    if declared is None:
        return [f"is {text(found)}, not absent"]
    return [f"is {'absent' if found is None else text(found)}, not {text(declared)}"]


def lacking(item: str, found: list[str]) -> str:
    from difflib import get_close_matches  # which few need

    near = get_close_matches(item, found, 1, 0.6)
    return f"lacks {text(item)}" + (f"; the nearest is {text(near[0])}" if near else "")


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
