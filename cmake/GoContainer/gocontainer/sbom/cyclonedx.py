"""Writes and reads SBOMs as CycloneDX 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/).

CycloneDX has no relation for "contains": an image depends on what it contains. The base of an image is its ancestor.
"""

from __future__ import annotations

from typing import Any

from gocontainer.sbom import model
from gocontainer.sbom.model import Component, Listed, Sbom

SUFFIX = "cdx.json"
MEDIA_TYPE = "application/vnd.cyclonedx+json"
PREDICATE = "https://cyclonedx.org/bom"
TYPES = {
    model.IMAGE: "container",
    model.SYSTEM: "operating-system",
    model.PROGRAM: "application",
    model.FILE: "file",
}

Json = dict[str, Any]


def document_of(sbom: Sbom) -> Json:
    top, *rest = sbom.components
    ancestors = {each.target for each in sbom.relations if each.kind == model.DESCENDANT_OF}
    described = component_of(top)
    if ancestors:
        found = [component_of(each) for each in rest if each.ref in ancestors]
        described["pedigree"] = {"ancestors": found}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{sbom.uuid}",
        "version": 1,
        "metadata": {
            "timestamp": sbom.created,
            "tools": {"components": [{"type": "application", "name": "GoContainer"}]},
            "component": described,
        },
        "components": [component_of(each) for each in rest if each.ref not in ancestors],
        "dependencies": dependencies_of(sbom, ancestors),
    }


def component_of(component: Component) -> Json:
    found: Json = {
        "type": TYPES.get(component.kind, "library"),
        "bom-ref": component.ref,
        "name": component.name,
    }
    if component.version:
        found["version"] = component.version
    if component.supplier:
        found["supplier"] = {"name": component.supplier}
    if component.note:
        found["description"] = component.note
    if component.sha256:
        found["hashes"] = [{"alg": "SHA-256", "content": component.sha256}]
    if component.license:
        found["licenses"] = [{"license": {"name": component.license}}]
    if component.expression:
        found["licenses"] = [license_of(component.expression)]
    if component.purl:
        found["purl"] = component.purl
    facts = (("path", component.path), ("go.sum", component.h1))
    properties = [{"name": f"gocontainer:{name}", "value": value} for name, value in facts if value]
    if properties:
        found["properties"] = properties
    return found


def license_of(expression: str) -> Json:
    """An identifier, or an expression of several."""
    if " " in expression:
        return {"expression": expression, "acknowledgement": "declared"}
    return {"license": {"id": expression, "acknowledgement": "declared"}}


def dependencies_of(sbom: Sbom, ancestors: set[str]) -> list[Json]:
    targets: dict[str, list[str]] = {
        each.ref: [] for each in sbom.components if each.ref not in ancestors
    }
    for source, _, target in sbom.relations:
        if target not in ancestors and target not in targets[source]:
            targets[source].append(target)
    return [
        {"ref": ref, **({"dependsOn": sorted(needed)} if needed else {})}
        for ref, needed in targets.items()
    ]


def components_in(document: Any) -> set[Listed]:
    """What a document lists.

    :raises KeyError, TypeError, AttributeError: it is not a CycloneDX document.
    """
    top = document["metadata"]["component"]
    ancestors = top.get("pedigree", {}).get("ancestors", [])
    return {
        Listed(each["name"], each.get("version", ""), checksum(each))
        for each in [top, *ancestors, *document["components"]]
    }


def checksum(component: Json) -> str:
    found = {each["alg"]: each["content"] for each in component.get("hashes", [])}
    value: str = found.get("SHA-256", "")
    return value
