"""The check STRUCTURE_TEST: the tests in a file of container-structure-test, version 2 of its schema.

https://github.com/GoogleContainerTools/container-structure-test; where its documentation is silent,
its source decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.commands import Surroundings, command_errors, expanded
from gocontainer.checks.document import BOOLEAN, NUMBER, STRING, Document, is_null, key_text, shown
from gocontainer.checks.file_tests import content_errors, existence_errors, license_errors
from gocontainer.checks.goyaml import MERGE, Pairs
from gocontainer.checks.metadata_tests import metadata_errors
from gocontainer.common.skip import Skip

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

    :raises CheckError: it is not a file of that tool in version 2 of its schema.
    """
    raw = document.read(words=True)
    if is_null(raw) or raw == {}:
        raise document.error(f"{document.file.name} has no tests", "write some")
    # Before all else, as another version has other members.
    version = version_of(raw, document.json)
    if version != VERSION:
        raise document.error(
            f"{document.file.name} is not of version {VERSION} of the schema",
            f"write schemaVersion: {VERSION}, and the tests as that version has them",
            found=f"schemaVersion {version}" if version else "no schemaVersion",
        )
    spec: dict[str, Any] = document.decode(raw, SCHEMA)
    return spec


def version_of(raw: Any, json: bool) -> str | None:
    """The schemaVersion, whose name in JSON may be in any case; VERSION of what has no members, which is
    told later."""
    if not isinstance(raw, (dict, Pairs)):
        return VERSION
    members = [
        (key, value) if json else (key_text(key), shown(value))
        for key, value in (raw.items if isinstance(raw, Pairs) else raw.items())
        if key is not MERGE
    ]
    named = (v for k, v in members if k == "schemaVersion")
    found = next(named, None) or next(
        (v for k, v in members if json and k.lower() == "schemaversion"), None
    )
    return None if found is None else str(found)


def results_of(test: Test, document: Document, spec: dict[str, Any]) -> Iterator[Result]:
    """The results in that tool's order."""
    index = test.index
    config = index.config.get("config") or {}
    image_env = dict((v + "=").split("=", 1) for v in config.get("Env") or [])
    image_env = {name: value[:-1] for name, value in image_env.items()}
    variables = spec.get("globalEnvVars", [])
    # Without them there is no container to test.
    unnamed = [
        f"globalEnvVars[{place}] has no key"
        for place, v in enumerate(variables)
        if not v.get("key")
    ]
    more_env = expanded(variables, image_env)
    env = {**image_env, **more_env}
    around = Surroundings(env, more_env, spec.get("containerRunOptions", {}), document.file.parent)
    for command in spec.get("commandTests", []):
        yield command_result(test, command, around, unnamed)
    for content in spec.get("fileContentTests", []):
        errors = required(content, "name", "path") or unnamed or content_errors(index, content)
        yield Result(f"File Content Test: {content.get('name', '')}", errors)
    for existence in spec.get("fileExistenceTests", []):
        errors = (
            required(existence, "name", "path")
            or unnamed
            or existence_errors(index, existence, env)
        )
        yield Result(f"File Existence Test: {existence.get('name', '')}", errors)
    for licenses in spec.get("licenseTests", []):
        yield Result("License Test", license_errors(index, licenses))
    metadata = spec.get("metadataTest", {})
    # Of a list that is empty these two alone say something.
    if any(metadata.values()) or metadata.keys() & {"entrypoint", "cmd"}:
        yield Result("Metadata Test", metadata_errors(config, image_env, metadata))


def required(spec: Mapping[str, Any], *members: str) -> list[str]:
    return [f"{member} is missing" for member in members if not spec.get(member)]


def command_result(
    test: Test, spec: dict[str, Any], around: Surroundings, unnamed: list[str]
) -> Result:
    name = f"Command Test: {spec.get('name', '')}"
    errors = required(spec, "name", "command")
    for member in ("setup", "teardown"):
        if [] in spec.get(member, []):
            errors.append(f"{member} has an empty command")
    if any(not v.get("key") or not v.get("value") for v in spec.get("envVars", [])):
        errors.append("envVars need a key and a value each")
    if errors or unnamed:
        return Result(name, errors or unnamed)
    try:
        return Result(name, command_errors(test, spec, around))
    except Skip as reason:
        return Result(name, skipped=str(reason))
