"""Writes which known vulnerabilities affect an image as OpenVEX 0.2.0 (https://github.com/openvex/spec)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gocontainer.go.govulncheck import CALLED, IMPORTED, STANDARD_LIBRARY, Scan, Vulnerability
from gocontainer.sbom.model import uuid_of
from gocontainer.sbom.purl import purl

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

Json = dict[str, Any]
CONTEXT = "https://openvex.dev/ns/v0.2.0"
TOOL = "https://pkg.go.dev/golang.org/x/vuln/cmd/govulncheck"
PAGE = "https://pkg.go.dev/vuln/"


def file_of(directory: Path, plan: Plan) -> Path:
    part = f"-{plan['part']}" if "part" in plan else ""
    return directory / f"{plan['name']}{part}.vex.json"


def text_of(image: str, found: Scan, notes: dict[str, str]) -> str:
    """The document: the same for the same image and the same database.

    :param image: its package URL.
    :param notes: what else is to be said of a vulnerability, by its id.
    """
    document: Json = {
        "@context": CONTEXT,
        "@id": "",
        "author": "GoContainer",
        "timestamp": found.modified or "1970-01-01T00:00:00Z",
        "version": 1,
        "tooling": f"{TOOL}@{found.scanner}",
        "statements": [
            statement(image, group, notes.get(group[0].id, ""))
            for group in groups(found.vulnerabilities)
        ],
    }
    digest = hashlib.sha256(json.dumps(document).encode()).hexdigest()
    document["@id"] = f"urn:uuid:{uuid_of(f'vex:{digest}')}"
    return json.dumps(document, indent=2) + "\n"


def groups(vulnerabilities: list[Vulnerability]) -> list[list[Vulnerability]]:
    """Those of one id together: the modules in which it is used most."""
    by_id: dict[str, list[Vulnerability]] = {}
    for each in vulnerabilities:
        by_id.setdefault(each.id, []).append(each)
    most = {name: max(each.use for each in group) for name, group in by_id.items()}
    return [[each for each in group if each.use == most[name]] for name, group in by_id.items()]


def statement(image: str, group: list[Vulnerability], note: str) -> Json:
    first = group[0]
    vulnerability: Json = {
        "@id": PAGE + first.id,
        "name": first.id,
        "description": first.summary,
        "aliases": list(first.names[1:]),
    }
    modules = [{"@id": module(each)} for each in group]
    found: Json = {
        "vulnerability": {key: value for key, value in vulnerability.items() if value},
        "products": [{"@id": image, "subcomponents": modules}],
    }
    if first.use == CALLED:
        found["status"] = "affected"
        found["action_statement"] = "; ".join(map(action, group))
    else:
        executed = "vulnerable_code_not_in_execute_path"
        found["status"] = "not_affected"
        found["justification"] = (
            executed if first.use == IMPORTED else "vulnerable_code_not_present"
        )
    if note:
        found["status_notes"] = note
    return found


def module(each: Vulnerability) -> str:
    """Its package URL, as the SBOM has it."""
    if each.module == STANDARD_LIBRARY:
        return purl("golang", STANDARD_LIBRARY, each.version.removeprefix("v"))
    return purl("golang", each.module.lower(), each.version)


def action(each: Vulnerability) -> str:
    if not each.fixed:
        return f"No version of {each.module} is fixed"
    return f"Update {each.module} to {each.fixed}"
