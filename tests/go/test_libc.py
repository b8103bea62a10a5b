"""What is linked runs where it lands: the C library of a base, RUNTIME_LIBRARIES."""

import re
from pathlib import Path

import images
import pytest
from gocontainer.read.libc import libc_of_name
from harness import run
from native import LIBRARY, OUTPUT, declare

GLIBC = Path("/lib/x86_64-linux-gnu/libc.so.6")
SHARED = (
    LIBRARY.replace("add_library(core", "add_library(core SHARED")
    + """\
    add_executable(importer importer.cpp)
    target_link_libraries(importer PRIVATE core)
    """
)
IMPORTER = """\
    #include "core.h"
    #include <iostream>
    int main() { std::cout << "imported " << core_add(2, 3) << std::endl; }
    """
FILES = "FILES $<TARGET_FILE:importer> DESTINATION /opt"


def said(result):
    """What GoContainer says, without CMake's and Ninja's words."""
    text = result.output[result.output.index("GoContainer: add_go") :].partition("ninja: ")[0]
    return re.sub(r"ld-linux[-.\w]*", "<loader>", text)


def base(directory, *entries):
    """A base on disk, in an OCI layout."""
    for name, data in images.image([images.layer(*entries)]).items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)
    return f"oci:{directory}"


@pytest.mark.parametrize("engine, name", [("builtin", "scratch"), ("docker", "alpine")])
def test_shared_libraries_are_collected(project, request, engine, name):
    """Those of the Go program, and of a C++ program beside it."""
    declare(
        project,
        f"add_go_container(shared SOURCE_DIR service BASE {name} LINK_LIBRARIES core "
        f"RUNTIME_LIBRARIES ON CMD /usr/local/bin/shared {FILES})",
        'add_go_container_test(shared RUN OUTPUT_MATCHES "^sum 5 it\'s core$" '
        'RUN ENTRYPOINT /opt/importer OUTPUT_MATCHES "^imported 5$")',
        library=SHARED,
    )
    project.write("importer.cpp", IMPORTER)
    docker = request.getfixturevalue("docker") if engine == "docker" else None
    project.configure(engine=engine, docker=docker)
    assert "100% tests passed" in project.ctest().stdout
    staged = project.binary / "shared.container/context/files/1"
    found = {path.name for path in staged.rglob("*.so*")}
    assert {"libcore.so", "libc.so.6", "libstdc++.so.6"} <= found


def test_a_changed_library_is_collected_again(project):
    declare(
        project,
        f"add_go_container(api SOURCE_DIR service BASE scratch RUNTIME_LIBRARIES ON {FILES})",
        library=SHARED,
        main="package main\n\nfunc main() {}\n",
    )
    project.write("importer.cpp", IMPORTER)
    project.configure(engine="builtin")
    project.build("image")
    library = project.binary / "api.container/context/files/1/usr/lib/x86_64-linux-gnu/libcore.so"
    first = library.read_bytes()
    assert "Building image api" not in project.build("image").stdout
    source = project.source / "core/core.cpp"
    source.write_text(source.read_text().replace("both.end(), 0", "both.end(), 1"))
    assert "Building image api" in project.build("image").stdout
    assert library.read_bytes() != first


def test_an_engine_that_compiles_gets_the_libraries_of_files(project, docker):
    declare(
        project,
        f"add_go_container(beside SOURCE_DIR service BASE scratch RUNTIME_LIBRARIES ON {FILES})",
        library=SHARED,
        main="package main\n\nfunc main() { println(1) }\n",
    )
    project.write("importer.cpp", IMPORTER)
    project.configure(engine="docker", docker=docker)
    project.build("image")
    result = docker("run", "--rm", "beside:latest", "/opt/importer")
    assert result.stdout == "imported 5\n"


def test_a_base_with_glibc_keeps_its_own(project, tmp_path):
    glibc = base(
        tmp_path / "base", images.entry("usr/lib/x86_64-linux-gnu/libc.so.6", GLIBC.read_bytes())
    )
    declare(
        project,
        f"add_go_container(api SOURCE_DIR service BASE {glibc} LINK_LIBRARIES core RUNTIME_LIBRARIES ON)",
        library=SHARED,
    )
    project.write("importer.cpp", IMPORTER)
    project.configure(engine="builtin")
    project.build("image")
    staged = project.binary / "api.container/context/files/0"
    found = {path.name for path in staged.rglob("*.so*")}
    assert "libcore.so" in found and "libstdc++.so.6" in found
    assert not {name for name in found if name.startswith(("libc.so", "ld-", "libm.so"))}


CASES = {
    "libc-files-on-scratch": f"add_go_container(api SOURCE_DIR service BASE scratch {FILES})",
    "libc-cgo-on-alpine": "add_go_container(api SOURCE_DIR service BASE oci:${CMAKE_SOURCE_DIR}/musl CGO ON)",
    "libc-older-glibc": "add_go_container(api SOURCE_DIR service BASE oci:${CMAKE_SOURCE_DIR}/old LINK_LIBRARIES m)",
    "libc-library-is-missing": f"add_go_container(api SOURCE_DIR service BASE scratch {FILES} RUNTIME_LIBRARIES ON)\n"
    'set_target_properties(core importer PROPERTIES SKIP_BUILD_RPATH ON)',
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_error(project, golden, case):
    main = 'package main\n\n// static int four(void) { return 4; }\nimport "C"\n\nfunc main() { println(C.four()) }\n'
    declare(project, CASES[case], library=SHARED, main=main if "FILES" not in CASES[case] else None)
    project.write("importer.cpp", IMPORTER)
    base(project.source / "musl", images.entry("lib/ld-musl-x86_64.so.1", b"\x7fELF"))
    old = re.sub(rb"\0GLIBC_2\.[23]\d(?=\0)", b"\0GLIBC_2.19", GLIBC.read_bytes())
    base(project.source / "old", images.entry("lib/x86_64-linux-gnu/libc.so.6", old))
    project.configure(engine="builtin")
    result = project.build("api", expect_failure=True)
    golden.check(
        f"errors/{case}.txt", re.sub(r"needs glibc 2\.\d+", "needs glibc 2.x", said(result))
    )
    assert not (project.binary / "api.container/api.tar").exists()


def test_musl_by_the_name_of_a_base():
    musl = ["alpine", "alpine:3.20", "nginx:1.27-alpine", "example.com/library/alpine@sha256:ab"]
    assert {libc_of_name(name).kind for name in musl} == {"musl"}
    assert libc_of_name("scratch").kind == "no C library"
    names = ["debian", "example.com/alpinist/api", "gcr.io/distroless/base", "alpines:1"]
    assert [libc_of_name(name) for name in names] == [None] * 4


def test_a_static_program_runs_on_anything(project):
    declare(project, "add_go_container(api SOURCE_DIR service BASE scratch LINK_LIBRARIES core)")
    project.configure(engine="builtin")
    project.build("image")
    program = project.binary / "api.container/context/out/api"
    assert run([program]).stdout.strip() == OUTPUT
    assert "not a dynamic executable" in run(["ldd", program], expect_failure=True).output
