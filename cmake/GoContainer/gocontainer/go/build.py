"""Runs the machine's go command as a plan says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cached_property, partial
from threading import Thread

from gocontainer.common.platforms import plans_of, platform_name
from gocontainer.go.checksums import Checksums
from gocontainer.go.environment import (
    MACHINE_SETTINGS,
    environment_of,
    toolchain_of_environment,
    unasked,
)
from gocontainer.go.flag_files import flags_again, remember, state_of, unseen_files
from gocontainer.go.list_packages import packages_of, start_list
from gocontainer.go.messages import names_every, pass_on

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Sequence
    from typing import Any

    from gocontainer.common.plan import Plan


class GoError(Exception):
    """The go command failed; its own words are on the terminal already."""


class Go:
    """The machine's go command, in the directory of a plan. It is asked for its
    settings at once, as the answer takes a while; not for all of them, for some of which it would start gcc.

    :raises GoError: there is no such command.
    """

    def __init__(self, command: str, plan: Plan) -> None:
        self.command = command
        self.plan = plan
        self.source = plan["source"]
        self.checksums = Checksums(plan)
        names = [*MACHINE_SETTINGS, *filter(re.compile("[A-Z][A-Z0-9_]*").fullmatch, os.environ)]
        if "goCache" in plan:
            names += ["GOVERSION", "GOHOSTOS", "GOHOSTARCH"]
        self.question = self.start(
            ["env", "-json", *names], dict(os.environ), stdout=subprocess.PIPE
        )

    def start(
        self, words: list[str], variables: dict[str, str], **options: Any
    ) -> subprocess.Popen[bytes]:
        try:
            command = [self.command, *words]
            return subprocess.Popen(command, cwd=self.source, env=variables, **options)
        except OSError as error:
            raise GoError(f"{self.command} does not run in {self.source}: {error}") from error

    @cached_property
    def settings(self) -> dict[str, str]:
        """Those of its settings that are not empty: what it knows nothing of is.

        :raises GoError: it fails.
        """
        output, _ = self.question.communicate()
        if self.question.returncode != 0:
            raise GoError(f"{self.command} env failed in {self.source}, see above")
        settings = {name: value for name, value in json.loads(output).items() if value}
        tell(toolchain_of_environment(self.plan, settings))
        return settings

    def run(self, plan: Plan, words: list[str]) -> None:
        """Run the command as the plan says.

        :raises GoError: it fails.
        """
        self.check(plan, words, self.start(words, self.environment(plan)))

    def check(self, plan: Plan, words: list[str], process: subprocess.Popen[bytes]) -> None:
        """Wait for the command; stop where it fails."""
        if process.wait() != 0:
            command = " ".join([self.command, *words[:2]])
            where = f" for {platform_name(plan['platform'])}" if "part" in plan else ""
            raise GoError(f"{plan['name']}: {command} failed{where}, see above")

    def environment(self, plan: Plan) -> dict[str, str]:
        """The environment of the command.

        :raises GoError: the command does not know itself.
        :raises ValueError: GOFLAGS has what only the call may have.
        """
        return environment_of(plan, self.settings)


def tell(line: str) -> None:
    if line:
        print(f"GoContainer: {line}", file=sys.stderr, flush=True)


def compile_programs(
    plan: Plan,
    go: Go,
    binaries: list[str],
    list_inputs: bool,
    others: Sequence[Plan] | None = (),
    known: str | None = None,
) -> list[str]:
    """Run `go build` as the plan says, for those files; returns what they are built of, where that is asked for.
    ``-v`` names packages as they are compiled (messages.py), and says nothing where all is up to date.

    :param others: the plans of other platforms, of which go is asked the same. None: it is asked of this one elsewhere.
    :param known: a file that remembers what they are built of; None where go is asked each time.
    :raises GoError: one does not compile.
    """
    variables = go.environment(plan)
    flags = plan["go"]["flags"]
    again: list[str] = []
    named = unseen_files(plan, variables)
    if named:
        state = state_of(named)
        asked = [*flags, variables.get("GOFLAGS", "")]
        again = list(
            {flag: None for binary in binaries for flag in flags_again(state, asked, binary)}
        )
    words = ["build", "-v", *again, *flags]
    first, *rest = [[*words, *target] for target in targets_of(plan, binaries)]
    building = Building(plan, go, first, variables)
    try:
        # Of several packages, go says nothing of one that is not main, and leaves its former program.
        wanted = list_inputs or has_stamps(plan) or len(binaries) > 1
        if others is None or not wanted:
            return []
        if known:
            from gocontainer.go.known_inputs import KnownInputs  # while go builds

            memory = KnownInputs(known, plan, variables)
            if inputs := memory.read():
                return inputs
        listing = start_list(plan, go.command, variables)
        from gocontainer.go.inputs import inputs_of  # while go builds

        inputs = inputs_of(plan, listing, variables, partial(list_others, go, others))
        if known:
            memory.write(inputs)
        return inputs
    finally:
        building.wait()  # its error is the one that tells why go list failed
        for target in rest:
            Building(plan, go, target, variables).wait()
        if "workspace" in plan["go"] and (wrong := go.checksums.restore()):
            raise GoError(wrong)
        for binary in binaries:
            check_program(plan, binary)
            os.chmod(binary, 0o755)  # whatever the umask is
            if named:
                remember(state, binary)


class Building:
    """A `go build` that runs, with these words; what it says is passed on."""

    def __init__(self, plan: Plan, go: Go, words: list[str], variables: dict[str, str]) -> None:
        self.plan, self.go, self.words = plan, go, words
        self.process = go.start(words, variables, stderr=subprocess.PIPE)
        out = sys.stderr.buffer
        self.saying = Thread(
            target=pass_on, args=(self.process.stderr, out, plan["source"], names_every(plan))
        )
        self.saying.start()

    def wait(self) -> None:
        """
        :raises GoError: it fails.
        """
        self.saying.join()
        self.go.check(self.plan, self.words, self.process)


def list_others(go: Go, others: Sequence[Plan]) -> list[subprocess.Popen[bytes]]:
    """Start to list the packages of other platforms."""
    return [start_list(other, go.command, go.environment(other)) for other in others]


def targets_of(plan: Plan, binaries: list[str]) -> list[list[str]]:
    """What each `go build` gets: where it writes, and the packages. Of several packages go names the programs itself,
    so one build is for each directory of these.
    """
    if len(binaries) == 1:
        return [["-o", binaries[0], *packages_of(plan)]]
    directories: dict[str, list[str]] = {}
    for program, binary in zip(plan["programs"], binaries):
        packages = directories.setdefault(os.path.dirname(binary) + os.sep, [])
        if program["package"] not in packages:
            packages.append(program["package"])
    return [["-o", directory, *packages] for directory, packages in directories.items()]


def has_stamps(plan: Plan) -> bool:
    """Whether a flag may set a variable (stamps.py)."""
    return any("-X" in flag for flag in plan["go"]["flags"])


def check_program(plan: Plan, program: str) -> None:
    """Stop where go wrote no program but an archive, as it does for a package that is not main.

    :raises GoError: so it is; the archive is removed.
    """
    with open(program, "rb") as file:
        archive = file.read(8) == b"!<arch>\n"
    if archive and "-buildmode=c-archive" not in plan["go"]["flags"]:
        os.unlink(program)
        raise GoError(
            f"add_go_container({plan['name']}): PACKAGE {plan['programs'][0]['package']} is not a main package, so there is no "
            f"program.\nGive the directory of one that begins with: package main."
        )


def binaries_of(plan: Plan, directory: str) -> list[str]:
    """Where the programs of the plan in that directory are."""
    return [os.path.join(directory, "context", program["file"]) for program in plan["programs"]]


def with_overlay(plan: Plan, directory: str) -> Plan:
    """The plan, with the flag by which go finds the staged files of OVERLAY in place of the sources, and not the
    sources of libraries that it links."""
    replace = {}
    if "link" in plan:
        from gocontainer.go.linked_sources import linked_sources  # which few need

        replace.update(dict.fromkeys(linked_sources(plan), ""))
    for group in plan.get("overlay", []):
        staged = os.path.join(directory, group["directory"])
        place = os.path.normpath(os.path.join(plan["source"], group["destination"]))
        for root, _, names in os.walk(staged):
            beside = os.path.normpath(os.path.join(place, os.path.relpath(root, staged)))
            for name in names:
                file = os.path.join(root, name)
                # Of links go compiles those to Go files, and embeds none; of an overlay it would embed them.
                if os.path.isfile(file) and (name.endswith(".go") or not os.path.islink(file)):
                    replace[os.path.join(beside, name)] = file
    if not replace:
        return plan
    if any(flag.startswith(("-overlay=", "--overlay=")) for flag in plan["go"]["flags"]):
        first = next(iter(replace))
        raise GoError(
            f"add_go_container({plan['name']}): GO_FLAGS has -overlay, of which go takes one, and {first} must be hidden "
            "from go, as CMake compiles it.\nMove that file to a directory without Go files."
        )
    overlay = os.path.join(directory, "overlay.json")
    with open(overlay, "w", encoding="utf-8") as stream:
        json.dump({"Replace": replace}, stream)
    flags = [*plan["go"]["flags"], f"-overlay={overlay}"]
    return {**plan, "go": {**plan["go"], "flags": flags}}


def has_packages(plan: Plan, go: Go) -> bool:
    """Whether all packages of the programs can be had; quicker than the modules, of which some may be for others."""
    words = ["list", "-deps", *plan["go"]["flags"], *packages_of(plan)]
    quiet = subprocess.DEVNULL
    variables = [go.environment(each) for each in plans_of(plan)]
    running = [go.start(words, each, stdout=quiet, stderr=quiet) for each in variables]
    there = [each.wait() for each in running] == [0] * len(running)
    go.checksums.restore()
    return there


def download_modules(plan: Plan, go: Go) -> None:
    """Fill Go's module cache with what go.mod names, where vendor/ does not have it. What lacks a checksum is an error
    of the build.

    :raises GoError: a module can't be had.
    """
    if not plan["go"]["vendor"]:
        tell(unasked(go.settings))
        try:
            go.run(plan, ["mod", "download"])
        finally:
            go.checksums.restore()
