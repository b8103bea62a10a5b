"""Runs the machine's go command as a plan says."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inputs import inputs_of, start_list

# What `go env` knows that says where things are, not what is built.
MACHINE_SETTINGS = (
    *("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"),
    *("GOCACHE", "GOMODCACHE", "GOPATH", "GOTMPDIR", "GOTOOLCHAIN"),
)


class GoError(Exception):
    """The go command failed; its own words are on the terminal already."""


def compile_program(plan: dict[str, Any], go: str, program: Path, list_inputs: bool) -> list[str]:
    """Run `go build` as the plan says, for that file; returns what it is built of, where that is asked for.
    ``-v`` names each package as it is compiled, and says nothing where all is up to date.

    :raises GoError: it does not compile.
    """
    variables = environment(plan, go)
    flags = ["build", "-v", *plan["go"]["flags"], "-o", str(program)]
    command = [go, *flags, plan["package"]]
    build = started(plan, command, variables)
    try:
        return inputs_of(plan, start_list(plan, go, variables), variables) if list_inputs else []
    finally:
        check(plan, command, build)  # its error is the one that tells why go list failed
        program.chmod(0o755)  # whatever the umask is


def binary_of(plan: dict[str, Any], directory: Path) -> Path:
    """Where the program of the plan in that directory is."""
    return directory / "context/out" / Path(plan["binary"]).name


def with_overlay(plan: dict[str, Any], directory: Path) -> dict[str, Any]:
    """The plan, with the flag by which go finds the staged files of OVERLAY in place of the sources."""
    replace = {}
    for group in plan.get("overlay", []):
        staged = directory / group["directory"]
        place = os.path.normpath(os.path.join(plan["source"], group["destination"]))  # noqa: PTH118
        for file in staged.rglob("*"):
            if file.is_file():
                replace[os.path.join(place, file.relative_to(staged))] = str(file)  # noqa: PTH118
    if not replace:
        return plan
    overlay = directory / "overlay.json"
    overlay.write_text(json.dumps({"Replace": replace}), encoding="utf-8")
    flags = [*plan["go"]["flags"], f"-overlay={overlay}"]
    return {**plan, "go": {**plan["go"], "flags": flags}}


def has_packages(plan: dict[str, Any], go: str) -> bool:
    """Whether all packages of the program can be had; quicker than the modules, of which some may be for others."""
    done = subprocess.run(
        [go, "list", "-deps", *plan["go"]["flags"], plan["package"]],
        cwd=plan["source"],
        env=environment(plan, go),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def download_modules(plan: dict[str, Any], go: str) -> None:
    """Fill Go's module cache with what go.mod names, where vendor/ does not have it.

    :raises GoError: a module can't be had.
    """
    if plan["go"]["vendor"]:
        return
    run_go(plan, [go, "mod", "download"], environment(plan, go))


def run_go(plan: dict[str, Any], command: list[str], variables: dict[str, str]) -> None:
    check(plan, command, started(plan, command, variables))


def started(
    plan: dict[str, Any], command: list[str], variables: dict[str, str]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, cwd=plan["source"], env=variables)
    except OSError as error:
        raise GoError(f"{command[0]} does not run in {plan['source']}: {error}") from error


def check(plan: dict[str, Any], command: list[str], process: subprocess.Popen[bytes]) -> None:
    """Wait for the go command; stop where it fails."""
    if process.wait() != 0:
        raise GoError(f"{plan['name']}: {' '.join(command[:3])} failed, see above")


def environment(plan: dict[str, Any], go: str) -> dict[str, str]:
    """The environment of the go command.

    Everything that could change the binary comes from the plan: what the shell or ``go env -w``
    say of it (GOFLAGS, GOAMD64, GOEXPERIMENT, …) is dropped, as a container would not see it
    either, unless the plan passes it on. Where modules come from and caches are stays as this
    machine has it.

    :raises GoError: there is no such command, or it does not know itself.
    """
    architecture = {"GOARCH": plan["platform"]["architecture"]}
    try:
        output = subprocess.run(
            [go, "env", "-json"],
            cwd=plan["source"],
            env={**os.environ, **architecture},  # of GOAMD64, GOARM64, … it tells one only
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise GoError(f"{go} does not run in {plan['source']}: {error}") from error
    settings: dict[str, str] = json.loads(output)
    variables = {name: value for name, value in os.environ.items() if name not in settings}
    variables.update((name, settings[name]) for name in MACHINE_SETTINGS if name in settings)
    # With PWD, go takes the way to the module as it is written, where links are part of it.
    variables.update(GOENV="off", PWD=plan["source"], **architecture)
    variables["GOWORK"] = plan["go"].get("workspace", "off")
    passed = plan["go"].get("passEnv", [])
    variables.update((name, os.environ[name]) for name in passed if name in os.environ)
    variables.update(variable.split("=", 1) for variable in plan["go"]["env"])
    variables.update(secret_variables(plan))
    return variables


def secret_variables(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The variables of the go command among SECRETS; its files are found as this machine is set up.

    :raises OSError: the file of one can't be read.
    """
    for secret in plan.get("secrets", []):
        if not re.fullmatch("[A-Z][A-Z0-9_]*", secret["id"]):
            continue
        if "src" in secret:
            yield secret["id"], Path(secret["src"]).read_text(encoding="utf-8").rstrip("\n")
        elif secret["env"] in os.environ:
            yield secret["id"], os.environ[secret["env"]]
