"""Compares the capabilities of files with the declared ones."""

from __future__ import annotations

from gocontainer.checks import CheckError, Test
from gocontainer.common.capabilities import XATTR, decoded, encoded
from gocontainer.common.printable import printable


def check_capabilities(test: Test) -> str:
    """Files have the capabilities of CAPABILITIES, of the call or of the test."""
    declared = test.arguments.get("capabilities") or test.plan["capabilities"]
    for each in declared:
        path, wanted = each["path"], each["capabilities"]
        entry = test.index.find(path)
        found = (entry.xattrs or {}).get(XATTR, "") if entry else ""
        data = found.encode("utf-8", "surrogateescape")
        if data != encoded(wanted):
            there = decoded(data) if data else "no capabilities" if entry else "nothing there"
            raise CheckError(
                f"{printable(path)} has other capabilities",
                declared=f"CAPABILITIES {printable(path)}={wanted}",
                found=there,
                remedy=f"build the target {test.plan['name']} again, or change CAPABILITIES in {test.call()}",
            )
    return ", ".join(f"{printable(each['path'])} has {each['capabilities']}" for each in declared)
