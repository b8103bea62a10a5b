"""What configuring writes: plan.json, the Dockerfile and its ignore file."""

import json

import jsonschema
import pytest
from gocontainer.checks import budget
from harness import REPOSITORY, run
from messages import error_of

CASES = {
    "scratch": "add_go_container(api BASE scratch)",
    "alpine": "add_go_container(api)",
    "all-options": """
        add_go_container(api
          SOURCE_DIR services/api
          PACKAGE ./cmd/api
          BASE example.com/base/static:1.2@sha256:{digest}
          BUILDER_IMAGE golang:1.26-alpine
          TAGS example.com:5000/api:1.4 api
          PUSH example.com/team/
          TAG_SETS SEMVER
          ARCHIVE oci gzip
          BINARY_NAME api-server
          ENTRYPOINT /usr/local/bin/api-server
          CMD -listen ":8080" "a b"
          ENV LOG=info [[MOTTO=as "you" \\ like $it; [or] #not]] EMPTY=
          EXPOSE 8080 53/udp 9000-9002
          LABELS org.opencontainers.image.licenses=MIT "motto=100% \\"it\\""
          USER app:app
          WORKDIR "/srv/a b"
          VOLUMES /data "/da ta$"
          STOPSIGNAL SIGINT
          HEALTHCHECK /usr/local/bin/api-server healthy
          HEALTHCHECK_INTERVAL 1m30s
          HEALTHCHECK_TIMEOUT 500ms
          HEALTHCHECK_START_PERIOD 1h
          HEALTHCHECK_RETRIES 2
          FILES CMakeLists.txt DESTINATION /opt/api CHMOD 640 CHOWN 65532
          FILES services
          DIRECTORIES /var/lib/api/data /var/lib/api CHMOD 1770 CHOWN 65532
          DIRECTORIES "/srv/a b/$c" /var/cache/api
          SYMLINKS /api=usr/local/bin/api-server "/var/cache/api/l=it's"
          BUILD_TAGS netgo timetzdata
          LDFLAGS -X "main.motto=it's"
          GCFLAGS -l
          GO_FLAGS -p=2
          PGO off
          CGO OFF
          PACKAGES tini curl=8.14.1-r2 tini
          BUILDER_PACKAGES make bash=5.2.37-r0 make
          GO_VERSION 1.26.8
          GO_ENV GOPROXY GOAMD64=v2
          VERSION 1.4.0
          VERSION_VARIABLE main.release
          STAMP main.edition=small
          MAX_SIZE 1.5MiB)
        """.replace("{digest}", "0123456789abcdef" * 4),
    "platforms": """
        add_go_container(api
          PLATFORMS linux/amd64 linux/arm64 linux/arm/v6
          CGO ON
          CC linux/arm64=aarch64-linux-gnu-gcc "linux/arm/v6=zig cc -target arm-linux-musleabihf"
          DIRECTORIES /data CHOWN nobody
          MAX_SIZE linux/arm/v6=3MB 5MB
          MAX_LAYER_SIZE linux/arm64=4MB)
        """,
    "host-build": """
        add_go_container(api
          HOST_BUILD ON
          BASE scratch
          WORKDIR /srv/api
          FILES CMakeLists.txt DESTINATION /opt/api CHOWN 65532
          FILES services
          DIRECTORIES /srv/api/data CHOWN 65532
          GO_ENV GOPROXY)
        """,
}


def declare(project, body):
    project.go_module(".")
    project.go_module("services/api", package="cmd/api")
    project.cmakelists(body)


@pytest.mark.parametrize("case", CASES)
def test_files(project, golden, docker, case):
    declare(project, CASES[case])
    settings = ["-D", "CMAKE_BUILD_TYPE=Release"]
    if case == "all-options":
        settings += ["-D", "_GO_CONTAINER_TREE=tree"]  # which is by chance
    project.configure(*settings, engine="docker", docker=docker)
    directory = project.binary / "api.container"
    golden.check(f"plan/{case}.json", (directory / "plan.json").read_text())
    golden.check(f"dockerfile/{case}", (directory / "Dockerfile").read_text())
    schema = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())
    jsonschema.validate(json.loads((directory / "plan.json").read_text()), schema)


