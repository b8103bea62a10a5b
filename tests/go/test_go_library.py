"""add_go_library(): C++ that calls Go."""

import pytest
from harness import run
from messages import error_of

GO = """\
    package main

    // int core_weight(void);
    import "C"

    //export Weigh
    func Weigh(text *C.char) C.int {
    \treturn C.int(len(C.GoString(text))) * C.core_weight()
    }

    func main() {}
    """
CLIENT = """\
    #include "weigher.h"
    #include <iostream>
    int main() { std::cout << Weigh(const_cast<char *>("four")) << std::endl; }
    """
HEAD = "enable_language(C)\nenable_language(CXX)\nadd_library(core core.cpp)\n"
TAIL = "add_executable(client client.cpp)\ntarget_link_libraries(client PRIVATE weigher)\n"


def declare(project, kind, more=""):
    project.go_module("weigher", main=GO)
    project.write(
        "core.cpp",
        '#include <string>\nextern "C" int core_weight() { return std::string("12").size(); }\n',
    )
    project.write("client.cpp", CLIENT)
    project.cmakelists(
        f"{HEAD}add_go_library(weigher {kind} SOURCE_DIR weigher LINK_LIBRARIES core)\n{TAIL}{more}"
    )


def client(project, config=None):
    directory = project.binary / config if config else project.binary
    return run([directory / "client"]).stdout.strip()


@pytest.mark.parametrize("kind", ["STATIC", "SHARED"])
def test_cpp_calls_go(project, generator, kind):
    declare(project, kind)
    if (generator, kind) == ("Ninja", "STATIC"):  # net needs libraries of its own
        project.write("weigher/main.go", GO.replace('import "C"', 'import "C"\nimport _ "net"'))
    project.configure(generator=generator)
    project.build()
    assert client(project, "Debug" if "Multi" in generator else None) == "8"


@pytest.mark.parametrize("kind", ["", "SHARED"])
@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_what_changed_arrives_and_no_more_is_done(project, generator, kind):
    declare(project, kind)
    project.configure(generator=generator)
    project.build()
    linked = (project.binary / "client").stat().st_mtime_ns
    result = project.build()
    assert generator != "Ninja" or "Building" not in result.stdout
    assert (project.binary / "client").stat().st_mtime_ns == linked
    project.write("weigher/main.go", GO.replace("* C.core_weight()", "* 10"))
    project.build()
    assert client(project) == "40"
    project.write("weigher/main.go", GO)
    project.write("core.cpp", 'extern "C" int core_weight() { return 3; }\n')
    project.build()
    assert client(project) == "12"
    project.write("weigher/main.go", GO.replace("Weigh(", "Measure(").replace("Weigh", "Measure"))
    assert "Weigh" in project.build(expect_failure=True).output  # the header is a new one
    project.write("client.cpp", CLIENT.replace("Weigh(", "Measure("))
    project.build()
    assert client(project) == "12"


def test_a_library_that_does_not_compile_keeps_the_last_one(project):
    declare(project, "SHARED")
    project.configure()
    project.build()
    project.write("weigher/main.go", GO + "\nvar x = undefinedName\n")
    assert "undefinedName" in project.build(expect_failure=True).output
    assert client(project) == "8"


def test_a_client_goes_into_an_image_with_its_library(project):
    declare(
        project,
        "SHARED",
        "add_go_container(api SOURCE_DIR api BASE scratch FILES $<TARGET_FILE:client> RUNTIME_LIBRARIES ON)\n"
        'add_go_container_test(api RUN ENTRYPOINT /client OUTPUT_MATCHES "^8$")',
    )
    project.go_module("api")
    project.configure(engine="builtin")
    assert "100% tests passed" in project.ctest().stdout


CASES = {
    "library-of-two-kinds": HEAD + "add_go_library(weigher STATIC SHARED SOURCE_DIR weigher)",
    "library-without-c": "add_go_library(weigher SOURCE_DIR weigher)",
    "library-no-go-mod": HEAD + "add_go_library(weigher)",
    "library-unknown-argument": HEAD + "add_go_library(weigher SOURCE_DIR weigher BASE scratch)",
    "library-name-twice": HEAD + "add_library(weigher core.cpp)\nadd_go_library(weigher SOURCE_DIR weigher)",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_error(project, golden, case):
    declare(project, "")
    project.cmakelists(CASES[case])
    golden.check(f"errors/{case}.txt", error_of(project.configure(expect_failure=True).stderr))
