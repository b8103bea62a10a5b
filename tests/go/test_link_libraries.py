"""LINK_LIBRARIES: C and C++ libraries of the build, linked by cgo."""

import json
import re

import pytest
from gocontainer.go import cgo_link
from harness import run
from native import HEADER, LIBRARY, OUTPUT, SOURCE, declare

API = "add_go_container(api SOURCE_DIR service BASE scratch LINK_LIBRARIES core)"


def program(project, config=None, name="api"):
    directory = project.binary / f"{name}.container"
    return (directory / config if config else directory) / f"context/out/{name}"


def output(project, config=None, name="api"):
    return run([program(project, config, name)]).stdout.strip()


def test_a_static_library_on_every_generator(project, generator):
    declare(
        project, API, 'add_go_container_test(api STATIC RUN OUTPUT_MATCHES "^sum 5 it.s core$")'
    )
    project.configure(engine="builtin", generator=generator)
    config = "Release" if "Multi" in generator else None
    project.build("image", config=config)
    assert output(project, config) == OUTPUT
    assert "100% tests passed" in project.ctest(config=config).stdout


def test_what_is_compiled_again(project):
    """On Ninja; each step tells whether go ran, and whether the program is the new one."""
    declare(project, API)
    project.configure(engine="builtin")

    def built():
        return "Building image api" in project.build("image").stdout

    assert built()
    assert not built()
    project.write("core/the headers/unused.h", "#define UNUSED 2\n")
    assert not built()  # no file includes it
    project.write("core/the headers/core.h", HEADER.replace("OFFSET 0", "OFFSET 10"))
    assert built()
    assert output(project) == OUTPUT.replace("5", "15")
    project.write("core/core.cpp", SOURCE.replace("both.end(), 0", "both.end(), 100"))
    assert built()
    assert output(project) == OUTPUT.replace("5", "115")
    project.write("core/the headers/core.h", HEADER)
    assert built()
    assert output(project) == OUTPUT.replace("5", "105")
    assert not built()


def test_an_included_header_of_an_included_header_counts(project):
    declare(project, API)
    nested = HEADER.replace("#define CORE_OFFSET 0", '#include "offset.h"')
    project.write("core/the headers/core.h", nested)
    project.write("core/the headers/offset.h", "#define CORE_OFFSET 1\n")
    project.configure(engine="builtin")
    project.build("image")
    assert output(project) == OUTPUT.replace("5", "6")
    # What go compiled with other headers before must not come out of its cache.
    project.write("core/the headers/core.h", HEADER)
    project.build("image")
    project.write("core/the headers/offset.h", "#define CORE_OFFSET 2\n")
    project.write("core/the headers/core.h", nested)
    project.build("image")
    assert output(project) == OUTPUT.replace("5", "7")


def test_a_header_counts_that_a_failed_build_has_read(project):
    declare(project, API)
    project.go_module("service/other", main="package other\n\nfunc F() { undefinedName() }\n")
    (project.source / "service/other/go.mod").unlink()
    main = (project.source / "service/main.go").read_text()
    project.write(
        "service/main.go", main.replace('import "fmt"', 'import "fmt"\nimport _ "example.com/service/other"')
    )  # fmt: skip
    project.configure(engine="builtin")
    project.build("image", expect_failure=True)
    project.write("core/the headers/core.h", HEADER.replace("OFFSET 0", "OFFSET 10"))
    project.write("service/other/main.go", "package other\n")
    project.build("image")
    assert output(project) == OUTPUT.replace("5", "15")


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_a_changed_definition_compiles_again(project, generator):
    declare(project, API)
    project.configure(engine="builtin", generator=generator)
    project.build("image")
    lists = project.source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("it's core", "core [$x] & {y}"))
    project.build("image")
    assert output(project) == "sum 5 core [$x] & {y}"


def test_the_archive_does_not_depend_on_the_build_directory_nor_its_history(project_at, tmp_path):
    digests = []
    for place in ("one", "the 'other'"):
        project = project_at(tmp_path / place)
        declare(project, API)
        project.configure(engine="builtin", generator="Ninja")
        digests.append(re.search("sha256:[0-9a-f]+", project.build("image").stdout)[0])
        project.write("core/the headers/core.h", HEADER.replace("OFFSET 0", "OFFSET 10"))
        project.build("image")
        project.write("core/the headers/core.h", HEADER)
        digests.append(re.search("sha256:[0-9a-f]+", project.build("image").stdout)[0])
    assert len(set(digests)) == 1


def test_a_second_build_elsewhere_gives_the_same_image(project):
    declare(project, API, "add_go_container_test(api REPRODUCIBLE)")
    project.configure(engine="builtin")
    assert "100% tests passed" in project.ctest("-R", "reproducible").stdout


