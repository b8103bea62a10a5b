"""GO_CONTAINER_BUILDER, CACHE_FROM and CACHE_TO: builders of buildx, and the caches that they share."""

import hashlib
import json
import os
import re
import socket
import subprocess

import pytest
from builders import Builders
from chosen import declare, errors, told
from gocontainer.read.layout import open_image
from harness import run
from rootfs import entries


@pytest.fixture
def builders(state, registry, tmp_path):
    return Builders(state, registry, tmp_path)


# Nothing of the standard library: the caches of these builders are empty.
MAIN = "package main\n\nfunc main() { println(made) }\n"


def configure(project, builders, registry, name):
    caches = f"type=registry,ref={registry}/caches-{os.getpid()}/"
    arguments = {
        "GO_CONTAINER_BUILDER": name,
        "GO_CONTAINER_CACHE_FROM": caches,
        "GO_CONTAINER_CACHE_TO": f"{caches},mode=max",
    }
    words = [word for key, value in arguments.items() for word in ("-D", f"{key}={value}")]
    result = project.configure(*words, engine="docker", docker=builders.docker)
    says = f"engine docker, builder {name} (remote), as GO_CONTAINER_ENGINE says"
    assert told(result) == [f"-- GoContainer: {says}"]


def identity(project):
    return (project.binary / "far.container/image.id").read_text()


def far_project(project, registry):
    project.go_module("go", main=MAIN)
    project.write("made.go", 'package main\n\nconst made = "it runs"\n')
    project.write("notes", "first\n")
    project.write("netrc", "machine git.example.com login ada password lovelace\n")
    key = project.source / "key"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    project.cmakelists(f"""
        add_go_container(far SOURCE_DIR go BASE scratch BUILDER_IMAGE {registry}/golang:alpine MAX_SIZE 15MB
          FILES notes DESTINATION /opt OVERLAY made.go DESTINATION . SECRETS id=netrc,src=netrc SSH default=key)
        """)


def test_a_builder_elsewhere_and_a_second_one_that_takes_its_cache(
    project, golden, registry, builders
):
    far_project(project, registry)
    with builders.start("near"):
        configure(project, builders, registry, "near")
        project.build("far-modules")
        assert "remote driver" in project.build("far").output
        assert "Building image" not in project.build("far").output
        project.write("notes", "second\n")
        project.build("far")
        # FILES take no way through the daemon's store, which that builder does not see.
        with open_image("docker-daemon:far:latest", "docker") as image:
            digest = hashlib.sha256(b"second\n").hexdigest()
            assert entries(image)["/opt/notes"].digest == digest
        builders.docker("image", "inspect", "go-container-files/far", expect_failure=True)
        assert "100% tests passed" in project.ctest().stdout
        assert "it runs" in project.build("far-run").output
        built = identity(project)
        builders.docker("rmi", "--force", built)
        project.build("far")
        assert builders.docker("image", "inspect", built)

    with builders.start("cold") as (process, address):
        configure(project, builders, registry, "cold")
        said = project.build("far").output
        steps = dict(
            re.findall(r"^#(\d+) \[[^\]]+\] RUN .*(go mod download|go build)\b", said, re.M)
        )
        assert sorted(steps.values()) == ["go build", "go mod download"]
        for step in steps:
            assert f"\n#{step} CACHED\n" in said
        assert identity(project) == built
        line = killed_in_the_middle(project, process)
    golden.check("errors/builder-stopped.txt", line.replace(address, "<address>"))
    assert identity(project) == built
    said = project.build("far", expect_failure=True).output
    assert line in said
    assert "waiting for connection" not in said
    refused = project.configure(engine="docker", expect_failure=True)
    golden.check("errors/builder-is-gone.txt", errors(refused).replace(address, "<address>"))


# Little more than a word, as these builders have no cache.
WORD = """package main

import "example.com/words/common"

func main() {{ common.Say("{}") }}
"""


