"""The checks of an image: one function a check, one CTest test each.

A check is the function ``check_<name>`` of the module that CHECKS names. It takes a :class:`Test` and
returns what it found, in a line; it raises :class:`CheckError` where the image is not as declared,
and :class:`Skip` where this machine can't tell.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from gocontainer.common.printable import safe

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.read.index import Index

# The name of a check -> the module of this package that has it. Only that one is loaded.
CHECKS = {
    **dict.fromkeys(
        ("entrypoint", "cmd", "env", "user", "workdir", "expose", "labels", "volumes"), "config"
    ),
    **dict.fromkeys(("stopsignal", "healthcheck", "platform"), "config"),
    **dict.fromkeys(("size", "compressed-size", "layer-size", "max-layers"), "size"),
    **dict.fromkeys(("efficiency", "max-wasted"), "waste"),
    "growth": "growth",
    "no-secrets": "secrets",
    "reproducible": "reproducible",
    **dict.fromkeys(("binary", "static"), "program"),
    **dict.fromkeys(("file", "certificates", "only-files"), "files"),
    "files": "staged",
    "writable": "writable",
    "capabilities": "capabilities",
    **dict.fromkeys(("users", "groups"), "accounts"),
    "timezones": "timezones",
    "licenses": "licenses",
    **dict.fromkeys(("directories", "symlinks"), "directories"),
    "packages": "packages",
    "sbom": "sbom",
    "provenance": "provenance",
    "pins": "pins",
    "vulnerabilities": "vulnerabilities",
    "run": "run",
    **dict.fromkeys(("start", "stop"), "service"),
    "structure-test": "structure",
    "metadata": "metadata",
    **dict.fromkeys(("no-shell", "no-package-manager", "no-setuid"), "forbidden"),
}


class CheckError(Exception):
    """The image is not as declared: the problem in a line, then facts by their names, such as what
    was declared, what was found, what is nearest to it, and the remedy."""

    def __init__(self, problem: str, **facts: str) -> None:
        self.problem = problem
        self.facts = facts
        super().__init__(problem)

    def __str__(self) -> str:
        width = max(map(len, self.facts), default=0)
        lines = [self.problem]
        for name, text in self.facts.items():
            first, *rest = text.split("\n")
            lines.append(f"  {name:<{width}}  {first}")
            lines += [f"  {'':<{width}}  {line}" for line in rest]
        return safe("\n".join(lines))


class Test:
    """One test of the image of a plan.

    ``name`` is that of the CTest test, ``directory`` the one of the plan, ``arguments`` what
    add_go_container_test() declares, its name included, {} for what the plan declares.
    """

    def __init__(
        self,
        name: str,
        plan: Plan,
        directory: Path,
        arguments: dict[str, Any] | None = None,
        engine_command: str | None = None,
    ) -> None:
        self.name = name
        self.plan = plan
        self.directory = directory
        self.arguments = arguments or {}
        self.engine_command = engine_command

    @cached_property
    def index(self) -> Index:
        """What is in the image.

        :raises ImageError: it is not built, or can't be read.
        """
        from gocontainer.read.index import index_of  # not needed to build an image

        return index_of(self.plan, self.directory, self.engine_command)

    def call(self) -> str:
        """The CMake call that declares the test."""
        command = "_service" if "port" in self.arguments else "_test" if self.arguments else ""
        return f"add_go_container{command}({self.plan['name']})"


def check_of(name: str) -> Callable[[Test], str]:
    """The function of a check.

    :raises ValueError: there is none of that name.
    """
    if name not in CHECKS:
        raise ValueError(f"there is no check {name}. The checks are {', '.join(CHECKS)}.")
    module = __import__(
        f"gocontainer.checks.{CHECKS[name]}", fromlist=["_"]
    )  # importlib is slow to load
    check: Callable[[Test], str] = getattr(module, "check_" + name.replace("-", "_"))
    return check
