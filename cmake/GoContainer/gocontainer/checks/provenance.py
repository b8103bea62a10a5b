"""Builds an image again from its provenance statement, elsewhere, and compares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.reproducible import built_again, differences
from gocontainer.common.engines import engine_of
from gocontainer.common.printable import clipped
from gocontainer.sbom.provenance import dependencies_of, file_of, parameters_of, plan_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

Json = dict[str, Any]


def check_provenance(test: Test) -> str:
    """A build from the statement gives the image that the statement is about."""
    statement, plan = read_statement(test)
    subject = statement["subject"][0]["digest"]["sha256"]
    image = (test.index.digest or test.index.id).partition(":")[2]
    if subject != image:
        raise failure(test, "the statement is about another image", subject=subject, found=image)
    exact = engine_of(test.plan).exact
    if not exact and parameters_of(plan) != parameters_of(test.plan):
        # Its Dockerfile is written from the plan, and is not part of the statement.
        names = sorted(changed(parameters_of(plan), parameters_of(test.plan)))
        raise failure(test, "the statement is about another call", differs=clipped(names))
    compare_dependencies(test, statement, dependencies_of(plan, test.directory, test.index))
    rebuild = json.loads((test.directory / "rebuild.json").read_text(encoding="utf-8"))
    again = Test(test.name, plan, test.directory, {"rebuild": rebuild}, test.engine_command)
    with built_again(again) as (second, where):
        compare_dependencies(test, statement, dependencies_of(plan, test.directory, second))
        found = [] if test.index.id == second.id else list(differences(test.index, second, exact))
    if found:
        problem = "a build from the statement gives another image"
        raise failure(test, problem, differs=clipped(found))
    same = f"the same image, {test.index.id}" if exact else "the same content"
    return f"a build from the statement {where} gives {same}"


def read_statement(test: Test) -> tuple[Json, Plan]:
    """
    :raises CheckError: there is none, or it is not one of GoContainer.
    """
    file = file_of(test.directory, test.plan)
    try:
        statement: Json = json.loads(file.read_bytes())
        statement["subject"][0]["digest"]["sha256"]
        statement["predicate"]["buildDefinition"]["resolvedDependencies"]
        return statement, plan_of(statement, test.plan)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise failure(test, "the provenance statement can't be read", found=str(error)) from error


def compare_dependencies(test: Test, statement: Json, now: list[Json]) -> None:
    """
    :param now: what an image was built from.
    :raises CheckError: the statement names others.
    """
    before = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
    lines = [f"{name_of(each)}: only in the statement" for each in before if each not in now]
    lines += [f"{name_of(each)}: only in the build" for each in now if each not in before]
    if lines:
        problem = "the statement names other sources, files or modules, another base or another Go"
        raise failure(test, problem, differs=clipped(lines))


def name_of(dependency: Json) -> str:
    digest = " ".join(f"{name}:{value}" for name, value in dependency.get("digest", {}).items())
    return " ".join(filter(None, (dependency.get("name"), dependency.get("uri"), digest)))


def changed(one: Json, two: Json) -> set[str]:
    return {name for name in {*one, *two} if one.get(name) != two.get(name)}


def failure(test: Test, problem: str, **facts: str) -> CheckError:
    name = test.plan["name"]
    remedy = f"build the target {name}-provenance again with the sources, Go and base of the image"
    statement = file_of(test.directory, test.plan).name
    return CheckError(problem, statement=statement, **facts, remedy=remedy)
