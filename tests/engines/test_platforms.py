"""PLATFORMS on the engines that build a Dockerfile: each image is for its platform, and the index leads to all."""

import json

import pytest
from messages import error_of

NAMES = {"linux/amd64": "amd64", "linux/arm/v7": "armv7"}


def declare(project, registry, engine, words=""):
    project.go_module(".", main="package main\n\nfunc main() { println() }\n")
    project.write("conf", "x\n")
    project.cmakelists(f"""
        add_go_container(api BASE scratch TAGS {engine}-platforms:1 PUSH {registry}/team/{engine}
          PLATFORMS linux/amd64 linux/arm/v7 FILES conf DESTINATION /etc MAX_SIZE 5MB linux/arm=4MB {words})
        add_go_container_test(api FILE /etc/conf NO_SHELL)
        """)


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_an_index_of_images_that_are_each_for_its_platform(
    project, docker, podman, skopeo, registry, engine
):
    declare(project, registry, engine)
    project.configure(engine=engine, docker=docker)
    project.build("api")
    assert "Building image" not in project.build("api").stdout
    tests = project.ctest("-V", "-E", "build").stdout
    for name, platform in NAMES.items():
        for test in ("size", "platform", "binary", "certificates", "file:/etc/conf", "no-shell"):
            assert f"api.{platform}.{test} " in tests
        assert f"platform: {name}" in tests
    assert "MAX_SIZE 4MB" in tests
    project.build("api-archive")
    project.build("api-push")
    reference = f"docker://{registry}/team/{engine}:1"
    index = json.loads(skopeo("inspect", "--tls-verify=false", "--raw", reference).stdout)
    found = [each["platform"] for each in index["manifests"]]
    assert sorted(found, key=str) == [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm", "os": "linux", "variant": "v7"},
    ]
    archive = f"oci-archive:{project.binary}/api.container/api.tar"
    index = json.loads(skopeo("inspect", "--raw", archive).stdout)
    assert {each["platform"]["architecture"] for each in index["manifests"]} == {"amd64", "arm"}


def test_the_machine_compiles_for_each_platform(project, docker, registry):
    declare(project, registry, "host", "HOST_BUILD ON")
    project.configure(engine="docker", docker=docker)
    project.build("api")
    tests = project.ctest("-R", "platform|binary", "-V").stdout
    for name in NAMES:
        assert f"for {name.removesuffix('/v7')} by go" in tests


def test_packages_of_a_base_that_this_machine_does_not_run(project, golden, podman):
    project.go_module(".")
    project.cmakelists("add_go_container(api PACKAGES tini PLATFORMS linux/amd64 linux/mips64)")
    result = project.configure(engine="podman", expect_failure=True)
    golden.check("errors/packages-of-another-platform.txt", error_of(result.stderr))
