"""Writes and reads SBOMs as SPDX 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/).

Every component is a package, a single file, too: a file of SPDX would need a SHA-1, and a package that contains such
files a code of them all.
"""

from __future__ import annotations

from typing import Any

from gocontainer.sbom import model
from gocontainer.sbom.model import Component, Listed, Sbom

SUFFIX = "spdx.json"
MEDIA_TYPE = "application/spdx+json"
PREDICATE = "https://spdx.dev/Document"
DOCUMENT = "SPDXRef-DOCUMENT"
UNKNOWN = "NOASSERTION"
PURPOSES = {
    model.IMAGE: "CONTAINER",
    model.SYSTEM: "OPERATING-SYSTEM",
    model.PROGRAM: "APPLICATION",
    model.FILE: "FILE",
}

Json = dict[str, Any]


def document_of(sbom: Sbom) -> Json:
    described = {
        "spdxElementId": DOCUMENT,
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": f"SPDXRef-{sbom.components[0].ref}",
    }
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": sbom.name,
        "documentNamespace": sbom.namespace,
        "creationInfo": {"created": sbom.created, "creators": ["Tool: GoContainer"]},
        "packages": [package_of(each) for each in sbom.components],
        "relationships": [
            described,
            *(
                {
                    "spdxElementId": f"SPDXRef-{source}",
                    "relationshipType": kind,
                    "relatedSpdxElement": f"SPDXRef-{target}",
                }
                for source, kind, target in sbom.relations
            ),
        ],
    }


def package_of(component: Component) -> Json:
    found: Json = {
        "SPDXID": f"SPDXRef-{component.ref}",
        "name": component.name,
        "supplier": supplier_of(component),
        "downloadLocation": UNKNOWN,
        "filesAnalyzed": False,
        "licenseConcluded": UNKNOWN,
        "licenseDeclared": component.expression or UNKNOWN,
        "copyrightText": UNKNOWN,
        "primaryPackagePurpose": PURPOSES.get(component.kind, "LIBRARY"),
    }
    if component.version:
        found["versionInfo"] = component.version
    if component.path:
        found["packageFileName"] = component.path
    if component.sha256:
        found["checksums"] = [{"algorithm": "SHA256", "checksumValue": component.sha256}]
    if component.license:
        found["licenseComments"] = f"Stated: {component.license}"
    if component.note:
        found["comment"] = component.note
    references = []
    if component.purl:
        references.append(reference("PACKAGE-MANAGER", "purl", component.purl))
    if component.h1:
        references.append(reference("OTHER", "go.sum", component.h1))
    if references:
        found["externalRefs"] = references
    return found


def supplier_of(component: Component) -> str:
    """Whether it is a person or an organization, nobody says. Brackets would hold an address."""
    name = component.supplier.translate({ord("("): "[", ord(")"): "]"})
    return f"Organization: {name}" if name else UNKNOWN


def reference(category: str, kind: str, locator: str) -> Json:
    return {
        "referenceCategory": category,
        "referenceType": kind,
        "referenceLocator": locator,
    }


def components_in(document: Any) -> set[Listed]:
    """What a document lists.

    :raises KeyError, TypeError, AttributeError: it is not an SPDX document.
    """
    return {
        Listed(each["name"], each.get("versionInfo", ""), checksum(each))
        for each in document["packages"]
    }


def checksum(package: Json) -> str:
    found = {each["algorithm"]: each["checksumValue"] for each in package.get("checksums", [])}
    value: str = found.get("SHA256", "")
    return value
