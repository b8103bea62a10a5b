"""RUNTIME_LIBRARIES, where the programs are compiled on this machine: collected when they are linked."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.read.source import ImageError

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


def copy_runtime_libraries(
    plan: Plan, directory: Path, search: list[str], programs: list[Path]
) -> list[str]:
    """Fill the last group of the staged FILES, by CMake's GET_RUNTIME_DEPENDENCIES (copy_runtime_libraries.cmake).

    :param directory: that of the plan.
    :param search: directories to look in first.
    :returns: the paths of the libraries on this machine.
    :raises ImageError: a library is not to be found.
    """
    if "runtimeLibraries" not in plan:
        return []
    how = plan["runtimeLibraries"]
    directories = [*search, *how["directories"]]
    settings = {
        "call": f"add_go_container({plan['name']})",
        "directory": str(directory),
        "base": plan["base"],
        "objdump": how["objdump"],
        "directories": ";".join(directories),
        "programs": "\n".join(map(str, programs)),
    }
    command = [how["cmake"]]
    for name, value in settings.items():
        command += ["-D", f"{name}={value}"]
    script = Path(__file__).resolve().parents[2] / "scripts/copy_runtime_libraries.cmake"
    # It warns of each library that is not where the loader of this machine looks.
    done = subprocess.run(
        [*command, "-P", str(script)], stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        words = done.stderr.partition("CMake Error")[2].partition("\n")[2]
        raise ImageError(" ".join(words.split()).replace(". Install", ".\nInstall"))
    return (directory / "libraries.txt").read_text(encoding="utf-8").splitlines()
