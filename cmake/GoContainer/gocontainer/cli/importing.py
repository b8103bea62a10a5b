"""The command that makes a CMakeLists.txt of a Dockerfile."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from gocontainer.common.printable import safe
from gocontainer.importing.dockerfile import import_dockerfile


def command_import(arguments: SimpleNamespace) -> int:
    """Print the CMakeLists.txt to standard output, and all else to standard error; 1 if there is no call for it.

    :raises ImageError: both are to be built, and one can't be.
    """
    file = Path(arguments.dockerfile)
    directory = Path(arguments.context) if arguments.context else file.parent
    text = file.read_text(encoding="utf-8")
    found = import_dockerfile(text, str(file), directory, arguments.target or "")
    verification = None
    if arguments.verify and found.text:
        from gocontainer.cli.verify_import import Verification  # which takes an engine

        verification = Verification(file, directory, arguments.target or "", found.text)
    if arguments.json:
        findings = [
            {"line": each.line, "kind": each.kind, "text": each.text} for each in found.findings
        ]
        document: dict[str, Any] = {"cmake": found.text, "findings": findings}
        if verification:
            document["difference"] = verification.run()
        print(json.dumps(document, indent=2))
        return 0 if found.text else 1
    print(found.text, end="", flush=True)
    for each in found.findings:
        print(safe(f"{file}:{each.line}: {each.kind}: {each.text}"), file=sys.stderr)
    if verification:
        from gocontainer.report.difference_text import text_of

        print(text_of(verification.run()), end="", file=sys.stderr)
    return 0 if found.text else 1
