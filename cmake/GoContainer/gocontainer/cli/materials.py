"""The command that writes SBOMs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.printable import printable
from gocontainer.read.index import image_of
from gocontainer.read.layout import index_digest
from gocontainer.report.named import Named, open_named, plan_file, platforms_named, where_of
from gocontainer.sbom.documents import stamp, write_document
from gocontainer.sbom.formats import module_of, text_of
from gocontainer.sbom.gather import gather, gather_index
from gocontainer.sbom.libraries import read_libraries
from gocontainer.sbom.model import Sbom

DEFAULT = "spdx"


def command_sbom(arguments: SimpleNamespace) -> int:
    """Print the SBOM of an image; with a directory write it there, of each platform and in each format."""
    forms: list[str] = arguments.format or []
    for form in forms:
        module_of(form)
    if arguments.output:
        write_all(arguments, forms)
        return 0
    if len(forms) > 1:
        raise ValueError("one format can be printed. Give one --format, or --output <directory>.")
    with open_named(arguments.image, arguments.engine_command, arguments.platform) as image:
        print(text_of(sbom_of(image), *(forms or declared(image)[:1])), end="")
    return 0


def declared(image: Named) -> list[str]:
    """The formats of SBOM in the call."""
    return image.plan.get("sbom") or [DEFAULT]


def sbom_of(image: Named) -> Sbom:
    libraries = read_libraries(image.directory) if image.planned else []
    return gather(image.index, name_of(image), libraries)


def name_of(image: Named) -> str:
    """That of the container; of another image the last part of its reference, or of its file."""
    if image.planned:
        return image.plan["name"]
    named = [each for each in image.references if re.search("[/:]", each)]  # not a tag alone
    last = (*named, image.name)[0].rpartition("/")[2]
    return printable(re.sub(r"[:@].*|[.]tar([.][a-z]+)?$", "", last)) or "image"


def index_of_image(name: str) -> str | None:
    """The digest of the index of an image for several platforms, where a file has it."""
    file = plan_file(name)
    where = image_of(json.loads(file.read_bytes()), file.parent) if file else where_of(name)
    transport, _, path = (where or "").partition(":")
    return index_digest(transport, Path(path))


def write_all(arguments: SimpleNamespace, forms: list[str]) -> None:
    directory = Path(arguments.output)
    wanted = [arguments.platform] if arguments.platform else platforms_named(arguments.image)
    parts: list[Sbom] = []
    for platform in wanted:
        with open_named(arguments.image, arguments.engine_command, platform) as image:
            forms = forms or declared(image)
            name = name_of(image)
            part = platform.replace("/", "-") if platform else None
            parts.append(sbom_of(image))
            write_document(parts[-1], directory, name, part, forms)
    if len(parts) > 1:
        whole = gather_index(name, index_of_image(arguments.image), parts)
        write_document(whole, directory, name, None, forms)
    if not (arguments.platform or arguments.format):
        file = plan_file(arguments.image)
        if file and file.parent == directory:
            stamp(directory)