def test_programs_of_one_module_are_compiled_together(project, registry, builders):
    with builders.start("near"):  # once, as it compiles the runtime of Go
        bake_by_hand(project, registry, builders)
        build_the_target_image(project, registry, builders)


# Images of these names are of no other test, which would build them for the same daemon meanwhile.
def bake_by_hand(project, registry, builders):
    project.write("go.mod", "module example.com/words\n\ngo 1.22\n")
    project.write("common/say.go", "package common\n\nfunc Say(word string) { println(word) }\n")
    for name in ("joint-api", "joint-web", "other/joint-api"):
        project.write(f"cmd/{name}/main.go", WORD.format(name))
    project.cmakelists(f"""
        set(GO_CONTAINER_BASE scratch)
        set(GO_CONTAINER_BUILDER_IMAGE {registry}/golang:alpine)
        add_go_container(joint-api PACKAGE ./cmd/joint-api)
        add_go_container_variant(joint-api debug LABELS of=all)
        add_go_container(joint-web PACKAGE ./cmd/joint-web TAGS {registry}/joint-web:1)
        add_go_container(second PACKAGE ./cmd/other/joint-api BINARY_NAME /usr/local/bin/joint-api)
        add_go_container(tagged PACKAGE ./cmd/joint-web BUILD_TAGS none)
        add_go_container(go-programs-1 PACKAGE ./cmd/joint-web GO_FLAGS -a)
        """)
    words = ["-D", "GO_CONTAINER_BUILDER=near"]
    project.configure(*words, engine="docker", docker=builders.docker)
    file = project.binary / "GoContainer/docker-bake.json"
    targets = json.loads(file.read_text())["target"]
    shared = {
        name: target["contexts"]["build"]
        for name, target in targets.items()
        if "contexts" in target
    }
    together = ["joint-api", "joint-api-debug", "joint-web"]
    assert shared == dict.fromkeys(together, "target:go-programs-2")
    said = bake(project, builders, "--progress=plain", *together).output
    # A step that serves several targets is told under the name of each, with one number.
    steps = re.findall(r"^#(\d+) \[.*RUN .*go build\b", said, re.M)
    assert len(set(steps)) == 1
    for name in together:
        said = builders.docker("run", "--rm", *targets[name]["tags"]).stderr
        assert said == name.removesuffix("-debug") + "\n"
    bake(project, builders, "--push", "joint-web")
    builders.docker("pull", f"{registry}/joint-web:1")


def bake(project, builders, *words):
    file = project.binary / "GoContainer/docker-bake.json"
    allowed = ("--builder", "near", "--allow=fs=*")
    return builders.docker("buildx", "bake", *allowed, "--file", file, *words)


