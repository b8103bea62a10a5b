"""<name>-push and image-push: what a registry has afterwards, and pushed.json."""

import json
import urllib.request

import jsonschema
import pytest
from harness import REPOSITORY, run

ENGINES = ["docker", "podman", "buildah", "builtin"]
MANIFESTS = (
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json"
)


def manifest_of(registry, repository, tag):
    """The digest of a tag in the registry, and what it stands for."""
    address = f"http://{registry}/v2/{repository}/manifests/{tag}"
    request = urllib.request.Request(address, headers={"Accept": MANIFESTS})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Docker-Content-Digest"], json.load(answer)


def digest_of(registry, repository, tag):
    return manifest_of(registry, repository, tag)[0]


def documents_of(registry, repository, digest):
    """What is attached to an image in a registry without the referrers API, by the file's name."""
    _, index = manifest_of(registry, repository, digest.replace(":", "-"))
    found = {}
    for each in index["manifests"]:
        _, manifest = manifest_of(registry, repository, each["digest"])
        assert manifest["subject"]["digest"] == digest
        address = f"http://{registry}/v2/{repository}/blobs/{manifest['layers'][0]['digest']}"
        with urllib.request.urlopen(address) as answer:
            found[each["annotations"]["org.opencontainers.image.title"]] = json.load(answer)
    return found


def subject_of(statement):
    return "sha256:" + statement["subject"][0]["digest"]["sha256"]


def pushed_of(project, name):
    pushed = json.loads((project.binary / f"{name}.container/pushed.json").read_text())
    schema = json.loads((REPOSITORY / "docs/pushed.schema.json").read_text())
    jsonschema.validate(pushed, schema)
    return pushed


@pytest.fixture
def here(project, registry):
    """The repositories of this test alone."""
    return f"{registry}/push-{abs(hash(str(project.source))):x}"


@pytest.mark.parametrize("engine", ENGINES)
def test_all_images_go_to_all_repositories(project, registry, here, engine):
    project.go_module()
    project.cmakelists(f"""
        set(GO_CONTAINER_HOST_BUILD ON)
        add_go_container(api BASE scratch TAGS {here}/api:dev VERSION 1.4.2 TAG_SETS SEMVER PUSH {here}/again)
        add_go_container(web BASE scratch TAGS pushed-web PUSH {here}/ SBOM spdx PROVENANCE ON SIGN_COMMAND sh sign.sh --key k)
        add_go_container(local BASE scratch)
        """)
    project.write("sign.sh", 'echo "$@" >> signed\n')
    project.configure(engine=engine)
    project.build("image-push")
    pushed = pushed_of(project, "api")
    assert not list(project.binary.glob("local.container/*.tar"))
    assert not (project.binary / "local.container/image.id").exists()
    assert len(pushed["images"]) == 2
    for repository, image in zip(("api", "again"), pushed["images"]):
        assert image["reference"] == f"{here}/{repository}@{image['digest']}"
        assert image["tags"] == ["dev", "1.4.2", "1.4", "1", "latest"]
        path = f"{here}/{repository}".partition("/")[2]
        assert {digest_of(registry, path, tag) for tag in image["tags"]} == {image["digest"]}
    (image,) = pushed_of(project, "web")["images"]
    assert image["tags"] == ["latest"]
    found = documents_of(registry, f"{here}/web".partition("/")[2], image["digest"])
    assert list(found) == ["web.spdx.json", "web.provenance.json"]
    assert subject_of(found["web.provenance.json"]) == image["digest"]
    assert (project.source / "signed").read_text() == f"--key k {image['reference']}\n"
    if engine == "docker":  # what it was only named for the push is not left in the store
        names = run(
            ["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]
        ).stdout.split()
        assert f"{here}/api:dev" in names
        assert not {f"{here}/api:1.4", f"{here}/again:dev"} & set(names)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_registry_that_refuses_moves_no_other_tag(project, registry, here, engine):
    """The first tag of each repository goes first, and what failed is told."""
    project.go_module()
    project.cmakelists(f"""
        add_go_container(api BASE scratch HOST_BUILD ON TAGS pushed:1 pushed:2 PUSH {here}/api 127.0.0.1:1/api)
        """)
    project.configure(engine=engine)
    (project.binary / "api.container/pushed.json").write_text("of an earlier push")
    said = project.build("api-push", expect_failure=True).output
    assert "127.0.0.1:1" in said
    if engine != "builtin":
        assert "GoContainer: api can't be pushed as 127.0.0.1:1/api:1:" in said
        assert f"Pushed before that: {here}/api@sha256:" in said
        assert "Push again when the registry answers" in said
        assert "Copying blob" not in said
        assert digest_of(registry, f"{here}/api".partition("/")[2], "1")
    assert not (project.binary / "api.container/pushed.json").exists()
    path = f"{here}/api".partition("/")[2]
    with pytest.raises(urllib.error.HTTPError):
        digest_of(registry, path, "2")


def test_nothing_to_push_is_an_error(project):
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    said = project.build("image-push", expect_failure=True).output
    assert "GoContainer: no container has an image to push." in said


def test_an_image_is_promoted_by_its_digest(project, registry, here, skopeo):
    """As the guide "Publish images" does it, from one repository to another, in two ways."""
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure("-D", f"GO_CONTAINER_PUSH={here}/staging/", engine="builtin")
    project.build("image-push")
    (image,) = pushed_of(project, "api")["images"]
    copied = f"{here}/production/api"
    words = [
        "copy",
        "--all",
        "--preserve-digests",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
    ]
    skopeo(*words, f"docker://{image['reference']}", f"docker://{copied}:1.4.2")
    path = here.partition("/")[2]
    assert digest_of(registry, f"{path}/production/api", "1.4.2") == image["digest"]
    project.configure("-D", f"GO_CONTAINER_PUSH={here}/again/")
    project.build("image-push")
    (again,) = pushed_of(project, "api")["images"]
    assert again["reference"] == f"{here}/again/api@{image['digest']}"


@pytest.mark.parametrize("engine", ENGINES)
def test_an_index_is_pushed_as_an_index(project, registry, here, engine):
    project.go_module()
    project.cmakelists(f"""
        add_go_container(api BASE scratch PLATFORMS linux/arm/v7 linux/amd64 PUSH {here}/api
          TAGS pushed-index:1 pushed-index SBOM spdx PROVENANCE ON)
        """)
    project.configure(engine=engine)
    project.build("api-push")
    (image,) = pushed_of(project, "api")["images"]
    assert image["platforms"] == ["linux/arm/v7", "linux/amd64"]
    for tag in ("1", "latest"):
        digest, index = manifest_of(registry, f"{here}/api".partition("/")[2], tag)
        assert digest == image["digest"]
        found = [child["platform"] for child in index["manifests"]]
        assert [each["architecture"] for each in found] == ["arm", "amd64"]
        assert found[0]["variant"] == "v7"
    path = f"{here}/api".partition("/")[2]
    assert list(documents_of(registry, path, image["digest"])) == ["api.spdx.json"]
    for child, part in zip(index["manifests"], ("linux-arm-v7", "linux-amd64")):
        documents = documents_of(registry, path, child["digest"])
        assert list(documents) == [f"api-{part}.spdx.json", f"api-{part}.provenance.json"]
        assert subject_of(documents[f"api-{part}.provenance.json"]) == child["digest"]
