"""examples/from-dockerfile: each call, and the Dockerfile beside it that it replaces, give the same image. What differs
stands in the table of docs/guide/from-dockerfile.rst, and nothing else."""

import csv
import re
import shutil
import textwrap

import pytest
from debian import debian_base
from gocontainer.read.layout import open_image
from harness import REPOSITORY, Project, run
from rootfs import entries

EXAMPLE = REPOSITORY / "examples/from-dockerfile"
# image -> the folder, and the stage of its Dockerfile where it is not the last one
IMAGES = {
    **{path.parent.name: (path.parent.name, "") for path in sorted(EXAMPLE.glob("*/Dockerfile"))},
    "log-viewer-alpine": ("log-viewer", "alpine"),
}
# The variables whose values are the bases of images.
BASES = {"operator": "DISTROLESS", "forge": "DEBIAN"}
MEMBERS = [
    *("User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels"),
    *("StopSignal", "Healthcheck"),
]
pytestmark = pytest.mark.timeout(900)


def differences_told():
    """(image, path or member) of each row of the table in the docs."""
    text = (REPOSITORY / "docs/guide/from-dockerfile.rst").read_text()
    table = text.split(".. csv-table::")[-1].split("\n\n")[1]
    rows = csv.reader(line.strip() for line in table.splitlines())
    return [(image, where.strip("`")) for image, where, _, _ in rows]


# What stands for Debian's own: tini starts its arguments, and git makes a directory.
PACKAGES = {
    "git": (
        {"Version": "1:2.39.5-0"},
        "",
        {
            "usr/bin/git": (
                '#!/bin/sh\ncase $1 in version) echo git version 2.39.5;; init) mkdir "$4";; esac\n',
                0o755,
            )
        },
    ),
    "tini": (
        {"Version": "0.19.0-1"},
        "",
        {"usr/bin/tini": ('#!/bin/sh\nshift\nexec "$@"\n', 0o755)},
    ),
}
DISTROLESS_BASE = """\
    FROM alpine AS files
    RUN mkdir /etc/without && echo 'root:x:0:0:root:/root:/sbin/nologin' > /etc/without/passwd \\
        && echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >> /etc/without/passwd
    FROM scratch
    COPY --from=files /etc/without/passwd /etc/
    COPY --from=files /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
    USER 65532
    ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    """


@pytest.fixture(scope="module")
def bases(docker, registry, tmp_path_factory):
    """The bases that the example takes by variables."""
    directory = tmp_path_factory.mktemp("bases")
    (directory / "Dockerfile").write_text(textwrap.dedent(DISTROLESS_BASE))
    docker("build", "--tag", "without-a-shell:1", directory, env={"DOCKER_BUILDKIT": "1"})
    debian = debian_base(docker, registry, tmp_path_factory.mktemp("debian"), "forge:1", PACKAGES)
    (directory / "Dockerfile").write_text(f"FROM {debian}\nUSER root\nENTRYPOINT []\n")
    docker("build", "--tag", "forge-base:1", directory, env={"DOCKER_BUILDKIT": "1"})
    make_node(docker, tmp_path_factory.mktemp("node"))
    return {"DISTROLESS": "without-a-shell:1", "DEBIAN": "forge-base:1"}


def make_node(docker, directory):
    """The image node:20-alpine: this machine's node on what stands for alpine."""
    node = shutil.which("node")
    libraries = re.findall(r"(/\S+) \(", run(["ldd", node]).stdout)
    run(["cp", "--dereference", "--parents", node, *libraries, directory])
    (directory / "Dockerfile").write_text("FROM alpine\nCOPY . /\n")
    docker("build", "--tag", "node:20-alpine", directory, env={"DOCKER_BUILDKIT": "1"})


@pytest.fixture(scope="module")
def built(docker, bases, tmp_path_factory):
    """image -> (its config and files by the call, by the Dockerfile)"""
    project = Project(tmp_path_factory.mktemp("from-dockerfile"))
    shutil.rmtree(project.source)
    shutil.copytree(EXAMPLE, project.source)
    variables = [
        f"-DCMAKE_MODULE_PATH={REPOSITORY}/cmake",
        *(f"-D{k}={v}" for k, v in bases.items()),
    ]
    project.configure(*variables, engine="docker", docker=docker)
    project.build("image")
    result = project.ctest()
    assert "100% tests passed" in result.stdout, result
    assert "Skipped" not in result.stdout
    return {name: (by_call(project, name), by_dockerfile(docker, bases, name)) for name in IMAGES}


def by_call(project, name):
    folder, _ = IMAGES[name]
    identity = (project.binary / folder / f"{name}.container/image.id").read_text().strip()
    return contents(identity)


def by_dockerfile(docker, bases, name):
    folder, stage = IMAGES[name]
    directory = EXAMPLE / folder
    arguments = ["--build-arg", f"BASE={bases[BASES[name]]}"] if name in BASES else []
    if stage:
        arguments += ["--target", stage]
    command = ["build", "--tag", f"by-hand/{name}", *arguments, "--file", "-", directory]
    docker(*command, stdin=with_go_cache(directory), env={"DOCKER_BUILDKIT": "1"})
    image = docker("image", "inspect", "--format", "{{.Id}}", f"by-hand/{name}").stdout.strip()
    return contents(image)


def with_go_cache(directory):
    """The Dockerfile, with the cache that the call's builds fill, and their -trimpath: else each compiles the standard
    library anew, which takes minutes."""
    text = (directory / "Dockerfile").read_text()
    mount = "--mount=type=cache,target=/root/.cache/go-build"
    text, count = re.subn(r"(?m)^RUN (.*go build)(?: -a)? ", rf"RUN {mount} \1 -trimpath ", text)
    assert count == 1
    return text


def contents(identity):
    with open_image(f"docker-daemon:{identity}", "docker") as image:
        config = {k: v for k in MEMBERS if (v := image.config["config"].get(k))}
        labels = config.pop("Labels", {})
        config.update((f"label {name}", value) for name, value in labels.items())
        config["Env"] = sorted(config["Env"])
        return {**config, **entries(image)}


@pytest.mark.parametrize("name", IMAGES)
def test_the_same_image_but_for_what_the_docs_say(built, name):
    ours, theirs = built[name]
    different = {key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)}
    told = [where for image, where in differences_told() if image in (name, "all")]
    unexpected = [
        f"{key}: {ours.get(key)} by the call, {theirs.get(key)} by the Dockerfile"
        for key in sorted(different)
        if not any(re.fullmatch(where.replace("*", ".*"), key) for where in told)
    ]
    assert not unexpected, "\n".join(unexpected)


def test_no_row_of_the_table_is_old(built):
    for image, where in differences_told():
        keys = {
            key
            for name in ([image] if image != "all" else IMAGES)
            for key in {*built[name][0], *built[name][1]}
            if built[name][0].get(key) != built[name][1].get(key)
        }
        assert any(re.fullmatch(where.replace("*", ".*"), key) for key in keys), (image, where)
