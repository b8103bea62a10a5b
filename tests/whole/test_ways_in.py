"""Each way that a project can get GoContainer, down to a built and checked image."""

import pytest
from harness import REPOSITORY, install, run

WAYS = {
    "module-path": """
        list(APPEND CMAKE_MODULE_PATH "{repository}/cmake")
        include(GoContainer)
        """,
    "copied-folder": """
        list(APPEND CMAKE_MODULE_PATH "${{CMAKE_CURRENT_SOURCE_DIR}}/cmake")
        include(GoContainer)
        """,
    "add-subdirectory": """
        add_subdirectory("{repository}" GoContainer EXCLUDE_FROM_ALL)
        """,
    "add-subdirectory-and-include": """
        add_subdirectory("{repository}" GoContainer EXCLUDE_FROM_ALL)
        include(GoContainer)
        find_package(Go REQUIRED)
        """,
    "fetch-content": """
        include(FetchContent)
        FetchContent_Declare(GoContainer SOURCE_DIR "{repository}")
        FetchContent_MakeAvailable(GoContainer)
        """,
    "fetch-content-for-find-package": """
        include(FetchContent)
        FetchContent_Declare(GoContainer SOURCE_DIR "{repository}" OVERRIDE_FIND_PACKAGE)
        find_package(GoContainer REQUIRED)
        """,
    "find-package": """
        find_package(GoContainer 0.1 REQUIRED)
        find_package(Go REQUIRED)
        """,
}


@pytest.mark.parametrize("languages", ["NONE", "CXX"])
@pytest.mark.parametrize("way", WAYS)
def test_way(project, tmp_path, way, languages):
    project.go_module("service")
    arguments = []
    if way == "copied-folder":
        run(["cp", "-r", REPOSITORY / "cmake", project.source / "cmake"])
    if way == "find-package":
        arguments = ["-D", f"CMAKE_PREFIX_PATH={install(tmp_path)}"]
    project.write(
        "CMakeLists.txt",
        f"cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES {languages})\nenable_testing()\n"
        + WAYS[way].format(repository=REPOSITORY)
        + "add_go_container(api SOURCE_DIR service BASE scratch MAX_SIZE 15MB)\n",
    )
    project.configure(*arguments, engine="builtin")
    assert "100% tests passed, 0 tests failed out of 9" in project.ctest().stdout


def test_all_of_it_is_installed(tmp_path):
    (module,) = install(tmp_path).rglob("GoContainer.cmake")
    ours = run(["git", "-C", REPOSITORY / "cmake", "ls-files", "GoContainer"]).stdout.split()
    assert [path for path in ours if not (module.parent / path).is_file()] == []


def test_a_version_that_is_not_there_is_refused(project, tmp_path):
    project.write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES NONE)\n"
        "find_package(GoContainer 99 REQUIRED)\n",
    )
    result = project.configure(
        "-D", f"CMAKE_PREFIX_PATH={install(tmp_path)}", engine="builtin", expect_failure=True
    )
    assert "version: 0.1.0" in result.stderr


def test_including_alone_does_nothing(project):
    project.cmakelists(
        """
        get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
        get_property(cache DIRECTORY PROPERTY CACHE_VARIABLES)
        list(FILTER cache INCLUDE REGEX "^(GO_CONTAINER|Go_|Python)")
        if(NOT targets STREQUAL "" OR TARGET Go::go OR TARGET image)
          message(FATAL_ERROR "targets: ${targets}")
        endif()
        """
    )
    result = project.configure()
    assert "GoContainer" not in result.output
    cache = (project.binary / "CMakeCache.txt").read_text()
    assert "\nGO_CONTAINER_CA_BUNDLE:" not in cache
    assert "\nGO_CONTAINER_DOCKER:" not in cache
    assert "Python3_" not in cache


def test_directories_side_by_side_share_the_commands(project):
    """An included file defines functions only: a directory beside it sees no variables of it."""
    project.go_module("first")
    project.go_module("second")
    head = f'list(APPEND CMAKE_MODULE_PATH "{REPOSITORY}/cmake")\ninclude(GoContainer)\n'
    project.write("first/CMakeLists.txt", head + "add_go_container(one BASE scratch)\n")
    project.write("second/CMakeLists.txt", "add_go_container(two BASE scratch MAX_SIZE 15MB)\n")
    project.write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES NONE)\nenable_testing()\n"
        "add_subdirectory(first)\nadd_subdirectory(second)\n",
    )
    project.configure(engine="builtin")
    assert "100% tests passed, 0 tests failed out of 17" in project.ctest().stdout
    assert (project.binary / "first/one.container/one.tar").exists()
    assert (project.binary / "second/two.container/two.tar").exists()
