"""Variables that flags of the linker set must be declared: the linker itself is silent."""

import re

import pytest
from gocontainer.go import stamps

MAIN = """\
package main

import "example.com/program/info"

// var Hidden string
var (
\tversion, commit string
\tdate = `
var raw string`
)

func main() {
\tvar local string
\tprintln(version, commit, date, local, info.Version)
}
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("var a string\nvar b = `x\nvar no string`", ["a", "b"]),
        ("var (\n\ta, b string\n\n\t// no\n\tc = f(\n\t\td,\n\t)\n\te = \"var (\"\n)", ["a", "b", "c", "e"]),
        ("func f() {\n\tvar no string\n}\nvar ( a string; b = 'x' ); var c = \"\"", ["a", "b", "c"]),
        ("const no = 1\ntype t struct {\n\tvar_ string\n}\n/* var no */ var a, b = 1, f", ["a", "b"]),
    ],
)  # fmt: skip
def test_what_a_file_declares(text, names):
    assert list(stamps.declared_in("package p\n\n" + text)) == names


@pytest.mark.parametrize(
    ("flag", "names"),
    [
        ("-ldflags=-s -w -X main.version=1", []),
        ("-ldflags=-X=a.b/c.d=1 -X 'a.b=x -X y.z=1' \"-X=q.r=it's\" --X s.t=", ["a.b/c.d", "q.r", "a.b", "s.t"]),
        ("-gcflags=-X a.b=1", []),
    ],
)  # fmt: skip
def test_which_variables_flags_set(flag, names):
    plan = {"go": {"flags": [flag]}, "config": {"Labels": {stamps.VERSION_LABEL: "1"}}}
    assert stamps.stamps(plan) == names
    assert not names or stamps.stamps({"go": {"flags": [flag], "stamp": "main.version"}}) == names


def write(project, *calls):
    project.go_module(main=MAIN)
    project.write("other/main.go", "package main\n\nfunc main() {}\n")
    project.write("info/info.go", "package info\n\nvar Version string\n")
    project.cmakelists("\n".join(f"add_go_container({call})" for call in calls))


def told(result):
    return re.findall(r"GoContainer: (add_go_container\(.*\n.*)\n", result.output)


def test_a_variable_that_no_package_declares(project, golden):
    write(
        project,
        "letter BASE scratch VERSION 1 VERSION_VARIABLE main.Version",
        "stamp BASE scratch STAMP main.comit=1",
        "nowhere BASE scratch LDFLAGS -X main.local=1",
        "import BASE scratch LDFLAGS -X=example.com/program/inof.Version=1",
        "path BASE scratch LDFLAGS -X example.com/program.commit=1",
        "other PACKAGE ./other BASE scratch VERSION 1 VERSION_VARIABLE main.version",
        'right BASE scratch LDFLAGS -X main.commit=1 -X "example.com/program/info.Version=a b"',
        "label PACKAGE ./other BASE scratch VERSION 1",
    )
    project.configure(engine="builtin")
    project.build("right")
    project.build("label")
    result = project.build("image", "--", "-k", "0", expect_failure=True)
    text = "\n".join(sorted(told(result))) + "\n"
    golden.check("errors/stamps.txt", text)
    assert not (project.binary / "letter.container/letter.tar").exists()


def test_a_variable_of_a_program_that_a_container_compiles(project, docker, golden):
    write(
        project,
        "stamped BASE scratch VERSION 1 VERSION_VARIABLE main.Version",
        "there BASE scratch VERSION 1 VERSION_VARIABLE example.com/program/info.Version",
    )
    project.configure(engine="docker", docker=docker)
    project.build("there")
    result = project.build("stamped", expect_failure=True)
    golden.check("errors/stamps-container.txt", told(result)[0] + "\n")