def test_the_dockerfile_of_builtin_tells_that_this_machine_compiles(project, golden):
    """Where it has to: the Dockerfile is that of an engine which gets the program."""
    declare(
        project,
        """
        enable_language(C)
        add_library(core x.c)
        add_go_container(api BASE scratch LINK_LIBRARIES core)
        add_go_container(hosted BASE scratch HOST_BUILD ON)
        add_go_container(plain BASE scratch)
        """,
    )
    project.write("x.c", "int x;\n")
    project.configure(engine="builtin")
    texts = {
        name: (project.binary / f"{name}.container/Dockerfile").read_text()
        for name in ("api", "hosted", "plain")
    }
    golden.check("dockerfile/builtin-links", texts["api"])
    assert texts["hosted"] == texts["api"].replace("api", "hosted")
    assert "go build" in texts["plain"]


def test_the_schema_refuses_what_is_no_plan():
    schema = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())
    plan = json.loads((REPOSITORY / "tests/golden/plan/scratch.json").read_text())
    plan["source"] = plan["context"] = "/source"
    plan["go"]["modules"] = ["/source"]
    jsonschema.validate(plan, schema)
    for wrong in ({"engine": "podmna"}, {"tags": []}, {"colour": "blue"}, {"go": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**plan, **wrong}, schema)


@pytest.mark.parametrize(
    ("build_type", "stripped"),
    [
        ("", True),
        ("Release", True),
        ("MinSizeRel", True),
        ("Debug", False),
        ("relwithdebinfo", False),
    ],
)
def test_debug_information_stays_in_the_configurations_that_are_for_debugging(
    project, build_type, stripped
):
    declare(project, "add_go_container(api BASE scratch)")
    project.configure("-D", f"CMAKE_BUILD_TYPE={build_type}", engine="builtin")
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert ("-ldflags=-s -w" in plan["go"]["flags"]) is stripped


def test_a_multi_config_generator_has_a_plan_for_each_configuration(project):
    declare(project, "add_go_container(api BASE scratch)")
    project.configure(engine="builtin", generator="Ninja Multi-Config")
    flags = {
        config: json.loads((project.binary / f"api.container/{config}/plan.json").read_text())[
            "go"
        ]["flags"]
        for config in ("Debug", "Release", "RelWithDebInfo")
    }
    assert "-ldflags=-s -w" in flags["Release"]
    assert "-ldflags=-s -w" not in flags["Debug"] + flags["RelWithDebInfo"]


SIZES = {
    "1": 1, "15000000": 15_000_000, "2kB": 2000, "15MB": 15_000_000, "1.5GB": 1_500_000_000,
    "1KiB": 1024, "0.5MiB": 524_288, "2GiB": 2_147_483_648, "0.001kB": 1,
}  # fmt: skip


def test_sizes(project):
    calls = [f"add_go_container(c{n} BASE scratch MAX_SIZE {size})" for n, size in enumerate(SIZES)]
    declare(project, "\n".join(calls))
    project.configure(engine="builtin")
    for number, (text, size) in enumerate(SIZES.items()):
        plan = json.loads((project.binary / f"c{number}.container/plan.json").read_text())
        assert plan["maxSize"] == {"declared": text, "bytes": size}
        assert budget.bytes_of(text) == size


def test_words_of_cmd_arrive_as_they_are_written(project):
    words = [
        "a b",
        'say "hi"',
        "x;y",
        "[",
        "]x",
        "\\",
        "\\;",
        "$<1:x>",
        "${HOME}",
        "#%@v@",
        "",
        "ä→",
        "a\tb\nc",
    ]
    declare(
        project,
        "add_go_container(api BASE scratch CMD " + " ".join(f"[==[{w}]==]" for w in words) + ")",
    )
    project.configure(engine="builtin")
    directory = project.binary / "api.container"
    assert json.loads((directory / "plan.json").read_text())["config"]["Cmd"] == words
    (cmd,) = [
        line
        for line in (directory / "Dockerfile").read_text().splitlines()
        if line.startswith("CMD")
    ]
    assert json.loads(cmd.removeprefix("CMD ")) == words


def test_variables_of_the_caller_are_no_arguments(project):
    declare(
        project,
        "set(arg_BASE nonsense!)\nset(arg_CMD x)\nset(values_TAGS y)\nadd_go_container(api BASE scratch)",
    )
    project.configure(engine="builtin")
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert plan["tags"] == ["api:latest"]
    assert plan["config"]["Cmd"] == ["/usr/local/bin/api", "--help"]


