"""add_go_test(): go test and go vet of packages that call C libraries of the build."""

import json
import os

import pytest
from harness import run
from messages import error_of
from native import LIBRARY, SOURCE, declare

CALL = "add_go_test(unit SOURCE_DIR service BUILD_TAGS extra LINK_LIBRARIES core)"
ADD = """\
    package add

    // #include "core.h"
    import "C"

    func Add(a, b int) int { return int(C.core_add(C.int(a), C.int(b))) }
    """
TEST = """\
    package add

    import "testing"

    func TestAdd(t *testing.T) {
    \tif sum := Add(2, 3); sum != 5 {
    \t\tt.Errorf("sum %d", sum)
    \t}
    }
    """


def write(project, *calls, library=None):
    declare(project, *calls, **({"library": library} if library else {}))
    project.write("service/add/add.go", ADD)
    project.write("service/add/add_test.go", TEST)


def test_it_tests_what_cmake_builds(project):
    """A result that go keeps counts only as long as the library is the same."""
    write(project, CALL)
    project.configure()
    assert "100% tests passed" in project.ctest().stdout
    state = project.binary / "unit.gotest/link/state.json"
    known = json.loads(state.read_text())
    state.write_text(json.dumps({**known, "trace": False, "read": {}}))  # as with other linkers
    assert "(cached)" in project.ctest("-V").stdout
    project.write("core/core.cpp", SOURCE.replace("both.end(), 0", "both.end(), 100"))
    failed = project.ctest("-V", "-R", "^unit$", expect_failure=True).stdout
    assert f"{project.source}/service/add/add_test.go:7: sum 105" in failed
    project.write("core/core.cpp", SOURCE)
    project.write(
        "service/add/wrong.go", 'package add\n\nimport "fmt"\n\nfunc f() { fmt.Printf("%d", "") }\n'
    )
    failed = project.ctest("-V", "-R", "vet", expect_failure=True).stdout
    assert f"{project.source}/service/add/wrong.go:5:" in failed


def test_a_shared_library_is_found(project):
    write(project, CALL, library=LIBRARY.replace("add_library(core ", "add_library(core SHARED "))
    project.configure(generator="Ninja Multi-Config")
    assert "100% tests passed" in project.ctest(config="Release").stdout


def test_gopls_sees_the_packages_as_go_test_does(project):
    write(project, CALL)
    project.write("service/add/extra.go", "//go:build extra\n\npackage add\n\nconst Extra = 1\n")
    project.configure()
    project.build("unit")
    file = project.binary / "unit.gotest/gopls.json"
    settings = json.loads(file.read_text())
    assert settings["buildFlags"] == ["-tags=extra"]
    # As gopls asks.
    command = ["go", "list", "-compiled", "-export", "-e", "-json=Error,DepsErrors,CompiledGoFiles"]
    words = [*command, *settings["buildFlags"], "./add"]
    listed = run(words, cwd=project.source / "service", env={**os.environ, **settings["env"]})
    package = json.loads(listed.stdout)
    assert "extra.go" in package["CompiledGoFiles"]
    assert not {"Error", "DepsErrors"} & package.keys()
    before = project.snapshot(project.binary / "unit.gotest")
    project.build("unit")
    assert project.snapshot(project.binary / "unit.gotest") == before


def test_without_c(project):
    project.go_module("service")
    project.write(
        "service/a_test.go",
        'package main\n\nimport ("os"; "testing")\n\nfunc TestA(t *testing.T) {\n\tif os.Getenv("A") != "x y" || os.Getenv("GOGC") != "" {\n\t\tt.Fail()\n\t}\n}\n',
    )
    project.cmakelists(
        'add_go_test(unit SOURCE_DIR service PACKAGE . TEST_FLAGS -run TestA -count=1 GO_ENV "A=x y")'
    )
    project.configure()
    assert "100% tests passed" in project.ctest().stdout


CASES = {
    "go-test-no-go-mod": "add_go_test(unit)",
    "go-test-unknown-argument": "add_go_test(unit SOURCE_DIR service BASE scratch)",
    "go-test-without-c": "add_go_test(unit SOURCE_DIR service LINK_LIBRARIES core)",
    "go-test-cgo": "add_go_test(unit SOURCE_DIR service CGO maybe)",
    "go-test-name-twice": "add_custom_target(unit)\nadd_go_test(unit SOURCE_DIR service)",
}


@pytest.mark.parametrize("case", CASES)
def test_error(project, golden, case):
    project.go_module("service")
    project.cmakelists(CASES[case])
    golden.check(f"errors/{case}.txt", error_of(project.configure(expect_failure=True).stderr))
