"""The engine buildkit: a BuildKit daemon without docker, by buildctl."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess

import pytest
from buildkit import BuildKit
from chosen import declare, errors, told
from gocontainer.read.layout import open_image
from harness import run
from rootfs import entries

# Nothing of the standard library: the caches of these daemons are empty.
MAIN = "package main\n\nfunc main() { print(made) }\n"


@pytest.fixture
def buildkit(state, registry, tmp_path):
    return BuildKit(state, registry, tmp_path)


@pytest.fixture
def path(path_without):
    """The PATH of a machine with buildctl and no other engine."""
    return path_without("docker*", "podman*", "buildah*")


def configure(project, buildkit, *words, **arguments):
    host = ("-D", f"GO_CONTAINER_BUILDKIT_HOST={buildkit.address}")
    return project.configure(*host, *words, engine="buildkit", **arguments)


def archive(project, name):
    return project.binary / f"{name}.container/{name}.tar"


def identity(project, name):
    with open_image(f"oci-archive:{archive(project, name)}") as image:
        return image.id


def write_sources(project, registry):
    project.go_module("go", main=MAIN)
    project.write("made.go", 'package main\n\nconst made = "it runs"\n')
    project.write("notes", "first\n")
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", project.source / "key"])
    caches = project.source.parent / "caches"
    project.cmakelists(f"""
        set(GO_CONTAINER_CACHE_FROM type=local,src={caches}/)
        set(GO_CONTAINER_CACHE_TO type=local,dest={caches}/,mode=max)
        add_go_container(far SOURCE_DIR go BASE scratch BUILDER_IMAGE {registry}/golang:alpine MAX_SIZE 15MB
          FILES notes DESTINATION /opt OVERLAY made.go DESTINATION .
          SECRETS id=GOPROXY,env=PROXY SSH default=key HEALTHCHECK /usr/local/bin/far
          VARIANTS wide={registry}/alpine:latest)
        add_go_container_test(far RUN /usr/local/bin/far ERROR_MATCHES "^it runs$")
        add_go_container(data PROGRAMS NONE BASE {registry}/alpine:latest USERS app:1000 USER nobody:app
          FILES notes DESTINATION /own CHOWN app CMD /bin/true
          FROM_IMAGE {registry}/alpine:latest /etc/alpine-release DESTINATION /copied)
        add_go_container_test(data REPRODUCIBLE)
        """)


def test_images_without_docker(project, golden, registry, buildkit, path, monkeypatch):
    write_sources(project, registry)
    monkeypatch.setenv("PROXY", "off")
    with buildkit.start("one"):
        result = configure(project, buildkit, path=path)
        says = f"engine buildkit at {buildkit.address}, as GO_CONTAINER_ENGINE says"
        assert told(result) == [f"-- GoContainer: {says}"]
        project.build("image-modules")
        project.build("image")
        before = archive(project, "far").stat()
        assert "Building image" not in project.build("image").output
        assert archive(project, "far").stat().st_mtime_ns == before.st_mtime_ns
        assert "100% tests passed" in project.ctest().stdout
        check_content(project)
        check_rebuilds(project)
        built = identity(project, "far")
        check_failing_build(project)

    with buildkit.start("two") as process:
        archive(project, "far").unlink()
        said = project.build("far").output
        steps = re.findall(r"^#(\d+) \[[^\]]+\] RUN .*(go mod download|go build)\b", said, re.M)
        assert sorted(what for _, what in steps) == ["go build", "go mod download"]
        assert [f"\n#{step} CACHED\n" in said for step, _ in steps] == [True, True]
        assert identity(project, "far") == built
        line = killed_in_the_middle(project, process)
    golden.check("errors/buildkit-stopped.txt", line.replace(buildkit.address, "<address>"))
    assert identity(project, "far") == built
    said = project.build("far", expect_failure=True).output
    assert line in said
    assert "transferring" not in said
    refused = configure(project, buildkit, expect_failure=True)
    said = errors(refused).replace(buildkit.address, "<address>")
    golden.check("errors/buildkit-is-gone.txt", said)


def check_content(project):
    with open_image(f"oci-archive:{archive(project, 'far-wide')}") as image:
        assert {"/etc/alpine-release", "/usr/local/bin/far"} <= entries(image).keys()
    with open_image(f"oci-archive:{archive(project, 'far')}") as image:
        assert entries(image)["/opt/notes"].digest == hashlib.sha256(b"first\n").hexdigest()
        assert image.config["config"]["Healthcheck"]["Test"] == ["CMD", "/usr/local/bin/far"]
    with open_image(f"oci-archive:{archive(project, 'data')}") as image:
        assert image.config["config"]["User"] == "65534:1000"
        found = entries(image)
        assert (found["/own/notes"].user, "/copied/alpine-release" in found) == (1000, True)


def check_rebuilds(project):
    """What changed is built, what was removed is built again, and image-refresh asks the registry."""
    first = identity(project, "far")
    archive(project, "far").unlink()
    assert "Building image data" not in project.build("image").output
    assert identity(project, "far") == first
    written = archive(project, "far").stat().st_mtime_ns
    project.build("image-refresh")
    assert "Building image far" in project.build("far").output
    assert archive(project, "far").stat().st_mtime_ns == written
    project.write("notes", "second\n")
    project.build("image")
    with open_image(f"oci-archive:{archive(project, 'far')}") as image:
        assert entries(image)["/opt/notes"].digest == hashlib.sha256(b"second\n").hexdigest()


def check_failing_build(project):
    """The error of go is told, and the last good image stays."""
    before = archive(project, "far").read_bytes()
    project.write("made.go", "package main\n\nconst made = nothing\n")
    said = project.build("far", expect_failure=True).output
    assert "undefined: nothing" in said
    assert "GoContainer:" not in said
    assert archive(project, "far").read_bytes() == before
    assert [file.name for file in archive(project, "far").parent.glob("*.new")] == ["built.new"]
    project.write("made.go", 'package main\n\nconst made = "it runs"\n')
    project.build("far")


def killed_in_the_middle(project, daemon):
    """What is said of a build whose daemon is killed while it waits for a module, from the proxy that a secret names."""
    project.write(
        "go/go.mod", "module example.com/go\n\ngo 1.22\n\nrequire example.com/never v1.0.0\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.5)
        secret = {"PROXY": f"http://127.0.0.1:{proxy.getsockname()[1]}"}
        build = subprocess.Popen(
            ["cmake", "--build", project.binary, "--target", "far"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=project.environment(secret),
        )  # fmt: skip
        with build:
            asked = False
            while build.poll() is None:
                try:
                    connection = proxy.accept()[0]
                except TimeoutError:
                    continue
                asked = True
                daemon.kill()
                connection.close()
                break
            output = build.communicate()[0]
    assert asked, output
    assert build.returncode != 0
    lines = [line for line in output.splitlines() if line.startswith("GoContainer:")]
    assert len(lines) == 1, output
    return lines[0] + "\n"


SERVER = """
    package main

    import "net/http"

    func main() {
    \thttp.ListenAndServe(":8080", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
    }
    """


def test_platforms_a_service_a_push_and_a_load(project, registry, buildkit, docker, skopeo):
    where = f"{registry}/buildkit-{os.getpid()}"
    project.go_module("serve", main=SERVER)
    project.go_module("multi", main="package main\n\nfunc main() {}\n")
    project.cmakelists(f"""
        add_go_container(serve SOURCE_DIR serve HOST_BUILD ON BASE scratch TAGS {where}/serve:1 {where}/serve:latest SBOM spdx)
        add_go_container_service(serve PORT 8080 READY_HTTP /)
        add_go_container(multi SOURCE_DIR multi HOST_BUILD ON BASE scratch PLATFORMS linux/amd64 linux/arm64 TAGS {where}/multi:1
          SBOM spdx ATTEST both)
        """)
    with buildkit.start("one"):
        configure(project, buildkit, "-D", "GO_CONTAINER_LOAD=docker", docker=docker)
        project.build("image-push")
        assert "Building image" not in project.build("image").output
        assert "100% tests passed" in project.ctest().stdout
    assert docker("image", "inspect", f"{where}/serve:latest")
    for name, tag in (("serve", "latest"), ("multi", "1")):
        record = json.loads((project.binary / f"{name}.container/pushed.json").read_bytes())
        inspect = ["inspect", "--tls-verify=false", "--raw", f"docker://{where}/{name}:{tag}"]
        manifest = json.loads(skopeo(*inspect).stdout)
        digest = ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", inspect[-1]]
        assert skopeo(*digest).stdout.strip() == record["images"][0]["digest"]
        found = [one["platform"]["architecture"] for one in manifest.get("manifests", [])]
        # The statements of ATTEST are of no platform.
        assert found == ([] if name == "serve" else ["amd64", "arm64", "unknown", "unknown"])
    docker("rmi", "--force", f"{where}/serve:1", f"{where}/serve:latest", f"{where}/multi:1")


def test_auto_takes_it_where_an_address_is_given(project, buildkit, path):
    declare(project)
    assert "engine builtin; " in told(project.configure(path=path))[0]
    with buildkit.start("one"):
        result = project.configure(path=path, env={"BUILDKIT_HOST": buildkit.address})
        assert f"engine buildkit at {buildkit.address}; not docker: " in told(result)[0]
        # The build tree keeps it.
        assert f"engine buildkit at {buildkit.address}; " in told(project.configure(path=path))[0]


def test_certificates(project, golden, buildkit, tmp_path):
    place = tmp_path / "of the client"
    place.mkdir()
    files = ["-keyout", place / "key.pem", "-out", place / "ca.pem"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject])
    shutil.copy(place / "ca.pem", place / "cert.pem")  # it signed itself, and both sides have it
    names = {"cert": "ca.pem", "key": "key.pem", "cacert": "ca.pem"}
    for flag, name in names.items():
        buildkit.server += [f"--tls{flag}", place / name]
    buildkit.client = ["--tlsdir", place]
    project.write("notes", "some\n")
    project.cmakelists("add_go_container(data PROGRAMS NONE BASE scratch FILES notes CMD /notes)")
    with buildkit.start("one"):
        result = configure(project, buildkit, expect_failure=True)
        said = errors(result).replace(buildkit.address, "<address>")
        golden.check("errors/buildkit-wants-certificates.txt", said)
        configure(project, buildkit, "-D", f"GO_CONTAINER_BUILDKIT_TLS_DIR={place}")
        project.build("data")
        assert archive(project, "data").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("host-is-missing", []),
        ("host-is-none", ["-D", "GO_CONTAINER_BUILDKIT_HOST=builder.example.com"]),
        (
            "has-no-certificates",
            [
                *("-D", "GO_CONTAINER_BUILDKIT_HOST=tcp://builder.example.com:1234"),
                *("-D", "GO_CONTAINER_BUILDKIT_TLS_DIR=/proc/nonexistent"),
            ],
        ),
    ],
)
def test_what_can_not_be(project, golden, name, words):
    declare(project)
    result = project.configure(*words, engine="buildkit", expect_failure=True)
    golden.check(f"errors/buildkit-{name}.txt", errors(result))


def test_what_the_engine_can_not_do(project, golden, registry, buildkit):
    declare(project, "add_go_container(api BASE oci:layout)")
    project.write("layout/index.json", "{}")
    with buildkit.start("one"):
        result = configure(project, buildkit, expect_failure=True)
        golden.check("errors/base-on-disk-with-buildkit.txt", errors(result))
        several = "BASE scratch PLATFORMS linux/amd64 linux/arm64 ARCHIVE docker"
        declare(project, f"add_go_container(api {several})")
        result = configure(project, buildkit, expect_failure=True)
        golden.check("errors/docker-archive-with-buildkit.txt", errors(result))
        declare(project)
        words = ["-D", "GO_CONTAINER_BUILDER=far"]
        result = configure(project, buildkit, *words, expect_failure=True)
        golden.check("errors/buildkit-and-a-builder.txt", errors(result))
        declare(project, f"add_go_container(api PROGRAMS NONE BASE {registry}/nothing:1 CMD /api)")
        configure(project, buildkit, "-D", "GO_CONTAINER_BUILDER=")
        said = project.build("api", expect_failure=True).output
        (line,) = (line for line in said.splitlines() if line.startswith("GoContainer:"))
        line = line.replace(registry, "<registry>")
        golden.check("errors/buildkit-fetches-no-image.txt", line + "\n")
