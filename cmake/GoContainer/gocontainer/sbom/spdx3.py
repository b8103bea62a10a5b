"""Writes and reads SBOMs as SPDX 3.0 in JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/)."""

from __future__ import annotations

from typing import Any

from gocontainer.sbom import model
from gocontainer.sbom.model import Component, Listed, Sbom

SUFFIX = "spdx3.json"
MEDIA_TYPE = "application/spdx+json"
PREDICATE = "https://spdx.dev/Document/v3.0"
CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
CREATION = "_:creation"
PURPOSES = {
    model.IMAGE: "container",
    model.SYSTEM: "operatingSystem",
    model.PROGRAM: "application",
    model.FILE: "file",
}
RELATIONS = {
    model.CONTAINS: "contains",
    model.DEPENDS_ON: "dependsOn",
    model.DESCENDANT_OF: "descendantOf",
    model.STATIC_LINK: "hasStaticLink",
    model.DYNAMIC_LINK: "hasDynamicLink",
}

Json = dict[str, Any]


def document_of(sbom: Sbom) -> Json:
    space = f"{sbom.namespace}#"
    suppliers = sorted({each.supplier for each in sbom.components if each.supplier})
    agents = {name: f"{space}supplier-{number}" for number, name in enumerate(suppliers, 1)}
    top = space + sbom.components[0].ref
    elements = [
        element("SoftwareAgent", f"{space}agent", name="GoContainer"),
        element("Tool", f"{space}tool", name="GoContainer"),
        *(element("Organization", agents[name], name=name) for name in suppliers),
        *(package_of(each, space, agents) for each in sbom.components),
        *relations_of(sbom, space),
        *licenses_of(sbom, space),
    ]
    names = [each["spdxId"] for each in elements]
    creation = {
        "type": "CreationInfo",
        "@id": CREATION,
        "specVersion": "3.0.1",
        "created": sbom.created,
        "createdBy": [f"{space}agent"],
        "createdUsing": [f"{space}tool"],
    }
    bill = element(
        "software_Sbom",
        f"{space}sbom",
        software_sbomType=["build"],
        rootElement=[top],
        element=names,
    )
    document = element(
        "SpdxDocument",
        f"{space}document",
        name=sbom.name,
        profileConformance=["core", "software", "simpleLicensing"],
        rootElement=[bill["spdxId"]],
        element=[bill["spdxId"], *names],
    )
    return {"@context": CONTEXT, "@graph": [creation, document, bill, *elements]}


def element(kind: str, spdx_id: str, /, **members: Any) -> Json:
    return {"type": kind, "spdxId": spdx_id, "creationInfo": CREATION, **members}


def package_of(component: Component, space: str, agents: dict[str, str]) -> Json:
    members: Json = {
        "name": component.name,
        "software_primaryPurpose": PURPOSES.get(component.kind, "library"),
    }
    if component.version:
        members["software_packageVersion"] = component.version
    if component.purl:
        members["software_packageUrl"] = component.purl
    if component.supplier:
        members["suppliedBy"] = agents[component.supplier]
    if component.sha256:
        members["verifiedUsing"] = [
            {"type": "Hash", "algorithm": "sha256", "hashValue": component.sha256}
        ]
    if component.h1:
        members["externalIdentifier"] = [
            {
                "type": "ExternalIdentifier",
                "externalIdentifierType": "other",
                "identifier": component.h1,
                "comment": "The hash of go.sum, of a list of files.",
            }
        ]
    facts = (
        ("", component.note),
        ("Path: ", component.path),
        ("Stated licence: ", component.license),
    )
    comments = [name + value for name, value in facts if value]
    if comments:
        members["comment"] = "\n".join(comments)
    return element("software_Package", space + component.ref, **members)


def relations_of(sbom: Sbom, space: str) -> list[Json]:
    """One for all that a component has in the same relation."""
    targets: dict[tuple[str, str], list[str]] = {}
    for source, kind, target in sbom.relations:
        targets.setdefault((source, kind), []).append(space + target)
    return [
        element(
            "Relationship",
            f"{space}relation-{number}",
            **{"from": space + source},
            to=found,
            relationshipType=RELATIONS[kind],
        )
        for number, ((source, kind), found) in enumerate(targets.items(), 1)
    ]


def licenses_of(sbom: Sbom, space: str) -> list[Json]:
    """The licences, and whose they are."""
    owners: dict[str, list[str]] = {}
    for each in sbom.components:
        if each.expression:
            owners.setdefault(each.expression, []).append(space + each.ref)
    found = []
    for number, expression in enumerate(sorted(owners), 1):
        name = f"{space}license-{number}"
        kind = "simplelicensing_LicenseExpression"
        found.append(element(kind, name, simplelicensing_licenseExpression=expression))
        found += [
            element(
                "Relationship",
                f"{name}-{owner}",
                **{"from": component},
                to=[name],
                relationshipType="hasDeclaredLicense",
            )
            for owner, component in enumerate(owners[expression], 1)
        ]
    return found


def components_in(document: Any) -> set[Listed]:
    """What a document lists.

    :raises KeyError, TypeError, AttributeError: it is no such document.
    """
    return {
        Listed(each["name"], each.get("software_packageVersion", ""), checksum(each))
        for each in document["@graph"]
        if each["type"] == "software_Package"
    }


def checksum(package: Json) -> str:
    found = {each["algorithm"]: each["hashValue"] for each in package.get("verifiedUsing", [])}
    value: str = found.get("sha256", "")
    return value
