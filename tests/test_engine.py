"""How an engine is chosen, and what is said of one that does not work."""


def declare(project, body="add_go_container(api BASE scratch)"):
    project.go_module(".")
    project.cmakelists(body)


def told(result):
    return [line for line in result.stdout.splitlines() if "GoContainer: engine" in line]


def test_auto_takes_docker_where_it_works(project, docker):
    declare(project)
    assert told(project.configure(docker=docker)) == ["-- GoContainer: engine docker"]


def test_auto_tells_why_not_docker(project, path_without_docker):
    declare(project)
    result = project.configure(path=path_without_docker)
    assert told(result) == [
        "-- GoContainer: engine builtin; not docker: there is no docker command on PATH"
    ]


def test_one_line_for_many_containers(project, docker):
    declare(project, "add_go_container(a BASE scratch)\nadd_go_container(b BASE scratch)")
    assert len(told(project.configure(docker=docker))) == 1


def test_the_engine_that_is_asked_for(project, docker):
    declare(project)
    result = project.configure(engine="builtin", docker=docker)
    assert told(result) == ["-- GoContainer: engine builtin, as GO_CONTAINER_ENGINE says"]


def errors(result):
    lines = result.stderr[result.stderr.index("CMake Error") :].splitlines()
    return "".join(line[3:] + "\n" for line in lines if line.startswith("   "))


def test_no_docker_command(project, golden, path_without_docker):
    declare(project)
    result = project.configure(engine="docker", path=path_without_docker, expect_failure=True)
    golden.check("errors/docker-is-missing.txt", errors(result))


def test_no_daemon(project, golden, docker):
    declare(project)
    environment = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}
    result = project.configure(engine="docker", docker=docker, env=environment, expect_failure=True)
    golden.check("errors/docker-has-no-daemon.txt", errors(result))


def test_a_new_cli_without_buildx(project, golden, path_docker_without_buildx):
    declare(project)
    result = project.configure(
        engine="docker", path=path_docker_without_buildx, expect_failure=True
    )
    golden.check("errors/docker-has-no-buildkit.txt", errors(result))


def test_no_go(project, golden, path_without_go):
    declare(project)
    # It may be in a place that is looked into whatever PATH says.
    arguments = [
        "-D",
        "CMAKE_FIND_ROOT_PATH=/nonexistent",
        "-D",
        "CMAKE_FIND_ROOT_PATH_MODE_PROGRAM=ONLY",
    ]
    result = project.configure(
        *arguments, engine="builtin", path=path_without_go, expect_failure=True
    )
    golden.check("errors/builtin-has-no-go.txt", errors(result))


def test_no_python(project, golden, path_without_python):
    declare(project)
    result = project.configure(engine="builtin", path=path_without_python, expect_failure=True)
    golden.check("errors/builtin-has-no-python.txt", errors(result))


def test_no_certificates(project, golden):
    declare(project)
    result = project.configure(
        "-D", "GO_CONTAINER_CA_BUNDLE=/nonexistent.pem", engine="builtin", expect_failure=True
    )
    golden.check("errors/builtin-has-no-certificates.txt", errors(result))


def test_none_works(project, golden, path_without_docker):
    declare(project)
    result = project.configure(
        "-D",
        "GO_CONTAINER_CA_BUNDLE=/nonexistent.pem",
        path=path_without_docker,
        expect_failure=True,
    )
    golden.check("errors/no-engine-works.txt", errors(result))


def test_building_with_docker_needs_no_python(project, docker, path_without_python):
    declare(project, "add_go_container(nopython BASE scratch MAX_SIZE 15MB)")
    project.configure(engine="docker", docker=docker, path=path_without_python)
    project.build("image")
    log = project.ctest("-V").stdout
    assert log.count("***Skipped") == 2
    assert "GoContainer: skipped, because there is no Python 3.9" in log
