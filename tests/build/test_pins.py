"""GoContainer.lock.json: image-pins writes it, and builds take the images that it names, and no others."""

import json
import re

import pytest
from harness import REPOSITORY, run

pytestmark = pytest.mark.usefixtures("own_store")

ENGINES = {"docker": "", "podman": "HOST_BUILD ON", "buildah": "HOST_BUILD ON", "builtin": ""}


@pytest.fixture
def declared(project, registry, publish):
    """A function that configures a container whose base and files come from the registry; it gives the base."""

    def configure(engine, options=""):
        base = publish("first")
        project.go_module()
        project.cmakelists(
            f"add_go_container(held BASE {base} BUILDER_IMAGE {registry}/golang:alpine {options}\n"
            f"  FROM_IMAGE {base} /edition DESTINATION /copied TESTS ALL)\n"
            'add_go_container_test(held FILE /edition MATCHES "${EDITION}")\n'
            'add_go_container_test(held FILE /copied/edition MATCHES "${EDITION}")'
        )
        project.configure("-D", "EDITION=first", engine=engine)
        return base

    return configure


def lock_of(project):
    return json.loads((project.source / "GoContainer.lock.json").read_text())["images"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_build_takes_what_the_lock_says(project, declared, publish, registry, engine):
    base = declared(engine, ENGINES[engine])
    output = project.build("image-pins").output
    first = lock_of(project)
    assert f"image-pins: {base} is new, {first[base]}" in output
    builder = set() if ENGINES[engine] else {f"{registry}/golang:alpine"}
    assert set(first) == {base, *builder}  # with builtin, too, as others use the lock

    publish("second")
    project.build("image")  # configures again, as the lock is there now
    project.ctest("-R", "held[.](file|pins)")
    dockerfile = (project.binary / "held.container/Dockerfile").read_text()
    assert f"FROM {base}" not in dockerfile
    assert f"--from={base}" not in dockerfile
    assert re.sub(":1$", "", base) + "@" + first[base] in dockerfile

    output = project.build("image-refresh").output
    moved = re.search(rf"image-refresh: {base} is (\S+) now, it was (\S+)[.]", output)
    assert moved
    assert moved[2] == first[base]
    assert lock_of(project) == first
    assert "Building image" not in project.build("image").output

    output = project.build("image-pins").output
    assert f"image-pins: {base} is {moved[1]} now, it was {first[base]}" in output
    assert lock_of(project) == {**first, base: moved[1]}
    project.configure("-D", "EDITION=second", engine=engine)
    red = project.ctest("-R", "^held.pins$", "-FA", ".*", expect_failure=True).output
    assert "the image was built from another base" in red
    assert moved[1] in red
    assert first[base] in red
    project.ctest("-R", "held[.](file|pins)")
    assert "GoContainer.lock.json is up to date" in project.build("image-refresh").output


def test_the_lock_lacks_an_image(project, golden):
    project.go_module()
    project.write("GoContainer.lock.json", '{"schemaVersion": 1, "images": {}}')
    project.cmakelists(
        "add_go_container(api BASE example.com/base:1 FROM_IMAGE example.com/tools:2 /tool)\n"
        "add_go_container(other BASE scratch)"
    )
    project.configure(engine="builtin")
    project.build("other")
    output = project.build("api", expect_failure=True).output
    golden.check(
        "errors/lock-lacks-an-image.txt", re.search(r"add_go_container\(api\): Go.*\n", output)[0]
    )


def test_an_image_that_can_t_be_had_leaves_the_lock(project, registry, golden):
    project.go_module()
    project.cmakelists(f"add_go_container(api BASE {registry}/none:1 HOST_BUILD ON)")
    project.configure(engine="builtin")
    output = project.build("image-pins", expect_failure=True).output
    text = "".join(re.findall(r"GoContainer: .*\n|The lock.*\n", output)).replace(
        registry, "<registry>"
    )
    golden.check("errors/image-can-t-be-pinned.txt", text)
    assert not (project.source / "GoContainer.lock.json").exists()


def test_names_in_the_lock_do_not_depend_on_a_mirror(project):
    project.go_module()
    project.cmakelists("add_go_container(api BASE alpine:3 HOST_BUILD ON)")
    place = project.binary / "CMakeFiles/GoContainer/pinned.txt"
    project.configure(engine="builtin")
    assert place.read_text() == "docker.io/library/alpine:3|alpine:3\n"
    project.configure("-D", "GO_CONTAINER_REGISTRY_MIRROR=mirror.example.com/hub")
    mirrored = "docker.io/library/alpine:3|mirror.example.com/hub/library/alpine:3\n"
    assert place.read_text() == mirrored
    digest = "sha256:" + "0" * 64
    images = {"docker.io/library/alpine:3": digest}
    project.write("GoContainer.lock.json", json.dumps({"images": images}))
    project.configure()
    assert place.read_text() == mirrored
    dockerfile = (project.binary / "api.container/Dockerfile").read_text()
    assert f"FROM mirror.example.com/hub/library/alpine@{digest}\n" in dockerfile
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert plan["base"] == f"mirror.example.com/hub/library/alpine@{digest}"
    project.configure("-D", "GO_CONTAINER_REGISTRY_MIRROR=")
    dockerfile = (project.binary / "api.container/Dockerfile").read_text()
    assert f"FROM docker.io/library/alpine@{digest}\n" in dockerfile  # no short name
    labels = plan["config"]["Labels"]
    assert labels["org.opencontainers.image.base.name"] == "alpine:3"
    assert labels["org.opencontainers.image.base.digest"] == digest


ALLOWED = [
    ("alpine", "alpine", True),
    ("alpine", "alpine:3.22", True),
    ("alpine", "docker.io/library/alpine:3.22", True),
    ("alpine", "alpine@sha256:00", True),
    ("alpine", "alpine-evil", False),
    ("alpine", "example.com/library/alpine", False),
    ("alpine:3.*", "alpine:3.22", True),
    ("alpine:3.*", "alpine:3x22", False),
    ("alpine:3.*", "alpine", False),
    ("registry.example.com/*", "registry.example.com/team/base:1", True),
    ("registry.example.com/*", "registry.example.com.evil.com/base", False),
    ("registry.example.com/*", "registryXexample.com/base", False),
    ("*@sha256:*", "alpine:3@sha256:00", True),
    ("*@sha256:*", "alpine:3", False),
    ("*", "example.com/any", True),
    ("alpine", "scratch", True),
    ("alpine", "oci:/srv/alpine", False),
    ("oci:/srv/*", "oci:/srv/alpine", True),
]


def test_patterns_of_allowed_bases(project):
    folder = REPOSITORY / "cmake/GoContainer"
    script = (
        f"include({folder}/plan/allowed_bases.cmake)\ninclude({folder}/engines/short_names.cmake)\n"
        "set(plan_host_build TRUE)\n"
        "function(_go_container_groups)\nendfunction()\n"
        "function(_go_container_error)\n  message(REFUSED)\nendfunction()\n"
    )
    for pattern, base, _ in ALLOWED:
        script += (
            f'message(NEXT)\nset(GO_CONTAINER_ALLOWED_BASES "{pattern}")\nset(arg_BASE {base})\n'
            "_go_container_check_allowed_bases(x)\n"
        )
    said = run(["cmake", "-P", project.write("allowed.cmake", script)]).stderr.split("NEXT")[1:]
    assert ["REFUSED" not in each for each in said] == [allowed for _, _, allowed in ALLOWED]
