"""Compares the SBOMs of an image with the image."""

from __future__ import annotations

from pathlib import Path

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import clipped
from gocontainer.sbom.formats import components_in, file_of
from gocontainer.sbom.gather import gather
from gocontainer.sbom.libraries import read_libraries
from gocontainer.sbom.model import Listed, listed


def check_sbom(test: Test) -> str:
    """Each SBOM lists all that is in the image, and nothing else."""
    plan = test.plan
    components = gather(test.index, plan["name"], read_libraries(test.directory)).components
    wanted = set(map(listed, components))
    for form in plan["sbom"]:
        file = file_of(test.directory, plan["name"], plan.get("part"), form)
        compare(test, form, file, wanted)
    return f"{len(wanted)} components in {', '.join(plan['sbom'])}"


def compare(test: Test, form: str, file: Path, wanted: set[Listed]) -> None:
    """
    :raises CheckError: the SBOM lacks something, or has something that is not in the image.
    """
    remedy = f"build the target {test.plan['name']}-sbom again, and leave its files as they are"
    try:
        found = components_in(file.read_bytes(), form)
    except (OSError, ValueError) as error:
        raise CheckError(
            "an SBOM can't be read",
            declared=f"SBOM {form}",
            found=str(error),
            remedy=remedy,
        ) from error
    missing, more = wanted - found, found - wanted
    if missing or more:
        raise CheckError(
            "an SBOM does not list what is in the image",
            declared=f"SBOM {form}: {file.name}",
            **({"missing": named(missing)} if missing else {}),
            **({"too many": named(more)} if more else {}),
            remedy=remedy,
        )


def named(components: set[Listed]) -> str:
    lines = (f"{each.name} {each.version}".rstrip() for each in components)
    return clipped(sorted(lines))