def build_the_target_image(project, registry, builders):
    names = ["joint-api", "joint-late", "joint-noted", "joint-web"]
    for name in names:
        project.write(f"cmd/{name}/main.go", WORD.format(name))
    project.write("notes", "first\n")
    # A target that writes a source of joint-late, but not before the image of joint-api is there.
    project.write(
        "write.sh", "until test -e $1; do sleep 0.1; done\ncp new.go cmd/joint-late/main.go\n"
    )
    project.cmakelists(f"""
        set(GO_CONTAINER_BASE scratch)
        set(GO_CONTAINER_BUILDER_IMAGE {registry}/golang:alpine)
        add_go_container(joint-api PACKAGE ./cmd/joint-api LABELS of=${{OF}})
        add_go_container(joint-late PACKAGE ./cmd/joint-late)
        add_go_container(joint-noted PACKAGE ./cmd/joint-noted FILES notes DESTINATION /opt)
        add_go_container(joint-web PACKAGE ./cmd/joint-web)
        if(WRITE)
          add_custom_target(write COMMAND sh write.sh ${{CMAKE_BINARY_DIR}}/joint-api.container/built
            WORKING_DIRECTORY ${{CMAKE_CURRENT_SOURCE_DIR}} VERBATIM)
          add_dependencies(joint-late write)
        endif()
        """)

    def build(**more):
        """The targets of bake, of each command of docker; stage-4 where it was another command."""
        said = project.build("image", "--", "-k", "0", env={"BUILDKIT_PROGRESS": "plain"}, **more)
        commands = re.split(r'(?m)^#0 building with "near"', said.output)[1:]
        copied = r"^#\d+ \[(\S+) .*COPY .* /usr/local/bin/"
        return [sorted(set(re.findall(copied, each, re.M))) for each in commands], said.output

    def built_together():
        """Each once: joint-noted has FILES, and is only built with the others if its process comes first."""
        commands, _ = build()
        assert sorted(name for each in commands for name in each) in (
            names,
            ["joint-api", "joint-late", "joint-web", "stage-4"],
        )
        assert len(commands) <= 2

    def configure(*words):
        words = ["-D", "GO_CONTAINER_BUILDER=near", *words]
        project.configure(*words, engine="docker", docker=builders.docker)

    def check(*says):
        for name, word in zip(names, says):
            assert builders.docker("run", "--rm", f"{name}:latest").stderr == f"{word}\n"
            said = builders.docker("image", "inspect", "--format", "{{.Id}}", f"{name}:latest")
            assert identity(name) == said.stdout.strip()

    def identity(name):
        return (project.binary / f"{name}.container/image.id").read_text().strip()

    configure("-D", "OF=words")
    built_together()
    check("joint-api", "joint-late", "joint-noted", "joint-web")
    bake(project, builders, "joint-noted")  # finds its FILES
    assert "Building image" not in build()[1]

    configure("-D", "OF=others")
    assert build()[0] == [["stage-4"]]
    label = builders.docker("inspect", "--format", "{{.Config.Labels.of}}", "joint-api:latest")
    assert label.stdout == "others\n"

    project.write("common/say.go", "package common\n\nfunc Say(w string) { println(w + `!`) }\n")
    built_together()
    check("joint-api!", "joint-late!", "joint-noted!", "joint-web!")

    project.write("new.go", WORD.format("new"))
    configure("-D", "WRITE=ON")
    (project.binary / "joint-api.container/built").unlink()
    build()
    check("joint-api!", "new!", "joint-noted!", "joint-web!")

    before = identity("joint-web")
    configure("-D", "WRITE=OFF")
    project.write("common/say.go", "package common\n\nfunc Say(w string) { println(w + `?`) }\n")
    project.write("cmd/joint-web/main.go", "package main\n\nfunc main() { wrong }\n")
    commands, said = build(expect_failure=True)
    assert sorted(commands) == [[], ["stage-4"], ["stage-4"], ["stage-4"]]
    assert "cmd/joint-web/main.go:3:15: undefined: wrong" in said
    check("joint-api?", "new?", "joint-noted?")
    assert identity("joint-web") == before