def plan_of(project, name="api"):
    return json.loads((project.binary / f"{name}.container/plan.json").read_text())


def test_variables_are_defaults_of_options(project):
    declare(
        project,
        """
        set(GO_CONTAINER_BASE scratch)
        set(GO_CONTAINER_ENV A=1 B=2)
        set(GO_CONTAINER_USER 1000)
        set(GO_CONTAINER_MAX_SIZE 20MB)
        add_go_container(api MAX_SIZE 15MB ENV C=3)
        add_go_container(other)
        """,
    )
    project.configure(engine="builtin")
    plan = plan_of(project)
    assert plan["base"] == "scratch"
    assert plan["config"]["User"] == "1000"
    assert plan["config"]["Env"] == ["C=3"]
    assert plan["maxSize"]["declared"] == "15MB"
    other = json.loads((project.binary / "other.container/plan.json").read_text())
    assert other["config"]["Env"] == ["A=1", "B=2"]
    assert other["maxSize"]["declared"] == "20MB"


def test_properties_tell_what_a_container_is(project):
    declare(
        project,
        """
        add_go_container(api BASE scratch TAGS example.com/api:1 api)
        foreach(property ENGINE IMAGE TAGS PLAN DOCKERFILE ARCHIVE)
          get_target_property(value api GO_CONTAINER_${property})
          message(STATUS "${property}: ${value}")
        endforeach()
        """,
    )
    output = project.configure(engine="builtin").stdout
    directory = project.binary / "api.container"
    assert "-- ENGINE: builtin\n-- IMAGE: example.com/api:1\n" in output
    assert "-- TAGS: example.com/api:1;api:latest\n" in output
    assert f"-- PLAN: {directory}/plan.json\n-- DOCKERFILE: {directory}/Dockerfile\n" in output
    assert f"-- ARCHIVE: {directory}/api.tar\n" in output


def test_an_empty_entrypoint_and_cmd_are_told_apart_from_none(project):
    declare(project, "add_go_container(api BASE scratch ENTRYPOINT CMD)")
    project.configure(engine="builtin")
    assert plan_of(project)["config"]["Entrypoint"] == []
    assert plan_of(project)["config"]["Cmd"] == []
    declare(project, "add_go_container(api BASE scratch ENTRYPOINT /usr/local/bin/api)")
    project.configure(engine="builtin")
    assert "Cmd" not in plan_of(project)["config"]


def test_the_version_of_git_changes_with_the_commit_only(project):
    declare(project, "add_go_container(api BASE scratch VERSION GIT)")
    git = ["git", "-C", project.source, "-c", "user.name=t", "-c", "user.email=t@example.com"]
    run([*git, "init", "--quiet"])
    run([*git, "add", "."])
    run([*git, "commit", "--quiet", "--message", "one"])
    run([*git, "tag", "v1.0"])
    project.configure(engine="builtin")
    label = "org.opencontainers.image.version"
    assert plan_of(project)["config"]["Labels"][label] == "v1.0"
    project.build("image")
    before = project.snapshot(project.binary / "api.container")["api.tar"]
    project.write("notes.txt", "an edit that is not committed\n")
    project.build("image")
    assert project.snapshot(project.binary / "api.container")["api.tar"] == before
    run([*git, "add", "."])
    run([*git, "commit", "--quiet", "--message", "two"])
    project.build("image")
    assert plan_of(project)["config"]["Labels"][label].startswith("v1.0-1-g")
    assert project.snapshot(project.binary / "api.container")["api.tar"] != before


def test_the_version_is_stamped_into_the_program(project):
    project.go_module(".", main="""
        package main

        import "fmt"

        var version, motto string

        func main() { fmt.Printf("<%s> <%s>\\n", version, motto) }
        """)  # fmt: skip
    project.cmakelists(
        'add_go_container(api BASE scratch VERSION 1.4.0 LDFLAGS -X "main.motto=it\'s \\\\ $x; [y]")'
    )
    project.configure(engine="builtin")
    project.build("image")
    program = project.binary / "api.container/context/out/api"
    assert run([program]).stdout == "<1.4.0> <it's \\ $x; [y]>\n"


