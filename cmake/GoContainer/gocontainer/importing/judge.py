"""What is unsafe or wasteful in a Dockerfile, whatever becomes of it."""

from __future__ import annotations

import re

from gocontainer.importing.evaluate import SECRETS
from gocontainer.importing.findings import UNSAFE, WASTEFUL, Findings
from gocontainer.importing.parse import Instruction
from gocontainer.importing.stages import Stage


def judge(stages: list[Stage], before: list[Instruction], findings: Findings) -> None:
    names = {stage.name for stage in stages}
    for each in before:
        judge_arguments(each, findings)
    for stage in stages:
        judge_base(stage, names, findings)
        judge_downloads(stage, findings)
        for each in stage.instructions:
            if each.name == "ARG":
                judge_arguments(each, findings)
            elif each.name == "ADD" and not any(
                "://" in word or ".tar" in word or ".tgz" in word for word in each.words
            ):
                findings.add(each.line, WASTEFUL, "ADD of files: COPY does it without surprises")


def judge_arguments(instruction: Instruction, findings: Findings) -> None:
    for word in instruction.words:
        name = word.partition("=")[0]
        if SECRETS.search(name):
            text = f"ARG {name}: the history of the image shows build arguments; use SECRETS"
            findings.add(instruction.line, UNSAFE, text)


def judge_base(stage: Stage, names: set[str], findings: Findings) -> None:
    base = stage.origin.words[0]
    if base.lower() in names or base == "scratch" or "@sha256:" in base or "$" in base:
        return
    tag = base.rpartition("/")[2].partition(":")[2]
    why = "without a digest" if tag not in ("", "latest") else "without a version"
    findings.add(
        stage.origin.line,
        UNSAFE,
        f"FROM {base} {why}: each build may get another image; pin it by @sha256:",
    )


def judge_downloads(stage: Stage, findings: Findings) -> None:
    """Modules that are downloaded again after each change of a source file."""
    copied = False
    for each in stage.instructions:
        text = " ".join([*each.words, *(content for _, content in each.heredocs)])
        whole = (
            each.name in ("COPY", "ADD") and not each.flag("from") and each.words[0] in (".", "./")
        )
        copied = copied or whole
        cached = any("type=cache" in value for value in each.flag_values("mount"))
        if each.name == "RUN" and re.search(r"\bgo (mod download|build|install)\b", text):
            if copied and not cached and not downloaded_before(stage, each):
                text = "the modules are downloaded again after each change of a source; GoContainer keeps them"
                findings.add(each.line, WASTEFUL, text)
            return


def downloaded_before(stage: Stage, run: Instruction) -> bool:
    return any("-mod=vendor" in word for word in run.words)