def killed_in_the_middle(project, builder):
    """What is said of a build whose builder is killed while it waits for a module."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.5)
        lists = project.source / "CMakeLists.txt"
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        text = lists.read_text().replace("MAX_SIZE", f"GO_ENV GOPROXY={address} MAX_SIZE")
        lists.write_text(text)
        project.write(
            "go/go.mod", "module example.com/go\n\ngo 1.22\n\nrequire example.com/never v1.0.0\n"
        )
        command = ["cmake", "--build", project.binary, "--target", "far"]
        build = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=project.environment(),
        )  # fmt: skip
        with build:
            while build.poll() is None:
                try:
                    connection = proxy.accept()[0]
                except TimeoutError:
                    continue
                builder.kill()
                connection.close()
                break
            output = build.communicate()[0]
    assert build.returncode != 0
    lines = [line for line in output.splitlines() if line.startswith("GoContainer:")]
    assert len(lines) == 1, output
    return lines[0] + "\n"


def test_no_such_builder(project, golden, builders):
    declare(project)
    result = project.configure(
        "-D", "GO_CONTAINER_BUILDER=far", engine="docker", docker=builders.docker,
        expect_failure=True,
    )  # fmt: skip
    golden.check("errors/builder-is-unknown.txt", errors(result))


def test_the_builder_of_the_daemon_writes_no_cache(project, golden, builders):
    cache = "add_go_container(api BASE scratch CACHE_TO {})"
    declare(project, cache.format("type=inline"))
    project.configure(engine="docker", docker=builders.docker)
    declare(project, cache.format("type=local,dest=/tmp/cache"))
    result = project.configure(engine="docker", expect_failure=True)
    golden.check("errors/cache-to-by-the-daemon.txt", errors(result))


def flags(project, name):
    text = (project.binary / f"{name}.container/build.sh").read_text()
    return re.findall(r"--cache-(?:from|to) \S+", text.partition("\nelse\n")[2])


CACHED = """
    set(GO_CONTAINER_CACHE_FROM type=registry,ref=example.com/c/ type=registry,ref=example.com/d:1)
    set(GO_CONTAINER_CACHE_TO type=registry,ref=example.com/c/,mode=max type=local,dest=/tmp/c/)
    add_go_container(Api BASE scratch)
    add_go_container(web BASE scratch PLATFORMS linux/amd64 linux/arm64)
    """


def test_each_container_and_platform_has_a_cache(project, golden, builders):
    # This builder starts when it builds, which it does not here.
    builders.docker("buildx", "create", "--name", "own", "--driver", "docker-container")
    declare(project, CACHED)
    arguments = ["-D", "GO_CONTAINER_BUILDER=own"]
    project.configure(*arguments, engine="docker", docker=builders.docker)
    assert flags(project, "Api") == [
        "--cache-from type=registry,ref=example.com/c/api",
        "--cache-from type=registry,ref=example.com/d:1",
        "--cache-to type=registry,ref=example.com/c/api,mode=max",
        "--cache-to type=local,dest=/tmp/c/api",
    ]
    assert flags(project, "web") == [
        f"--cache-{words}"
        for part in ("linux-arm64", "linux-amd64")
        for words in (
            f"from type=registry,ref=example.com/c/web-{part}",
            f"from type=registry,ref=example.com/d:1-{part}",
            f"to type=registry,ref=example.com/c/web-{part},mode=max",
            f"to type=local,dest=/tmp/c/web-{part}",
        )
    ]
    declare(
        project,
        "set(GO_CONTAINER_CACHE_TO type=gha)\nadd_go_container(api BASE scratch)\nadd_go_container(web BASE scratch)",
    )
    result = project.configure(*arguments, engine="docker", expect_failure=True)
    golden.check("errors/cache-of-two-containers.txt", errors(result))


@pytest.mark.parametrize("engine", ["builtin", "podman"])
def test_what_other_engines_use_of_caches(project, engine):
    declare(project, CACHED)
    said = project.configure(engine=engine).stdout
    unused = [line.partition("does not use ")[2] for line in said.splitlines() if "not use" in line]
    if engine == "builtin":
        assert unused == [
            *("CACHE_FROM type=registry", "CACHE_TO type=registry", "CACHE_TO type=local"),
        ]
        return
    assert unused == ["CACHE_TO type=local"]
    assert flags(project, "Api") == [
        *("--cache-from example.com/c/api", "--cache-from example.com/d"),
        "--cache-to example.com/c/api",
    ]


def test_podman_keeps_a_cache_in_a_registry(project, registry, skopeo):
    repository = f"{registry}/cache-of-podman-{os.getpid()}"
    project.go_module(".", main="package main\n\nfunc main() {}\n")
    project.write("notes", f"{os.getpid()}\n")
    project.cmakelists(f"""
        set(GO_CONTAINER_CACHE_FROM type=registry,ref={repository}/)
        set(GO_CONTAINER_CACHE_TO type=registry,ref={repository}/)
        add_go_container(api BASE scratch HOST_BUILD ON FILES notes DESTINATION /opt)
        """)
    project.configure(engine="podman")
    project.build("api")
    cached = skopeo("list-tags", "--tls-verify=false", f"docker://{repository}/api").stdout
    assert re.search(r'"[0-9a-f]{64}"', cached)
