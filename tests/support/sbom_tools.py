"""What the tools of the formats say of SBOMs: spdx-tools, the model of SPDX 3.0, the schema of CycloneDX, and the checker of
the minimum elements of NTIA. They need Python 3.10."""

import json


def spdx_errors(file):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    return validate_full_spdx_document(parse_file(str(file)), "SPDX-2.3")


def spdx3_errors(file):
    """The model has the classes, properties and cardinalities of the specification; it refuses others."""
    from spdx_python_model import v3_0_1

    found = v3_0_1.SHACLObjectSet()
    with file.open("rb") as stream:
        v3_0_1.JSONLDDeserializer().read(stream, found)
    return sorted(found.missing_ids)


def cyclonedx_errors(file):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read_text())
    return [] if error is None else [error]


def ntia_errors(file, form):
    """The minimum elements that a document of SPDX lacks.

    :param form: spdx or spdx3.
    """
    from ntia_conformance_checker import SbomChecker

    spec = {"spdx": "spdx2", "spdx3": "spdx3"}[form]
    found = SbomChecker(str(file), compliance="ntia", sbom_spec=spec)
    return [] if found.compliant else found.table_elements


def errors_in(directory, name):
    """Those in the documents of all formats of a container, without NTIA's."""
    return [
        *spdx_errors(directory / f"{name}.spdx.json"),
        *spdx3_errors(directory / f"{name}.spdx3.json"),
        *cyclonedx_errors(directory / f"{name}.cdx.json"),
    ]


def licensed(file):
    """The Go modules with a known licence in a document of SPDX 2.3, and all its Go modules, each with its version."""
    known, modules = set(), set()
    for each in json.loads(file.read_text())["packages"]:
        links = [link["referenceLocator"] for link in each.get("externalRefs", [])]
        if any(link.startswith("pkg:golang/") for link in links):
            name = f"{each['name']}@{each['versionInfo']}"
            modules.add(name)
            if each["licenseDeclared"] != "NOASSERTION":
                known.add(name)
    return known, modules
