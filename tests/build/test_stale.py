"""What go and Ninja do not see by themselves: programs that are cut short, files outside of a package that cgo reads,
files that flags name, sources that are written in place with an older time, state that a power cut damaged."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from gocontainer.go import flag_files, handover, intact, link_state
from harness import REPOSITORY, run
from images import elf

CGO = """\
package main

// #cgo CFLAGS: -I${SRCDIR}/../include -include ${SRCDIR}/../forced.h -imacros ${SRCDIR}/../macros.h
// #cgo CPPFLAGS: -iquote ${SRCDIR}/../quoted -isystem ${SRCDIR}/../system
// #cgo LDFLAGS: ${SRCDIR}/../lib/libone.a -L${SRCDIR}/../lib -l:libtwo.a -Wl,-T,${SRCDIR}/../place.ld
// #cgo pkg-config: three
// #include "../beside.h"
// #include "searched.h"
// #include "next.h"
// #include <of_system.h>
// int one(void); int two(void);
// extern int assembled; extern char raw;
// extern char place_of_four;
// static long four(void) { return (long)&place_of_four; }
import "C"

func main() {
	println(C.one(), C.two(), C.BESIDE, C.SEARCHED, C.FORCED, C.THREE, C.four())
	println(C.MACROS, C.NEXT, C.OF_SYSTEM, C.assembled, C.raw-'0')
}
"""
ASSEMBLER = """\
#include "../assembled.h"
.data
.globl assembled
assembled: .long ASSEMBLED
.globl raw
raw: .incbin "raw.bin"
.section .note.GNU-stack,"",%progbits
"""
# Folders of the package whose modules no build loads.
UNUSED = ("checks", "importing", "report", "run")
FILES = {
    "beside.h": "#define BESIDE {}\n",
    "forced.h": "#define FORCED {}\n",
    "include/searched.h": "#define SEARCHED {}\n",
    "pc/three.pc": "Name: three\nDescription: -\nVersion: 1\nRequires: four\nCflags: -DTHREE={}\n",
    "pc/four.pc": "# {}\nName: four\nDescription: -\nVersion: 1\n",
    "macros.h": "#define MACROS {}\n",
    "quoted/next.h": "#define NEXT {}\n",
    "system/of_system.h": "#define OF_SYSTEM {}\n",
    "assembled.h": "#define ASSEMBLED {}\n",
    "include/raw.bin": "{}\n",
    "place.ld": "SECTIONS {{ place_of_four = {}; }} INSERT AFTER .data;\n",
}


def archive(project, name, number):
    """Make lib<name>.a, with a function that returns the number."""
    source = project.write(f"objects/{name}.c", f"int {name}(void) {{ return {number}; }}\n")
    lib = project.source / f"lib/lib{name}.a"
    lib.parent.mkdir(exist_ok=True)
    lib.unlink(missing_ok=True)
    run(["gcc", "-c", source, "-o", source.with_suffix(".o")])
    run(["ar", "rcD", lib, source.with_suffix(".o")])


def write_all(project, number):
    for name, text in FILES.items():
        project.write(name, text.format(number))
    archive(project, "one", number)
    archive(project, "two", number)


def test_what_cgo_reads_outside_of_the_package(project):
    """Headers, static libraries, files of pkg-config and scripts of the linker, by each way to name them."""
    project.write("service/go.mod", "module example.com/service\n\ngo 1.22\n")
    project.write("service/main.go", CGO)
    project.write("service/data.S", ASSEMBLER)
    write_all(project, 1)
    pc = project.source / "pc"
    flags = "CGO_CFLAGS_ALLOW=.* CGO_CPPFLAGS_ALLOW=.* CGO_LDFLAGS_ALLOW=.*"
    project.cmakelists(
        "add_go_container(api SOURCE_DIR service BASE scratch CGO ON\n"
        f"  GO_ENV {flags} PKG_CONFIG_PATH={pc}\n"
        '  LDFLAGS -linkmode external -extldflags "-static")\n'
    )
    project.configure(engine="builtin")
    project.build("image")
    program = project.binary / "api.container/context/out/api"
    assert run([program]).stderr.split() == ["1"] * 12
    inputs = (project.binary / "api.container/inputs.d").read_text()
    assert (
        re.search("/gocontainer/(checks|run)/", inputs) is None
    )  # building must be quick to start
    listed = [*FILES, "lib/libone.a", "lib/libtwo.a"]
    assert [name for name in listed if f"{project.source}/{name} " not in inputs] == []
    assert "Building" not in project.build("image").output
    write_all(project, 2)
    project.build("image")
    assert run([program]).stderr.split() == ["2"] * 12
    archive(project, "two", 3)  # nothing is compiled, but it is linked again
    project.build("image")
    assert run([program]).stderr.split() == ["2", "3", *["2"] * 10]
    assert "Building" not in project.build("image").output


def test_a_source_in_place_of_another_with_an_older_time(project):
    """As `cp -p` and `rsync --inplace` leave it; the directory keeps its time, too."""
    project.go_module(greeting="newer")
    project.cmakelists("add_go_container(api BASE scratch)\nadd_go_container(web BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    project.build("image")
    main = project.source / "main.go"
    main.write_text(main.read_text().replace("newer", "older"))
    os.utime(main, (1, 1))
    assert "Building image web" in project.build("image").output
    for name in ("api", "web"):
        assert "older" in run([project.binary / f"{name}.container/context/out/{name}"]).stdout
    assert "Building" not in project.build("image").output
    state = project.binary / "CMakeFiles/GoContainer"
    looked = state.stat().st_mtime_ns
    project.build("image")
    assert state.stat().st_mtime_ns == looked  # one process looked, and wrote nothing


def test_another_version_of_gocontainer_builds_all_images_again(project):
    """Another one is a module that a build loads, whatever its time says; those of checks are none."""
    house = project.source / "$ cmake"
    shutil.copytree(REPOSITORY / "cmake", house, ignore=shutil.ignore_patterns("__pycache__"))
    package = house / "GoContainer/gocontainer"
    project.go_module()
    project.write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(p LANGUAGES NONE)\n"
        'list(APPEND CMAKE_MODULE_PATH "${CMAKE_SOURCE_DIR}/$ cmake")\ninclude(GoContainer)\n'
        "add_go_container(api BASE scratch TIMEZONES UTC LICENSES ON FILES main.go)\n"
        "add_go_container(web BASE scratch)\n",
    )
    project.configure(engine="builtin")
    project.build("image")
    state = project.binary / "CMakeFiles/GoContainer"
    loaded = {file.name.partition(".")[0] for file in state.rglob("gocontainer/*/*.pyc")}
    project.build("image")
    items = (state / "watch.items").read_bytes().decode().split("\0")
    watched = {Path(os.path.normpath(item)) for item in items if item.endswith(".py")}
    assert {"building", "assemble", "timezones", "licenses"} <= loaded
    assert loaded <= {file.stem for file in watched}
    assert all(package in file.parents for file in watched)
    assert not any((package / other) in file.parents for file in watched for other in UNUSED)

    built = [project.binary / f"{name}.container/built" for name in ("api", "web")]
    module = package / "write/layers.py"
    for time in (None, (1, 1)):
        module.write_text(module.read_text() + "# another version\n")
        os.utime(module, time)
        before = [file.stat().st_mtime_ns for file in built]
        project.build("image")
        assert all(file.stat().st_mtime_ns > since for file, since in zip(built, before))
        assert "Building" not in project.build("image").output
    for folder in UNUSED:
        (package / folder / "__init__.py").write_text("# another version\n")
    for module in package.glob("checks/*.py"):
        module.write_text("")
    (package / "cli/checking.py").write_text("")
    assert "no work" in project.build("image").output


@pytest.mark.parametrize("name", ["$ and ${x}", "a 'b' & (c) [d] ~^%@+,=", "ä:b"])
def test_a_build_tree_of_odd_name(project_at, tmp_path, name):
    """CMake, Ninja and the shell have signs of their own for these letters."""
    project = project_at(tmp_path / name)
    project.go_module("part")
    project.write("part/CMakeLists.txt", "add_go_container(api BASE scratch)\n")
    project.cmakelists('add_subdirectory("part")')
    project.configure(engine="builtin")
    project.build("image")
    nothing = project.build("image").output
    assert "Building" not in nothing and "no work" in nothing
    source = project.source / "part/main.go"
    source.write_text(source.read_text().replace("hello", "edited"))
    project.build("image")
    program = project.binary / "part/api.container/context/out/api"
    assert run([program]).stdout == "edited []\n"
    assert "Building" not in project.build("image").output


def test_a_file_of_the_build_tree_in_a_container_of_a_subdirectory(project):
    """Ninja knows it by a relative name. CMake is not started after a build, and warns of nothing."""
    project.go_module("part")
    made = project.binary / "part/made.txt"
    project.write("in.txt", "a")
    project.write(
        "part/CMakeLists.txt",
        """\
        add_custom_command(
          OUTPUT made.txt COMMAND cp "${CMAKE_SOURCE_DIR}/in.txt" made.txt DEPENDS "${CMAKE_SOURCE_DIR}/in.txt"
        )
        add_container_of_made_file()
        """,
    )
    project.cmakelists(
        """\
        function(add_container_of_made_file)
          add_go_container(
            api BASE scratch FILES "${CMAKE_CURRENT_BINARY_DIR}/made.txt" DESTINATION /etc
          )
        endfunction()
        add_subdirectory(part)
        """
    )
    told = project.configure("-Werror=deprecated", engine="builtin").output
    assert "CMP0116" not in told
    assert "cmake_transform_depfile" not in (project.binary / "build.ninja").read_text()
    project.build("image")
    assert "Building" not in project.build("image").output
    staged = project.binary / "part/api.container/context/files/0/made.txt"
    project.write("in.txt", "b")
    assert "Building image" in project.build("image").output
    assert staged.read_text() == "b"
    made.write_text("c")
    os.utime(made, (1, 1))  # an older time, which Ninja does not see
    assert "Building image" in project.build("image").output
    assert "Building" not in project.build("image").output


def test_half_a_program_is_linked_again(project):
    """As a go command leaves it that is killed while it copies the program from another file system."""
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    program = project.binary / "api.container/context/out/api"
    whole = program.read_bytes()
    program.write_bytes(whole[: len(whole) // 2])
    (project.binary / "api.container/api.tar").unlink()
    project.build("image")
    assert program.read_bytes() == whole


def test_a_program_without_its_last_byte_is_cut(tmp_path):
    file = tmp_path / "program"
    for program in (elf(), sys.executable):
        data = program if isinstance(program, bytes) else Path(program).read_bytes()
        file.write_bytes(data)
        assert intact.is_whole(str(file))
        for size in {0, 3, 51, 63, 64, len(data) // 2, len(data) - 1}:
            file.write_bytes(data[:size])
            assert not intact.is_whole(str(file)), size
    intact.remove_cut(str(file))
    assert not file.exists()
    intact.remove_cut(str(file))


NAMED = [
    (["-modfile=alt.mod"], {}, ["alt.mod", "alt.sum"]),
    (["-overlay=over.json"], {}, ["generated.go", "over.json"]),
    (["-pgo=cpu.pgo"], {}, ["cpu.pgo"]),
    (["-toolexec=./tool.sh -x"], {}, ["tool.sh"]),
    (["-ldflags=-s -extldflags '-Wl,-T,a.ld b.o'"], {}, ["a.ld", "b.o"]),
    (["-ldflags=-extld=./tool.sh"], {}, ["tool.sh"]),
    (["-gcflags=-embedcfg=over.json"], {}, ["over.json"]),
    ([], {"GOFLAGS": "-modfile=alt.mod -pgo=cpu.pgo"}, ["alt.mod", "alt.sum", "cpu.pgo"]),
    ([], {"CC": "./tool.sh -m64"}, ["tool.sh"]),
    ([], {"CGO_CFLAGS": "-include a.h"}, ["a.h"]),
    (["-trimpath", "-tags=a,b", "-ldflags=-X main.version=1.0"], {}, []),
]


@pytest.mark.parametrize(("flags", "variables", "found"), NAMED, ids=str)
def test_files_that_flags_and_variables_name(tmp_path, flags, variables, found):
    for name in ("alt.mod", "alt.sum", "generated.go", "cpu.pgo", "tool.sh", "a.ld", "b.o", "a.h"):
        (tmp_path / name).write_text(name)
    (tmp_path / "over.json").write_text(json.dumps({"Replace": {"x.go": "generated.go"}}))
    env = [f"{name}={value}" for name, value in variables.items()]
    plan = {"source": str(tmp_path), "go": {"flags": flags, "env": env}}
    paths = flag_files.named_files(plan, variables)
    assert [os.path.relpath(path, tmp_path) for path in paths] == found


def test_what_a_flag_names_is_linked_or_compiled_again(tmp_path):
    program, script = tmp_path / "program", tmp_path / "a.ld"
    script.write_text("one")
    state = flag_files.state_of([str(script)])
    assert flag_files.flags_again(state, ["-toolexec=./a.ld"], str(program)) == ["-a"]
    program.write_text("linked")
    flag_files.remember(state, str(program))
    assert flag_files.flags_again(state, ["-toolexec=./a.ld"], str(program)) == []
    assert program.exists()
    script.write_text("two")
    assert (
        flag_files.flags_again(flag_files.state_of([str(script)]), ["-ldflags=x"], str(program))
        == []
    )
    assert not program.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"key": ""}', "\udcff"])
def test_state_that_can_not_be_read_is_absent(tmp_path, text):
    data = text.encode(errors="surrogateescape")
    (tmp_path / "state.json").write_bytes(data)
    assert link_state.read_state(tmp_path) == link_state.nothing()
    (tmp_path / "compiled").write_bytes(data)
    assert handover.read_handover(str(tmp_path)) is None


def test_a_note_without_its_end_is_none(tmp_path):
    handover.Handover(1, handover.COMPILED, 2, "", ["/a", "/b"]).leave(str(tmp_path))
    assert handover.read_handover(str(tmp_path)).inputs == ["/a", "/b"]
    file = tmp_path / "compiled"
    lines = file.read_text().splitlines(keepends=True)
    for count in range(len(lines)):
        file.write_text("".join(lines[:count]))
        assert handover.read_handover(str(tmp_path)) is None


def test_an_older_content_that_was_written_later_counts_for_a_note(tmp_path):
    (tmp_path / "plan.json").write_text("{}")
    source = tmp_path / "main.go"
    source.write_text("one")
    mine = handover.Handover(1, handover.COMPILED, source.stat().st_ctime_ns, inputs=[str(source)])
    assert mine.holds(str(tmp_path))
    while source.stat().st_ctime_ns <= mine.since:
        source.write_text("two")
    os.utime(source, (1, 1))
    assert not mine.holds(str(tmp_path))


def test_the_linker_s_and_the_compilers_rules():
    linker = "/b/a.out: \\\n  /lib/x\\ y.a \\\n  /c.o\n\n/lib/x\\ y.a:\n\n/c.o:\n"
    assert link_state.read_depfile(linker) == ["/lib/x y.a", "/c.o"]
    assert link_state.read_depfile("x.o: a.c ../h/a$$b.h \\\n c.h\n") == [
        "a.c",
        "../h/a$b.h",
        "c.h",
    ]
