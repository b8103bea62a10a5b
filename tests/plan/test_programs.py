"""PROGRAMS: several programs, or none, and where they are in the image."""

import json
import re

import pytest
from gocontainer.read.layout import open_image
from harness import REPOSITORY, run
from native import declare
from rootfs import entries

MAIN = 'package main\n\nvar version, {} string\n\nfunc main() {{ println("{}", version) }}\n'


def plan_of(project, name="api"):
    return json.loads((project.binary / f"{name}.container/plan.json").read_text())


def programs_of(project):
    return [tuple(program.values()) for program in plan_of(project)["programs"]]


@pytest.fixture
def module(project):
    """A function that makes a module of these packages, and a container of arguments for CMake."""

    def make(arguments, *packages, **options):
        project.write("go.mod", "module example.com/shop/v2\n\ngo 1.22\n")
        for package in packages:
            name = re.sub("[^a-z]", "", package)
            project.write(f"{package}/main.go", MAIN.format(f"of{name}", package))
        project.cmakelists(f"add_go_container(api BASE scratch {arguments})\n")
        project.configure(**{"engine": "builtin", **options})
        return project

    return make


def test_names_are_those_that_go_gives(module, project):
    project.write("tools/go.mod", 'module "example.com/kit/hammer"\n\ngo 1.22\n')
    project.write("tools/main.go", "package main\n\nfunc main() {}\n")
    project.write("go.work", "go 1.22\n\nuse (\n\t.\n\t./tools\n)\n")
    packages = [".", "cmd/a", "cmd/b/v3", "other/a", "v1"]
    module(
        """PROGRAMS . ./cmd/a=/srv/bin/ ./cmd/b/v3=/b ./other/a=one.two "${CMAKE_CURRENT_SOURCE_DIR}/v1"
        ./tools ./cmd/a=//srv/./again/../twice""",
        *packages,
    )
    assert programs_of(project) == [
        (".", "/usr/local/bin/shop", "out/shop"),
        ("./cmd/a", "/srv/bin/a", "out/a"),
        ("./cmd/b/v3", "/b", "out/b"),
        ("./other/a", "/usr/local/bin/one.two", "out2/a"),
        ("./v1", "/usr/local/bin/v1", "out/v1"),
        ("./tools", "/usr/local/bin/hammer", "out/hammer"),
        ("./cmd/a", "/srv/twice", "out/a"),
    ]
    assert plan_of(project)["config"]["Cmd"] == ["/usr/local/bin/shop", "--help"]
    project.build("image")
    assert "100% tests passed" in project.ctest().stdout
    with open_image(f"oci-archive:{project.binary}/api.container/api.tar") as archive:
        image = entries(archive)
    assert image["/srv/bin/a"] == image["/srv/twice"]


def test_one_program_elsewhere(module, project):
    module("PACKAGE ./cmd/a BINARY_NAME /manager", "cmd/a")
    assert programs_of(project) == [("./cmd/a", "/manager", "out/manager")]
    assert plan_of(project)["config"]["Cmd"] == ["/manager", "--help"]


def test_the_dockerfile_of_several(module, project, golden):
    module(
        "LICENSES ON PROGRAMS ./cmd/a=/a ./other/a=/other/a ./cmd/b/v2",
        "cmd/a",
        "other/a",
        "cmd/b/v2",
    )
    text = (project.binary / "api.container/Dockerfile").read_text()
    golden.check("dockerfile/programs", text)


def test_what_the_call_says_goes_before_variables(module, project):
    set_programs = "set(GO_CONTAINER_PROGRAMS ./cmd/a)\nset(GO_CONTAINER_CGO OFF)\n"
    set_package = "set(GO_CONTAINER_PACKAGE ./cmd/a)\nset(GO_CONTAINER_LDFLAGS -w)\n"
    module("", "cmd/a", "b")
    for before, arguments, found in (
        (set_programs, "", ["./cmd/a"]),
        (set_programs, "PACKAGE ./b", ["./b"]),
        (set_package, "PROGRAMS ./b", ["./b"]),
        (set_package, "PROGRAMS NONE", []),
    ):
        project.cmakelists(f"{before}add_go_container(api BASE scratch {arguments})\n")
        project.configure()
        assert [package for package, _, _ in programs_of(project)] == found


