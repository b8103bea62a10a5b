"""REPRODUCIBLE: a second build, and what is said of its differences."""

import os
import re
import shutil
import uuid

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.checks.reproducible import differences
from harness import run
from image_in_memory import check_on, image_of
from images import AMD64, archive, entry, image, layer, one_program, write_plan
from messages import without_see

# The runtime is all that is compiled.
SMALL = "package main\n\nfunc main() {}\n"


def indexes(directory, *images, config=None):
    """The indexes of two images; the config is that of the second."""
    for name, made in zip(("first", "second"), images):
        made.config["config"] = {"Env": ["A=1"], "Labels": {"a": "b"}}
        if config and name == "second":
            made.config["config"] = config
        yield check_on(directory, name, made, {}).index


def test_what_differs(tmp_path, golden):
    old = {"same": b"1", "gone": b"", "content": b"x" * 5, "longer": b"y", "type": b"", "d/": None}
    new = {
        "same": b"1",
        "more": b"",
        "content": b"xx!xx",
        "longer": b"yy",
        "type/": None,
        "d/": None,
    }
    config = {"Env": ["A=1", "B=2"], "Labels": {"a": "c"}, "User": "7"}
    first, second = indexes(tmp_path, image_of(old), image_of(new), config=config)
    second.files["same"] = second.files["same"]._replace(mode=0o600, uid=7)
    golden.check(
        "checks/reproducible-differs.txt", "\n".join(differences(first, second, True)) + "\n"
    )


def test_what_engines_write_anew_is_no_difference(tmp_path):
    one, two = image_of({"a": b"1"}), image_of({"a": b"1"})
    one.config["created"], two.config["created"] = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    first, second = indexes(tmp_path, one, two)
    assert list(differences(first, second, False)) == []
    assert list(differences(first, second, True)) == [
        'config created: "2026-01-01T00:00:00Z", then "2026-01-02T00:00:00Z"'
    ]


def test_each_member_of_the_config_and_each_layer(tmp_path):
    """A path below a note is a note, too. A path that only begins with the same letters is not."""
    one, two = image_of({"a": b"1"}, {"b": b"2"}), image_of({"a": b"1"}, {"b": b"3"})
    first, second = indexes(tmp_path, one, two, config={"Env": ["A=1"], "Hostname": "x"})
    second.config.update(history=[{"created_by": "x"}], createdBy="me", os="other")
    found = ["/b: content, from byte 0 on", 'config Labels a: "b", then nothing']
    assert list(differences(first, second, False)) == [
        *found,
        'config os: "linux", then "other"',
        'config createdBy: nothing, then "me"',
    ]
    assert list(differences(first, second, True)) == [
        *found,
        'config history 1 created_by: "COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/", then "x"',
        'config history 2 created_by: "COPY", then nothing',
        'config os: "linux", then "other"',
        'config Hostname: nothing, then "x"',
        'config createdBy: nothing, then "me"',
        "layer 2 of 2: its digest",
    ]


def test_a_difference_behind_the_first_megabyte(tmp_path):
    same = b"x" * ((1 << 20) + 10)
    contents = [same[:-2] + b"yy", same + b"more", same[:-1]]
    differ = ["1,048,584", "1,048,586", "1,048,585"]
    for number, (content, place) in enumerate(zip(contents, differ)):
        images = image_of({"a": same}), image_of({"a": content})
        first, second = indexes(tmp_path / f"{number}", *images)
        assert list(differences(first, second, False)) == [f"/a: content, from byte {place} on"]


@pytest.fixture
def again(tmp_path):
    """A function that checks an image against that of a command in place of the second build, which is
    a line for sh; the directory of the second build is in $1, that of the plan in $2."""
    directory = tmp_path / "api.container"
    write_plan(directory, archive(image([layer(entry("a", b"1"))])))
    shutil.copy(directory / "api.tar", directory / "same.tar")
    (directory / "other.tar").write_bytes(archive(image([layer(entry("a", b"2"))])))
    (directory / "Dockerfile").write_text(
        "RUN --mount=type=cache,target=/go/pkg/mod \\\n"
        "    --mount=type=cache,target=/root/.cache/go-build \\\n    go build\n"
    )
    (directory / "Dockerfile.dockerignore").write_text("*.txt\n!kept.txt\n")
    source = tmp_path / "source"
    source.mkdir()
    (source / "go.mod").write_text("module example.com/api\n\ngo 1.22\n")

    def do(script, engine="builtin", engine_command=None, **plan):
        words = ["true", "&&", "sh", "-ec", script, "sh", "@scratch@", str(directory), "&&"]
        where = {"source": str(source), "context": str(source), "go": {"modules": [str(source)]}}
        plan = {
            "name": "api",
            "engine": engine,
            "platform": AMD64,
            "programs": one_program("/api"),
            **where,
            **plan,
        }
        arguments = {"name": "api.reproducible", "rebuild": words}
        test = checks.Test("api.reproducible", plan, directory, arguments, engine_command)
        return check_of("reproducible")(test)

    do.source, do.directory = source, directory
    return do


