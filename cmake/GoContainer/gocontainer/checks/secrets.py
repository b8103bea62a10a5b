"""Looks for secrets in all that an image keeps: every layer, what later layers hide included, the
config and the history. A secret itself is never printed."""

from __future__ import annotations

import bisect
import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.tokens import SHORTEST, tokens_in
from gocontainer.common.engines import ENGINES
from gocontainer.common.printable import clipped
from gocontainer.read.entries import entry_of
from gocontainer.read.index import Index
from gocontainer.read.source import Archive
from gocontainer.read.squash import FILE, HARD_LINK, Entry
from gocontainer.read.tar import members

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan, Secret


# What go calls by these names are lists of modules and settings of the compiler; a program names them.
NO_SECRETS = frozenset(
    [
        *("GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOSUMDB"),
        *("GOTOOLCHAIN", "GOEXPERIMENT", "GODEBUG"),
    ]
)
# A key, not its header alone: programs that read keys have that in them. What follows is the DER of a
# key, which begins with M in base64, or OpenSSH's form, or what is encrypted. Line ends may be escaped,
# as in JSON; lines may be indented, as in YAML.
NEW_LINE = rb"(?:\r?\n|(?:\\r)?\\n)[ \t]{0,40}"
PRIVATE_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----" + NEW_LINE + rb"(?:"
    rb"M[A-Za-z0-9+/]{47}|b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/]{29}|Proc-Type: 4,ENCRYPTED|"
    rb"(?:[A-Za-z]{1,20}: .{0,80}" + NEW_LINE + rb"){0,3}" + NEW_LINE + rb"[A-Za-z0-9+/]{48})"
)
# No match is longer.
PRIVATE_KEY_BYTES = 1024
CHUNK = 1 << 20

# A regular expression for the end of a path -> what it is, and what it must have in it to be that.
FILES = {
    re.compile(expression): (kind, re.compile(content) if content else None)
    for expression, kind, content in [
        (r"(?:^|/)\.git(?=/|$)", "a git repository", None),
        (r"(?:^|/)\.env(?:\.(?!example$|sample$|template$)[^/]+)?$", "an environment file", None),
        (r"\.go$", "Go source", None),
        (r"(?:^|/)(?:\.netrc|\.git-credentials|\.pypirc|\.aws/credentials)$", "credentials", None),
        (r"(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519)$", "the key of a user", None),
        (r"(?:^|/)\.docker/config\.json$", "credentials", rb'"(?:auth|identitytoken)"\s*:\s*"[^"]'),
        (r"(?:^|/)\.npmrc$", "credentials", rb"_(?:authToken|auth|password)\s*=\s*[^\s$]"),
    ]
}


def check_no_secrets(test: Test) -> str:
    """There is no value that was handed to the build, no private key, and no file of those that hold
    credentials or sources."""
    values, unknown = handed_values(test.plan)
    found = [
        *secret_files(test.index),
        *(hit for number in range(len(test.index.layers)) for hit in in_layer(test.index, number, values)),
        *in_config(test.index.config, values),
        *in_archive(test, values),
    ]  # fmt: skip
    if found:
        raise CheckError(
            "the image has secrets, or what may hold some",
            found=clipped(list(dict.fromkeys(masked(line, values) for line in found)), 20),
            remedy="take them out of the build context (.dockerignore) and FILES, give secrets to the build "
            "as secret mounts, and change those that the image was published with; or remove "
            f"NO_SECRETS in {test.call()}",
        )
    files = sum(entry.kind == FILE for entry in test.index.entries)
    handed = f", {len(set(values.values()))} values that were handed to the build"
    return (
        f"none in {files} files of {len(test.index.layers)} layers, config and history{handed}"
        + (f"; not looked for, as they are not set here: {', '.join(unknown)}" if unknown else "")
    )


def handed_values(plan: Plan) -> tuple[dict[bytes, str], list[str]]:
    """The secrets that the build was given, as they stand in this environment, and what to call each;
    and the names of the variables that are not set here.

    Of a text that holds secrets beside other things, these alone are some.
    """
    values: dict[bytes, str] = {}
    unknown = []
    for name in plan["go"]["passEnv"]:
        if name not in os.environ:
            unknown.append(name)
        elif name not in NO_SECRETS:
            values[os.environ[name].encode(errors="surrogateescape")] = f"the value of {name}"
    given = [(name, os.environ.get(name, "")) for name in plan["go"]["passEnv"]]
    given += [(name, value) for name, _, value in (v.partition("=") for v in plan["go"]["env"])]
    for secret in plan.get("secrets", []):
        text = secret_text(secret)
        if text is None:
            unknown.append(f"the secret {secret['id']}")
        elif secret["id"].isupper():  # a variable
            values[text.strip().encode(errors="surrogateescape")] = f"the secret {secret['id']}"
        given.append((f"the secret {secret['id']}", text or ""))
    for name, value in given:
        for part, token in tokens_in(value):
            values.setdefault(token.encode(errors="surrogateescape"), f"the {part} in {name}")
    return {value: kind for value, kind in values.items() if len(value) >= SHORTEST}, unknown


def secret_text(secret: Secret) -> str | None:
    """What one of SECRETS stands for; None where that is not to be had here."""
    if "env" in secret:
        return os.environ.get(secret["env"])
    try:
        return Path(secret["src"]).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None


