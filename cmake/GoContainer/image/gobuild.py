"""Runs the machine's go command as a plan says, for the engine builtin."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

# What `go env` knows that says where things are, not what is built.
MACHINE_SETTINGS = (
    *("GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH"),
    *("GOCACHE", "GOMODCACHE", "GOPATH", "GOTMPDIR", "GOTOOLCHAIN"),
)


class GoError(Exception):
    """The go command failed; its own words are on the terminal already."""


def build(plan: dict[str, Any], go: str, directory: Path) -> Path:
    """Compile the program of the plan into ``directory``; returns the binary.

    ``-v`` names each package as it is compiled, and says nothing where all is up to date.

    :raises GoError: it does not compile.
    """
    binary = directory / Path(plan["binary"]).name
    flags = ["build", "-v", *plan["go"]["flags"], "-o", str(binary)]
    run_go(plan, [go, *flags, plan["package"]])
    return binary


def download_modules(plan: dict[str, Any], go: str) -> None:
    """Fill Go's module cache with what go.mod names.

    :raises GoError: a module can't be had.
    """
    run_go(plan, [go, "mod", "download"])


def run_go(plan: dict[str, Any], command: list[str]) -> None:
    try:
        variables = environment(plan, command[0])
        done = subprocess.run(command, cwd=plan["source"], env=variables, check=False)
    except (OSError, subprocess.CalledProcessError) as error:
        raise GoError(f"{command[0]} does not run in {plan['source']}: {error}") from error
    if done.returncode != 0:
        raise GoError(f"{plan['name']}: {' '.join(command[:3])} failed, see above")


def environment(plan: dict[str, Any], go: str) -> dict[str, str]:
    """The environment of the go command.

    Everything that could change the binary comes from the plan: what the shell or ``go env -w``
    say of it (GOFLAGS, GOAMD64, GOEXPERIMENT, …) is dropped, as a container would not see it
    either, unless the plan passes it on. Where modules come from and caches are stays as this
    machine has it.
    """
    command = [go, "env", "-json"]
    output = subprocess.run(command, cwd=plan["source"], stdout=subprocess.PIPE, check=True).stdout
    settings: dict[str, str] = json.loads(output)
    variables = {name: value for name, value in os.environ.items() if name not in settings}
    variables.update((name, settings[name]) for name in MACHINE_SETTINGS if name in settings)
    variables.update(GOENV="off", GOARCH=plan["platform"]["architecture"])
    workspace = Path(plan["source"], "go.work")
    variables["GOWORK"] = str(workspace) if workspace.exists() else "off"
    passed = plan["go"].get("passEnv", [])
    variables.update((name, os.environ[name]) for name in passed if name in os.environ)
    variables.update(variable.split("=", 1) for variable in plan["go"]["env"])
    return variables
