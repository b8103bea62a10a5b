"""Stages beside the wanted one that have the same programs: VARIANTS, or calls of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gocontainer.importing.call import Call, make_call
from gocontainer.importing.stages import Stage, State

if TYPE_CHECKING:
    from gocontainer.importing.evaluate import Import

PROGRAM = ("SOURCE_DIR", "PACKAGE", "BINARY_NAME", "PROGRAMS")


def add_variants(call: Call, others: list[Stage], wanted: set[str], job: Import) -> list[Call]:
    """Add stages that differ in the base only to VARIANTS; the calls for all others."""
    calls, bases = [], []
    for stage in others:
        state = job.states[stage.name]
        programs = [entry for entry in state.tree.entries if entry.origin.kind == "program"]
        if not programs or state.builds:
            continue
        other = make_call(state, job, call.name)
        if other is None:
            continue
        wanted.add(stage.name)
        changed = differences(call, other)
        if changed == {"BASE"}:
            bases.append(f"{stage.name}={state.base}")
        else:
            calls.append(own_call(call, other, changed, state, job))
    if bases:
        call.add("VARIANTS", *bases)
    return calls


def own_call(call: Call, other: Call, changed: set[str], state: State, job: Import) -> Call:
    """A variant if it has all options of the call, else a container, as a variant can't drop an option. A container with
    other programs is called as its stage is."""
    name = state.stage.name
    lacks = keywords(call) - keywords(other)
    if lacks or changed & set(PROGRAM):
        shares = not {"PACKAGE", "PROGRAMS"} & changed
        own = f"{call.name}-{name}" if shares or name.isdigit() or name == call.name else name
        return make_call(state, job, own) or other
    options = [each for each in other.options if each.keyword in changed]
    return Call(call.name, options, other.before, suffix=name)


def keywords(call: Call) -> set[str]:
    return {option.keyword for option in call.options}


def differences(call: Call, other: Call) -> set[str]:
    """The keywords of the options that are not the same."""

    def values(of: Call, keyword: str) -> list[object]:
        return [(each.words, each.own) for each in of.options if each.keyword == keyword]

    both = keywords(call) | keywords(other)
    return {each for each in both if values(call, each) != values(other, each)}