SAME = 'cp "$2/same.tar" "$1/api.tar"'


def test_the_second_build_is_elsewhere_and_has_what_the_first_one_had(again):
    """The source as far as the ignore file lets it, the staged files, and no cache of Go's."""
    for name in ("main.go", "left-out.txt", "kept.txt", "lib/lib.go"):
        (again.source / name).parent.mkdir(exist_ok=True)
        (again.source / name).write_text(name)
    (again.source / "empty").mkdir()
    (again.source / "link").symlink_to("main.go")
    (again.source / "to-lib").symlink_to("lib")
    (again.directory / "context/files").mkdir(parents=True)
    (again.directory / "context/files/staged").symlink_to("nowhere")
    (again.source.parent / "log").write_text("")
    text = again(
        f"""
        cd "$1"
        (cd source && find . | sort && readlink link to-lib) >"$2/log"
        echo "$GOCACHE" | sed "s:^$1:<scratch>:" >>"$2/log"
        cat Dockerfile >>"$2/log"
        test -L context/files/staged
        test -f Dockerfile.dockerignore
        grep -Fq "$1/source" plan.json
        {SAME}
        """,
        files=[],
    )
    assert re.fullmatch(r"a second build elsewhere gives the same image, sha256:[0-9a-f]{64}", text)
    assert (again.directory / "log").read_text().splitlines() == [
        *(".", "./empty", "./go.mod", "./kept.txt", "./lib", "./lib/lib.go", "./link", "./main.go"),
        *("./to-lib", "main.go", "lib", "<scratch>/go-build"),
        *("RUN --mount=type=cache,target=/go/pkg/mod \\", "    go build"),
    ]


def test_the_second_image_is_another_one(again):
    with pytest.raises(CheckError, match="a second build gives another image") as error:
        again('cp "$2/other.tar" "$1/api.tar"')
    content, diff_id, of_layer = error.value.facts["differs"].splitlines()
    assert content == "/a: content, from byte 0 on"
    assert diff_id.startswith('config rootfs diff_ids 1: "sha256:')
    assert of_layer == "layer 1 of 1: its digest"
    assert error.value.facts["built"].startswith("a second time elsewhere, ")


def test_the_end_of_what_the_second_build_said(again):
    for count, first in ((20, 1), (21, 2)):
        with pytest.raises(CheckError, match="the second build failed") as error:
            again(f"seq {count}; exit 3")
        wanted = [str(number) for number in range(first, count + 1)]
        assert error.value.facts["output"].splitlines() == wanted
    with pytest.raises(CheckError, match="the second build failed"):
        again(f"{SAME}; echo wrong >&2; false")


@pytest.mark.parametrize("place", ["../lib", "./lib"])
def test_a_module_outside_of_the_context(again, place):
    """Is not found from elsewhere."""
    (again.source / place).mkdir()
    (again.source / place / "go.mod").write_text("module example.com/lib\n\ngo 1.22\n")
    (again.source / "go.mod").write_text(
        "module example.com/api\n\ngo 1.22\n\n"
        f"require example.com/lib v0.0.0\n\nreplace example.com/lib => {place}\n"
    )
    modules = [str(again.source), str((again.source / place).resolve())]
    text = again(f'test -f "$1/source/go.mod"; {SAME}', go={"modules": modules})
    assert ("in the same directory, as modules outside of it" in text) == (place == "../lib")


ONE, TWO = (f"sha256:{digit * 64}" for digit in "12")


@pytest.fixture
def store(again, tmp_path):
    """A command in place of an engine with two images, and a function that gives what it had to remove."""
    command, calls = tmp_path / "engine", tmp_path / "calls"
    command.write_text(f"""\
#!/bin/sh
case "$*" in *{TWO}*) image=other ;; *) image=same ;; esac
case "$1" in
rmi) echo "$@" >>{calls} ;;
push) cp "{again.directory}/$image.tar" "${{4#docker-archive:}}" ;;
image) cp "{again.directory}/$image.tar" "$4" ;;
esac
""")
    command.chmod(0o755)
    again.directory.joinpath("image.id").write_text(f"{ONE}\n")
    return str(command), lambda: calls.read_text().splitlines() if calls.exists() else []


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_nothing_of_the_second_build_stays_in_the_store(again, store, engine):
    command, removed = store
    assert "the same image" in again(f'echo {ONE} >"$1/image.id"', engine, command)
    with pytest.raises(CheckError, match="the second build failed"):
        again("false", engine, command)
    # The image of the first build is not removed.
    assert removed() == []
    with pytest.raises(CheckError, match="gives another image") as error:
        again(f'echo {TWO} >"$1/image.id"', engine, command)
    assert error.value.facts["differs"] == "/a: content, from byte 0 on"
    with pytest.raises(CheckError, match="the second build failed"):
        again(f'echo {TWO} >"$1/image.id"; false', engine, command)
    words = "rmi" if engine == "buildah" else "rmi --no-prune"
    assert removed() == [f"{words} {TWO}"] * 2


