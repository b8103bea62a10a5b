"""Says how an image was built and from what: an in-toto Statement v1 with a SLSA v1 predicate
(https://slsa.dev/spec/v1.0/provenance). It has the same bytes for the same build."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gocontainer.common.epoch import source_date_epoch
from gocontainer.read.dockerignore import Ignore, context_paths
from gocontainer.read.programs import programs_of
from gocontainer.sbom.purl import purl

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.read.index import Index

Json = dict[str, Any]
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
MEDIA_TYPE = "application/vnd.in-toto+json"
BUILD_TYPE = "urn:gocontainer:build:1"
# Members of a plan that do not change the image, or name places of one machine.
NOT_PARAMETERS = (
    *(
        "schemaVersion",
        "platforms",
        "part",
        "tests",
        "push",
        "attest",
        "sign",
        "archive",
        "sbom",
        "provenance",
        "index",
    ),
    *("maxSize", "maxCompressedSize", "maxLayerSize", "maxGrowth", "link", "runtimeLibraries"),
    *("secrets", "ssh"),
)
# Variables of the go command that change a program, or say where modules come from (go help environment). Of others a
# statement has only the names: any tool of the build may read them, and their values may be secrets.
BY_VALUE = re.compile(
    "GO(OS|ARCH|386|AMD64|ARM|ARM64|MIPS|MIPS64|PPC64|RISCV64|WASM|EXPERIMENT|FIPS140|DEBUG|FLAGS|TOOLCHAIN|WORK"
    "|111MODULE|PROXY|NOPROXY|PRIVATE|SUMDB|NOSUMDB|INSECURE|VCS)"
    "|CGO_(ENABLED|(C|CPP|CXX|F|LD)FLAGS(_ALLOW|_DISALLOW)?)|CC|CXX|FC|AR|PKG_CONFIG"
)
# Stands for the directory of the sources, which is another one on each machine.
CONTEXT = "${context}"
LABEL = "org.opencontainers.image.base."


def file_of(directory: Path, plan: Plan) -> Path:
    part = f"-{plan['part']}" if "part" in plan else ""
    return directory / f"{plan['name']}{part}.provenance.json"


def text_of(plan: Plan, directory: Path, index: Index) -> str:
    """The statement about an image that was just built.

    :raises ImageError: the image can't be read.
    :raises ValueError: SOURCE_DATE_EPOCH is not a number of seconds.
    """
    digest = (index.digest or index.id).partition(":")[2]
    details: Json = {"builder": {"id": f"urn:gocontainer:builder:{plan['engine']}"}}
    if os.environ.get("SOURCE_DATE_EPOCH"):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(source_date_epoch()))
        details["metadata"] = {"startedOn": now, "finishedOn": now}
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": plan["tags"][0], "digest": {"sha256": digest}}],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": parameters_of(plan),
                "resolvedDependencies": dependencies_of(plan, directory, index),
            },
            "runDetails": details,
        },
    }
    return json.dumps(statement, indent=2) + "\n"


def with_subject(statement: bytes, digest: str) -> bytes:
    """A statement about the same image by another digest, such as that of its manifest in a registry.

    :raises ValueError: it is not a statement.
    """
    try:
        document = json.loads(statement)
        document["subject"][0]["digest"] = {"sha256": digest.partition(":")[2]}
    except (LookupError, TypeError) as error:
        raise ValueError(f"it is not a statement ({error!r})") from error
    return (json.dumps(document, indent=2) + "\n").encode()


def parameters_of(plan: Plan) -> Json:
    """What the plan asks for, without secrets and without the places of this machine."""
    found: Json = {name: value for name, value in plan.items() if name not in NOT_PARAMETERS}
    found.pop("context", None)
    for name in ("source", "go"):
        found[name] = replaced(found[name], plan["context"], CONTEXT)
    found["go"]["env"] = [without_secret(each) for each in found["go"]["env"]]
    return found


def plan_of(statement: Json, plan: Plan) -> Plan:
    """The plan by which the image of a statement is built here.

    :param plan: that of this build tree, for the places of this machine.
    """
    found: Json = dict(statement["predicate"]["buildDefinition"]["externalParameters"])
    for name in ("source", "go"):
        found[name] = replaced(found[name], CONTEXT, plan["context"])
    known = {without_secret(each): each for each in plan["go"]["env"]}
    # A name alone is a variable whose value only this build tree can have.
    env = [each for each in found["go"]["env"] if "=" in each or each in known]
    found["go"]["env"] = [known.get(each, each) for each in env]
    here = {name: plan[name] for name in NOT_PARAMETERS if name in plan}  # type: ignore[literal-required]
    here["context"] = plan["context"]
    return {**found, **here}  # type: ignore[typeddict-item]


def without_secret(variable: str) -> str:
    """A variable ``<name>=<value>`` whose URLs have lost the user and the password; or its name alone, unless go knows
    it as one that changes the build."""
    name = variable.partition("=")[0]
    if not BY_VALUE.fullmatch(name):
        return name
    return re.sub(r"(\w://)[^/\s,|]*@", r"\1", variable)


def replaced(value: Any, old: str, new: str) -> Any:
    """The value with another directory at the beginning of each path."""
    if isinstance(value, str):
        return re.sub(rf"(^|=){re.escape(old)}(?=/|$)", lambda found: found[1] + new, value)
    if isinstance(value, list):
        return [replaced(each, old, new) for each in value]
    if isinstance(value, dict):
        return {name: replaced(each, old, new) for name, each in value.items()}
    return value


def dependencies_of(plan: Plan, directory: Path, index: Index) -> list[Json]:
    """What the image was built from."""
    return [
        *base_of(index),
        *images_of_files(plan),
        *sources_of(plan, directory),
        *staged_files(plan, directory),
        *programs_from(index),
    ]


def base_of(index: Index) -> Iterator[Json]:
    labels = (index.config.get("config") or {}).get("Labels") or {}
    name, digest = labels.get(LABEL + "name"), labels.get(LABEL + "digest")
    if name:
        yield image("base", name, digest)


def images_of_files(plan: Plan) -> Iterator[Json]:
    """The images of FROM_IMAGE, with their digests if they are pinned."""
    for reference in sorted({copy["image"] for copy in plan.get("fromImages", ())}):
        name, _, digest = reference.partition("@")
        yield image("from-image", name, digest)


def image(name: str, uri: str, digest: str | None) -> Json:
    known = {"digest": {"sha256": digest.partition(":")[2]}} if digest else {}
    return {"name": name, "uri": uri, **known}


def sources_of(plan: Plan, directory: Path) -> Iterator[Json]:
    """The build context as far as its ignore file lets it, and the commit of git if all of it is committed."""
    if not plan["programs"]:
        return
    digest: Json = {"dirHash": context_hash(plan, directory)}
    commit = git(plan["context"], "rev-parse", "HEAD")
    if commit and git(plan["context"], "status", "--porcelain", "--", ".") == "":
        digest["gitCommit"] = commit
    yield {"name": "sources", "digest": digest}


def git(directory: str, *words: str) -> str | None:
    """What git prints, or None where it fails or there is no git."""
    try:
        done = subprocess.run(
            ["git", "-C", directory, *words], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def context_hash(plan: Plan, directory: Path) -> str:
    ignore = Ignore((directory / "Dockerfile.dockerignore").read_text(encoding="utf-8"))
    context = Path(plan["context"])
    paths = (Path(path) for path in context_paths(context, ignore))
    return directory_hash({path.relative_to(context).as_posix(): path for path in paths})


def directory_hash(files: dict[str, Path]) -> str:
    """The dirHash of in-toto's DigestSet, which is h1 of Go in hexadecimal digits. A symbolic link counts as its target."""
    found = hashlib.sha256()
    for name, path in sorted(files.items()):
        if path.is_symlink() or path.is_file():
            found.update(f"{sha256_of(path)}  {name}\n".encode(errors="surrogateescape"))
    return found.hexdigest()