def test_configuring_again_changes_no_file(project):
    declare(project, "add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    before = project.snapshot(project.binary / "api.container")
    project.configure(engine="builtin")
    assert project.snapshot(project.binary / "api.container") == before
    declare(project, "add_go_container(api BASE scratch CMD /usr/local/bin/api)")
    project.configure(engine="builtin")
    after = project.snapshot(project.binary / "api.container")
    assert {name for name in before if after[name] != before[name]} == {"plan.json", "Dockerfile"}


def test_the_source_tree_is_not_written_to(project):
    declare(project, "add_go_container(api BASE scratch)")
    before = project.snapshot(project.source)
    project.configure(engine="builtin")
    project.build("image")
    project.ctest()
    assert project.snapshot(project.source) == before


def test_ignore_file_of_a_build_tree_outside_the_module(project, golden):
    declare(project, "add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    text = (project.binary / "api.container/Dockerfile.dockerignore").read_text()
    golden.check("dockerignore/outside", text)


def test_ignore_file_keeps_the_module_s_own_and_leaves_out_the_build_tree(project, golden):
    declare(project, "add_go_container(api BASE scratch)")
    project.write(".dockerignore", "*.md\n!docs/keep.md\n")
    project.binary = project.source / "out" / "[x] *"
    project.configure(engine="builtin")
    text = (project.binary / "api.container/Dockerfile.dockerignore").read_text()
    golden.check("dockerignore/inside", text)
    project.write(".dockerignore", "*.txt\n")
    project.build("image")  # notices that .dockerignore changed, and configures again
    text = (project.binary / "api.container/Dockerfile.dockerignore").read_text()
    assert "*.txt" in text and "*.md" not in text


@pytest.mark.parametrize(
    ("written", "planned"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/.", "/"),
        ("/x/", "/x"),
        ("//x", "/x"),
        ("/x/./y/", "/x/y"),
        ("/x/../y", "/y"),
        ("/a b//c", "/a b/c"),
        ("/...", "/..."),
        ("/x/..y", "/x/..y"),
    ],
)
def test_the_working_directory_is_planned_as_engines_write_it(project, written, planned):
    project.go_module(".")
    project.cmakelists(f'add_go_container(api BASE scratch WORKDIR "{written}")')
    project.configure(engine="builtin")
    plan = json.loads((project.binary / "api.container/plan.json").read_text())
    assert plan["config"]["WorkingDir"] == planned


def test_words_of_values_are_no_members_of_the_plan(project):
    """Values that read like what the plan, its config or the Dockerfile have declare nothing."""
    project.go_module(".")
    project.cmakelists("""
        add_go_container(api
          BASE scratch
          WORKDIR /
          CMD /usr/local/bin/api /empty/
          ENV [[A="/empty/" "Volumes": {}, "StopSignal": ]]
          LABELS Healthcheck=yes Volumes=none StopSignal=no WorkingDir=/srv ssh=no files=no)
        """)
    project.configure(engine="builtin")
    directory = project.binary / "api.container"
    plan = json.loads((directory / "plan.json").read_text())
    assert "mkdir /empty" not in (directory / "Dockerfile").read_text()
    assert not {"healthcheck", "volumes", "stopsignal", "expose", "entrypoint"} & set(plan["tests"])
    assert {"cmd", "env", "user", "workdir", "labels"} <= set(plan["tests"])


def test_no_flag_of_go_is_lost(project):
    """go takes the last of two -tags, -ldflags or -gcflags, and those of its command line before GOFLAGS."""
    project.go_module(".")
    project.cmakelists(
        """
        add_go_container(api BASE scratch BUILD_TAGS a b GO_ENV "GOFLAGS=-mod=mod -tags=c,d"
          GO_FLAGS -tags b,e -p=2 --tags=f -ldflags "-X 'main.a=b c'" -ldflags= -gcflags=-N
          LDFLAGS -X "main.b=\\"c" GCFLAGS -l)
        add_go_container(debug BASE scratch GO_FLAGS -gcflags=all=-N -ldflags=-X=main.a=b)
        """
    )
    project.configure(engine="builtin")
    assert plan_of(project)["go"]["flags"] == [
        "-trimpath",
        "-buildvcs=false",
        "-ldflags=-s -w -X 'main.b=\"c' -X 'main.a=b c' ",
        "-gcflags=-l -N",
        "-tags=a,b,e,f,c,d",
        "-p=2",
    ]
    flags = plan_of(project, "debug")["go"]["flags"]
    assert flags[2:] == ["-ldflags=-s -w -X=main.a=b", "-gcflags=all=-N"]


def test_two_numbers_of_a_go_version(project, docker):
    """They name the Go of the builder image, or of this machine; else the first release, which there is."""
    here = run(["go", "env", "GOVERSION"]).stdout.strip()
    two = ".".join(here[2:].split(".")[:2])
    project.go_module(".")
    project.cmakelists(
        f"add_go_container(api BASE scratch GO_VERSION {two} HOST_BUILD ON)\n"
        "add_go_container(old BASE scratch GO_VERSION 1.21 HOST_BUILD ON)\n"
        "add_go_container(older BASE scratch GO_VERSION 1.20 HOST_BUILD ON)\n"
        "add_go_container(contained BASE scratch GO_VERSION 1.25)\n"
        "add_go_container(candidate BASE scratch GO_VERSION 1.26rc1)\n"
    )
    project.configure(engine="docker", docker=docker)
    toolchains = {
        name: [v for v in plan_of(project, name)["go"]["env"] if v.startswith("GOTOOLCHAIN")]
        for name in ("api", "old", "older", "contained", "candidate")
    }
    assert toolchains == {
        "api": [f"GOTOOLCHAIN={here}"],
        "old": ["GOTOOLCHAIN=go1.21.0"],
        "older": ["GOTOOLCHAIN=go1.20"],
        "contained": ["GOTOOLCHAIN=local"],
        "candidate": ["GOTOOLCHAIN=go1.26rc1"],
    }
    contained = plan_of(project, "contained")
    assert contained["builderImage"] == "golang:1.25-alpine"
    assert contained["go"]["version"] == "1.25"
    schema = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())
    jsonschema.validate(contained, schema)


def test_packages_by_their_absolute_directory_and_import_path(project):
    project.go_module(".", package="cmd/api")
    project.write("go.mod", "module tools\n\ngo 1.22\n")
    (project.source.parent / "link").symlink_to(project.source)
    project.cmakelists(
        f"""
        add_go_container(api BASE scratch PACKAGE "{project.source}/cmd/api/")
        add_go_container(linked BASE scratch PACKAGE "{project.source.parent}/link/cmd/api")
        add_go_container(root BASE scratch PACKAGE "{project.source}")
        add_go_container(path BASE scratch PACKAGE tools/cmd/api)
        """
    )
    project.configure(engine="builtin")
    packages = [
        plan_of(project, name)["programs"][0]["package"]
        for name in ("api", "linked", "root", "path")
    ]
    assert packages == ["./cmd/api", "./cmd/api", ".", "tools/cmd/api"]
    project.build("path")
    assert "100% tests passed" in project.ctest("-R", "path.binary").stdout


def test_a_line_of_the_dockerfile_that_no_engine_reads(project, golden):
    project.go_module(".")
    project.cmakelists("string(REPEAT x 70000 x)\nadd_go_container(api BASE scratch LABELS a=${x})")
    said = project.configure(engine="podman", expect_failure=True).stderr
    golden.check("errors/dockerfile-line-is-too-long.txt", error_of(said))
    project.configure(engine="builtin")


def test_builds_on_this_machine_name_the_builder_packages_that_it_lacks(project):
    declare(
        project,
        """
        add_go_container(api BASE scratch BUILDER_PACKAGES sh=1 no-such-package another+one)
        add_go_container(web BASE scratch BUILDER_PACKAGES no-such-package libc6 TAGS web)
        """,
    )
    said = project.configure(engine="builtin").output
    assert "neither a program nor a package of the name another+one, no-such-package (" in said
    assert said.count("neither a program") == 1


def test_a_base_in_the_store_of_an_engine(project):
    """It has no registry, so neither a mirror nor a label for its name counts."""
    declare(
        project,
        """
        set(GO_CONTAINER_REGISTRY_MIRROR mirror.example.com)
        add_go_container(api BASE docker-daemon:base TAGS a)
        add_go_container(web BASE containers-storage:localhost/team/base:1 TAGS b)
        """,
    )
    project.configure(engine="builtin")
    plans = [plan_of(project, name) for name in ("api", "web")]
    bases = [each["base"] for each in plans]
    assert bases == ["docker-daemon:base", "containers-storage:localhost/team/base:1"]
    assert not [key for each in plans for key in each["config"]["Labels"] if "base" in key]
    assert "go_container_refresh" in project.build("help").stdout
