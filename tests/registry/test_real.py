"""Debian's docker-registry with TLS and authentication: what is pushed there is what others read."""

import json
import os
import subprocess
import sys
import urllib.request

import pytest
from gocontainer.registry.error import RegistryError
from harness import GOCONTAINER, needs_engine, run
from hostile import client_of, digest_of
from pushing import attest, one, push, pushed, several, write
from real_registry import RealRegistry


@pytest.fixture(scope="module", params=["basic", "token"])
def real(request, tmp_path_factory):
    with RealRegistry(tmp_path_factory.mktemp(request.param), request.param) as real:
        yield real


def test_two_platforms_are_read_back_by_tag_and_by_digest(tmp_path, real, skopeo):
    tags = ["1.4.2", "1.4", "latest"]
    environ = real.environ()
    plan = write(
        tmp_path, several("amd64", "arm64"), [f"{real.host}/team/api:{tag}" for tag in tags]
    )
    push(plan, environ=environ)
    (record,) = pushed(plan)
    for name in [record["reference"], *(f"{real.host}/team/api:{tag}" for tag in tags)]:
        raw = skopeo("inspect", "--raw", f"docker://{name}", env=environ).stdout
        assert digest_of(raw.encode()) == record["digest"]
        for architecture in ("amd64", "arm64"):
            target = tmp_path / f"{architecture}-{len(name)}"
            words = ["--override-arch", architecture, "copy", f"docker://{name}", f"dir:{target}"]
            skopeo(*words, env=environ)
            manifest = json.loads((target / "manifest.json").read_text())
            config = json.loads((target / manifest["config"]["digest"][7:]).read_text())
            assert config["architecture"] == architecture


def test_a_second_push_sends_nothing(tmp_path, real, capsys):
    plan = write(tmp_path, several("amd64"), [f"{real.host}/team/again:1"])
    push(plan, environ=real.environ())
    push(plan, environ=real.environ())
    assert capsys.readouterr().out.endswith(" is there\n")


def test_blobs_are_mounted(tmp_path, real):
    plans = [
        write(tmp_path / name, several("amd64"), [f"{real.host}/{name}/api:1"])
        for name in ("staging", "production")
    ]
    push(*plans, environ=real.environ())
    assert len({pushed(plan)[0]["digest"] for plan in plans}) == 1


def test_nobody_may_not_push(tmp_path, real):
    environ = {**real.environ(), "DOCKER_CONFIG": "/nowhere", "REGISTRY_AUTH_FILE": "/nowhere"}
    plan = write(tmp_path, several("amd64"), [f"{real.host}/team/api:2"])
    with pytest.raises(RegistryError, match="og in with docker login"):
        push(plan, environ=environ)


def test_a_certificate_of_nobody_is_not_trusted(tmp_path, real):
    plan = write(tmp_path, several("amd64"), [f"{real.host}/team/api:2"])
    with pytest.raises(RegistryError, match="its certificate is not trusted"):
        push(plan, environ={})


@pytest.fixture(scope="module")
def images(tmp_path_factory, own_store):
    """The directory of a container whose program runs."""
    from harness import Project

    project = Project(tmp_path_factory.mktemp("images"))
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    return project.binary / "api.container"


def test_engines_run_what_is_pushed(images, real, docker, podman, capfd):
    plan = images / "plan.json"
    reference = f"{real.host}/team/program:1"
    plan.write_text(json.dumps({**json.loads(plan.read_text()), "push": [reference]}))
    environ = {**os.environ, **real.environ()}
    run([sys.executable, GOCONTAINER, "push", plan], env=environ)
    (record,) = pushed(plan)
    for name in (reference, record["reference"]):
        for engine in (docker, podman):
            engine("pull", name, env=real.environ())
            words = ["run", "--rm", name, "/usr/local/bin/api", "works"]
            assert "works" in engine(*words).stdout
            engine("rmi", "--force", name)


def test_crane_reads_it(tmp_path, real, state):
    environ = real.environ()
    plan = write(tmp_path, several("amd64", "arm64"), [f"{real.host}/team/crane:1"])
    push(plan, environ=environ)
    crane = state / "bin/crane"
    for name in (f"{real.host}/team/crane:1", pushed(plan)[0]["reference"]):
        run([crane, "validate", "--remote", name], env={**os.environ, **environ})


def test_crane_reads_what_is_attached(tmp_path, real, state):
    """The registry has no referrers API, so a tag lists them."""
    environ = real.environ()
    plan = write(tmp_path, several("amd64", "arm64"), [f"{real.host}/team/attested:1"])
    attest(plan, parts=("linux-amd64", "linux-arm64"))
    push(plan, environ=environ)
    (record,) = pushed(plan)

    def manifest(name):
        words = [state / "bin/crane", "manifest", f"{real.host}/team/attested{name}"]
        return json.loads(run(words, env={**os.environ, **environ}).stdout)

    for child in [record, *manifest(":1")["manifests"]]:
        listed = manifest(":" + child["digest"].replace(":", "-"))["manifests"]
        assert len(listed) == (2 if child is record else 3)
        for each in listed:
            assert manifest("@" + each["digest"])["subject"]["digest"] == child["digest"]


@pytest.fixture(scope="module")
def listing(state):
    """A registry with the referrers API, which does not say so in the header OCI-Subject."""
    needs_engine("registry")
    with subprocess.Popen([state / "bin/registry"], stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().strip()
        process.kill()


def test_a_registry_lists_what_is_attached(tmp_path, listing):
    plan = attest(write(tmp_path, one(), [f"{listing}/team/api:1"]))
    for _ in range(2):
        push(plan)
        plan.with_name("pushed.last").unlink(missing_ok=True)
    (record,) = pushed(plan)
    address = f"http://{listing}/v2/team/api"
    with urllib.request.urlopen(f"{address}/referrers/{record['digest']}") as answer:
        assert len(json.load(answer)["manifests"]) == 3
    with urllib.request.urlopen(f"{address}/tags/list") as answer:
        assert json.load(answer)["tags"] == ["1"]


def test_buildx_reads_the_statements_in_the_index(tmp_path, listing, state):
    plan = write(tmp_path, several("amd64", "arm64"), [f"{listing}/team/attested:1"])
    attest(plan, parts=("linux-amd64", "linux-arm64"), attest="index", tags=["api"])
    push(plan)
    buildx = state / "buildx-config/cli-plugins/docker-buildx"
    words = [buildx, "imagetools", "inspect", f"{listing}/team/attested:1", "--format"]
    found = json.loads(run([*words, "{{json .SBOM}}"]).stdout)
    parts = {name: each["SPDX"]["part"] for name, each in found.items()}
    assert parts == {"linux/amd64": "linux-amd64", "linux/arm64": "linux-arm64"}
    found = json.loads(run([*words, "{{json .Provenance}}"]).stdout)
    assert {each["SLSA"] for each in found.values()} == {"1"}


def test_repositories_are_read_by_the_same_client(tmp_path, real):
    push(
        write(tmp_path, several("amd64"), [f"{real.host}/team/read:1"]),
        environ=real.environ(),
    )
    with client_of(real.environ()) as client:
        answer = client.repository(real.host, "team/read").get("reading it", "manifests/1")
    assert json.loads(answer.body)["manifests"]
