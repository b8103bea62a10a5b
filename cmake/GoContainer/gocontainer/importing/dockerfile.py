"""The import of a Dockerfile, from its text to that of a CMakeLists.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gocontainer.importing.call import Call, make_call
from gocontainer.importing.context import Context
from gocontainer.importing.evaluate import Import, evaluate
from gocontainer.importing.findings import FATAL, LOST, Finding, Findings
from gocontainer.importing.judge import judge
from gocontainer.importing.parse import read_dockerfile
from gocontainer.importing.stages import Stage, State, read_stages
from gocontainer.importing.variants import add_variants
from gocontainer.importing.write import write


@dataclass
class Imported:
    text: str  # of the CMakeLists.txt, empty if there is no call for the Dockerfile
    findings: list[Finding]


def import_dockerfile(text: str, name: str, directory: Path, target: str = "") -> Imported:
    """:raises ValueError: it is not a Dockerfile, or has no such stage."""
    before, stages = read_stages(read_dockerfile(text, name))
    if not stages:
        raise ValueError(f"import {name}: there is no FROM. Give it a Dockerfile.")
    job = Import(Context(directory), Findings())
    for each in before:
        if each.name == "ARG":
            job.argument(each, each.words, job.first)
    final = find(stages, target, name)
    for stage in stages:
        evaluate(stage, job)
    wanted = needed(job.states[final.name], job)
    calls = all_calls(stages, final, wanted, job, directory)
    judge([stage for stage in stages if stage.name in wanted], before, job.findings)
    findings = [each for each in job.findings.sorted() if is_wanted(each, stages, wanted)]
    return Imported(write(calls, job) if calls else "", findings)


def find(stages: list[Stage], target: str, name: str) -> Stage:
    found = next((stage for stage in stages if stage.name == target.lower()), None)
    if target and not found:
        raise ValueError(
            f"import {name}: there is no stage {target}. It has: {', '.join(s.name for s in stages)}."
        )
    return found or stages[-1]


def needed(final: State, job: Import) -> set[str]:
    """The stages that an image is made of, its own included."""
    found, rest = set(), [final.stage.name]
    while rest:
        name = rest.pop()
        if name in found or name not in job.states:
            continue
        found.add(name)
        state = job.states[name]
        rest += [*state.used, state.stage.origin.words[0].lower()]
    return found


def all_calls(
    stages: list[Stage], final: Stage, wanted: set[str], job: Import, directory: Path
) -> list[Call]:
    state = job.states[final.name]
    call = make_call(state, job, image_name(state, directory))
    if call is None:
        job.findings.add(final.origin.line, FATAL, why_not(state, job))
        return []
    others = [stage for stage in stages if stage.name not in wanted]
    return [call, *add_variants(call, others, wanted, job)]


def why_not(state: State, job: Import) -> str:
    unknown = [entry.origin.of for entry in state.tree.entries if entry.origin.kind == "unknown"]
    if unknown:
        return f"because {unknown[0]}"
    if not any(each.builds for each in job.states.values()):
        lost = [each.text for each in job.findings.sorted() if each.kind == LOST]
        lost.sort(key=lambda text: "akefile" not in text)
        return "because no stage runs go build, as far as it can be read" + (
            f": {lost[0]}" if lost else ""
        )
    return f"because the stage {state.stage.name} has no program that go build makes"


def image_name(state: State, directory: Path) -> str:
    command = [*state.config.get("ENTRYPOINT", []), *state.config.get("CMD", [])]
    programs = [entry.path for entry in state.tree.entries if entry.origin.kind == "program"]
    if not programs:  # they come with the context
        programs = [entry.path for entry in state.tree.entries if entry.path in command[:1]]
    path = next((path for path in programs if path in command[:1]), programs[0] if programs else "")
    name = path.rpartition("/")[2] or directory.resolve().name
    return re.sub(r"[^A-Za-z0-9_.+-]", "", name) or "image"


def is_wanted(finding: Finding, stages: list[Stage], wanted: set[str]) -> bool:
    """Whether it is about a stage that the image is made of."""
    at = [stage for stage in stages if stage.origin.line <= finding.line]
    return not at or at[-1].name in wanted
