"""Images of several platforms, by the engine builtin."""

import json
import sys
import tarfile

import pytest
from gocontainer.read.layout import open_image
from gocontainer.read.source import ImageError
from harness import GOCONTAINER, run
from images import descriptor, encoded, entry, image, layer

PLATFORMS = "linux/amd64 linux/arm64 linux/arm/v6"
NAMES = PLATFORMS.split()
INDEX = "application/vnd.oci.image.index.v1+json"
# Another package is imported on arm64 only.
SOURCES = {
    "onlyarm64/one.go": "package onlyarm64\n\nconst Word = 1\n",
    "here_arm64.go": 'package main\n\nimport _ "example.com/program/onlyarm64"\n',
}


def platform(name):
    return dict(zip(("os", "architecture", "variant"), name.split("/")))


def declare(project, words="BASE scratch", call="api", **files):
    project.go_module(".")
    for name, text in files.items():
        project.write(name, text)
    project.cmakelists(f"add_go_container({call} PLATFORMS {PLATFORMS} {words})")
    project.configure(engine="builtin")
    return project.binary / f"{call}.container/{call}.tar"


def build(project, *words, **files):
    archive = declare(project, *words, **files)
    project.build("image")
    return archive


def documents(archive):
    """The JSON documents of an archive by their names."""
    with tarfile.open(archive) as tar:
        small = [m for m in tar if m.size < 10_000 and not m.name.endswith("layout")]
        return {m.name: tar.extractfile(m).read() for m in small}


def manifests_of(archive):
    """What the index of an archive names."""
    files = documents(archive)
    (top,) = json.loads(files["index.json"])["manifests"]
    return json.loads(files["blobs/" + top["digest"].replace(":", "/")])["manifests"]


def gocontainer(*words, **options):
    return run([sys.executable, GOCONTAINER, *words], **options)


@pytest.fixture
def base(tmp_path):
    """An OCI layout of an image for amd64 and for arm, of which each has a file that names it."""
    layout = tmp_path / "base"
    manifests = []
    for name in ("linux/amd64", "linux/arm/v5", "linux/arm/v7"):
        files = image(
            [layer(entry("etc/passwd", b"root:x:0:0:root:/:/\n"), entry("is", name.encode()))],
            config={"Labels": {"is": name}},
            configuration=platform(name),
        )
        (one,) = json.loads(files.pop("index.json"))["manifests"]
        manifests.append({**one, "platform": platform(name)})
        for file, data in files.items():
            (layout / file).parent.mkdir(parents=True, exist_ok=True)
            (layout / file).write_bytes(data)
    (layout / "index.json").write_bytes(encoded({"schemaVersion": 2, "manifests": manifests}))
    return f"oci:{layout}"


def test_the_archive_has_one_index_and_each_tool_finds_its_image(
    project, oci_schema, skopeo, tmp_path
):
    archive = build(project, "BASE scratch")
    files = documents(archive)
    oci_schema("image-index-schema.json", files["index.json"])
    (top,) = json.loads(files["index.json"])["manifests"]
    assert top["mediaType"] == INDEX
    assert top["annotations"] == {"org.opencontainers.image.ref.name": "api:latest"}
    oci_schema("image-index-schema.json", files["blobs/" + top["digest"].replace(":", "/")])
    manifests = manifests_of(archive)
    assert [each["platform"] for each in manifests] == list(map(platform, NAMES))
    # The machine's own is what docker finds.
    (entry_of_docker,) = json.loads(files["manifest.json"])
    own = json.loads((archive.parent / "plan.json").read_text())["platform"]
    assert json.loads(files[entry_of_docker["Config"]])["architecture"] == own["architecture"]
    skopeo("copy", "--all", f"oci-archive:{archive}", f"dir:{tmp_path / 'copy'}")
    copied = json.loads((tmp_path / "copy/manifest.json").read_text())
    assert copied["manifests"] == manifests
    several = gocontainer("show", f"oci-archive:{archive}", expect_failure=True)
    assert f"it is for {', '.join(NAMES)}. Choose one with --platform." in several.stderr
    for name, each in zip(NAMES, manifests):
        shown = gocontainer("show", f"oci-archive:{archive}", "--platform", name).stdout
        assert f"digest    {each['digest']}\n" in shown
        for check in ("platform", "binary"):
            done = gocontainer("test", check, archive.parent / "plan.json", "--platform", name)
            assert "/".join(name.split("/")[:2]) in done.stdout


