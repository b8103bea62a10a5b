"""Each way that a project can get GoContainer from the release archive, down to a built and checked image."""

import hashlib
import itertools
import json
import os
import shutil
import sys
import tarfile
import textwrap
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from harness import REPOSITORY, install, run
from release import commit, package_source

VERSION = "0.1.0"
NAME = f"GoContainer-{VERSION}"
WAYS = {
    "module-path": """
        list(APPEND CMAKE_MODULE_PATH "{release}/cmake")
        include(GoContainer)
        """,
    "copied-folder": """
        list(APPEND CMAKE_MODULE_PATH "${{CMAKE_CURRENT_SOURCE_DIR}}/cmake")
        include(GoContainer)
        """,
    "add-subdirectory": """
        add_subdirectory("{release}" GoContainer EXCLUDE_FROM_ALL)
        """,
    "add-subdirectory-and-include": """
        add_subdirectory("{release}" GoContainer EXCLUDE_FROM_ALL)
        include(GoContainer)
        find_package(Go REQUIRED)
        """,
    "fetch-content": """
        include(FetchContent)
        FetchContent_Declare(GoContainer URL "file://{archive}" URL_HASH SHA256={sha256})
        FetchContent_MakeAvailable(GoContainer)
        """,
    "fetch-content-for-find-package": """
        include(FetchContent)
        FetchContent_Declare(
          GoContainer URL "file://{archive}" URL_HASH SHA256={sha256} OVERRIDE_FIND_PACKAGE)
        find_package(GoContainer REQUIRED)
        """,
    # CPMAddPackage() makes the same calls, in a function: CMAKE_MODULE_PATH stays as it is.
    "cpm": """
        include(FetchContent)
        function(CPMAddPackage name)
          FetchContent_Declare(${{name}} URL "file://{archive}" URL_HASH SHA256={sha256})
          FetchContent_MakeAvailable(${{name}})
          set(${{name}}_SOURCE_DIR "${{gocontainer_SOURCE_DIR}}" PARENT_SCOPE)
        endfunction()
        CPMAddPackage(GoContainer)
        list(APPEND CMAKE_MODULE_PATH "${{GoContainer_SOURCE_DIR}}/cmake")
        include(GoContainer)
        find_package(Go REQUIRED)
        """,
    "find-package": """
        find_package(GoContainer 0.1 REQUIRED)
        find_package(Go REQUIRED)
        """,
    "wheel": """
        find_package(GoContainer 0.1 REQUIRED)
        find_package(Go REQUIRED)
        """,
    "wheel-module-path": """
        include(GoContainer)
        """,
}
# What is asked of an installed GoContainer, and what CMake says if that is not there.
WANTED = {
    "0.1 REQUIRED": None,
    "0.1.0 EXACT REQUIRED": None,
    "0.1...<0.2 REQUIRED": None,
    "0.1.0...0.1.9 REQUIRED": None,
    "99 REQUIRED": "version: 0.1.0",
    "0.1.1 REQUIRED": "version: 0.1.0",
    "0.1.1 EXACT REQUIRED": "version: 0.1.0",
    "0.2...0.3 REQUIRED": "version: 0.1.0",
    "0.1 REQUIRED COMPONENTS docker": "Remove COMPONENTS: GoContainer has none.",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The archive, its SHA-256, and what is in it."""
    directory = tmp_path_factory.mktemp("release")
    package_source(commit(directory / "clone"))
    archive = directory / "clone/build" / f"{NAME}.tar.gz"
    with tarfile.open(archive) as tar:
        tar.extractall(directory, **({"filter": "data"} if sys.version_info >= (3, 12) else {}))
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    return SimpleNamespace(archive=archive, sha256=sha256, directory=directory / NAME)


@pytest.fixture(scope="module")
def prefix(release, tmp_path_factory):
    return install(tmp_path_factory.mktemp("installed"), release.directory)


def make_wheel(archive, directory):
    """Build the wheel of a release archive, offline."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    words = ["wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    run([*pip, *words, "--wheel-dir", directory, archive], env=environment, cwd=directory)
    (wheel,) = directory.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(release, tmp_path_factory):
    return make_wheel(release.archive, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def venv(wheel, tmp_path_factory):
    """A fresh environment with the wheel: its directory of commands."""
    directory = tmp_path_factory.mktemp("venv")
    run([sys.executable, "-m", "venv", "--without-pip", directory])
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", directory]
    run([*pip, "install", "--quiet", "--no-index", wheel])
    return directory / "bin"


def arguments_of(request, way):
    """The options by which CMake finds GoContainer."""
    if way == "find-package":
        return ["-D", f"CMAKE_PREFIX_PATH={request.getfixturevalue('prefix')}"]
    if way.startswith("wheel"):
        place = run([request.getfixturevalue("venv") / "gocontainer", "cmake-dir"]).stdout.strip()
        return ["-D", f"{'CMAKE_MODULE_PATH' if 'path' in way else 'GoContainer_DIR'}={place}"]
    return []


@pytest.mark.parametrize(("way", "languages"), [*zip(WAYS, itertools.cycle(["NONE", "CXX"]))])
def test_way(request, project, release, way, languages):
    project.go_module("service")
    if way == "copied-folder":
        shutil.copytree(release.directory / "cmake", project.source / "cmake")
    text = WAYS[way].format(
        release=release.directory, archive=release.archive, sha256=release.sha256
    )
    project.write(
        "CMakeLists.txt",
        f"cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES {languages})\nenable_testing()\n"
        f"{text}add_go_container(api SOURCE_DIR service BASE scratch MAX_SIZE 15MB)\n",
    )
    # Of a copy in the project, CMake tells of uninitialized variables, too.
    project.configure("--warn-uninitialized", *arguments_of(request, way), engine="builtin")
    assert "100% tests passed, 0 tests failed out of 9" in project.ctest().stdout


def test_the_release_has_the_same_bytes_from_any_directory(release, tmp_path):
    clone = commit(tmp_path / "another place")
    package_source(clone)
    archive = clone / "build" / release.archive.name
    assert archive.read_bytes() == release.archive.read_bytes()
    checksum = archive.with_name(archive.name + ".sha256").read_text().split()
    assert checksum == [release.sha256, archive.name]
    tracked = run(["git", "-C", clone, "ls-files"]).stdout.split("\n")[:-1]
    with tarfile.open(archive) as tar:
        files = [member for member in tar if not member.isdir()]
    assert sorted(member.name for member in files) == sorted(f"{NAME}/{name}" for name in tracked)
    assert {(member.uid, member.gid, oct(member.mode)) for member in files} <= {
        (0, 0, mode) for mode in ("0o644", "0o755", "0o777")
    }


def test_a_release_of_uncommitted_changes_is_refused(tmp_path):
    clone = commit(tmp_path / "clone")
    with (clone / "README.md").open("a") as file:
        file.write("x\n")
    result = package_source(clone, expect_failure=True)
    assert "Commit the changes, or take them back:" in result.output
    assert " M README.md" in result.output


def test_all_of_it_is_installed(prefix):
    (module,) = prefix.rglob("GoContainer.cmake")
    ours = run(["git", "-C", REPOSITORY / "cmake", "ls-files", "GoContainer"]).stdout.split()
    assert [path for path in ours if not (module.parent / path).is_file()] == []


@pytest.mark.parametrize("wanted", WANTED)
def test_what_is_asked_of_an_installed_package(project, prefix, wanted):
    project.write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES NONE)\n"
        f"find_package(GoContainer {wanted})\n",
    )
    says = WANTED[wanted]
    result = project.configure("-D", f"CMAKE_PREFIX_PATH={prefix}", expect_failure=bool(says))
    assert (says or "") in " ".join(result.stderr.split())


