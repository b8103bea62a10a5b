"""The archive of the engine builtin: valid, loadable everywhere, the same bytes every time."""

import json
import os
import subprocess
import sys
import tarfile

import pytest
from gocontainer.write.assemble import remove_leftovers
from harness import GOCONTAINER, REPOSITORY, run
from images import PLAN


@pytest.fixture
def archive(project):
    """The archive of a container with two tags."""
    project.go_module(".")
    project.cmakelists(
        "add_go_container(api BASE scratch TAGS example.com/team/archive:1.4 archive)"
    )
    project.configure(engine="builtin")
    project.build("image")
    return project.binary / "api.container/api.tar"


def show(image, *arguments):
    """What the image piece's `show` prints, as pairs."""
    lines = run([sys.executable, GOCONTAINER, "show", image, *arguments]).stdout.splitlines()
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_it_is_an_oci_layout_by_the_schemas_of_the_specification(archive, oci_schema):
    with tarfile.open(archive) as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar}
    oci_schema("image-layout-schema.json", files["oci-layout"])
    oci_schema("image-index-schema.json", files["index.json"])
    descriptor = json.loads(files["index.json"])["manifests"][0]
    manifest = files[blob(descriptor)]
    oci_schema("image-manifest-schema.json", manifest)
    oci_schema("config-schema.json", files[blob(json.loads(manifest)["config"])])
    assert descriptor["annotations"]["org.opencontainers.image.ref.name"] == PLAN["tags"][0]


def blob(descriptor):
    return "blobs/" + descriptor["digest"].replace(":", "/")


def test_umoci_and_skopeo_find_no_fault_in_it(archive, tmp_path, skopeo, umoci):
    layout = tmp_path / "layout"
    layout.mkdir()
    run(["tar", "-xf", archive, "-C", layout])
    umoci("unpack", "--rootless", "--image", f"{layout}:{PLAN['tags'][0]}", tmp_path / "bundle")
    root = tmp_path / "bundle/rootfs"
    assert os.access(root / "usr/local/bin/api", os.X_OK)
    assert (root / "tmp").stat().st_mode & 0o7777 == 0o1777
    assert "nonroot:x:65532:65532" in (root / "etc/passwd").read_text()
    # Reads every blob and holds it against its digest.
    skopeo("copy", f"oci-archive:{archive}", f"dir:{tmp_path / 'copy'}")


def test_docker_loads_it_with_every_tag(archive, docker):
    docker("load", "--input", archive)
    found = dict(show(f"oci-archive:{archive}"))
    for tag in PLAN["tags"]:
        assert docker("image", "inspect", "--format", "{{.Id}}", tag).stdout.strip() == found["id"]
    output = docker("run", "--rm", "archive:latest", "/usr/local/bin/api", "works").stdout
    assert "works" in output


def test_podman_loads_it(archive, podman):
    podman("load", "--input", archive)
    output = podman("image", "inspect", "--format", "{{.Id}}", PLAN["tags"][0]).stdout
    assert "sha256:" + output.strip() == dict(show(f"oci-archive:{archive}"))["id"]


def test_a_registry_takes_it_with_the_same_digest(archive, skopeo, registry):
    name = f"docker://{registry}/api:archive"
    # Registries may want layers compressed; as they are, the digest stays.
    skopeo("copy", "--dest-tls-verify=false", "--preserve-digests", f"oci-archive:{archive}", name)
    digest = skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", name).stdout
    assert digest.strip() == dict(show(f"oci-archive:{archive}"))["digest"]


def build_elsewhere(project_at, tmp_path, name, **environment):
    project = project_at(tmp_path / name)
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin", env=environment)
    project.build("image", env=environment)
    return project.binary / "api.container/api.tar"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LC_ALL": "C", "LANG": "C"},
        {"TZ": "Asia/Kathmandu"},
        {"GOFLAGS": "-ldflags=-X=main.x=1 -tags=other"},
        {"PYTHONHASHSEED": "7", "PYTHONPATH": "/nowhere"},
        {"HOME": "/tmp/somebody", "USER": "somebody"},
        {"GOOS": "windows", "GOARCH": "arm64", "CGO_ENABLED": "1"},
        {"GOAMD64": "v3", "GOEXPERIMENT": "nogreenteagc"},
    ],
    ids=lambda environment: ",".join(environment) or "another-directory",
)
def test_the_same_bytes(project_at, tmp_path, go_environment, environment):
    one = build_elsewhere(project_at, tmp_path, "one", **go_environment)
    other = build_elsewhere(
        project_at, tmp_path, "another directory", **go_environment, **environment
    )
    assert one.read_bytes() == other.read_bytes()


def test_settings_of_go_env_do_not_change_the_bytes(project_at, tmp_path, go_environment):
    settings = tmp_path / "settings"
    settings.write_text("GOFLAGS=-gcflags=all=-N\nGOAMD64=v3\nCGO_ENABLED=1\n")
    one = build_elsewhere(project_at, tmp_path, "one", **go_environment)
    other = build_elsewhere(project_at, tmp_path, "other", **go_environment, GOENV=str(settings))
    assert one.read_bytes() == other.read_bytes()


