"""Runs govulncheck on the packages of a plan, and reads its messages (golang.org/x/vuln, internal/govulncheck)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gocontainer.go.build import Go, with_overlay
from gocontainer.go.cgo import quoted
from gocontainer.go.go_test import gopls_settings
from gocontainer.go.list_packages import packages_of, parse

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

# How a program uses a module with a vulnerability: it needs the module, imports a vulnerable package, or calls a
# vulnerable function.
REQUIRED, IMPORTED, CALLED = range(3)
# Flags of go build that decide which sources are compiled. govulncheck takes -tags as its own flag only.
SOURCES = re.compile(r"--?((mod|modfile|overlay)=.*|race|msan|asan)")
STANDARD_LIBRARY = "stdlib"


class ScanError(Exception):
    """govulncheck failed; the text is what it said."""


class Vulnerability(NamedTuple):
    """A known vulnerability in a module of the programs.

    ``names`` are its ids in all databases, the first one that of Go's. ``fixed`` is the version of the module that
    mends it, or empty. ``path`` leads from the program to the vulnerable function, if that is called.
    """

    names: tuple[str, ...]
    summary: str
    module: str
    version: str
    fixed: str
    use: int
    path: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.names[0]


class Scan(NamedTuple):
    """What govulncheck found. ``scanner`` is its version, ``modified`` the time of the database, as RFC 3339 has it."""

    vulnerabilities: list[Vulnerability]
    scanner: str
    modified: str


def scan(
    plan: Plan, go: Go, command: str, database: str | None, version: str, scratch: Path
) -> Scan:
    """The vulnerabilities of the modules that the programs are built of.

    :param command: the path of govulncheck.
    :param database: its URL; None for that of Go.
    :param version: that of Go, such as go1.26.8, which says what the standard library is.
    :param scratch: an empty directory.
    :raises ScanError: govulncheck fails.
    :raises GoError: there is no go command.
    """
    variables = go.environment(plan)
    if "link" in plan:
        variables.update(gopls_settings(plan, scratch)["env"])
        plan = with_overlay(plan, str(scratch))
    flags = [quoted(flag, plan) for flag in plan["go"]["flags"] if SOURCES.fullmatch(flag)]
    variables["GOFLAGS"] = " ".join(filter(None, [variables.get("GOFLAGS"), *flags]))
    variables["PATH"] = f"{Path(go.command).parent}:{variables.get('PATH', '')}"
    variables.update(GOVERSION=version, GOPACKAGESDRIVER="off")
    words = [command, "-format", "json"]
    words += [f"-db={database}"] if database else []
    words += [flag for flag in plan["go"]["flags"] if flag.startswith("-tags=")]
    try:
        done = subprocess.run(
            [*words, *packages_of(plan)],
            cwd=plan["source"],
            env=variables,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise ScanError(str(error)) from error
    finally:
        go.checksums.restore()
    if done.returncode != 0:
        raise ScanError(done.stderr.decode(errors="replace").strip())
    try:
        return scan_of(done.stdout.decode())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ScanError(f"its output can't be read: {error!r}") from error


def scan_of(output: str) -> Scan:
    """Read the messages, of which several may be about one vulnerability of a module: the one that says most counts."""
    config: dict[str, Any] = {}
    known: dict[str, dict[str, Any]] = {}
    found: dict[tuple[str, str], Vulnerability] = {}
    for message in parse(output):
        config.update(message.get("config", {}))
        if "osv" in message:
            known[message["osv"]["id"]] = message["osv"]
        if "finding" in message:
            each = vulnerability(message["finding"], known)
            key = each.id, each.module
            found[key] = min(each, found.get(key, each), key=rank)
    return Scan(
        [found[key] for key in sorted(found)],
        config.get("scanner_version", ""),
        config.get("db_last_modified", ""),
    )


def rank(each: Vulnerability) -> tuple[int, int, tuple[str, ...]]:
    """The message that says most has the lowest: of calls the shortest path."""
    return -each.use, len(each.path), each.path


def vulnerability(finding: dict[str, Any], known: dict[str, dict[str, Any]]) -> Vulnerability:
    entry, trace = known[finding["osv"]], finding["trace"]
    place = trace[0]
    use = CALLED if "function" in place else IMPORTED if "package" in place else REQUIRED
    return Vulnerability(
        (entry["id"], *sorted(entry.get("aliases", []))),
        entry.get("summary") or entry.get("details", ""),
        place["module"],
        place.get("version", ""),
        finding.get("fixed_version", ""),
        use,
        tuple(map(frame, reversed(trace))) if use == CALLED else (),
    )


def frame(place: dict[str, Any]) -> str:
    """A function, and where in its module the next one is called."""
    receiver = place.get("receiver", "").lstrip("*")
    name = ".".join(filter(None, (place["package"], receiver, place["function"])))
    position = place.get("position", {})
    return f"{name} ({position['filename']}:{position['line']})" if "filename" in position else name