def test_docker_and_podman_load_that_of_the_machine(project, docker, podman):
    archive = build(project, "BASE scratch TAGS example.com/platforms:1")
    for engine in (docker, podman):
        engine("load", "--input", archive)
        said = engine("run", "--rm", "example.com/platforms:1", "/usr/local/bin/api", "x").stdout
        assert said == "hello [x]\n"


def test_the_index_is_the_same_elsewhere(project_at, tmp_path, go_environment):
    archives = []
    settings = {
        "GOARM": "7",
        "GOAMD64": "v3",
        "GOARM64": "v9.0",
        "GOARCH": "arm64",
        "TZ": "Asia/Tokyo",
    }
    for name, more in (("one", {}), ("another directory", settings)):
        project = project_at(tmp_path / name)
        archive = declare(project)
        project.build("image", env={**go_environment, **more})
        archives.append(archive.read_bytes())
    assert archives[0] == archives[1]


def test_what_a_platform_alone_is_made_of_counts(project):
    archive = build(project, "BASE scratch", **SOURCES)
    before = {each["digest"]: each["platform"] for each in manifests_of(archive)}
    assert str(project.source / "onlyarm64/one.go") in (archive.parent / "inputs.d").read_text()
    changed = SOURCES["onlyarm64/one.go"] + "\nfunc init() { println(Word) }\n"
    project.write("onlyarm64/one.go", changed)
    project.build("image")
    new = [each for each in manifests_of(archive) if each["digest"] not in before]
    assert [each["platform"]["architecture"] for each in new] == ["arm64"]
    snapshot = project.snapshot(archive.parent)
    project.build("image")
    assert project.snapshot(archive.parent) == snapshot


def test_a_platform_that_does_not_compile_leaves_the_last_image(project):
    archive = build(project)
    before = archive.read_bytes()
    project.write("wrong_arm.go", "package main\n\nvar x int = nothing\n")
    result = project.build("image", expect_failure=True)
    assert "undefined: nothing" in result.output
    assert "go build -v failed for linux/arm/v6, see above" in result.output
    assert archive.read_bytes() == before
    assert not list(archive.parent.glob("*.new"))


def test_each_platform_has_its_own_base(project, base, tmp_path):
    project.write("data", "of all platforms\n")
    words = f"BASE {base} FILES data DESTINATION /opt USERS app:1000 USER app"
    project.go_module(".")
    project.cmakelists(f"add_go_container(api PLATFORMS linux/amd64 linux/arm/v6 {words})")
    project.configure(engine="builtin")
    archive = project.binary / "api.container/api.tar"
    file = archive.with_name("plan.json")
    copied = [{"image": base, "path": "/is", "target": "/copied/is"}]
    file.write_text(json.dumps({**json.loads(file.read_text()), "fromImages": copied}))
    project.build("image")
    for name, of_base in (("linux/amd64", "linux/amd64"), ("linux/arm/v6", "linux/arm/v5")):
        with open_image(f"oci-archive:{archive}", platform=platform(name)) as found:
            assert found.config["config"]["Labels"]["is"] == of_base
            assert found.config["config"]["User"] == "1000"
            assert found.config.get("variant") == platform(name).get("variant")
            files = {}
            for each in found.layers:
                with each.open() as stream, tarfile.open(fileobj=stream) as tar:
                    files.update({m.name: tar.extractfile(m).read() for m in tar if m.isfile()})
        assert files["copied/is"] == files["is"] == of_base.encode()
        assert b"app:x:1000:1000" in files["etc/passwd"]
        assert files["opt/data"] == b"of all platforms\n"


def test_a_base_that_lacks_a_platform_tells_what_it_has(project, base):
    archive = declare(project, f"BASE {base}")
    result = project.build("image", expect_failure=True)
    assert (
        f'add_go_container(api): BASE "{base}": it is for linux/amd64, linux/arm/v5, linux/arm/v7, not for linux/arm64. '
        "Give another base, or copy it again." in result.output
    )
    assert not archive.exists()


def test_with_a_health_check_all_is_of_docker(project, skopeo, tmp_path):
    archive = build(project, "BASE scratch HEALTHCHECK /usr/local/bin/api health")
    kinds = {each["mediaType"] for each in manifests_of(archive)}
    assert kinds == {"application/vnd.docker.distribution.manifest.v2+json"}
    skopeo("copy", "--all", f"oci-archive:{archive}", f"dir:{tmp_path / 'copy'}")
    index = json.loads((tmp_path / "copy/manifest.json").read_text())
    assert index["mediaType"] == "application/vnd.docker.distribution.manifest.list.v2+json"


