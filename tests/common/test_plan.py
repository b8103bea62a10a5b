"""The type of a plan has the members of its schema."""

import json

import pytest
from gocontainer.common import plan
from harness import REPOSITORY

SCHEMA = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())
# Members of the schema that are objects -> their types.
OBJECTS = {
    "go": plan.GoCommand,
    "programs": plan.Program,
    "files": plan.StagedFiles,
    "link": plan.LinkLibraries,
    "runtimeLibraries": plan.RuntimeLibraries,
    "overlay": plan.Overlay,
    "secrets": plan.Secret,
    "maxSize": plan.Size,
    "maxCompressedSize": plan.Size,
    "maxLayerSize": plan.Size,
    "maxGrowth": plan.Growth,
}


def described(node):
    """Members that must be there, and that may be."""
    node = node.get("items", node)
    node = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    required = set(node["required"])
    return required, node["properties"].keys() - required


def typed(*types):
    members = {name: kind for each in types for name, kind in each.__annotations__.items()}
    optional = {name for name, kind in members.items() if kind.startswith("NotRequired[")}
    return members.keys() - optional, optional


def test_members_of_a_plan():
    assert typed(plan.Shared, plan.Own, plan.Alone) == described(SCHEMA)


@pytest.mark.parametrize("member", OBJECTS)
def test_members_of_a_member(member):
    assert typed(OBJECTS[member]) == described(SCHEMA["properties"][member])