def test_it_is_installed_without_go_and_engines(release, path_without, tmp_path):
    environment = {
        **os.environ,
        "PATH": path_without("go", "gofmt", "docker*", "podman*", "buildah*", "python*"),
    }
    for words in (["-S", release.directory, "-B", tmp_path], ["--install", tmp_path]):
        prefix = [] if "-S" in words else ["--prefix", tmp_path / "prefix"]
        run(["cmake", *words, *prefix], env=environment)
    assert (tmp_path / "prefix/share/cmake/GoContainer/GoContainer.cmake").exists()


def test_the_wheel_has_what_is_installed(wheel, prefix, release, tmp_path):
    place = Path("gocontainer")
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name) for name in archive.namelist()}
        (metadata,) = (name for name in names if name.name == "METADATA")
        text = archive.read(str(metadata)).decode()
    installed = {path.relative_to(prefix) for path in prefix.rglob("*") if path.is_file()}
    assert {name for name in names if name.parts[0] == "gocontainer"} == {
        place / "__init__.py",
        *(place / path for path in installed),
    }
    assert wheel.name == f"gocontainer-{VERSION}-py3-none-any.whl"
    assert f"\nVersion: {VERSION}\n" in text
    assert "\nRequires-Dist:" not in text
    (tmp_path / "again").mkdir()
    again = make_wheel(release.archive, tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()


def test_the_command_of_the_wheel(venv, project):
    """What needs files beside its modules, too: the page has a library of another project, doctor the CMake module."""
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("api")
    container = project.binary / "api.container"
    for command in ([venv / "gocontainer"], [venv / "python", "-m", "gocontainer"]):
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        said = run([*command, "show", container], env=environment, cwd=venv).stdout
        assert said.startswith("reference api:latest\n")
    page = project.binary / "page.html"
    run([venv / "gocontainer", "report", "--output", page, container])
    assert "d3-hierarchy" in page.read_text()
    assert "builtin    works" in run([venv / "gocontainer", "doctor"]).stdout
    assert run([venv / "gocontainer", "nothing"], expect_failure=True).returncode == 1


RECIPE = """
    from conan import ConanFile
    from conan.tools.cmake import CMake


    class Consumer(ConanFile):
        settings = "os", "arch", "compiler", "build_type"
        generators = "CMakeToolchain"
        tool_requires = "gocontainer/{version}"

        def build(self):
            cmake = CMake(self)
            cmake.configure()
            cmake.build(target="api")
            cmake.ctest(["--output-on-failure", "--no-tests=error"])
    """


def test_conan(release, project, tmp_path):
    """By the real client, with a home of its own and no remote: CMake finds the package by its toolchain file."""
    project.go_module("service")
    project.write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES NONE)\nenable_testing()\n"
        'set(GO_CONTAINER_ENGINE builtin CACHE STRING "")\n'
        "find_package(GoContainer 0.1 REQUIRED)\nfind_package(Go REQUIRED)\n"
        "add_go_container(api SOURCE_DIR service BASE scratch MAX_SIZE 15MB)\n",
    )
    project.write("conanfile.py", RECIPE.format(version=VERSION))
    conan = Path(sys.executable).with_name("conan")
    settings = ["-c", "tools.cmake.cmaketoolchain:generator=Ninja", "--no-remote"]
    environment = {**os.environ, "CONAN_HOME": str(tmp_path / "conan")}
    run([conan, "profile", "detect"], env=environment)
    recipe = release.directory / "packaging/conan"
    run([conan, "create", recipe, *settings], env=environment)
    said = run([conan, "build", project.source, *settings], env=environment).output
    assert "100% tests passed, 0 tests failed out of 9" in said