def sha256_of(path: Path) -> str:
    if path.is_symlink():
        return hashlib.sha256(os.fsencode(path.readlink())).hexdigest()
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def staged_files(plan: Plan, directory: Path) -> Iterator[Json]:
    """Each file of FILES and OVERLAY, by its path in the image or in the sources."""
    for kind in ("files", "overlay"):
        for group in plan.get(kind, ()):  # type: ignore[attr-defined]
            top = directory / group["directory"]
            for path in sorted(top.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    name = os.path.join(group["destination"], path.relative_to(top).as_posix())  # noqa: PTH118
                    yield {"name": f"{kind}:{name}", "digest": {"sha256": sha256_of(path)}}


def programs_from(index: Index) -> Iterator[Json]:
    """Go, and the modules in the programs. h1 is the hash of a list of files, and so not the SHA-256 of a download."""
    found: dict[tuple[str, str], Json] = {}
    for _, info in programs_of(index):
        version = info.version.split(" ")[0].removeprefix("go")
        found["", version] = {"name": "go", "uri": purl("generic", "go", version)}
        for path, number in info.dependencies:
            name = info.replaced.get(path) or f"{path} {number}"
            h1 = info.sums.get(name)
            if h1:  # a directory has none, and is among the sources
                module, _, number = name.partition(" ")
                found[module, number] = {
                    "name": module,
                    "uri": purl("golang", module.lower(), number),
                    "digest": {"dirHash": base64.b64decode(h1.partition(":")[2]).hex()},
                    "annotations": {"h1": h1},
                }
    for key in sorted(found):
        yield found[key]
