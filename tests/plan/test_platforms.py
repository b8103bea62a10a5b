"""PLATFORMS in plan.json."""

import json

import jsonschema
import pytest
from harness import REPOSITORY

SCHEMA = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())


def platform(architecture, variant=None):
    found = {"os": "linux", "architecture": architecture}
    return {**found, "variant": variant} if variant else found


def plan_of(project, words):
    project.go_module(".")
    project.cmakelists(f"add_go_container(api BASE scratch {words})")
    project.configure(engine="builtin")
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    jsonschema.validate(plan, SCHEMA)
    return plan


def own(project):
    return plan_of(project, "")["platform"]["architecture"]


def test_several_platforms_are_in_the_plan_and_that_of_the_machine_is_the_one(project):
    machine = own(project)
    plan = plan_of(project, f"PLATFORMS linux/arm linux/s390x linux/{machine} linux/amd64/v3")
    assert plan["platforms"] == [
        platform("arm", "v7"),
        platform("s390x"),
        platform(machine),
        platform("amd64", "v3"),
    ]
    assert plan["platform"] == platform(machine)
    assert not [variable for variable in plan["go"]["env"] if variable.startswith("GOA")]


def test_without_that_of_the_machine_the_first_one_is_the_one(project):
    plan = plan_of(project, "PLATFORMS linux/arm/v6 linux/s390x")
    assert plan["platform"] == platform("arm", "v6")


@pytest.mark.parametrize(
    ("given", "found", "setting"),
    [
        ("linux/riscv64", platform("riscv64"), None),
        ("linux/arm64/v8", platform("arm64"), None),
        ("linux/amd64/v1", platform("amd64"), None),
        ("linux/arm/v5", platform("arm", "v5"), "GOARM=5"),
        ("linux/amd64/v3", platform("amd64", "v3"), "GOAMD64=v3"),
    ],
)
def test_one_platform_is_that_of_the_image(project, given, found, setting):
    plan = plan_of(project, f"PLATFORMS {given}")
    assert plan["platform"] == found
    assert "platforms" not in plan
    settings = [variable for variable in plan["go"]["env"] if variable.startswith("GOA")]
    assert settings == ([setting] if setting else [])


def test_that_of_the_machine_changes_nothing(project):
    machine = own(project)
    dockerfile = project.binary / "api.container/Dockerfile"
    before = dockerfile.read_text()
    plan_of(project, f"PLATFORMS linux/{machine}")
    assert dockerfile.read_text() == before
