"""How an engine is chosen, and what is said of one that is missing."""

import shutil

import pytest
from chosen import declare, errors, told
from harness import REPOSITORY, needs_engine


def test_auto_takes_docker_where_it_works(project, docker):
    declare(project)
    assert told(project.configure(docker=docker)) == ["-- GoContainer: engine docker"]


def test_auto_tells_why_not_the_engines_before(project, path_without_engines):
    declare(project)
    result = project.configure(path=path_without_engines)
    assert told(result) == [
        "-- GoContainer: engine builtin; not docker: there is no docker command on PATH"
        "; not podman: there is no podman command on PATH"
        "; not buildah: there is no buildah command on PATH"
        "; not buildkit: there is no buildctl command on PATH"
    ]


def test_auto_takes_podman_before_buildah(project, path_without):
    needs_engine("podman")
    declare(project)
    without_docker = "not docker: there is no docker command on PATH"
    result = project.configure(path=path_without("docker*"))
    assert told(result) == [
        f"-- GoContainer: engine podman, isolation chroot; {without_docker}",
    ]
    result = project.configure("--fresh", path=path_without("docker*", "podman*"))
    assert told(result) == [
        f"-- GoContainer: engine buildah, isolation chroot; {without_docker}"
        "; not podman: there is no podman command on PATH"
    ]


def test_one_line_for_many_containers(project, docker):
    declare(project, "add_go_container(a BASE scratch)\nadd_go_container(b BASE scratch)")
    assert len(told(project.configure(docker=docker))) == 1


@pytest.mark.parametrize("engine", ["builtin", "podman", "buildah"])
def test_the_engine_that_is_asked_for(project, docker, engine):
    declare(project)
    result = project.configure(engine=engine, docker=docker)
    detail = "" if engine == "builtin" else ", isolation chroot"
    assert told(result) == [f"-- GoContainer: engine {engine}{detail}, as GO_CONTAINER_ENGINE says"]


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah", "buildkit"])
def test_no_command(project, golden, path_without_engines, engine):
    declare(project)
    result = project.configure(engine=engine, path=path_without_engines, expect_failure=True)
    golden.check(f"errors/{engine}-is-missing.txt", errors(result))


def configure_without_go(project, path, **arguments):
    """Go may be in a place that is looked into whatever PATH says; so no program is looked for."""
    return project.configure(
        *(
            "-D",
            "CMAKE_FIND_ROOT_PATH=/proc/nonexistent",
            "-D",
            "CMAKE_FIND_ROOT_PATH_MODE_PROGRAM=ONLY",
        ),
        *("-D", f"CMAKE_MAKE_PROGRAM={path}/ninja", "-D", f"GO_CONTAINER_DOCKER={path}/docker"),
        path=path,
        expect_failure=True,
        **arguments,
    )


def test_no_go(project, golden, path_without_go):
    declare(project)
    result = configure_without_go(project, path_without_go, engine="builtin")
    golden.check("errors/builtin-has-no-go.txt", errors(result))


def test_half_a_copy(project, golden):
    shutil.copytree(REPOSITORY / "cmake", project.source / "cmake")
    (project.source / "cmake/FindGo.cmake").unlink()
    declare(project)
    lists = project.source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace(f"{REPOSITORY}", f"{project.source}"))
    result = project.configure(engine="builtin", expect_failure=True)
    golden.check("errors/half-a-copy.txt", errors(result))


def test_no_python(project, golden, path_without_python):
    declare(project)
    result = project.configure(engine="builtin", path=path_without_python, expect_failure=True)
    golden.check("errors/builtin-has-no-python.txt", errors(result))


def test_no_certificates(project, golden):
    declare(project)
    result = project.configure(
        "-D", "GO_CONTAINER_CA_BUNDLE=/proc/nonexistent.pem", engine="builtin", expect_failure=True
    )
    golden.check("errors/builtin-has-no-certificates.txt", errors(result))


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_a_base_on_disk_is_for_builtin_only(project, golden, docker, engine):
    declare(project, "add_go_container(api BASE oci:layout)")
    project.write("layout/index.json", "{}")
    result = project.configure(engine=engine, docker=docker, expect_failure=True)
    golden.check(f"errors/base-on-disk-with-{engine}.txt", errors(result))


def test_a_base_in_a_store_is_for_builtin_only(project, golden, docker):
    declare(project, "add_go_container(api BASE docker-daemon:team/base:1)")
    result = project.configure(engine="docker", docker=docker, expect_failure=True)
    golden.check("errors/base-in-a-store-with-docker.txt", errors(result))


def test_an_index_with_statements_is_for_builtin_only(project, golden, docker):
    declare(project, "add_go_container(api BASE scratch SBOM spdx ATTEST both)")
    result = project.configure(engine="docker", docker=docker, expect_failure=True)
    golden.check("errors/attest-index-with-docker.txt", errors(result))


HOST_BUILD = "add_go_container(api BASE scratch HOST_BUILD ON)"


def test_host_build_without_go(project, golden, docker, path_without_go):
    declare(project, HOST_BUILD)
    result = configure_without_go(project, path_without_go, engine="docker", docker=docker)
    golden.check("errors/host-build-without-go.txt", errors(result))


@pytest.mark.parametrize(
    "option",
    [
        *("HOST_BUILD ON", "SBOM spdx", "PROVENANCE ON", "ARCHIVE oci"),
        "SIGN_COMMAND cosign sign PUSH example.com/api",
    ],
)
def test_an_option_without_python(project, golden, path_without_python, option):
    declare(project, f"add_go_container(api BASE scratch {option})")
    result = project.configure(engine="podman", path=path_without_python, expect_failure=True)
    name = option.split()[0].lower().replace("_", "-")
    golden.check(f"errors/{name}-without-python.txt", errors(result))


def test_host_build_without_certificates(project, golden):
    declare(project, HOST_BUILD)
    none = ["-D", "GO_CONTAINER_CA_BUNDLE=/proc/nonexistent.pem"]
    result = project.configure(*none, engine="buildah", expect_failure=True)
    golden.check("errors/host-build-without-certificates.txt", errors(result))


def test_none_works(project, golden, path_without_engines):
    declare(project)
    result = project.configure(
        "-D",
        "GO_CONTAINER_CA_BUNDLE=/proc/nonexistent.pem",
        path=path_without_engines,
        expect_failure=True,
    )
    golden.check("errors/no-engine-works.txt", errors(result))


def test_building_with_docker_needs_no_python(project, docker, path_without_python):
    declare(project, "add_go_container(nopython BASE scratch MAX_SIZE 15MB)")
    project.configure("-Wno-error=dev", engine="docker", docker=docker, path=path_without_python)
    project.build("image")
    log = project.ctest("-V").stdout
    assert log.count("***Skipped") == 8
    assert "GoContainer: skipped, because there is no Python 3.9" in log
