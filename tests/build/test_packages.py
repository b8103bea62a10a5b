"""PACKAGES of a Debian, with apt from a repository of tiny packages, without an engine."""

import json

import jsonschema
import pytest
from debian import debian_base
from harness import REPOSITORY


@pytest.fixture(scope="module")
def base(docker, skopeo, registry, tmp_path_factory):
    """An OCI layout, which every user may read."""
    directory = tmp_path_factory.mktemp("debian", numbered=True)
    reference = debian_base(docker, registry, directory, "debian-of-builtin:1")
    layout = directory / "layout"
    skopeo("copy", "--src-tls-verify=false", f"docker://{reference}", f"oci:{layout}")
    return f"oci:{layout}"


@pytest.fixture
def declare(project):
    def configure(arguments):
        project.go_module(".")
        project.cmakelists(f"add_go_container(api {arguments})")
        project.configure(engine="builtin")

    return configure


def test_nothing_is_installed_again_unless_the_list_changed(project, base, declare):
    declare(f"BASE {base} PACKAGES tiny other=3")
    first = project.build("image").output
    assert "add_go_container(api): installing other=3 tiny" in first
    kept = project.binary / "CMakeFiles/GoContainer/bases/packages"
    (layer,) = [json.loads(file.read_bytes()) for file in kept.glob("*.json")]
    assert "packages" in project.ctest("-R", "^api[.](packages|labels)$").output

    project.go_module(".", greeting="changed")
    assert "installing" not in project.build("image").output
    # The same again, from nothing.
    for file in kept.iterdir():
        file.unlink()
    project.go_module(".", greeting="changed again")
    assert "installing" in project.build("image", env={"SOURCE_DATE_EPOCH": "1700000000"}).output
    (again,) = [json.loads(file.read_bytes()) for file in kept.glob("*.json")]
    assert again == layer

    declare(f"BASE {base} PACKAGES tiny COMPRESSION gzip")
    assert "installing tiny" in project.build("image").output
    assert len(list(kept.glob("*.tar+gzip"))) == 1
    project.ctest("-R", "^api[.]packages$")


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ("broken", ["it is broken", "subprocess returned error exit status 7"]),
        ("no-such", ["E: Unable to locate package no-such"]),
        ("other=4", ["E: Version '4' for 'other' was not found"]),
    ],
)
def test_what_the_package_manager_says_is_told(project, base, declare, packages, words):
    declare(f"BASE {base} PACKAGES {packages}")
    said = project.build("image", expect_failure=True).output
    assert "add_go_container(api): PACKAGES of BASE oci:" in said
    for each in words:
        assert each in said


def test_a_base_without_a_package_manager_is_told(project, docker, skopeo, registry, declare):
    project.write("Dockerfile", "FROM alpine\nRUN rm /sbin/apk\n")
    reference = f"{registry}/without-apk:1"
    docker("build", "--tag", reference, project.source, env={"DOCKER_BUILDKIT": "1"})
    docker("push", reference)
    declare(f"BASE {reference} PACKAGES bash")
    said = project.build("image", expect_failure=True).output
    assert "The base has neither apk nor apt-get to install bash" in said


def test_a_user_without_ids_is_told_how_to_get_some(project, base, unprivileged):
    layout = base.partition(":")[2]
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE oci:${CMAKE_SOURCE_DIR}/layout PACKAGES tiny)")
    (project.source / "layout").symlink_to(layout)
    said = unprivileged.fails_to_build(project.source).output
    assert "PACKAGES can't be installed here: this user has no ids" in said
    assert "usermod --add-subuids" in said


def test_a_lock_pins_all_that_comes_in(project, base, declare):
    declare(f"BASE {base} PACKAGES tiny PACKAGES_LOCK tiny.packages")
    said = project.build("image", expect_failure=True).output
    assert "PACKAGES_LOCK tiny.packages lacks tiny. Write it again: build the target" in said

    project.build("api-packages-lock")
    lock = project.source / "tiny.packages"
    lines = ["tiny-data=2:1.5~rc1", "tiny=1.0-1+b1"]
    text = lock.read_text()
    assert [line for line in text.splitlines() if not line.startswith("#")] == lines
    project.build("image")
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert plan["packages"]["lock"] == lines
    schema = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())
    jsonschema.validate(plan, schema)
    project.ctest("-R", "^api[.]packages$")
    assert "installing" not in project.build("image").output

    lock.write_text(text.replace("tiny-data=2:1.5~rc1\n", ""))
    said = project.build("image", expect_failure=True).output
    assert "PACKAGES_LOCK tiny.packages does not have what came in: tiny-data=2:1.5~rc1" in said
    lock.write_text(text.replace("tiny=1.0-1", "tiny=1.0-2"))
    said = project.build("image", expect_failure=True).output
    assert "E: Version '1.0-2+b1' for 'tiny' was not found" in said
