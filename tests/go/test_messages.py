"""The paths in what go says lead to the files, wherever the build is read."""

import io
import re
import shutil

import pytest
from gocontainer.go.messages import names_every, pass_on

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


SAID = [
    *(
        "internal/abi",
        "runtime",
        "net/http",
        "vendor/golang.org/x/net/idna",
        "go: downloading a v1",
    ),
    *(f"example.com/p{number}" for number in range(12)),
    *("# example.com/p11", "logs", "imported/a"),
]


@pytest.mark.parametrize("every", [True, False])
def test_a_first_build_names_few_packages(tmp_path, every):
    out = io.BytesIO()
    said = "".join(f"{line}\n" for line in SAID)
    pass_on(io.BytesIO(said.encode()), out, str(tmp_path), every)
    few = ["the standard library", *SAID[4:15], "# example.com/p11"]
    last = "and 4 more packages; VERBOSE=1 names all"
    assert out.getvalue().decode().splitlines() == (SAID if every else [*few, last])


def test_who_wants_to_read_all_names(monkeypatch):
    monkeypatch.delenv("VERBOSE", raising=False)
    assert not names_every({"go": {"flags": ["-trimpath"]}})
    assert names_every({"go": {"flags": ["-trimpath", "-v"]}})
    monkeypatch.setenv("VERBOSE", "1")
    assert names_every({"go": {"flags": []}})
