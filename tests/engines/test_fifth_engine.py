"""An engine is one file of CMake and one row of Python: one more is added by these two alone, and no other file of
the product knows an engine by its name."""

import ast
import json
import re
import shutil

import pytest
from harness import REPOSITORY

PRODUCT = REPOSITORY / "cmake"
NAMES = ("docker", "podman", "buildah", "buildkit", "builtin")

FACTS = """\
# The engine fake: podman, by a name that nothing else knows.

function(_go_container_fake_facts)
  _go_container_engine_facts(
    fake
    RANK 0
    COMMAND fake
    RESULT store
    LIST image inspect --format "{{.Id}} {{.RepoTags}}"
    PULL pull
    SAVE push --quiet @tag@ docker-archive:@archive@:@tag@
    AGAIN --no-cache --layers=false
    IGNORE_FILE --ignorefile
    LOCK
  )
endfunction()

function(_go_container_fake_probe refusal remedy)
  set(build build --isolation chroot --format docker --layers --identity-label=false)
  execute_process(
    COMMAND "${GO_CONTAINER_FAKE}" version --format "{{.Client.OsArch}}"
    OUTPUT_VARIABLE platform
    OUTPUT_STRIP_TRAILING_WHITESPACE
  )
  string(REPLACE "linux/" "" architecture "${platform}")
  _go_container_fact(fake architecture "${architecture}")
  _go_container_fact(fake detail ", which is none")
  _go_container_fact(fake build "${GO_CONTAINER_FAKE};${build}")
  _go_container_fact(fake named_contexts TRUE)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
endfunction()

function(_go_container_fake_explain explained call command images)
  message(NOTICE "${call}: it was ${command}")
  set(${explained} TRUE PARENT_SCOPE)
endfunction()
"""
ROW = """\
    "fake": Engine(
        store="fake-store",
        save=("push", "--quiet", "{image}", "docker-archive:{archive}"),
        remove_image=("rmi",),
        run=("run",),
        remove=("rm", "--force", "--ignore", "--volumes", "--time", "0"),
    ),
"""
CALLS = """
    add_go_container(five
      BASE scratch HOST_BUILD ON ENTRYPOINT /usr/local/bin/five EXPOSE 8080 LABELS a=b
      MAX_SIZE 20MB)
    add_go_container_test(five NO_SHELL NO_SECRETS RUN x OUTPUT_MATCHES "hello .x." ENV A=1)
    add_go_container_service(five PORT 8080 READY_LOG "^serving" ENV SERVE=1)
    """
SERVER = """
    package main

    import (
    \t"fmt"
    \t"net"
    \t"os"
    )

    func main() {
    \tfmt.Println("hello", os.Args[1:])
    \tif os.Getenv("SERVE") != "" {
    \t\tlistening, _ := net.Listen("tcp", ":8080")
    \t\tfmt.Println("serving")
    \t\tlistening.Accept()
    \t}
    }
    """


@pytest.fixture
def house(project, tmp_path):
    """A copy of the product with one more engine, by a file and a row, and its command on PATH."""
    copy = shutil.copytree(
        PRODUCT, tmp_path / "cmake", ignore=shutil.ignore_patterns("__pycache__")
    )
    (copy / "GoContainer/engines/fake.cmake").write_text(FACTS)
    table = copy / "GoContainer/gocontainer/common/engines.py"
    text = table.read_text()
    assert text.count("ENGINES = {\n") == 1
    table.write_text(text.replace("ENGINES = {\n", "ENGINES = {\n" + ROW))
    command = tmp_path / "bin/fake"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\necho "$1" >>{tmp_path}/said\nexec podman "$@"\n')
    command.chmod(0o755)
    return copy


