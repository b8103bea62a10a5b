"""The command that makes a CMakeLists.txt of a Dockerfile."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.printable import safe
from gocontainer.importing.dockerfile import import_dockerfile


def command_import(arguments: SimpleNamespace) -> int:
    """Print the CMakeLists.txt to standard output, and all else to standard error; 1 if there is no call for it."""
    file = Path(arguments.dockerfile)
    directory = Path(arguments.context) if arguments.context else file.parent
    text = file.read_text(encoding="utf-8")
    found = import_dockerfile(text, str(file), directory, arguments.target or "")
    if arguments.json:
        findings = [
            {"line": each.line, "kind": each.kind, "text": each.text} for each in found.findings
        ]
        print(json.dumps({"cmake": found.text, "findings": findings}, indent=2))
    else:
        print(found.text, end="")
        for each in found.findings:
            print(safe(f"{file}:{each.line}: {each.kind}: {each.text}"), file=sys.stderr)
    return 0 if found.text else 1
