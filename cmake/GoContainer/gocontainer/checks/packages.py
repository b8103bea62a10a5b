"""Looks for declared packages in the package database of the image."""

from __future__ import annotations

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import clipped
from gocontainer.read.packages import installed_packages


def check_packages(test: Test) -> str:
    """Each of PACKAGES and of PACKAGES_LOCK is in the image, in its version."""
    packages = test.plan["packages"]
    installed = {each.name: each.version for each in installed_packages(test.index)}
    for option, declared in (
        ("PACKAGES", packages["names"]),
        ("PACKAGES_LOCK", packages.get("lock", [])),
    ):
        for package in declared:
            name, _, version = package.partition("=")
            found = installed.get(name)
            if found is None or version not in ("", found):
                near = [] if found else nearest(name, installed)
                raise CheckError(
                    f"the image does not have the package {name}",
                    declared=f"{option} {package}",
                    found=f"{name}={found}" if found else f"{len(installed)} other packages",
                    **({"nearest": clipped(near)} if near else {}),
                    remedy=f"build the target {test.plan['name']} again, or correct {option}",
                )
    return f"{len(packages['names'])} of {len(installed)} packages"


def nearest(name: str, installed: dict[str, str]) -> list[str]:
    from difflib import get_close_matches  # which few need

    return get_close_matches(name, installed, 3, 0.6)