def test_a_fifth_engine_is_a_file_and_a_row(project, house, tmp_path):
    project.go_module(main=SERVER)
    project.cmakelists(CALLS)
    lists = project.source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace(str(PRODUCT), str(house)))
    result = project.configure("-D", f"GO_CONTAINER_FAKE={tmp_path}/bin/fake")
    assert (
        "-- GoContainer: engine fake, which is none\n" in result.stdout
    )  # auto takes it by its rank
    project.build("image")
    directory = project.binary / "five.container"
    assert json.loads((directory / "plan.json").read_text())["engine"] == "fake"
    done = re.findall(r"(\S+) \.+ +Passed", project.ctest().stdout)
    assert {"five.build", "five.run:x", "five.start", "five.stop"} <= set(done)
    assert "hello []" in project.build("five-run").stdout
    project.build("five-archive")
    assert (directory / "five.tar").stat().st_size > 1_000_000
    assert "Looking for the images in the store of fake" in project.build("five").stdout
    project.build("image-refresh")
    said = set((tmp_path / "said").read_text().split())
    assert {"version", "build", "image", "push", "run", "rm", "port", "stop"} <= said

    project.write("main.go", "package main\n\nfunc main() { nothing() }\n")
    failed = project.build("five", expect_failure=True).output
    assert "nothing" in failed


# Text for people, and the name of a format: a piece of each line that may name an engine, by the file.
TOLD = {
    "engines/daemonless.cmake": "podman system migrate|--format docker",
    "engines/choose.cmake": "use the engine builtin[.]",
    "dockerfile/dockerfile.cmake": "or use the engine builtin[.]",
    "plan/cross.cmake": "Use the engine builtin,",
    "dockerfile/files.cmake": "Use podman 4.2, buildah 1.27 or newer, or another engine[.]",
    "build/dockerfile_archive.cmake": "set\\(type docker\\)",
    "engines/not_fetched.cmake": r"docker\[[.]\]io",
    "scripts/ask_docker.sh": r"[.]docker[}]",
    "plan/caches.cmake": 'as for docker buildx build|fact_caches}" STREQUAL "buildkit"',
    "gocontainer/importing/parse.py": "BuildKit's parser|BuildKit can't read",
    "plan/archive.cmake": 'docker[|]oci|docker or oci|STREQUAL "docker"|has docker, but PLATFORMS',
    "gocontainer/common/plan.py": "'docker', 'oci'",
    "gocontainer/read/base.py": "which the engine builtin can't run",
    "gocontainer/write/from_image.py": "which the engine builtin can't copy",
    "gocontainer/registry/certificates.py": "'containers', 'docker'",
    "gocontainer/registry/credentials.py": "as docker writes them|docker login or podman login",
    "gocontainer/registry/failure.py": "docker login {host} or podman login",
    "gocontainer/registry/token.py": "docker login or podman login",
    "gocontainer/cli/help.py": "^(IMAGE|WHICH|HELP) = ",
    "gocontainer/cli/verify_import.py": "Install docker, podman or buildah",
    "gocontainer/cli/installing.py": "Or use the engine docker, podman or buildah",
}
NAME = re.compile(rf"\b({'|'.join(NAMES)})\b(?![-./:\\\\]| archive)", re.IGNORECASE)


def code_of_cmake(text):
    """Without comments and the reference."""
    return re.sub(r"(?ms)^#\[(=*)\[.*?\]\1\]|#[^\n]*", "", text)


def code_of_python(text):
    """The names and texts of a file, without comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return ast.unparse(tree)


def test_no_other_file_names_an_engine():
    own = {f"GoContainer/engines/{name}.cmake" for name in NAMES}
    own |= {"GoContainer/engines/docker_builder.cmake", "GoContainer/gocontainer/common/engines.py"}
    found, read = [], 0
    for file in sorted(PRODUCT.rglob("*")):
        name = file.relative_to(PRODUCT).as_posix()
        if file.suffix not in (".cmake", ".py", ".sh") or name in own:
            continue
        read += 1
        code = (code_of_python if file.suffix == ".py" else code_of_cmake)(file.read_text())
        told = TOLD.get(name.removeprefix("GoContainer/"), "$^")
        found += [
            f"{name}: {line.strip()}"
            for line in code.splitlines()
            if not re.search(told, line) and NAME.search(line)
        ]
    assert read > 120
    assert found == [], "\n".join(found)