def test_a_workspace_above_the_module_does_not_count(project):
    """A container build would not see it, and it does not name the module."""
    project.go_module("service")
    project.write("go.work", "go 1.22\n")
    project.cmakelists("add_go_container(api SOURCE_DIR service BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")


def test_the_same_bytes_for_another_user_and_umask(project, unprivileged):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    mine = (project.binary / "api.container/api.tar").read_bytes()
    theirs = unprivileged.build_image(project.source, umask=0o077)
    assert mine == theirs


def assemble(tmp_path, binary, plan=PLAN, **environment):
    """Assemble an image of the file; returns the archive and the peak memory, in bytes."""
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    certificates = tmp_path / "ca.crt"
    certificates.write_text("certificates\n")
    code = (
        "import json, re, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from gocontainer.write.assemble import assemble;"
        "plan, binary, *rest = map(Path, sys.argv[2:]);"
        "assemble(json.loads(plan.read_text()), [binary], *rest);"
        # Not by getrusage(), which counts what the test had before it started this.
        "print(re.search(r'VmHWM:\\s*(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    archive = tmp_path / "api.tar"
    command = [
        sys.executable,
        "-c",
        code,
        GOCONTAINER.parent,
        tmp_path / "plan.json",
        binary,
        certificates,
        archive,
        tmp_path / "bases",
    ]
    result = run(command, env={**os.environ, **environment})
    return archive, int(result.stdout) * 1024


def test_memory_hardly_grows_with_the_number_of_files(tmp_path):
    binary, staged = tmp_path / "binary", tmp_path / "staged"
    binary.write_bytes(b"x")
    group = {"directory": "staged", "destination": "/srv", "user": "0:0"}
    plan = {**PLAN, "files": [group]}
    peaks = []
    for count in (100, 20_100):
        for number in range(count):
            directory = staged / str(number // 1000)
            directory.mkdir(parents=True, exist_ok=True)
            (directory / f"{number}.txt").touch()
        peaks.append(assemble(tmp_path, binary, plan)[1])
    # Little more than its name; as an entry of a layer, each would take a thousand.
    assert peaks[1] - peaks[0] < 20_000 * 300


def test_memory_does_not_grow_with_the_binary(tmp_path):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"x")
    with large.open("wb") as file:
        file.truncate(1 << 30)
    assert assemble(tmp_path, small)[1] < 64_000_000
    archive, memory = assemble(tmp_path, large)
    assert archive.stat().st_size > 1 << 30
    assert memory < 64_000_000


def test_times_come_from_source_date_epoch(tmp_path):
    binary = tmp_path / "binary"
    binary.write_bytes(b"x")
    for epoch, date in (("", "1970-01-01T00:00:00Z"), ("1700000000", "2023-11-14T22:13:20Z")):
        archive, _ = assemble(tmp_path, binary, SOURCE_DATE_EPOCH=epoch)
        with tarfile.open(archive) as tar:
            times = {m.mtime for m in tar}
            (config,) = [
                document
                for m in tar
                if m.size < 10_000 and isinstance(document := json.load(tar.extractfile(m)), dict)
                if "rootfs" in document
            ]
        assert times == {int(epoch or 0)}
        assert config["created"] == date


def test_a_source_date_epoch_that_is_no_number_is_refused(project, golden):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    result = project.build("image", env={"SOURCE_DATE_EPOCH": "today"}, expect_failure=True)
    golden.check("errors/source-date-epoch.txt", goc(result))


def goc(result):
    return "".join(line + "\n" for line in result.output.splitlines() if "GoContainer:" in line)


def test_an_interrupted_write_leaves_the_last_archive(tmp_path):
    binary = tmp_path / "binary"
    binary.write_bytes(b"good")
    archive, _ = assemble(tmp_path, binary)
    good = archive.read_bytes()
    with pytest.raises(AssertionError, match="No such file"):
        assemble(tmp_path, tmp_path / "missing")
    assert archive.read_bytes() == good
    assert sorted(p.name for p in tmp_path.iterdir() if ".new" in p.name) == []


def test_leftovers_of_killed_processes_go(tmp_path):
    waited = subprocess.Popen(["true"])
    waited.wait()
    unwaited = subprocess.Popen(["true"])
    os.waitid(os.P_PID, unwaited.pid, os.WEXITED | os.WNOWAIT)  # a zombie, until it is waited for
    processes = (waited.pid, unwaited.pid, os.getpid())
    for process in processes:
        (tmp_path / f"api.tar.{process}.new").touch()
    remove_leftovers(tmp_path / "api.tar")
    unwaited.wait()
    assert [path.name for path in tmp_path.iterdir()] == [f"api.tar.{os.getpid()}.new"]


def test_the_repository_keeps_no_byte_code(archive):
    assert list((REPOSITORY / "cmake").rglob("__pycache__")) == []
