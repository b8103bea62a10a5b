"""What a project, an IDE, CTest and CPack see of containers beside its own targets and tests."""

import json
import re
import tarfile
from types import SimpleNamespace

import pytest
from gocontainer.cli import checking
from gocontainer.common.skip import Skip
from gocontainer.read.layout import open_image
from harness import REPOSITORY, run
from messages import error_of, text_of

ENGINES = ["docker", "podman", "buildah", "builtin"]


def targets(project, *arguments, **options):
    """The targets that an IDE finds by CMake's file API, by name."""
    query = project.binary / ".cmake/api/v1/query/codemodel-v2"
    query.parent.mkdir(parents=True, exist_ok=True)
    query.touch()
    project.configure(*arguments, engine="builtin", **options)
    replies = [json.loads(file.read_text()) for file in query.parents[1].glob("reply/target-*")]
    return {reply["name"]: reply for reply in replies}


def folder(target):
    return target.get("folder", {}).get("name")


def sources(target):
    return {s["path"] for s in target.get("sources", []) if not s.get("isGenerated")}


def test_an_ide_shows_sources_and_keeps_helper_targets_in_a_folder(project):
    project.go_module("services/api", package="cmd/api")
    project.write("services/api/cmd/api/a[b.go", "package main\n")
    project.write("services/api/cmd/api/more.go", "package main\n")
    project.write("conf/api.toml", "")
    project.write("weigher/go.mod", "module example.com/weigher\n\ngo 1.22\n")
    project.write("weigher/main.go", "package main\n\nfunc main() {}\n")
    project.write("core.c", "int core;\n")
    project.cmakelists("""
        enable_language(C)
        set_property(GLOBAL PROPERTY USE_FOLDERS ON)
        add_library(core STATIC core.c)
        file(WRITE "${CMAKE_BINARY_DIR}/made.txt" "")
        add_go_container(plain SOURCE_DIR services/api PACKAGE ./cmd/api BASE scratch)
        set(CMAKE_FOLDER backend)
        add_go_container(api
          SOURCE_DIR services/api
          PACKAGE ./cmd/api
          BASE scratch
          FILES conf/api.toml conf $<TARGET_FILE:core> "${CMAKE_BINARY_DIR}/made.txt" DESTINATION /etc
          FILES conf/api.toml
          MAX_GROWTH 1kB
          LINK_LIBRARIES core)
        add_go_library(weigher SOURCE_DIR weigher)
        """)
    found = targets(project)
    module = "services/api"
    go_files = {f"{module}/{f}" for f in ("go.mod", "cmd/api/main.go", "cmd/api/more.go")}
    assert sources(found["plain"]) == go_files
    assert sources(found["api"]) == go_files | {"conf/api.toml"}
    assert sources(found["weigher-go"]) == {"weigher/go.mod", "weigher/main.go"}
    for name in ("api", "weigher-go"):
        assert folder(found.pop(name)) == "backend"
    for name in ("plain", "core"):
        assert folder(found.pop(name)) is None
    folders = {name: folder(target) for name, target in found.items()}
    assert set(folders.values()) == {"GoContainer", "backend/GoContainer"}, folders
    assert {"image", "api-run", "api-link-c", "api-baseline", "go_container_files"} <= set(folders)
    assert folders["plain-run"] == "GoContainer"
    assert folders["api-run"] == folders["api-link-c"] == "backend/GoContainer"


def test_the_targets_of_all_containers_give_way_to_those_of_the_project(project):
    project.go_module(".")
    call = "add_go_container(api BASE scratch MAX_GROWTH 1kB)\n"
    suffixes = ("", "-modules", "-archive", "-push", "-refresh", "-pins", "-baselines")
    project.cmakelists(f"add_custom_target(image-archive)\n{call}")
    found = targets(project)
    assert {f"go_container_image{suffix}" for suffix in suffixes} <= set(found)
    assert "image" not in found
    body = "set(GO_CONTAINER_IMAGE_TARGET containers)\nadd_custom_target(image)\n"
    project.cmakelists(body + call + "add_go_container(image-modules BASE scratch)")
    found = targets(project)
    assert {f"containers{suffix}" for suffix in suffixes} <= set(found)
    for all_images, one in (("containers", "api"), ("containers-modules", "api-modules")):
        needed = {
            dependency["id"].split("::")[0] for dependency in found[all_images]["dependencies"]
        }
        assert one in needed


@pytest.mark.parametrize("target", ["image-list", "image-report"])
def test_a_target_of_all_containers_that_is_taken(project, target):
    project.cmakelists(f"add_go_container(api BASE scratch)\nadd_custom_target({target})")
    project.go_module(".")
    result = project.configure(engine="builtin", expect_failure=True)
    assert f"there is a target {target} already" in result.stderr