def declare(project, arguments=""):
    project.go_module(".", main=SMALL)
    project.cmakelists(
        f"add_go_container(api BASE scratch TESTS NONE {arguments})\n"
        "add_go_container_test(api REPRODUCIBLE)"
    )


def test_builtin_gives_the_same_image(project):
    project.write("conf/api.toml", "x\n").chmod(0o600)
    declare(project, "FILES conf DESTINATION /etc")
    project.configure(engine="builtin")
    result = project.ctest("-V")
    assert re.search(
        r"a second build elsewhere gives the same image, sha256:[0-9a-f]{64}", result.stdout
    )


def test_a_program_with_its_directory_in_it(project, golden):
    declare(project, "GO_FLAGS -trimpath=false")
    project.configure(engine="builtin")
    text = project.ctest(expect_failure=True).stdout
    text = text[
        text.index("reproducible: FAILED") : text.index("\n\n", text.index("reproducible: FAILED"))
    ]
    text = without_see(re.sub(r"byte [\d,]+ on", "byte <byte> on", text) + "\n")
    golden.check("checks/reproducible-fails.txt", re.sub(r"sha256:\w+", "<digest>", text))


def test_modules_outside_of_the_source_come_along(project):
    declare(project)
    project.write("lib/go.mod", "module example.com/lib\n\ngo 1.22\n")
    project.write("lib/lib.go", "package lib\n\nfunc Work() {}\n")
    project.write(
        "api/main.go", 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.Work() }\n'
    )
    project.write(
        "api/go.mod",
        "module example.com/api\n\ngo 1.22\n\nrequire example.com/lib v0.0.0\n\n"
        "replace example.com/lib => ../lib\n",
    )
    project.cmakelists(
        "add_go_container(api BASE scratch SOURCE_DIR api TESTS NONE)\nadd_go_container_test(api REPRODUCIBLE)"
    )
    project.configure(engine="builtin")
    assert "a second build elsewhere gives the same image" in project.ctest("-V").stdout


def test_a_second_build_that_fails(project):
    """What the ignore file leaves out is not there."""
    declare(project)
    project.write("data.txt", "x")
    project.write(
        "main.go",
        'package main\n\nimport _ "embed"\n\n//go:embed data.txt\nvar data string\n\nfunc main() {}\n',
    )
    project.write(".dockerignore", "*.txt\n")
    project.configure(engine="builtin")
    result = project.ctest(expect_failure=True)
    assert "reproducible: FAILED: the second build failed" in result.stdout
    assert "data.txt: no matching files found" in result.stdout


@pytest.fixture(scope="module")
def builder(docker, own_store, podman, tmp_path_factory):
    """A builder image that has Go's runtime compiled, as a second build has no cache: only the program is compiled."""
    directory = tmp_path_factory.mktemp("builder")
    (directory / "main.go").write_text(SMALL)
    cache = {"GOCACHE": str(directory / "go-build"), "CGO_ENABLED": "0"}
    command = ["go", "build", "-trimpath", "-o", "program", "main.go"]
    run(command, cwd=directory, env={**os.environ, **cache})
    (directory / "Dockerfile").write_text(
        "FROM golang:alpine\nCOPY go-build /root/.cache/go-build\n"
    )
    docker("build", "--quiet", "--tag", "golang:with-runtime", directory)
    podman("build", "--quiet", "--tag", "golang:with-runtime", directory)
    return "BUILDER_IMAGE golang:with-runtime"


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_engines(project, request, builder, engine):
    """The same, and then another source; and the engine's store is as it was."""
    command = request.getfixturevalue(engine)
    label = f"test={uuid.uuid4()}"
    project.write("conf/api.toml", "x\n")
    declare(project, f"{builder} TAGS made-again LABELS {label} FILES conf DESTINATION /etc")
    project.configure(engine=engine, docker=command if engine == "docker" else None)
    project.build("image")
    before = images(command, label)
    result = project.ctest("-V", "-R", "repro", "-FS", "api")
    assert re.search(
        r"a second build elsewhere gives the same \d+ paths and the same config", result.stdout
    )
    project.write("main.go", 'package main\n\nfunc main() { println("another") }\n')
    result = project.ctest("-R", "repro", "-FS", "api", expect_failure=True)
    assert re.search(r"differs +/usr/local/bin/api: content, from byte [\d,]+ on\n", result.stdout)
    assert len(before) == 1 and images(command, label) == before


@pytest.mark.parametrize("host_build", ["ON", "OFF"])
def test_an_engine_with_files_and_configurations(project, podman, builder, host_build):
    project.write("conf/api.toml", "x\n")
    declare(project, f"{builder} FILES conf DESTINATION /etc HOST_BUILD {host_build}")
    project.configure(engine="podman", generator="Ninja Multi-Config")
    assert "and the same config" in project.ctest("-V", config="Release").stdout


def images(command, label):
    """The ids of all with the label; intermediate ones do not count."""
    ask = ["images", "--quiet", "--no-trunc", "--filter", f"label={label}"]
    return set(command(*ask).stdout.split())
