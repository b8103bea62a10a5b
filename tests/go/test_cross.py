"""Cross compiling: CC, CXX, sysroot and GOARCH follow the toolchain file."""

import json
import tarfile

import pytest
from gocontainer.read import elf
from harness import run
from messages import error_of
from native import LIBRARY, OUTPUT, declare

TOOLCHAIN = """\
    set(CMAKE_SYSTEM_NAME Linux)
    set(CMAKE_SYSTEM_PROCESSOR aarch64)
    set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
    set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
    """
SHARED = LIBRARY.replace("add_library(core", "add_library(core SHARED")


def configure(project, *arguments, toolchain=TOOLCHAIN, **options):
    file = project.write("toolchain.cmake", toolchain)
    return project.configure("-D", f"CMAKE_TOOLCHAIN_FILE={file}", *arguments, **options)


def files_of(project, directory):
    """The files of the image api, in a directory."""
    with tarfile.open(project.binary / "api.container/api.tar") as archive:
        manifest = json.load(archive.extractfile("manifest.json"))[0]
        config = json.load(archive.extractfile(manifest["Config"]))
        for layer in manifest["Layers"]:
            with tarfile.open(fileobj=archive.extractfile(layer)) as files:
                files.extractall(directory)
    return config


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_a_static_library(project, tmp_path, generator):
    declare(
        project,
        "add_go_container(api SOURCE_DIR service BASE scratch LINK_LIBRARIES core)",
        "add_go_container_test(api STATIC)",
    )
    configure(project, engine="builtin", generator=generator)
    assert "100% tests passed" in project.ctest().stdout
    assert files_of(project, tmp_path / "root")["architecture"] == "arm64"
    program = tmp_path / "root/usr/local/bin/api"
    assert run(["qemu-aarch64", program]).stdout.strip() == OUTPUT


def test_shared_libraries_and_a_program_beside(project, tmp_path):
    declare(
        project,
        "add_executable(importer importer.cpp)\ntarget_link_libraries(importer PRIVATE core)",
        "add_go_container(api SOURCE_DIR service BASE scratch LINK_LIBRARIES core RUNTIME_LIBRARIES ON"
        " FILES $<TARGET_FILE:importer>)",
        library=SHARED,
    )
    project.write(
        "importer.cpp",
        '#include "core.h"\n#include <iostream>\nint main() { std::cout << core_add(1, 2) << std::endl; }\n',
    )
    configure(project, engine="builtin")
    project.build("image")
    root = tmp_path / "root"
    files_of(project, root)
    assert run(["qemu-aarch64", "-L", root, root / "usr/local/bin/api"]).stdout.strip() == OUTPUT
    assert run(["qemu-aarch64", "-L", root, root / "importer"]).stdout == "3\n"


def test_go_alone_and_cgo_without_libraries(project, tmp_path):
    """CC follows where no library is linked, too."""
    main = 'package main\n\n// static int f(void) { return 3; }\nimport "C"\n\nfunc main() { println(C.f()) }\n'
    project.go_module("plain")
    project.go_module("cgo", main=main)
    project.cmakelists(
        "enable_language(C)\nadd_go_container(plain SOURCE_DIR plain BASE scratch)\n"
        "add_go_container(api SOURCE_DIR cgo BASE scratch CGO ON)"
    )
    configure(project, engine="builtin")
    project.build("image")
    for name in ("plain", "api"):
        program = project.binary / f"{name}.container/context/out/{name}"
        with program.open("rb") as file:
            assert elf.read_elf(file).architecture == "arm64"
    assert run(["qemu-aarch64", program]).stderr == "3\n"


def test_a_run_of_a_foreign_program_is_skipped(project, tmp_path):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)\nadd_go_container_test(api RUN)")
    configure(project, engine="builtin")
    result = project.ctest("-R", "api.run", "-V")
    assert "skipped, because the image is for arm64, and this machine is amd64" in result.stdout


