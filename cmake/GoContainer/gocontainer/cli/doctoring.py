"""The command that tells what works on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from gocontainer.common.package import package
from gocontainer.common.printable import printable
from gocontainer.common.skip import Skip
from gocontainer.run.emulation import EMULATORS, emulator_of

MODULE = Path(__file__).resolve().parents[3] / "GoContainer.cmake"
PROJECT = f"""\
cmake_minimum_required(VERSION 3.25)
project(doctor LANGUAGES NONE)
include([==[{MODULE}]==])
include([==[{MODULE.with_suffix("")}/scripts/doctor.cmake]==])
"""


class Finding(NamedTuple):
    """What there is, whether it works, what is known of it, and what to do where it does not work."""

    name: str
    works: bool
    detail: str
    remedy: str = ""


def command_doctor(arguments: SimpleNamespace) -> int:
    """Print what works here; 1 if no engine does."""
    engines = engines_here()
    found = [*engines, python(), yaml(), platforms()]
    if arguments.json:
        print(json.dumps([each._asdict() for each in found], indent=2))
    else:
        for each in found:
            print(line_of(each))
            if each.remedy:
                print(f"{'':10} {printable(each.remedy)}")
    return 0 if any(each.works for each in engines) else 1


def line_of(found: Finding) -> str:
    says = "works" if found.works else "does not work"
    return f"{found.name:10} {says}{': ' if found.detail else ''}{printable(found.detail)}"


def engines_here() -> list[Finding]:
    """The engines, as a configure run of CMake probes them; only CMake itself, where that does not run."""
    with tempfile.TemporaryDirectory(prefix="go-container-doctor-") as directory:
        Path(directory, "CMakeLists.txt").write_text(PROJECT, encoding="utf-8")
        # Nothing is built, so that any program may stand for make.
        words = ["cmake", "-S", directory, "-B", f"{directory}/build", "-G", "Unix Makefiles"]
        words += ["-D", "CMAKE_MAKE_PROGRAM=cmake"]
        remedy = "Install CMake 3.25 or newer: python3 -m pip install cmake"
        try:
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        except OSError as error:
            return [Finding("cmake", False, f"cmake does not start ({error.strerror})", remedy)]
        file = Path(directory, "build/engines.json")
        if not file.exists():
            said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            return [Finding("cmake", False, " ".join(said[:4]), remedy)]
        rows = json.loads(file.read_text(encoding="utf-8"))
    return [
        Finding(engine, not refusal, refusal or detail.strip(" ,"), remedy if refusal else "")
        for engine, refusal, remedy, detail in rows
    ]


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 9), f"{version}, {sys.executable}")


def yaml() -> Finding:
    """What structure tests in YAML need."""
    try:
        return Finding(
            "yaml", True, f"structure tests in YAML, by PyYAML {package('yaml').__version__}"
        )
    except ImportError:
        remedy = "Install python3-yaml, or write the tests as JSON."
        return Finding("yaml", False, "structure tests in YAML, as there is no PyYAML", remedy)


def platforms() -> Finding:
    """The architectures whose programs run here."""
    runs = [name for name in EMULATORS if runs_here(name)]
    remedy = (
        ""
        if len(runs) > 2
        else "Tests that run programs for others are skipped; install qemu-user-static."
    )
    return Finding("platforms", bool(runs), f"programs for {', '.join(runs)} run here", remedy)


def runs_here(architecture: str) -> bool:
    with suppress(Skip):
        emulator_of(architecture)
        return True
    return False