CGO = """\
package main

// #include "../word.h"
import "C"

func main() { println(C.WORD) }
"""


def test_cgo_has_a_compiler_for_each(project):
    project.write("word.h", "#define WORD 1\n")
    project.write("src/go.mod", "module example.com/program\n\ngo 1.22\n")
    project.write("src/main.go", CGO)
    compiler = "linux/arm64=aarch64-linux-gnu-gcc"
    project.cmakelists(
        "add_go_container(api SOURCE_DIR src CGO ON LDFLAGS -extldflags=-static BASE scratch\n"
        f"  PLATFORMS linux/amd64 linux/arm64 CC {compiler})"
    )
    project.configure(engine="builtin")
    project.build("image")
    archive = project.binary / "api.container/api.tar"
    for name in ("linux/amd64", "linux/arm64"):
        check = ["test", "binary", archive.with_name("plan.json"), "--platform", name]
        assert f"for {name} by" in gocontainer(*check).stdout
    # A header outside of the module counts for each.
    before = {each["digest"] for each in manifests_of(archive)}
    project.write("word.h", "#define WORD 2\n")
    project.build("image")
    assert before.isdisjoint(each["digest"] for each in manifests_of(archive))


@pytest.fixture
def layout(tmp_path):
    """An OCI layout of images that are empty, one for each platform of an index."""

    def make(*names):
        manifests, files = [], {}
        for name in names:
            files.update(image([], configuration=platform(name)))
            (one,) = json.loads(files.pop("index.json"))["manifests"]
            manifests.append({**one, "platform": platform(name)})
        index = encoded({"schemaVersion": 2, "manifests": manifests})
        top = descriptor(INDEX, index)
        files["blobs/" + top["digest"].replace(":", "/")] = index
        files["index.json"] = encoded({"schemaVersion": 2, "manifests": [top]})
        for file, data in files.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_bytes(data)
        return f"oci:{tmp_path}"

    return make


@pytest.mark.parametrize(
    ("there", "wanted", "found"),
    [
        ("linux/arm/v5 linux/arm/v6 linux/arm/v7", "linux/arm/v6", "linux/arm/v6"),
        ("linux/arm/v5 linux/arm/v7", "linux/arm/v6", "linux/arm/v5"),
        ("linux/arm/v6 linux/arm64/v8", "linux/arm", "linux/arm/v6"),
        ("linux/arm64/v8", "linux/arm64", "linux/arm64/v8"),
        ("linux/amd64/v2 linux/amd64/v3 linux/amd64", "linux/amd64", "linux/amd64"),
        ("linux/amd64 linux/amd64/v2", "linux/amd64/v3", "linux/amd64/v2"),
        ("linux/riscv64/rva20", "linux/riscv64", "linux/riscv64/rva20"),
        ("linux/arm/v7", "linux/arm/v6", None),
        ("linux/amd64/v3", "linux/amd64", None),
        ("windows/amd64", "linux/amd64", None),
    ],
)
def test_of_several_variants_the_newest_that_runs_is_taken(layout, there, wanted, found):
    where = layout(*there.split())
    if found is None:
        with pytest.raises(ImageError, match=f"it is for {there}, not for {wanted}"):
            open_image(where, platform=platform(wanted)).__enter__()
    else:
        with open_image(where, platform=platform(wanted)) as image:
            assert {key: image.config[key] for key in platform(found)} == platform(found)


def test_a_platform_that_the_plan_lacks_is_told(tmp_path):
    plan = {
        "name": "api",
        "engine": "builtin",
        "platforms": list(map(platform, NAMES)),
        "go": {"env": []},
    }
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({**plan, "platform": platform("linux/amd64")}))
    for name, told in (
        (
            "linux/riscv64",
            f"api is for {', '.join(NAMES)}, not for linux/riscv64. Give one of these.",
        ),
        (
            "arm64",
            "'arm64' is not a platform. Write it as linux/<architecture>[/<variant>], such as linux/arm/v7.",
        ),
    ):
        done = gocontainer("test", "platform", file, "--platform", name, expect_failure=True)
        assert done.stderr == f"GoContainer: {told}\n"