def test_transitive_requirements_and_imported_targets(project):
    """In the order of CMake: outer needs core, which needs zlib; SQLite from its own package."""
    declare(
        project,
        """
        find_package(ZLIB REQUIRED)
        find_package(SQLite3 REQUIRED)
        target_link_libraries(core PRIVATE ZLIB::ZLIB)
        target_sources(core PRIVATE core/compress.cpp)
        add_library(options INTERFACE)
        target_compile_options(options INTERFACE -DOUTER_OPTION=3)
        add_library(outer outer.c)
        target_link_libraries(outer PUBLIC core options)
        add_go_container(api SOURCE_DIR service BASE scratch LINK_LIBRARIES outer SQLite::SQLite3)
        """,
        main="""\
        package main

        // #include "core.h"
        // #include <sqlite3.h>
        // unsigned long outer_sum(void);
        // static int option(void) { return OUTER_OPTION; }
        import "C"
        import "fmt"

        func main() {
        \tfmt.Println(C.outer_sum(), C.option(), C.GoString(C.sqlite3_libversion())[:2])
        }
        """,
    )
    project.write(
        "core/compress.cpp",
        '#include <zlib.h>\nextern "C" unsigned long core_sum() { return crc32(0, (const Bytef *)"a", 1); }\n',
    )
    project.write(
        "outer.c",
        "unsigned long core_sum(void);\nunsigned long outer_sum(void) { return core_sum(); }\n",
    )
    project.configure(engine="builtin")
    project.build("image")
    assert output(project) == "3904355907 3 3."


def test_cpp_files_of_the_go_package_get_the_requirements(project):
    declare(project, API, main="""\
        package main

        // int shim(void);
        import "C"
        import "fmt"

        func main() { fmt.Println(C.shim()) }
        """)  # fmt: skip
    project.write(
        "service/shim.cpp",
        '#include "core.h"\n#include <string>\n'
        'extern "C" int shim() { return std::string(CORE_NAME).size() + core_add(1, 2); }\n',
    )
    project.configure("-D", "CMAKE_CXX_STANDARD=20", engine="builtin")
    project.build("image")
    assert output(project) == "12"
    project.write("core/the headers/core.h", HEADER + "#error changed\n")
    assert "#error changed" in project.build("api", expect_failure=True).output


def test_objects_and_whole_archives_are_linked_once(project):
    declare(
        project,
        """
        set(CMAKE_C_LINK_LIBRARY_USING_WHOLE_SUPPORTED TRUE)
        set(CMAKE_C_LINK_LIBRARY_USING_WHOLE "LINKER:--whole-archive" "<LINK_ITEM>" "LINKER:--no-whole-archive")
        set(CMAKE_CXX_LINK_LIBRARY_USING_WHOLE_SUPPORTED TRUE)
        set(CMAKE_CXX_LINK_LIBRARY_USING_WHOLE "LINKER:--whole-archive" "<LINK_ITEM>" "LINKER:--no-whole-archive")
        add_library(object OBJECT object.c)
        add_go_container(api SOURCE_DIR service BASE scratch
          LINK_LIBRARIES $<LINK_LIBRARY:WHOLE,core> object)
        """,
        main="""\
        package main

        // int object(void);
        // #include "core.h"
        import "C"
        import (
        \t"fmt"
        \t"net"
        )

        func main() { fmt.Println(C.object(), C.core_add(1, 1), net.IPv4len) }
        """,
    )
    project.write("object.c", "int object(void) { return 7; }\n")
    project.configure(engine="builtin")
    project.build("image")
    assert output(project) == "7 2 4"


def test_docker_only_assembles(project, docker):
    declare(project, API)
    project.configure("-D", "GO_CONTAINER_TAGS=linked-api", engine="docker", docker=docker)
    project.build("image")
    identity = (project.binary / "api.container/image.id").read_text().strip()
    assert docker("run", "--rm", identity, "/usr/local/bin/api").stdout.strip() == OUTPUT
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert plan["hostBuild"] is True
    assert "CGO_ENABLED=1" in plan["go"]["env"]


@pytest.mark.parametrize(
    "flags",
    [
        {"CMAKE_INTERPROCEDURAL_OPTIMIZATION": "ON", "CMAKE_BUILD_TYPE": "Release"},
        {"CMAKE_C_FLAGS": "-Wall -Wextra -Werror", "CMAKE_CXX_FLAGS": "-Wall -Wextra -Werror"},
        {"CMAKE_C_FLAGS": "-fsanitize=undefined", "CMAKE_CXX_FLAGS": "-fsanitize=undefined"},
    ],
    ids=["lto", "warnings", "ubsan"],
)
def test_flags_of_the_build_arrive(project, flags):
    runtime = "RUNTIME_LIBRARIES ON" if "fsanitize" in str(flags) else ""
    declare(project, f"{API[:-1]} {runtime})")
    project.configure(*[f"-D{name}={value}" for name, value in flags.items()], engine="builtin")
    project.build("image")
    assert output(project) == OUTPUT


