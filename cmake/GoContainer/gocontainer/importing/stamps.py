"""-ldflags -X: VERSION and STAMP."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gocontainer.importing.expand import OUTPUT, REFERENCE, reference
from gocontainer.importing.findings import CHANGED, LOST
from gocontainer.importing.go_build import GoBuild

if TYPE_CHECKING:
    from gocontainer.importing.call import Call
    from gocontainer.importing.evaluate import Import

# What a command prints, or what an argument without a default is by its name.
PRINTED = [
    (re.compile(r"git describe"), "VERSION"),
    (re.compile(r"git (rev-parse.*--abbrev-ref|branch|symbolic-ref)"), ""),
    (re.compile(r"git (rev-parse|log.*(%H|%h)|show.*(%H|%h))"), "COMMIT"),
    (re.compile(r"\bdate\b|git (log|show).*%c"), "COMMIT_DATE"),
    (re.compile(r"git status|git diff"), "TREE_STATE"),
]
NAMED = [
    (
        re.compile(
            r"COMMIT_?(DATE|TIME)|BUILD_?(DATE|TIME|TIMESTAMP)|^DATE$|CREATED", re.IGNORECASE
        ),
        "COMMIT_DATE",
    ),
    (re.compile(r"COMMIT|REVISION|(^|_)SHA|^REF$|GITHASH", re.IGNORECASE), "COMMIT"),
    (re.compile(r"TREE_?STATE", re.IGNORECASE), "TREE_STATE"),
    (re.compile(r"VERSION|RELEASE|^TAG$|GIT_TAG", re.IGNORECASE), "VERSION"),
]
NOTHING = {
    "",
    "dev",
    "devel",
    "development",
    "unknown",
    "none",
    "n/a",
    "HEAD",
    "0.0.0",
    "v0.0.0",
    "local",
    "snapshot",
}


def add_stamps(call: Call, build: GoBuild, job: Import) -> None:
    words, version = [], ""
    for name, given in build.stamps:
        value = with_files(given, call, build, job)
        if value == given:
            fact, text = fact_of(value, build, job)
        else:
            fact, text = ("VERSION" if name.lower().endswith("version") else ""), value
        if "\x02" in name or (fact == "" and text is None):
            job.findings.add(
                build.line,
                LOST,
                f"-X {re.sub('[^ -~]', '', name)}: its value comes from a command of the shell",
            )
        elif fact == "VERSION":
            version = version or text or "GIT"
            words.append(f"{name}=VERSION")
        else:
            words.append(f"{name}={fact or text}")
    if version:
        call.add("VERSION", version)
    words = [word for word in words if word != "main.version=VERSION"]
    if words:
        call.add("STAMP", *words)


def with_files(value: str, call: Call, build: GoBuild, job: Import) -> str:
    """The value, with a variable of CMake in place of what cat prints of a file of the context."""

    def variable(found: re.Match[str]) -> str:
        words = found[1].split()
        path = posixpath.normpath(posixpath.join(build.source or ".", words[-1]))
        if words[0] != "cat" or len(words) != 2 or not job.context.path(path).is_file():
            return found[0]
        name = re.sub(r"\W+", "_", posixpath.basename(path)).strip("_").lower() + "_text"
        call.before.append(
            f"file(STRINGS {path} {name} LIMIT_COUNT 1)\n"
            f"set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS {path})"
        )
        return reference(name)

    return OUTPUT.sub(variable, value)


def fact_of(value: str, build: GoBuild, job: Import) -> tuple[str, str | None]:
    """The fact of git that a value is, or its text; for a version both."""
    printed = OUTPUT.search(value)
    if printed:
        fact = next((fact for pattern, fact in PRINTED if pattern.search(printed[1])), "")
        if fact and not job.context.has_git():
            job.findings.add(
                build.line,
                CHANGED,
                f"{fact} is asked of git, so it needs the repository (or .git_archival.txt)",
            )
        if fact == "COMMIT_DATE":
            job.findings.add(
                build.line,
                CHANGED,
                "the time of the build became the time of the commit: the image is reproducible",
            )
        return fact, "GIT" if fact == "VERSION" else None
    argument = REFERENCE.fullmatch(value)
    if not argument:
        return ("", value)
    name = argument[1]
    default, line = job.arguments.get(name, ("", build.line))
    default = default or argument[2] or ""
    fact = next((fact for pattern, fact in NAMED if pattern.search(name)), "")
    if fact and default.strip("\"'") in NOTHING and job.context.has_git():
        job.findings.add(line, CHANGED, f"{name} is taken from git, so no build argument is needed")
        return fact, "GIT" if fact == "VERSION" else None
    if fact == "VERSION":
        if not default:
            job.arguments[name] = ("devel", line)
        return fact, value
    return "", value
