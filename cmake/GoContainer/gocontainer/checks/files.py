"""Looks at the files of the image."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import clipped, printable
from gocontainer.read.history import first_added_layer
from gocontainer.read.index import Index
from gocontainer.read.source import digest_of
from gocontainer.read.squash import DIRECTORY, FILE, LINK, Entry

CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# Larger files are not searched: an expression over them could take minutes.
MAX_SEARCHED = 256 << 20


def check_certificates(test: Test) -> str:
    """The CA certificates are where Go looks for them, and are some."""
    entry = test.index.find(CA_BUNDLE)
    count = 0
    if entry is not None and entry.kind == FILE:
        count = test.index.read(entry, MAX_SEARCHED).count(b"-----BEGIN CERTIFICATE-----")
    if not count:
        raise CheckError(
            "the image has no CA certificates",
            declared=CA_BUNDLE,
            found="nothing there" if entry is None else f"a {entry.kind} without a certificate",
            remedy=f"build the target {test.plan['name']} again; does FILES replace them?",
        )
    return f"{count} in {CA_BUNDLE}"


def check_file(test: Test) -> str:
    """A path of the image against FILE and what follows it."""
    path: str = test.arguments["path"]
    # A link is looked at where it is the link that is meant, and followed else.
    wants_link = test.arguments.get("type") == LINK
    index = test.index
    entry = index.origin(index.files.get(index.place(path))) if wants_link else index.find(path)
    if test.arguments.get("absent"):
        # A link that leads nowhere is there, too.
        entry = entry or index.files.get(index.place(path))
        if entry is not None:
            raise CheckError(
                f"{path} is in the image",
                declared=f"FILE {path} ABSENT",
                found=described(entry),
                remedy=f"keep it out of the image, or remove ABSENT in {test.call()}",
            )
        return f"{path} is not there"
    if entry is None:
        near = nearest(test.index, path)
        raise CheckError(
            f"{path} is not in the image",
            declared=f"FILE {path}",
            **({"nearest": clipped(near)} if near else {}),
            remedy=f"add it by FILES, or correct the path in {test.call()}",
        )
    for assertion in (assert_type, assert_mode, assert_owner, assert_content, assert_same):
        assertion(test, path, entry)
    return f"{path}, {described(entry)}"


def described(entry: Entry) -> str:
    size = f" of {entry.size:,} bytes" if entry.kind == FILE else ""
    target = f" to {printable(entry.target)}" if entry.kind == LINK else ""
    return f"a {entry.kind}{target}{size}, mode {entry.mode:04o}, owner {entry.uid}:{entry.gid}"


def differs(
    test: Test, path: str, entry: Entry, option: str, declared: str, **facts: str
) -> CheckError:
    return CheckError(
        f"{path} is not as declared",
        declared=f"{option} {declared}",
        found=described(entry),
        **facts,
        remedy=f"correct the file or {option} in {test.call()}",
    )


def assert_type(test: Test, path: str, entry: Entry) -> None:
    declared = test.arguments.get("type", entry.kind)
    if entry.kind != declared:
        raise differs(test, path, entry, "TYPE", declared)


def assert_mode(test: Test, path: str, entry: Entry) -> None:
    declared = test.arguments.get("mode")
    if declared is not None and entry.mode != int(declared, 8):
        raise differs(test, path, entry, "MODE", declared)


def assert_owner(test: Test, path: str, entry: Entry) -> None:
    declared = test.arguments.get("owner")
    if declared is not None:
        uid, _, gid = declared.partition(":")
        if entry.uid != int(uid) or (gid and entry.gid != int(gid)):
            raise differs(test, path, entry, "OWNER", declared)


def assert_content(test: Test, path: str, entry: Entry) -> None:
    """SHA256, MATCHES and EXCLUDES; SAME_AS has a function of its own."""
    arguments = test.arguments
    if not any(key in arguments for key in ("sha256", "matches", "excludes", "sameAs")):
        return
    if entry.kind != FILE:
        raise differs(test, path, entry, "TYPE", FILE, why="only a file has a content")
    if "sha256" in arguments:
        with test.index.open(entry) as file:
            found = digest_of(file).partition(":")[2]
        if found != arguments["sha256"].lower():
            raise differs(test, path, entry, "SHA256", arguments["sha256"], content=found)
    if "matches" in arguments or "excludes" in arguments:
        assert_text(test, path, entry, arguments)


def assert_text(test: Test, path: str, entry: Entry, arguments: dict[str, Any]) -> None:
    if entry.size > MAX_SEARCHED:
        raise differs(
            test, path, entry, "MATCHES", "", why=f"only {MAX_SEARCHED:,} bytes are searched"
        )
    from gocontainer.checks.expression import compiled, line_found  # takes a while
    from gocontainer.common.regexp import decode_go

    text = decode_go(test.index.read(entry))
    for expression in arguments.get("matches", []):
        if not compiled("MATCHES", expression).search(text):
            close = nearest_line(expression, text)
            near = {"nearest": close} if close else {}
            raise differs(test, path, entry, "MATCHES", expression, **near)
    for expression in arguments.get("excludes", []):
        if line := line_found(compiled("EXCLUDES", expression), text):
            raise differs(test, path, entry, "EXCLUDES", expression, match=line)


def nearest_line(expression: str, text: str) -> str:
    """The line of the text that looks most like the expression."""
    lines = [line for line in text.splitlines()[:10_000] if line.isprintable()]
    from difflib import get_close_matches  # which few need

    return next(iter(get_close_matches(expression, lines, 1, 0.5)), "")[:200]


def assert_same(test: Test, path: str, entry: Entry) -> None:
    """The content is that of a file of this machine."""
    if "sameAs" not in test.arguments:
        return
    source = Path(test.arguments["sameAs"])
    if not source.is_file():
        raise differs(test, path, entry, "SAME_AS", str(source), why=f"there is no file {source}")
    with test.index.open(entry) as file, source.open("rb") as other:
        place = 0
        while True:
            one, two = file.read(1 << 20), other.read(1 << 20)
            if one != two:
                common = next(
                    (i for i, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two))
                )
                raise differs(
                    test,
                    path,
                    entry,
                    "SAME_AS",
                    f"{source}, {source.stat().st_size:,} bytes",
                    difference=f"from byte {place + common:,} on",
                )
            if not one:
                return
            place += len(one)


def nearest(index: Index, path: str) -> list[str]:
    """The paths of the image that look most like one that is not there: of the same name in another
    directory, or with a similar name where it should be."""
    directory, name = posixpath.split(posixpath.normpath("/" + path).lstrip("/"))
    while directory and index.find(directory) is None:
        directory = posixpath.dirname(directory)
    same = [p for p in index.files if posixpath.basename(p) == name]
    beside = {posixpath.basename(p): p for p in index.files if posixpath.dirname(p) == directory}
    from difflib import get_close_matches  # which few need

    similar = [beside[n] for n in get_close_matches(name, beside, 2, 0.6)]
    found = dict.fromkeys([*sorted(same, key=len)[:3], *similar])
    return ["/" + p for p in found]


def check_only_files(test: Test) -> str:
    """What the last stage adds is what ONLY_FILES lists, neither more nor less."""
    globs: list[str] = test.arguments["onlyFiles"]
    first = first_added_layer(test.index)
    entries = [e for e in test.index.entries if e.layer >= first]
    added = sorted({"/" + e.path for e in entries if e.kind != DIRECTORY})
    patterns = {glob: glob_regex(glob) for glob in globs}
    more = [path for path in added if not any(p.fullmatch(path) for p in patterns.values())]
    # A directory need not be listed, but may be.
    there = {"/" + e.path for e in entries}
    missing = [glob for glob, p in patterns.items() if not any(map(p.fullmatch, there))]
    if more or missing:
        raise CheckError(
            "the image adds other files than ONLY_FILES",
            **({"too many": clipped(more)} if more else {}),
            **({"missing": clipped(missing)} if missing else {}),
            remedy=f"correct FILES in add_go_container({test.plan['name']}), or ONLY_FILES in {test.call()}",
        )
    return f"{len(added)} files"


def glob_regex(glob: str) -> re.Pattern[str]:
    """``*`` and ``?`` stand for characters of one name, ``**`` for any number of directories."""
    parts = re.split(r"(\*\*/?|\*|\?)", glob)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(part, re.escape(part)) for part in parts), re.DOTALL)
