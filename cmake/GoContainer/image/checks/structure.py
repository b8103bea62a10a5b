"""The check STRUCTURE_TEST: the tests in a file of container-structure-test, version 2 of its schema.

https://github.com/GoogleContainerTools/container-structure-test; where its documentation is silent,
its source decides.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from index import Index
from source import ImageError
from squash import DIRECTORY, FILE, LINK, SPECIAL, Entry

from checks import CheckError, Skip, Test
from checks.commands import Surroundings, command_errors, expand, expanded, lacking, unwelcome
from checks.config import text_of
from checks.document import BOOLEAN, NUMBER, STRING, Document
from checks.files import MAX_SEARCHED, nearest

VERSION = "2.0.0"
VARIABLES = [{"key": STRING, "value": STRING, "isRegex": BOOLEAN}]
SCHEMA = {
    "schemaVersion": STRING,
    "globalEnvVars": VARIABLES,
    "commandTests": [
        {
            "name": STRING,
            "setup": [[STRING]],
            "teardown": [[STRING]],
            "envVars": VARIABLES,
            "exitCode": NUMBER,
            "command": STRING,
            "args": [STRING],
            "expectedOutput": [STRING],
            "excludedOutput": [STRING],
            "expectedError": [STRING],
            "excludedError": [STRING],
        }
    ],
    "fileExistenceTests": [
        {
            "name": STRING,
            "path": STRING,
            "shouldExist": BOOLEAN,
            "permissions": STRING,
            "uid": NUMBER,
            "gid": NUMBER,
            "isExecutableBy": STRING,
        }
    ],
    "fileContentTests": [
        {
            "name": STRING,
            "path": STRING,
            "expectedContents": [STRING],
            "excludedContents": [STRING],
        }
    ],
    "metadataTest": {
        "envVars": VARIABLES,
        "unboundEnvVars": VARIABLES,
        "labels": VARIABLES,
        "exposedPorts": [STRING],
        "unexposedPorts": [STRING],
        "volumes": [STRING],
        "unmountedVolumes": [STRING],
        "entrypoint": [STRING],
        "cmd": [STRING],
        "workdir": STRING,
        "user": STRING,
    },
    "licenseTests": [{"debian": BOOLEAN, "files": [STRING]}],
    "containerRunOptions": {
        "user": STRING,
        "privileged": BOOLEAN,
        "allocateTty": BOOLEAN,
        "envVars": [STRING],
        "envFile": STRING,
        "capabilities": [STRING],
        "bindMounts": [STRING],
    },
}
EXECUTABLE = {"owner": 0o100, "group": 0o010, "other": 0o001, "any": 0o111}
LICENSES = "/usr/share/doc"
FORBIDDEN_LICENSES = ("AGPL", "WTFPL")
# A package whose copyright file may name any licence.
TRUSTED_PACKAGE = "libgnutls30"


@dataclass(frozen=True)
class Result:
    """One test of the file: what is wrong, or why it was skipped."""

    name: str
    errors: list[str] = field(default_factory=list)
    skipped: str = ""

    def text(self) -> str:
        if self.skipped:
            return f"SKIP  {self.name}: {self.skipped}"
        if not self.errors:
            return f"PASS  {self.name}"
        return "\n      ".join([f"FAIL  {self.name}", *self.errors])


def check_structure_test(test: Test) -> str:
    """Do all tests of the file; it passes when each of them does."""
    document = Document(test, any_case=True)
    spec = read_spec(document)
    results = list(results_of(test, document, spec))
    if not results:
        raise document.error(f"{document.file.name} has no tests", "write some")
    failed = sum(bool(result.errors) for result in results)
    skipped = [result for result in results if result.skipped]
    lines = "\n".join(result.text() for result in results)
    if failed:
        raise CheckError(
            f"{failed} of {len(results)} tests of {document.file.name} fail",
            file=str(document.file),
            tests=lines,
            remedy=f"change the image in add_go_container({test.plan['name']}), or the tests in {document.file.name}",
        )
    if skipped:
        why = f"{len(skipped)} of {len(results)} tests of {document.file.name} can't be done here"
        raise Skip(f"{why}: {skipped[0].skipped}\n{lines}")
    return f"{len(results)} of {len(results)} tests of {document.file.name} pass\n{lines}"


def read_spec(document: Document) -> dict[str, Any]:
    """What is in the file.

    :raises CheckError: it is no file of that tool in version 2 of its schema.
    """
    raw = document.read(words=True)
    if not raw:
        raise document.error(f"{document.file.name} has no tests", "write some")
    # Before all else, as another version has other members.
    members = raw if isinstance(raw, dict) else {"schemaVersion": VERSION}
    names = (
        "schemaVersion",
        *(n for n in members if document.json and n.lower() == "schemaversion"),
    )
    version = next((members[name] for name in names if name in members), None)
    if version != VERSION:
        raise document.error(
            f"{document.file.name} is not of version {VERSION} of the schema",
            f"write schemaVersion: {VERSION}, and the tests as that version has them",
            found=f"schemaVersion {version}" if version else "no schemaVersion",
        )
    spec: dict[str, Any] = document.decode(raw, SCHEMA)
    return spec


def results_of(test: Test, document: Document, spec: dict[str, Any]) -> Iterator[Result]:
    """The results in that tool's order."""
    index = test.index
    config = index.config.get("config") or {}
    image_env = dict((v + "=").split("=", 1) for v in config.get("Env") or [])
    image_env = {name: value[:-1] for name, value in image_env.items()}
    more_env = expanded(spec.get("globalEnvVars", []), image_env)
    env = {**image_env, **more_env}
    around = Surroundings(env, more_env, spec.get("containerRunOptions", {}), document.file.parent)
    for command in spec.get("commandTests", []):
        yield command_result(test, command, around)
    for content in spec.get("fileContentTests", []):
        errors = required(content, "name", "path") or content_errors(index, content)
        yield Result(f"File Content Test: {content.get('name', '')}", errors)
    for existence in spec.get("fileExistenceTests", []):
        errors = required(existence, "name", "path") or existence_errors(index, existence, env)
        yield Result(f"File Existence Test: {existence.get('name', '')}", errors)
    for licenses in spec.get("licenseTests", []):
        yield Result("License Test", license_errors(index, licenses))
    if any(value or value == [] for value in spec.get("metadataTest", {}).values()):
        yield Result("Metadata Test", metadata_errors(config, image_env, spec["metadataTest"]))