def masked(text: str, values: dict[bytes, str]) -> str:
    """The text without the secrets, as a path may have one in it."""
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value.decode(errors="surrogateescape"), "***")
    return text


def secret_files(index: Index) -> Iterator[str]:
    """The files whose names tell what they are; of a directory that is one, its first path."""
    for entry in index.entries:
        for expression, (kind, content) in FILES.items():
            match = expression.search(entry.path)
            if match and (content is None or has(index, entry, content)):
                yield f"{place(index, entry, entry.path[: match.end()])}: {kind}"


def has(index: Index, entry: Entry, content: re.Pattern[bytes]) -> bool:
    if entry.kind not in (FILE, HARD_LINK) or index.origin(entry) is None:
        return False
    return bool(content.search(index.read(entry, CHUNK)))


def place(index: Index, entry: Entry, path: str | None = None) -> str:
    hidden = "" if entry.visible else ", which a later layer hides"
    return f"/{path or entry.path} in layer {entry.layer + 1} of {len(index.layers)}{hidden}"


def in_layer(index: Index, number: int, values: dict[bytes, str]) -> Iterator[str]:
    """What the tar of a layer has: in the content of its files, those of whiteouts too, in their headers, between
    them and behind them."""
    with index.open_layer(number) as tar:
        found = list(secrets_of(tar, values))
        entries = entries_of(index, number, tar) if found else []
    offsets = [entry.offset for entry in entries]
    for position, kind in found:
        # A header comes before the content that it belongs to.
        at = bisect.bisect_right(offsets, position) - 1
        if at < 0 or position >= end_of(entries[at]):
            at += 1
        where = f"behind the files of layer {number + 1} of {len(index.layers)}"
        yield f"{place(index, entries[at]) if at < len(entries) else where}: {kind}"


def entries_of(index: Index, number: int, tar: IO[bytes]) -> list[Entry]:
    """All entries of a layer as they stand in its tar, whiteouts included."""
    known = {entry.offset: entry for entry in index.entries if entry.layer == number}
    tar.seek(0)
    entries = (entry_of(member, number) for member in members(tar))
    return [known.get(entry.offset, entry._replace(visible=True)) for entry in entries]


def in_archive(test: Test, values: dict[bytes, str]) -> Iterator[str]:
    """What the archive of the engine builtin has besides plain layers, as it is stored: manifests, and the headers
    and ends of compressed layers. Engines keep neither in their stores."""
    engine = ENGINES.get(test.plan.get("engine", ""))
    if engine is None or engine.store is not None or "index" in test.plan:
        return
    searched = {test.index.id, *(layer.diff_id for layer in test.index.layers)}
    file = test.directory / f"{test.plan['name']}.tar"
    with closing(Archive(str(file), file)) as archive:
        for name in sorted(archive.names()):
            if name.replace("blobs/sha256/", "sha256:") in searched or not archive.has(name):
                continue
            with archive.open(name) as stored:
                for _, kind in secrets_of(stored, values):
                    yield f"{name} of the archive: {kind}"


def secrets_of(stream: IO[bytes], values: dict[bytes, str]) -> Iterator[tuple[int, str]]:
    """(position, kind) of all secrets of a stream, which is read once, from its begin to its end.

    What is kept of a chunk for the next one is as long as the longest secret, so that none is missed where two
    chunks meet.
    """
    kept = max([PRIVATE_KEY_BYTES, *map(len, values)])
    start, data = 0, b""  # where in the stream the data begins
    while chunk := stream.read(CHUNK):
        start, data = start + max(0, len(data) - kept), data[-kept:] + chunk
        for position, kind in secrets_in(data, values):
            yield start + position, kind


def end_of(entry: Entry) -> int:
    stored = entry.size if entry.sparse is None else sum(length for _, length in entry.sparse)
    return entry.offset + stored


def secrets_in(data: bytes, values: dict[bytes, str]) -> Iterator[tuple[int, str]]:
    """(position, kind) of all secrets."""
    for value, kind in values.items():
        position = data.find(value)
        while position >= 0:
            yield position, kind
            position = data.find(value, position + len(value))
    if b"PRIVATE KEY" in data:
        for match in PRIVATE_KEY.finditer(data):
            yield match.start(), "a private key"


def in_config(config: dict[str, Any], values: dict[bytes, str]) -> Iterator[str]:
    """What the config and the history of the image have, and all else in that document."""
    for where, text in [found for key in config for found in texts({key: config[key]}, "")]:
        for _, kind in secrets_in(text.encode(errors="surrogateescape"), values):
            yield f"{where}: {kind}"


def texts(node: Any, where: str) -> Iterator[tuple[str, str]]:
    """All strings of a JSON document, keys too, and the member where each stands. It is named by
    variable where the string is one of Env."""
    if isinstance(node, str):
        yield (f"{where} {node.partition('=')[0]}" if where.endswith(" Env") else where), node
    elif isinstance(node, list):
        for number, item in enumerate(node):
            at = where if where.endswith(" Env") else f"{where} {number + 1}"
            yield from texts(item, at)
    elif isinstance(node, dict):
        for key, item in node.items():
            yield where, key
            yield from texts(item, f"{where} {key}".strip())
