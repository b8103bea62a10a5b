"""The paths in what go says lead to the files, wherever the build is read."""

import re
import shutil

import pytest

EXAMPLE = "example.com/lib"


def places(project):
    """The places that a build tells of, relative to the project."""
    output = project.build("app", expect_failure=True).output
    found = re.findall(r"^\s*(\S+\.(?:go|h|c|mod):[0-9]+)", output, re.MULTILINE)
    assert all(place.startswith(f"{project.source}/") for place in found), output
    return {place.partition(f"{project.source}/")[2] for place in found}


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_errors_of_go_name_files_in_full(project, generator):
    project.cmakelists("add_go_container(app SOURCE_DIR my/service PACKAGE ./cmd BASE scratch)")
    project.go_module("my/service", package="cmd", main="package main\n\nvar a int\nvar a int\n\nfunc main() { b() }\n")  # fmt: skip
    project.configure(engine="builtin", generator=generator)
    place = "my/service/cmd/main.go"
    assert places(project) == {f"{place}:3", f"{place}:4", f"{place}:6"}  # one is indented

    require = f"\nrequire {EXAMPLE} v0.0.0\nreplace {EXAMPLE} => ../lib\n"
    project.write("my/lib/go.mod", f"module {EXAMPLE}\n\ngo 1.22\n")
    project.write("my/lib/lib.go", "package lib\n\nvar A = b\n")
    project.write("my/service/go.mod", "module example.com/service\n\ngo 1.22\n" + require)
    project.write(place, f'package main\n\nimport _ "{EXAMPLE}"\n\nfunc main() {{}}\n')
    assert places(project) == {"my/lib/lib.go:3"}

    project.write(place, 'package main\n\nimport _ "example.com/nowhere"\n\nfunc main() {}\n')
    assert places(project) == {f"{place}:3"}
    shutil.rmtree(project.source / "my/lib")
    project.write("my/service/go.mod", "module example.com/service\n\ngo 1.22\n\nwhatever\n")
    assert places(project) == {"my/service/go.mod:5"}
