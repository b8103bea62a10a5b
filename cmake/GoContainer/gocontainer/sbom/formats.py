"""The formats of SBOMs by the names that users give them, and the files that have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gocontainer.sbom.model import Listed, Sbom

# Each is the module of that name.
FORMATS = ("spdx", "spdx3", "cyclonedx")


def module_of(name: str) -> Any:
    """The module of a format: SUFFIX of its files, MEDIA_TYPE, PREDICATE (its type in in-toto),
    document_of() and components_in().

    :raises ValueError: there is no such format.
    """
    if name not in FORMATS:
        raise ValueError(f"there is no format {name}. Give one of {', '.join(FORMATS)}.")
    return __import__(f"gocontainer.sbom.{name}", fromlist=["_"])


def file_of(directory: Path, name: str, part: str | None, form: str) -> Path:
    """The file of the SBOM of a container.

    :param part: the platform as names of files have it, for one of several.
    """
    return directory / f"{name}{f'-{part}' if part else ''}.{module_of(form).SUFFIX}"


def text_of(sbom: Sbom, form: str) -> str:
    """The document: the same for the same image. Each member of the top is on lines of its own, and each element of a list
    there on one: what indents all takes five times as long.
    """
    document = module_of(form).document_of(sbom)
    return "{\n" + ",\n".join(member(*each) for each in document.items()) + "\n}\n"


def member(name: str, value: Any) -> str:
    if isinstance(value, list) and value:
        text = "[\n    " + ",\n    ".join(map(json.dumps, value)) + "\n  ]"
    else:
        text = json.dumps(value)
    return f"  {json.dumps(name)}: {text}"


def components_in(text: bytes, form: str) -> set[Listed]:
    """What a document lists.

    :raises ValueError: it is none of this format.
    """
    try:
        found: set[Listed] = module_of(form).components_in(json.loads(text))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is not a document of the format {form} ({error!r})") from error
    return found