def required(spec: Mapping[str, Any], *members: str) -> list[str]:
    return [f"{member} is missing" for member in members if not spec.get(member)]


def command_result(test: Test, spec: dict[str, Any], around: Surroundings) -> Result:
    name = f"Command Test: {spec.get('name', '')}"
    errors = required(spec, "name", "command")
    for member in ("setup", "teardown"):
        if [] in spec.get(member, []):
            errors.append(f"{member} has an empty command")
    if any(not v.get("key") or not v.get("value") for v in spec.get("envVars", [])):
        errors.append("envVars need a key and a value each")
    if errors:
        return Result(name, errors)
    try:
        return Result(name, command_errors(test, spec, around))
    except Skip as reason:
        return Result(name, skipped=str(reason))


def entry_at(index: Index, path: str) -> Entry | None:
    """What is at a path, a link itself; a directory that no layer names is there, too."""
    place = index.place(path).strip("/")
    entry = index.origin(index.files.get(place))
    if entry is None and (not place or any(p.startswith(f"{place}/") for p in index.files)):
        return Entry(place, DIRECTORY, 0o755, 0, 0, 0, "", 0, 0, None)
    return entry


def content_errors(index: Index, spec: dict[str, Any]) -> list[str]:
    path = spec["path"]
    try:
        text = read_text(index, path)
    except ImageError as error:
        return [str(error)]
    return [
        *lacking("expectedContents", spec.get("expectedContents", []), text, path),
        *unwelcome("excludedContents", spec.get("excludedContents", []), text, path),
    ]


def read_text(index: Index, path: str) -> str:
    """The content of a file, links followed.

    :raises ImageError: there is none that could be read.
    """
    entry = index.find(path)
    if entry is None:
        raise ImageError(missing(index, path))
    if entry.kind != FILE:
        raise ImageError(f"{path} is a {entry.kind}, no file")
    if entry.size > MAX_SEARCHED:
        raise ImageError(f"{path} has {entry.size:,} bytes; only {MAX_SEARCHED:,} are searched")
    return index.read(entry).decode(errors="replace")


def missing(index: Index, path: str) -> str:
    near = nearest(index, path)
    return f"{path} is not in the image" + (f"; the nearest is {near[0]}" if near else "")


def existence_errors(index: Index, spec: dict[str, Any], env: Mapping[str, str]) -> list[str]:
    path = expand(spec["path"], env)
    try:
        entry = entry_at(index, path)
    except ImageError as error:
        return [str(error)]
    if not spec.get("shouldExist", True):
        return [] if entry is None else [f"{path} is in the image: {permissions(entry)}"]
    if entry is None:
        return [missing(index, path)]
    errors = []
    wanted = spec.get("permissions") or permissions(entry)
    if permissions(entry) != wanted:
        errors.append(f"{path} has the permissions {permissions(entry)}, not {wanted}")
    who = spec.get("isExecutableBy")
    if who and who not in EXECUTABLE:
        errors.append(f"isExecutableBy {who} is none of {', '.join(EXECUTABLE)}")
    elif who and not entry.mode & EXECUTABLE[who]:
        errors.append(f"{path} is not executable by {who}: {permissions(entry)}")
    for member, found in (("uid", entry.uid), ("gid", entry.gid)):
        # -1 says nothing, as with that tool.
        if spec.get(member, -1) not in (-1, found):
            errors.append(f"{path} has the {member} {found}, not {spec[member]}")
    return errors