LABELS = """
    add_subdirectory(service)
    add_subdirectory(elsewhere)
    add_test(NAME top COMMAND true)
    set_tests_properties(top PROPERTIES FIXTURES_REQUIRED "data;api.service" LABELS slow)
    add_test(NAME plain COMMAND true)
    set_tests_properties(plain PROPERTIES FIXTURES_REQUIRED data)
    """
SERVICE = """
    add_go_container(api SOURCE_DIR .. BASE scratch)
    add_go_container_service(api PORT 8080)
    add_test(NAME client COMMAND true)
    add_test(NAME scan COMMAND true)
    set_tests_properties(client PROPERTIES FIXTURES_REQUIRED api.service)
    set_tests_properties(scan PROPERTIES FIXTURES_REQUIRED api.image)
    """


def test_tests_that_need_a_container_have_the_label_too(project):
    """Else -LE image would build the image and start the service, as fixtures of such a test."""
    project.go_module(".")
    project.write("service/CMakeLists.txt", SERVICE)
    elsewhere = "add_test(NAME far COMMAND true)\nset_tests_properties(far PROPERTIES {})\n"
    knows_directories = cmake_version() >= (3, 28)
    needs = "FIXTURES_REQUIRED api.service" if knows_directories else "COST 1"
    project.write("elsewhere/CMakeLists.txt", elsewhere.format(needs))
    project.cmakelists(LABELS)
    project.configure(engine="builtin")
    listed = listed_tests(project, "-LE", "image")
    assert set(listed) == ({"plain"} if knows_directories else {"plain", "far"})
    every = listed_tests(project)
    assert properties(every["top"])["LABELS"] == ["api", "image", "image-run", "slow"]
    assert properties(every["scan"])["LABELS"] == properties(every["api.user"])["LABELS"]


def test_labels_of_containers_and_of_what_runs(project):
    project.go_module(".")
    project.cmakelists("""
        add_go_container(api BASE scratch TESTS user)
        add_go_container_test(api RUN a STATIC)
        add_go_container(web BASE scratch TESTS user PLATFORMS linux/amd64 linux/arm64)
        add_go_container_test(web RUN a)
        add_go_container_service(web PORT 80)
        add_test(NAME client COMMAND true)
        set_tests_properties(client PROPERTIES FIXTURES_REQUIRED "web.arm64.service;web.image")
        """)
    project.configure(engine="builtin")
    labels = {name: properties(test)["LABELS"] for name, test in listed_tests(project).items()}
    assert all({name[:3], "image"} <= {*label} for name, label in labels.items() if "." in name)
    runs = ["run:a", "start", "stop"]
    ran = {f"web.{platform}.{test}" for platform in ("amd64", "arm64") for test in runs}
    assert {name for name, label in labels.items() if "image-run" in label} == {
        *ran,
        *("api.run:a", "client"),
    }
    assert labels["client"] == ["image", "image-run", "web"]


def cmake_version():
    words = run(["cmake", "--version"]).stdout.split()
    return tuple(map(int, words[2].split(".")[:2]))


def listed_tests(project, *arguments):
    """The tests that CTest would run, by name."""
    said = project.ctest("--show-only=json-v1", *arguments).stdout
    return {test["name"]: test for test in json.loads(said)["tests"]}


def properties(test):
    return {each["name"]: each["value"] for each in test["properties"]}


def test_no_test_is_skipped_where_tests_are_required(project, golden, path_without_python, capsys):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)\nadd_go_container(web BASE scratch)")
    project.configure("-D", "GO_CONTAINER_REQUIRE_TESTS=ON", engine="builtin")
    command = listed_tests(project)["api.user"]["command"]
    assert command[-2:] == ["--on-skip", "fail"]
    project.configure("-D", "GO_CONTAINER_REQUIRE_TESTS=OFF", engine="builtin")
    assert "--on-skip" not in listed_tests(project)["api.user"]["command"]

    require = ["-D", "GO_CONTAINER_REQUIRE_TESTS=ON", "-U", "Python3_EXECUTABLE"]
    project.binary /= "without"
    result = project.configure(
        *require, engine="docker", path=path_without_python, expect_failure=True
    )
    golden.check("errors/tests-required-without-python.txt", error_of(result.stderr))
    warned = project.configure(
        "-D", "GO_CONTAINER_REQUIRE_TESTS=OFF", "-Wno-error=dev", engine="docker"
    ).stderr
    golden.check("errors/tests-without-python.txt", text_of(warned, "CMake Warning"))
    assert warned.count("CMake Warning") == 1


