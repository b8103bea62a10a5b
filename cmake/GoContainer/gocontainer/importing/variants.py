"""Stages beside the last one that have its programs: VARIANTS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gocontainer.importing.call import Call, make_call
from gocontainer.importing.stages import Stage

if TYPE_CHECKING:
    from gocontainer.importing.evaluate import Import


def add_variants(call: Call, others: list[Stage], wanted: set[str], job: Import) -> list[Call]:
    """Add those of the same program, and return calls for those that differ in more than the base."""
    calls = []
    for stage in others:
        state = job.states[stage.name]
        if not any(entry.origin.kind == "program" for entry in state.tree.entries) or state.builds:
            continue
        other = make_call(state, job, f"{call.name}-{stage.name}")
        wanted.add(stage.name)
        if other is None:
            continue
        if described(other) == described(call):
            same = [option for option in call.options if option.keyword == "VARIANTS"] or [
                call.add("VARIANTS")
            ]
            same[0].words.append(f"{stage.name}={state.base}")
        else:
            calls.append(other)
    return calls


def described(call: Call) -> list[str]:
    """Its options but for the base and the place of the program, to which the name of the call leads."""
    left_out = ("BASE", "VARIANTS", "BINARY_NAME")
    return [
        repr((each.keyword, each.words, each.own))
        for each in call.options
        if each.keyword not in left_out
    ]