def test_each_program_is_one(module, project, generator):
    """A package that is not main any more leaves no former program in the image, whoever compiles it."""
    module(
        "PROGRAMS ./a ./b VERSION 1 VERSION_VARIABLE main.version", "a", "b", generator=generator
    )
    project.build("api")
    project.write("b/main.go", "package b\n")
    said = project.build("api", expect_failure=True).output
    assert "PROGRAMS: example.com/shop/v2/b is not a main package, so there is no program." in said


def test_a_variable_of_one_program_is_enough(module, project):
    module("PROGRAMS ./a ./b LDFLAGS -X=main.ofb=1", "a", "b")
    project.build("api")
    module("PROGRAMS ./a ./b LDFLAGS -X=main.ofc=1", "a", "b")
    said = project.build("api", expect_failure=True).output
    assert "LDFLAGS set main.ofc, but no such variable is declared in" in said


def test_inputs_are_those_of_all_programs(module, project):
    module("PROGRAMS ./a ./b", "a", "b", "c")

    def built():
        return "Building image api" in project.build("image").stdout

    assert built()
    project.write("c/main.go", "package main\n\nfunc main() {}\n")
    assert not built()
    project.write("b/main.go", "package main\n\nfunc main() {}\n")
    assert built()
    assert not built()


def test_several_programs_link_libraries(project):
    arguments = "SOURCE_DIR service BASE scratch LINK_LIBRARIES core"
    declare(project, f"add_go_container(api {arguments} PROGRAMS .=/one ./two/service)")
    main = (project.source / "service/main.go").read_text()
    project.write("service/two/service/main.go", main.replace('"sum"', '"SUM"'))
    project.configure(engine="builtin")
    project.build("image")
    said = [
        run([project.binary / f"api.container/context/{file}"]).stdout.strip()
        for _, _, file in programs_of(project)
    ]
    assert said == ["sum 5 it's core", "SUM 5 it's core"]
    assert "Building image" not in project.build("image").stdout


def test_no_program_needs_no_go(project):
    project.write("tool.c", "int main(void) { return 0; }\n")
    project.cmakelists(
        """
        enable_language(C)
        add_executable(tool tool.c)
        add_go_container(api BASE scratch PROGRAMS NONE FILES $<TARGET_FILE:tool> DESTINATION /bin
          ENTRYPOINT /bin/tool RUNTIME_LIBRARIES ON VERSION 1)
        add_go_container_test(api RUN REPRODUCIBLE)
        """
    )
    project.configure("-D", "CMAKE_DISABLE_FIND_PACKAGE_Go=ON",
                      engine="builtin")  # fmt: skip
    project.build("image")
    project.build("api-modules")
    assert "100% tests passed" in project.ctest().stdout
    assert "Building image" not in project.build("image").stdout
    project.write(
        "CMakeLists.txt", (project.source / "CMakeLists.txt").read_text() + "add_go_container(go)\n"
    )
    said = project.configure(expect_failure=True).stderr
    assert "there is no go command that works" in said


def test_all_options_of_go_are_known_to_be_for_programs():
    plan = (REPOSITORY / "cmake/GoContainer/plan/plan.cmake").read_text()
    programs = (REPOSITORY / "cmake/GoContainer/plan/programs.cmake").read_text()
    listed = set(re.findall(r"^      ([A-Z_]+)$", programs, re.MULTILINE))
    sections = re.findall(
        r"# (Sources that the build generates|The go command|Private modules)\n((?:  \".*\n)+)",
        plan,
    )
    assert len(sections) == 3
    options = {option for _, text in sections for option in re.findall(r"([A-Z_]+):", text)}
    assert options - listed == {"VERSION"}