@pytest.mark.parametrize("on_skip", [None, "fail"])
def test_a_check_that_this_machine_cannot_do(tmp_path, monkeypatch, capsys, on_skip):
    def skip(test):
        raise Skip("there is no bwrap")

    monkeypatch.setattr(checking, "check_of", lambda name: skip)
    plan = tmp_path / "plan.json"
    plan.write_text('{"name": "api"}')
    arguments = SimpleNamespace(
        plan=plan, check="run", test=None, engine_command=None, platform=None, on_skip=on_skip
    )
    assert checking.command_test(arguments) == (1 if on_skip else checking.SKIPPED)
    said = capsys.readouterr()
    assert "there is no bwrap" in said.out + said.err
    assert ("GO_CONTAINER_REQUIRE_TESTS" in said.err) == bool(on_skip)


@pytest.mark.parametrize("first", ["product", "part"])
def test_two_copies_in_one_build_stop_it(project, golden, first):
    project.go_module(".")
    run(["cp", "-r", REPOSITORY / "cmake", project.source / "copy"])
    part = f"""
        list(PREPEND CMAKE_MODULE_PATH "{project.source}/copy")
        include(GoContainer)
        add_go_container(part SOURCE_DIR .. BASE scratch)
        """
    project.write("part/CMakeLists.txt", part)
    project.cmakelists("add_go_container(api BASE scratch)\nadd_subdirectory(part)")
    if first == "part":
        text = (project.source / "CMakeLists.txt").read_text()
        text = text.replace(
            "include(GoContainer)", "add_subdirectory(part)\ninclude(GoContainer)", 1
        )
        project.write("CMakeLists.txt", text.rpartition("add_subdirectory(part)")[0])
    result = project.configure(engine="builtin", expect_failure=True)
    golden.check(f"errors/two-copies-{first}.txt", error_of(result.stderr))


def test_one_copy_by_two_paths_is_one(project):
    project.go_module(".")
    (project.source / "link").symlink_to(REPOSITORY / "cmake")
    project.cmakelists("""
        list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/link")
        include(GoContainer)
        add_go_container(api BASE scratch)
        """)
    project.configure(engine="builtin")


@pytest.mark.parametrize("engine", ENGINES)
def test_an_archive_is_packaged_whatever_the_engine(project, engine):
    """The target writes it again only where the image is another one; what is in "all" is there for install()."""
    project.go_module(".")
    project.cmakelists("""
        add_go_container(api ALL BASE scratch HOST_BUILD ON TAGS example.com/team/packaged:1.4 packaged)
        install(FILES $<TARGET_PROPERTY:api,GO_CONTAINER_ARCHIVE> DESTINATION images)
        set(CPACK_GENERATOR TGZ)
        set(CPACK_PACKAGE_FILE_NAME packaged)
        include(CPack)
        """)
    project.configure(engine=engine)
    project.build("package")
    directory = project.binary / "api.container"
    with tarfile.open(project.binary / "packaged.tar.gz") as package:
        assert package.getnames()[-1].endswith("images/api.tar")
    with open_image(f"docker-archive:{directory}/api.tar") as image:
        assert image.references[0] == "example.com/team/packaged:1.4"
        if engine != "builtin":
            assert image.id == (directory / "image.id").read_text().strip()
    before = project.snapshot(directory)
    project.build("all")
    assert project.snapshot(directory) == before


def test_what_is_built_by_default(project):
    """ALL is that only directly behind the name; variants have it, too."""
    project.go_module(".")
    project.cmakelists("""
        add_go_container(one ALL BASE scratch TESTS ALL VARIANTS a=alpine)
        add_go_container_variant(one b TESTS ALL)
        add_go_container(two BASE scratch TESTS ALL CMD x ALL VARIANTS a=alpine)
        add_go_container_variant(two b ALL)
        set(GO_CONTAINER_ALL ON)
        add_go_container(three)
        set(GO_CONTAINER_ALL OFF)
        add_go_container(four ALL)
        add_go_container(five)
        """)
    project.configure(engine="builtin")
    rule = re.search(
        r"^build all: phony (.*)$", (project.binary / "build.ninja").read_text(), re.MULTILINE
    )
    built = ["one", "one-a", "one-b", "two-b", "three", "four"]
    assert set(rule[1].split()) == {*built, *(f"{name}-archive" for name in built)}
    plan = json.loads((project.binary / "two.container/plan.json").read_text())
    assert plan["config"]["Cmd"] == ["x", "ALL"]
