"""Looks for known vulnerabilities whose code the programs really call, by govulncheck and the sources."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from gocontainer.checks import CheckError, Test
from gocontainer.checks.program import read_program
from gocontainer.checks.reproducible import plan_elsewhere
from gocontainer.common.atomic import write_changed
from gocontainer.common.skip import Skip
from gocontainer.go.build import Go
from gocontainer.go.govulncheck import (
    CALLED,
    STANDARD_LIBRARY,
    Scan,
    ScanError,
    Vulnerability,
    scan,
)
from gocontainer.sbom.gather import image
from gocontainer.sbom.openvex import file_of, text_of
from gocontainer.sbom.purl import purl

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

INSTALL = "go install golang.org/x/vuln/cmd/govulncheck@v1.9.0"
# Frames of a path that are shown at its beginning and at its end.
FIRST, LAST = 2, 3


class Allowed(NamedTuple):
    """An exception: ids, the last day on which it counts, such as 2027-01-31, and why; empty where that is not said."""

    ids: list[str]
    until: str
    reason: str

    @property
    def has_ended(self) -> bool:
        return "" < self.until < today()

    def __str__(self) -> str:
        until = f" UNTIL {self.until}" if self.until else ""
        return f"ALLOW {' '.join(self.ids)}{until}" + (f": {self.reason}" if self.reason else "")


def today() -> str:
    return datetime.now(timezone.utc).date().isoformat()


def check_vulnerabilities(test: Test) -> str:
    """The programs call no function with a known vulnerability that is not an exception."""
    if not test.plan["programs"]:
        return "the image has no Go program of this build"
    with tempfile.TemporaryDirectory(prefix="go-container-") as name:
        found = scan_sources(test, Path(name))
    allowed = [
        Allowed(each["ids"], each.get("until", ""), each.get("reason", ""))
        for each in test.arguments["allow"]
    ]
    write_document(test, found, allowed)
    called = [each for each in found.vulnerabilities if each.use == CALLED]
    failed = [
        each for each in called if all(other.has_ended for other in exceptions(each, allowed))
    ]
    if failed:
        facts: dict[str, str] = {}
        for each in failed:
            said = described(each, exceptions(each, allowed))
            facts[each.id] = "\n".join(filter(None, (facts.get(each.id), said)))
        raise CheckError(
            "the program calls functions with known vulnerabilities",
            **facts,
            remedy="update the modules (go get <module>@<version>), or Go for its standard library\n"
            f"or allow one for some time: ALLOW <id> UNTIL <date> REASON <text> in {test.call()}",
        )
    return "\n".join([summary(found, called), *notes(called, allowed)])


def scan_sources(test: Test, scratch: Path) -> Scan:
    """
    :raises Skip: this machine has no Go, or no govulncheck.
    :raises CheckError: govulncheck fails.
    """
    if "go" not in test.arguments:
        raise Skip("there is no go command. Install Go, or set Go_EXECUTABLE to its command")
    plan = with_generated_sources(test, scratch)
    go = Go(test.arguments["go"], plan)
    command = govulncheck(test, go)
    _, info = read_program(test, plan["programs"][0]["path"])
    version = re.match(r"go[0-9.]+(rc|beta)?[0-9]*", info.version)
    database = test.arguments.get("database")
    if database and "://" not in database:
        database = "file://" + quote(database)
    (scratch / "tools").mkdir()
    try:
        return scan(plan, go, command, database, version[0] if version else "", scratch / "tools")
    except ScanError as error:
        raise CheckError(
            "govulncheck failed",
            output="\n".join(str(error).split("\n")[-20:]),
            database=database or "https://vuln.go.dev",
            remedy=f"govulncheck needs the sources, modules and Go of the target {plan['name']}, and the database: "
            "without a network, give DATABASE <directory>",
        ) from error


def with_generated_sources(test: Test, scratch: Path) -> Plan:
    """The plan. With OVERLAY it is that of a copy of the sources, which has those that the build generates:
    govulncheck reads only what is at its place.

    :raises Skip: they can't be put there.
    """
    if any(re.match("--?overlay=", flag) for flag in test.plan["go"]["flags"]):
        raise Skip("govulncheck does not read the files of -overlay in GO_FLAGS. Use OVERLAY")
    if "overlay" not in test.plan:
        return test.plan
    plan, _ = plan_elsewhere(test, scratch)
    if plan is test.plan:
        raise Skip(
            "govulncheck does not read the files of OVERLAY, and the sources can't be copied, as modules outside of the "
            "build context belong to them. Move these into the directory of the module, or of go.work"
        )
    for group in plan["overlay"]:
        place = Path(plan["source"], group["destination"])
        shutil.copytree(test.directory / group["directory"], place, dirs_exist_ok=True)
    plan = {**plan}
    del plan["overlay"]
    return plan


def govulncheck(test: Test, go: Go) -> str:
    """The path of the command: as the project names it, or else where shells and `go install` have it.

    :raises Skip: it is not there.
    """
    given = test.arguments.get("govulncheck")
    installed = [f"{each}/bin" for each in go.settings.get("GOPATH", "").split(":") if each]
    places = [os.environ.get("PATH", ""), os.environ.get("GOBIN", ""), *installed]
    found = shutil.which(given or "govulncheck", path=":".join(filter(None, places)))
    if found is None:
        wrong = f" at GO_CONTAINER_GOVULNCHECK, {given}" if given else ""
        raise Skip(
            f"there is no govulncheck{wrong}. Install it: {INSTALL}, or set GO_CONTAINER_GOVULNCHECK to its path"
        )
    return found


def exceptions(each: Vulnerability, allowed: list[Allowed]) -> list[Allowed]:
    return [other for other in allowed if not {*other.ids}.isdisjoint(each.names)]


def described(each: Vulnerability, ended: list[Allowed]) -> str:
    """It in lines, with the exceptions for it that have ended."""
    lines = [each.summary.split("\n")[0], " ".join(each.names[1:]), in_module(each)]
    path = list(each.path)
    if len(path) > FIRST + LAST:
        path[FIRST:-LAST] = [f"{len(path) - FIRST - LAST} more functions"]
    lines += [f"{'calls ' if number else ''}{place}" for number, place in enumerate(path)]
    lines += [f"today is {today()}, so this exception has ended: {other}" for other in ended]
    return "\n".join(filter(None, lines))


def in_module(each: Vulnerability) -> str:
    name, version, fixed = each.module, each.version, each.fixed
    if each.module == STANDARD_LIBRARY:
        name, version, fixed = "Go", version.removeprefix("v"), fixed.removeprefix("v")
    return f"{name} {version}, " + (f"fixed in {fixed}" if fixed else "not fixed in any version")


def summary(found: Scan, called: list[Vulnerability]) -> str:
    names = {each.id for each in called}
    others = sorted({each.id for each in found.vulnerabilities} - names)
    count = "1 known vulnerability" if len(names) == 1 else f"{len(names)} known vulnerabilities"
    said = (
        f"the program calls {count}, all allowed"
        if names
        else "the program calls no known vulnerability"
    )
    return f"{said}; in its modules, but not called: {', '.join(others)}" if others else said


def notes(called: list[Vulnerability], allowed: list[Allowed]) -> list[str]:
    """A line for each exception, whether it is needed or not."""
    names = {name for each in called for name in each.names}
    lines = []
    for each in allowed:
        unused = [name for name in each.ids if name not in names]
        if len(unused) < len(each.ids):
            lines.append(str(each))
        if unused:
            lines.append(f"remove ALLOW {' '.join(unused)}: the program does not call it")
    return lines


def write_document(test: Test, found: Scan, allowed: list[Allowed]) -> None:
    name = test.plan["name"]
    described = image(test.index, name, "", "").purl or purl("oci", name.lower())
    said = {
        each.id: "; ".join(str(other) for other in exceptions(each, allowed) if not other.has_ended)
        for each in found.vulnerabilities
        if each.use == CALLED
    }
    text = text_of(described, found, said)
    write_changed(file_of(test.directory, test.plan), text.encode())
