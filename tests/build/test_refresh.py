"""image-refresh looks again for the images that others start from; no build does so by itself."""

import re

import pytest

pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture
def started(project, registry, publish):
    """A function that builds containers on a base of the registry, and on scratch; it gives the base."""
    project.go_module()

    def build(engine, options=""):
        base = publish("first")
        options = f"BUILDER_IMAGE {registry}/golang:alpine {options}"
        project.cmakelists(
            f"add_go_container(on BASE {base} {options})\nadd_go_container(off BASE scratch {options})\n"
            f'add_go_container_test(on FILE /edition MATCHES "${{EDITION}}")'
        )
        project.configure("-D", "EDITION=first", engine=engine)
        project.build("image")
        return base

    return build


@pytest.mark.parametrize(
    ("engine", "options"),
    [("docker", ""), ("podman", "HOST_BUILD ON"), ("buildah", "HOST_BUILD ON"), ("builtin", "")],
    ids=["docker", "podman", "buildah", "builtin"],
)
def test_another_base(project, started, publish, engine, options):
    base = started(engine, options)
    project.build("image-refresh")  # the store of docker has not what only BuildKit had fetched
    project.build("image")
    publish("second")
    assert "Building image" not in project.build("image").output
    output = project.build("image-refresh").output
    assert output.count(f"image-refresh: {base} is another image now.") == 1
    output = project.build("image").output
    assert "Building image on" in output
    assert "Building image off" not in output
    project.configure("-D", "EDITION=second", engine=engine)
    project.ctest("-R", "on.file")
    assert "is another image" not in project.build("image-refresh").output
    assert "Building image" not in project.build("image").output


@pytest.mark.parametrize("engine", ["docker", "builtin"])
def test_error_a_base_that_can_t_be_had(project, started, registry, docker, golden, engine):
    base = started(engine)
    image = project.binary / "on.container" / ("on.tar" if engine == "builtin" else "image.id")
    good = image.read_bytes()
    lists = project.source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace(base, base[:-1] + "2"))
    project.configure(engine=engine)
    result = project.build("image-refresh", expect_failure=True)
    words = [
        line for line in result.output.splitlines() if "image-refresh:" in line or "BASE" in line
    ]
    text = re.sub('time="[^"]*"', 'time="<time>"', "\n".join(words))
    text = text.replace(base[:-1], "<base>:").replace(registry, "<registry>")
    text = text.replace(base[:-1].partition("/")[2], "<repository>:")
    golden.check(f"errors/refresh-{engine}", text + "\n")
    assert image.read_bytes() == good


def test_there_is_nothing_to_refresh(project):
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("image-refresh")