def test_a_command_in_a_response_file(project):
    declare(project, API)
    project.configure(engine="builtin", env={"CMAKE_NINJA_FORCE_RESPONSE_FILE": "1"})
    assert "RSP_FILE" in (project.binary / "build.ninja").read_text()
    project.build("image")
    assert output(project) == OUTPUT


def test_an_address_sanitizer_finds_the_library_s_fault(project):
    declare(
        project,
        API[:-1] + " RUNTIME_LIBRARIES ON)",
        "add_go_container_test(api RUN EXIT_CODE 1 ERROR_MATCHES heap-buffer-overflow)",
    )
    project.write(
        "core/core.cpp",
        SOURCE.replace("both{a, b};", "both{a, b}; if (both.data()[a + 4]) return 1;"),
    )
    flags = [f"-DCMAKE_{language}_FLAGS=-fsanitize=address" for language in ("C", "CXX")]
    project.configure(*flags, engine="builtin")
    result = project.ctest()
    assert "100% tests passed" in result.stdout


@pytest.mark.parametrize("suffix", ["c", "cpp"])
def test_a_source_of_the_library_beside_go_is_compiled_once(project, suffix):
    """By CMake, with its flags: cgo would compile each such file in the directory of a package again."""
    project.go_module(
        main="""
        package main

        // int core(void);
        // int helper(void);
        import "C"
        import "fmt"

        func main() { fmt.Println(C.core(), C.helper()) }
        """
    )
    linkage = 'extern "C" ' if suffix == "cpp" else ""
    project.write(f"core.{suffix}", f"{linkage}int core(void) {{ return BY_CMAKE; }}\n")
    project.write("helper.c", "int helper(void) { return 7; }\n")  # cgo's alone
    project.cmakelists(
        f"""
        enable_language(C)
        enable_language(CXX)
        add_go_container(api BASE scratch LINK_LIBRARIES core)
        add_library(core STATIC core.{suffix})
        target_compile_definitions(core PRIVATE BY_CMAKE=1)
        """
    )
    project.configure(engine="builtin")
    project.build("image")
    assert output(project) == "1 7"
    project.write(f"core.{suffix}", f"{linkage}int core(void) {{ return BY_CMAKE + 1; }}\n")
    project.build("image")
    assert output(project) == "2 7"


def test_a_path_with_both_kinds_of_quotes_is_refused():
    assert cgo_link.quoted("/it's/cgo-c", {"name": "api"}) == '"/it\'s/cgo-c"'
    with pytest.raises(
        cgo_link.LinkError, match=r"add_go_container\(api\): .* both kinds of quotes"
    ):
        cgo_link.quoted('/it\'s "quoted"/cgo-c', {"name": "api"})


def test_a_static_program_can_t_have_a_shared_library(project, golden):
    declare(project, API, library=LIBRARY.replace("add_library(core", "add_library(core SHARED"))
    project.configure(engine="builtin")
    golden.check(
        "errors/link-shared-on-scratch.txt", said(project.build("api", expect_failure=True))
    )


def test_a_sanitizer_can_t_be_static(project, golden):
    declare(project, API)
    project.configure("-DCMAKE_C_FLAGS=-fsanitize=address", engine="builtin")
    golden.check("errors/link-sanitizer.txt", said(project.build("api", expect_failure=True)))


def test_a_shared_library_of_the_build_is_not_in_a_base(project, golden):
    declare(
        project,
        API.replace("scratch", "example.com/glibc"),
        library=LIBRARY.replace("add_library(core", "add_library(core SHARED"),
    )
    project.configure(engine="builtin")
    golden.check("errors/link-shared-on-glibc.txt", said(project.build("api", expect_failure=True)))


def said(result):
    """What GoContainer says, without CMake's and Ninja's words."""
    return result.output[result.output.index("GoContainer: ") :].partition("ninja: ")[0]


def test_libraries_that_no_go_code_can_call_are_told(project):
    declare(project, API)
    project.write("service/main.go", 'package main\n\nimport _ "net"\n\nfunc main() {}\n')
    project.configure(engine="builtin")
    said = project.build("image").output
    assert "no package of the program uses cgo, so LINK_LIBRARIES core is not in it.\n" in said
    project.write("service/c.go", 'package main\n\nimport "C"\n')
    assert "uses cgo" not in project.build("image").output