def permissions(entry: Entry) -> str:
    """Type and mode as Go's FileMode writes them: dL for types, ugt for the high bits."""
    letters = {DIRECTORY: "d", LINK: "L", SPECIAL: "D"}.get(entry.kind, "")
    letters += "".join(c for c, bit in zip("ugt", (0o4000, 0o2000, 0o1000)) if entry.mode & bit)
    bits = (c if entry.mode & 0o400 >> i else "-" for i, c in enumerate("rwxrwxrwx"))
    return (letters or "-") + "".join(bits)


def license_errors(index: Index, spec: dict[str, Any]) -> list[str]:
    errors, files = [], list(spec.get("files", []))
    if spec.get("debian"):
        top = index.resolve(LICENSES)
        names = {p[len(top) + 1 :].split("/")[0] for p in index.files if p.startswith(f"{top}/")}
        packages = [n for n in sorted(names) if is_directory(index, posixpath.join(LICENSES, n))]
        if entry_at(index, LICENSES) is None:
            errors.append(missing(index, LICENSES))
        known = [n for n in packages if n != TRUSTED_PACKAGE]
        files = [f"{LICENSES}/{n}/copyright" for n in known] + files
    for file in files:
        try:
            text = read_text(index, file).upper()
        except ImageError as error:
            errors.append(str(error))
            continue
        errors += [
            f"{file} names the licence {word}" for word in FORBIDDEN_LICENSES if word in text
        ]
    return errors


def is_directory(index: Index, path: str) -> bool:
    entry = entry_at(index, path)
    return entry is not None and entry.kind == DIRECTORY


def metadata_errors(
    config: Mapping[str, Any], env: Mapping[str, str], spec: dict[str, Any]
) -> list[str]:
    labels = config.get("Labels") or {}
    errors = [
        f"{m} has an empty item" for m in ("exposedPorts", "volumes") if "" in spec.get(m, [])
    ]
    errors += pair_errors("envVars", spec.get("envVars", []), env)
    for variable in spec.get("unboundEnvVars", []):
        if variable.get("key") in env:
            errors.append(f"unboundEnvVars {variable['key']} is set in the image")
    errors += pair_errors("labels", spec.get("labels", []), labels)
    for member, name in (("cmd", "Cmd"), ("entrypoint", "Entrypoint")):
        found = config.get(name) or []
        if spec.get(member, found) != found:
            errors.append(f"{member} is {text_of(found)}, not {text_of(spec[member])}")
    for member, name in (("workdir", "WorkingDir"), ("user", "User")):
        if spec.get(member) and spec[member] != config.get(name, ""):
            errors.append(f'{member} is "{config.get(name, "")}", not "{spec[member]}"')
    # Of a port, only the number.
    ports = [port.split("/")[0] for port in config.get("ExposedPorts") or {}]
    errors += item_errors(spec, "exposedPorts", "unexposedPorts", ports)
    volumes = list(config.get("Volumes") or {})
    return errors + item_errors(spec, "volumes", "unmountedVolumes", volumes)


def pair_errors(member: str, pairs: list[dict[str, Any]], there: Mapping[str, str]) -> list[str]:
    errors = []
    for pair in pairs:
        key, value = pair.get("key", ""), pair.get("value", "")
        place = f"{member} {key}"
        if not key:
            errors.append(f"{member} has an item without a key")
        elif key not in there:
            errors.append(f"{place} is not there; there are {', '.join(sorted(there)) or 'none'}")
        elif pair.get("isRegex"):
            errors += lacking(place, [value], there[key], f'"{there[key]}"')
        elif there[key] != value:
            errors.append(f'{place} is "{there[key]}", not "{value}"')
    return errors


def item_errors(spec: dict[str, Any], wanted: str, unwanted: str, there: list[str]) -> list[str]:
    all_of_them = ", ".join(sorted(there)) or "none"
    return [
        *(
            f"{wanted} {item} is not there; there are {all_of_them}"
            for item in spec.get(wanted, [])
            if item and item not in there
        ),
        *(f"{unwanted} {item} is there" for item in spec.get(unwanted, []) if item in there),
    ]
