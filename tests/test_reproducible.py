"""REPRODUCIBLE: a second build, and what is said of its differences."""

import re
import uuid

import pytest
from checks.reproducible import differences
from layered import check_on, image_of

pytestmark = pytest.mark.usefixtures("own_store")

# The runtime is all that is compiled.
SMALL = "package main\n\nfunc main() {}\n"


def indexes(directory, *images, config=None):
    """The indexes of two images; the config is that of the second."""
    for name, image in zip(("first", "second"), images):
        image.config["config"] = {"Env": ["A=1"], "Labels": {"a": "b"}}
        if config and name == "second":
            image.config["config"] = config
        yield check_on(directory, name, image, {}).index


def test_what_differs(tmp_path, golden):
    old = {"same": b"1", "gone": b"", "content": b"x" * 5, "longer": b"y", "type": b"", "d/": None}
    new = {
        "same": b"1",
        "more": b"",
        "content": b"xx!xx",
        "longer": b"yy",
        "type/": None,
        "d/": None,
    }
    config = {"Env": ["A=1", "B=2"], "Labels": {"a": "c"}, "User": "7"}
    first, second = indexes(tmp_path, image_of(old), image_of(new), config=config)
    second.files["same"] = second.files["same"]._replace(mode=0o600, uid=7)
    golden.check(
        "checks/reproducible-differs.txt", "\n".join(differences(first, second, True)) + "\n"
    )


def test_what_engines_write_anew_is_no_difference(tmp_path):
    one, two = image_of({"a": b"1"}), image_of({"a": b"1"})
    one.config["created"], two.config["created"] = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    first, second = indexes(tmp_path, one, two)
    assert list(differences(first, second, False)) == []
    assert list(differences(first, second, True)) == [
        'config created: "2026-01-01T00:00:00Z", then "2026-01-02T00:00:00Z"'
    ]


def declare(project, arguments=""):
    project.go_module(".", main=SMALL)
    project.cmakelists(
        f"add_go_container(api BASE scratch TESTS NONE {arguments})\n"
        "add_go_container_test(api REPRODUCIBLE)"
    )


def test_builtin_gives_the_same_image(project):
    project.write("conf/api.toml", "x\n").chmod(0o600)
    declare(project, "FILES conf DESTINATION /etc")
    project.configure(engine="builtin")
    result = project.ctest("-V")
    assert re.search(
        r"a second build elsewhere gives the same image, sha256:[0-9a-f]{64}", result.stdout
    )


def test_a_program_with_its_directory_in_it(project, golden):
    declare(project, "GO_FLAGS -trimpath=false")
    project.configure(engine="builtin")
    text = project.ctest(expect_failure=True).stdout
    text = text[
        text.index("reproducible: FAILED") : text.index("\n\n", text.index("reproducible: FAILED"))
    ]
    text = re.sub(r"byte [\d,]+ on", "byte <byte> on", text)
    golden.check("checks/reproducible-fails.txt", re.sub(r"sha256:\w+", "<digest>", text) + "\n")


def test_modules_outside_of_the_source_stay_where_they_are(project):
    declare(project)
    project.write("lib/go.mod", "module example.com/lib\n\ngo 1.22\n")
    project.write("lib/lib.go", "package lib\n\nfunc Work() {}\n")
    project.write(
        "api/main.go", 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.Work() }\n'
    )
    project.write(
        "api/go.mod",
        "module example.com/api\n\ngo 1.22\n\nrequire example.com/lib v0.0.0\n\n"
        "replace example.com/lib => ../lib\n",
    )
    project.cmakelists(
        "add_go_container(api BASE scratch SOURCE_DIR api TESTS NONE)\nadd_go_container_test(api REPRODUCIBLE)"
    )
    project.configure(engine="builtin")
    assert "in the same directory, as modules outside of it" in project.ctest("-V").stdout


def test_a_second_build_that_fails(project):
    """What the ignore file leaves out is not there."""
    declare(project)
    project.write("data.txt", "x")
    project.write(
        "main.go",
        'package main\n\nimport _ "embed"\n\n//go:embed data.txt\nvar data string\n\nfunc main() {}\n',
    )
    project.write(".dockerignore", "*.txt\n")
    project.configure(engine="builtin")
    result = project.ctest(expect_failure=True)
    assert "reproducible: FAILED: the second build failed" in result.stdout
    assert "data.txt: no matching files found" in result.stdout


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_engines(project, request, engine):
    """The same, and then another source; and the engine's store is as it was."""
    command = request.getfixturevalue(engine)
    label = f"test={uuid.uuid4()}"
    declare(project, f"LABELS {label}")
    project.configure(engine=engine, docker=command if engine == "docker" else None)
    project.build("image")
    before = images(command, label)
    result = project.ctest("-V", "-R", "repro", "-FS", "api")
    assert re.search(
        r"a second build elsewhere gives the same \d+ paths and the same config", result.stdout
    )
    project.write("main.go", 'package main\n\nfunc main() { println("another") }\n')
    result = project.ctest("-R", "repro", "-FS", "api", expect_failure=True)
    assert re.search(r"differs +/usr/local/bin/api: content, from byte [\d,]+ on\n", result.stdout)
    assert len(before) == 1 and images(command, label) == before


@pytest.mark.parametrize("host_build", ["ON", "OFF"])
def test_an_engine_with_files_and_configurations(project, podman, host_build):
    project.write("conf/api.toml", "x\n")
    declare(project, f"FILES conf DESTINATION /etc HOST_BUILD {host_build}")
    project.configure(engine="podman", generator="Ninja Multi-Config")
    assert "and the same config" in project.ctest("-V", config="Release").stdout


def images(command, label):
    """The ids of all with the label; intermediate ones do not count."""
    ask = ["images", "--quiet", "--no-trunc", "--filter", f"label={label}"]
    return set(command(*ask).stdout.split())
