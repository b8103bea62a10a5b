"""ARCHIVE: what <name>-archive writes, and how it is installed."""

import gzip
import json
import subprocess
import tarfile

import pytest
from gocontainer.read.layout import open_image
from harness import run
from messages import error_of

ENGINES = ["docker", "podman", "buildah", "builtin"]


@pytest.mark.parametrize("engine", ENGINES)
def test_formats_and_compressions(project, tmp_path, engine):
    project.go_module()
    project.cmakelists("""
        set(GO_CONTAINER_HOST_BUILD ON)
        set(GO_CONTAINER_BASE scratch)
        add_go_container(api TAGS archived:1.4 archived ARCHIVE oci HEALTHCHECK /usr/local/bin/api)
        add_go_container(web TAGS archived-web ARCHIVE docker gzip)
        add_go_container(zip ARCHIVE oci zstd)
        """)
    project.configure(engine=engine)
    project.build("image-archive")
    directory = project.binary / "api.container"
    with tarfile.open(directory / "api.tar") as archive:
        names = archive.getnames()
        (named,) = json.load(archive.extractfile("index.json"))["manifests"]
    assert "oci-layout" in names
    assert named["annotations"]["org.opencontainers.image.ref.name"] == "archived:1.4"
    with open_image(f"oci-archive:{directory}/api.tar") as image:
        assert image.config["config"]["Healthcheck"]["Test"] == ["CMD", "/usr/local/bin/api"]
        if engine != "builtin":
            assert image.id == (directory / "image.id").read_text().strip()
    plain = tmp_path / "web.tar"
    packed = project.binary / "web.container/web.tar.gz"
    plain.write_bytes(gzip.decompress(packed.read_bytes()))
    with open_image(f"docker-archive:{plain}") as image:
        assert image.config["config"]["Cmd"] == ["/usr/local/bin/web", "--help"]
    run(
        [
            "zstd",
            "-d",
            "-q",
            project.binary / "zip.container/zip.tar.zst",
            "-o",
            tmp_path / "zip.tar",
        ]
    )
    with open_image(f"oci-archive:{tmp_path}/zip.tar") as image:
        assert image.config["config"]["Cmd"] == ["/usr/local/bin/zip", "--help"]
    before = project.snapshot(directory), project.snapshot(packed.parent)
    project.build("image-archive")
    assert (project.snapshot(directory), project.snapshot(packed.parent)) == before


def test_archives_are_a_component_that_cpack_takes(project, tmp_path):
    """They are not in "all"; what is installed without a component lacks them."""
    project.go_module()
    project.cmakelists("""
        add_go_container(api BASE scratch ARCHIVE gzip)
        install(FILES $<TARGET_PROPERTY:api,GO_CONTAINER_ARCHIVE>
          DESTINATION images COMPONENT images EXCLUDE_FROM_ALL)
        install(FILES go.mod DESTINATION . COMPONENT rest)
        set(CPACK_GENERATOR TGZ)
        set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
        set(CPACK_COMPONENTS_ALL images)
        set(CPACK_PACKAGE_FILE_NAME packaged)
        include(CPack)
        """)
    project.configure(engine="builtin")
    project.build("all")
    run(["cmake", "--install", project.binary, "--prefix", tmp_path / "all"])
    assert [file.name for file in (tmp_path / "all").iterdir()] == ["go.mod"]
    project.build("image-archive")
    where = ["--prefix", tmp_path / "images", "--component", "images"]
    run(["cmake", "--install", project.binary, *where])
    assert (tmp_path / "images/images/api.tar.gz").is_file()
    project.build("package")
    with tarfile.open(project.binary / "packaged-images.tar.gz") as package:
        assert package.getnames()[-1].endswith("images/api.tar.gz")


def test_a_damaged_docker_archive_is_not_converted(project):
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    directory = project.binary / "api.container"
    (directory / "no.tar").write_bytes(b"none")
    text = (directory / "build.sh").read_text()
    main = next(word for word in text.split() if word.endswith("__main__.py"))
    words = ["python3", main, "oci", directory / "plan.json", directory / "no.tar"]
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "it is not a whole tar file" in done.stderr
    assert sorted(file.name for file in directory.glob("no.tar*")) == ["no.tar"]


def test_a_docker_archive_holds_one_platform(project, golden):
    project.go_module()
    project.cmakelists("""
        add_go_container(api BASE scratch PLATFORMS linux/amd64 linux/arm64 ARCHIVE docker)
        """)
    failed = project.configure(engine="podman", expect_failure=True)
    golden.check("errors/archive-of-several-platforms.txt", error_of(failed.stderr))


@pytest.mark.parametrize("engine", ENGINES)
def test_an_archive_of_several_platforms_keeps_the_health_check(project, engine):
    project.go_module()
    project.cmakelists("""
        add_go_container(api BASE scratch TAGS archived-index HOST_BUILD ON
          PLATFORMS linux/amd64 linux/arm64 HEALTHCHECK /x)
        """)
    project.configure(engine=engine)
    project.build("api-archive")
    with tarfile.open(project.binary / "api.container/api.tar") as archive:

        def document(descriptor):
            name = "blobs/" + descriptor["digest"].replace(":", "/")
            return json.load(archive.extractfile(name))

        (index,) = json.load(archive.extractfile("index.json"))["manifests"]
        manifests = document(index)["manifests"]
        assert [each["platform"]["architecture"] for each in manifests] == ["amd64", "arm64"]
        for each in manifests:
            config = document(document(each)["config"])["config"]
            assert config["Healthcheck"]["Test"] == ["CMD", "/x"]