# The calls that vcpkg's scripts make for a portfile, without what they do for compilers.
VCPKG = """
    function(vcpkg_cmake_configure)
      cmake_parse_arguments(PARSE_ARGV 0 arg "" SOURCE_PATH "")
      execute_process(
        COMMAND "${CMAKE_COMMAND}" -S "${arg_SOURCE_PATH}" -B made -G Ninja
          --install-prefix "${CURRENT_PACKAGES_DIR}"
        COMMAND_ERROR_IS_FATAL ANY)
    endfunction()
    function(vcpkg_cmake_install)
      execute_process(COMMAND "${CMAKE_COMMAND}" --install made COMMAND_ERROR_IS_FATAL ANY)
    endfunction()
    function(vcpkg_install_copyright)
      cmake_parse_arguments(PARSE_ARGV 0 arg "" "" FILE_LIST)
      file(COPY_FILE "${arg_FILE_LIST}" "${CURRENT_PACKAGES_DIR}/share/${PORT}/copyright")
    endfunction()
    include("${PORTFILE}")
    """


def test_vcpkg(release, project, tmp_path):
    """The portfile of the release; its manifest has the version, and usage is true. The client is not on the registries."""
    port = release.directory / "packaging/vcpkg"
    manifest = json.loads((port / "vcpkg.json").read_text())
    assert (manifest["name"], manifest["version-semver"]) == ("gocontainer", VERSION)
    prefix = tmp_path / "packages"
    (prefix / "share/gocontainer").mkdir(parents=True)
    (tmp_path / "ports.cmake").write_text("cmake_policy(VERSION 3.25)\n" + textwrap.dedent(VCPKG))
    words = [f"-DPORTFILE={port}/portfile.cmake", f"-DCURRENT_PACKAGES_DIR={prefix}"]
    run(["cmake", *words, "-DPORT=gocontainer", "-P", "ports.cmake"], cwd=tmp_path)
    assert (prefix / "share/gocontainer/copyright").exists()
    usage = (prefix / "share/gocontainer/usage").read_text().partition("\n\n")[2]
    project.go_module(".")
    head = "cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES NONE)\n"
    project.write("CMakeLists.txt", head + textwrap.dedent(usage))
    project.configure("-D", f"CMAKE_PREFIX_PATH={prefix}", engine="builtin")


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
