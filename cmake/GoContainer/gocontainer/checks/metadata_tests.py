"""The test of the config of the image in a structure test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gocontainer.checks.commands import lacking
from gocontainer.checks.config import one_line


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
            errors.append(f"{member} is {one_line(found)}, not {one_line(spec[member])}")
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