# CMAKE_SYSTEM_PROCESSOR, GOARCH, what else go is told, the variant of the image.
PROCESSORS = [
    ("armv5tel", "arm", "GOARM=5", "v5"),
    ("armv6l", "arm", "GOARM=6", "v6"),
    ("armv7-a", "arm", "GOARM=7", "v7"),
    ("armhf", "arm", "GOARM=7", "v7"),
    ("armel", "arm", "GOARM=5", "v5"),
    ("ARM64", "arm64", "", None),
    ("i586", "386", "GO386=softfloat", None),
    ("i686", "386", "", None),
    ("mipsel", "mipsle", "", None),
]


def test_processors(project):
    project.go_module(".")
    project.cmakelists(
        f"""
        foreach(entry {" ".join("=".join(row[:2]) for row in PROCESSORS)})
          string(REGEX MATCH "^(.*)=(.*)$" entry "${{entry}}")
          set(CMAKE_SYSTEM_PROCESSOR "${{CMAKE_MATCH_1}}")
          add_go_container(${{CMAKE_MATCH_1}} BASE scratch)
        endforeach()
        set(CMAKE_SYSTEM_PROCESSOR armv7l)
        add_go_container(own BASE scratch GO_ENV GOARM=6)
        """
    )
    configure(project, engine="builtin")
    for name, architecture, setting, variant in [*PROCESSORS, ("own", "arm", "GOARM=6", "v6")]:
        plan = json.loads((project.binary / f"{name}.container/plan.json").read_text())
        found = plan["platform"]
        assert (found["architecture"], found.get("variant")) == (architecture, variant)
        settings = [word for word in plan["go"]["env"] if word.startswith(("GOARM", "GO386"))]
        assert settings == ([setting] if setting else [])


def test_a_program_for_an_older_arm(project, tmp_path):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    configure(project, engine="builtin", toolchain=TOOLCHAIN.replace("aarch64)", "armv6l)"))
    project.build("image")
    assert files_of(project, tmp_path / "root")["variant"] == "v6"
    with (tmp_path / "root/usr/local/bin/api").open("rb") as program:
        assert elf.read_build_info(program).settings["GOARM"].startswith("6")
    tests = project.ctest("-R", "platform|binary", "-V").stdout
    assert "linux/arm/v6" in tests
    plan = project.binary / "api.container/plan.json"
    plan.write_text(plan.read_text().replace('"v6"', '"v7"'))
    failed = project.ctest("-R", "platform|binary", "-FA", ".*", expect_failure=True).stdout
    assert "linux/arm/v7" in failed
    assert "GOARM 7" in failed


def test_a_go_library(project, tmp_path):
    project.go_module("lib", main='package main\n\nimport "C"\n\n//export Three\nfunc Three() C.int { return 3 }\n\nfunc main() {}\n')  # fmt: skip
    project.write("client.cpp", '#include "three.h"\nint main() { return Three(); }\n')
    project.cmakelists(
        "enable_language(C)\nenable_language(CXX)\nadd_go_library(three SOURCE_DIR lib)\n"
        "add_executable(client client.cpp)\ntarget_link_libraries(client PRIVATE three -static)"
    )
    configure(project)
    project.build()
    assert run(["qemu-aarch64", project.binary / "client"], expect_failure=True).returncode == 3


CASES = {
    "cross-system": ("Linux", "Windows", "builtin"),
    "cross-processor": ("aarch64", "z80", "builtin"),
    "cross-engine": ("aarch64", "aarch64", "podman"),
    "cross-old-processor": ("aarch64", "armv4tl", "builtin"),
}


@pytest.mark.parametrize("case", CASES)
def test_error(project, golden, case):
    old, new, engine = CASES[case]
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch HOST_BUILD ON)")
    result = configure(
        project, engine=engine, toolchain=TOOLCHAIN.replace(old, new), expect_failure=True
    )
    golden.check(f"errors/{case}.txt", error_of(result.stderr))
