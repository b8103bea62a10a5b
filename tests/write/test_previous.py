"""A layer that is still the same is taken from the last archive: its files are not read again."""

import json
import os
import sys
import tarfile
import time

import pytest
from harness import GOCONTAINER, run
from images import PLAN

ASSEMBLE = """\
import json, os, sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from gocontainer.write.assemble import assemble

if "without" in sys.argv[6:]:
    del os.copy_file_range
opened = set()
sys.addaudithook(lambda event, args: event == "open" and opened.add(str(args[0])))
plan, binary, certificates, archive = map(Path, sys.argv[2:6])
written = assemble(json.loads(plan.read_text()), [binary], certificates, archive, archive.parent / "bases")
print(json.dumps([written and written.digest, written and written.size, sorted(opened)]))
"""


class Image:
    """An image with a file of FILES and certificates; ``build`` tells which of them were opened for it. The binary is
    always looked into, for the C library that it needs."""

    def __init__(self, directory):
        self.directory = directory
        self.plan = {**PLAN, "files": [{"directory": "files", "destination": "/", "user": "0:0"}]}
        self.file = directory / "files/data"
        self.file.parent.mkdir()
        self.file.write_text("data")
        self.binary = directory / "binary"
        self.binary.write_text("one")
        self.certificates = directory / "ca.crt"
        self.certificates.write_text("certificates\n")
        self.archive = directory / "api.tar"

    def build(self, *how, archive=None, code=ASSEMBLE):
        # What was written within a step of the clock could be written again unnoticed.
        time.sleep(0.05)
        (self.directory / "plan.json").write_text(json.dumps(self.plan))
        paths = [self.directory / "plan.json", self.binary, self.certificates]
        command = [
            sys.executable,
            "-c",
            code,
            GOCONTAINER.parent,
            *paths,
            archive or self.archive,
            *how,
        ]
        digest, self.size, opened = json.loads(run(command).stdout)
        self.changed = digest is not None
        return set(opened) & {str(self.file), str(self.certificates)}

    def fresh(self):
        """The bytes of the same image where there is no former one."""
        other = self.directory / "other"
        other.mkdir(exist_ok=True)
        (other / "files").unlink(missing_ok=True)
        (other / "files").symlink_to(self.file.parent)
        for file in other.glob("api.tar*"):
            file.unlink()
        self.build(archive=other / "api.tar")
        return (other / "api.tar").read_bytes()


@pytest.fixture
def image(tmp_path):
    return Image(tmp_path)


def test_only_what_changed_is_read(image):
    assert image.build() == {str(image.file), str(image.certificates)}
    image.binary.write_text("two")
    assert image.build() == set()
    assert image.archive.read_bytes() == image.fresh()
    image.file.write_text("more data")
    assert image.build() == {str(image.file)}
    assert image.archive.read_bytes() == image.fresh()
    assert image.size == len("two" + "more data" + "certificates\n" + PASSWD_AND_GROUP)


PASSWD_AND_GROUP = (
    "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
    "root:x:0:\nnonroot:x:65532:\n"
)


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_compressed_layers(image, compression):
    pytest.importorskip("zstandard")
    image.plan["compression"] = compression
    image.build()
    image.binary.write_text("two")
    assert image.build() == set()
    assert image.archive.read_bytes() == image.fresh()
    image.plan["compression"] = "none"
    assert len(image.build()) == 2
    assert image.archive.read_bytes() == image.fresh()


def test_a_file_that_keeps_its_size_and_time_is_noticed(image):
    image.build()
    times = image.file.stat()
    image.file.write_text("atad")
    os.utime(image.file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert image.build() == {str(image.file)}
    assert image.changed
    with tarfile.open(image.archive) as tar:
        assert any(b"atad" in tar.extractfile(member).read() for member in tar)


@pytest.mark.parametrize("what", ["mode", "owner", "destination", "epoch"])
def test_all_that_a_layer_is_made_of_counts(image, what, monkeypatch):
    image.build()
    group = image.plan["files"][0]
    if what == "mode":
        image.file.chmod(0o755)
    elif what == "epoch":
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    else:
        group.update({"owner": {"user": "1:1"}, "destination": {"destination": "/opt"}}[what])
    assert str(image.file) in image.build()
    assert image.changed
    assert image.archive.read_bytes() == image.fresh()


def test_nothing_changed(image):
    image.build()
    before = image.archive.stat()
    assert image.build() == set()
    assert not image.changed
    assert image.archive.stat().st_mtime_ns == before.st_mtime_ns
    image.plan["tags"] = ["other:1"]
    image.build()
    assert image.changed
    assert image.archive.read_bytes() == image.fresh()


def test_an_archive_that_somebody_else_wrote_is_not_trusted(image):
    image.build()
    image.archive.write_bytes(bytes(image.archive.stat().st_size))
    assert len(image.build()) == 2
    assert image.archive.read_bytes() == image.fresh()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"archive": 1}', '{"layers": {"x": 1}}'])
def test_a_damaged_record_is_none(image, text):
    image.build()
    (record,) = image.directory.glob("*.layers.json")
    record.write_text(text)
    assert len(image.build()) == 2
    image.binary.write_text("two")
    assert image.build() == set()
    assert image.archive.read_bytes() == image.fresh()


def test_where_the_system_does_not_copy(image):
    image.build()
    image.binary.write_text("two")
    assert image.build("without") == set()
    assert image.archive.read_bytes() == image.fresh()


def test_what_was_written_just_now_is_read_again(image):
    """It may be written once more within the same step of the clock, which is longer here than any machine takes."""
    now = "from gocontainer.write import previous; previous.CLOCK = 1 << 62; opened = set()"
    image.build(code=ASSEMBLE.replace("opened = set()", now))
    assert image.build() == {str(image.file), str(image.certificates)}
    assert image.build() == set()


def test_staged_files_stay_until_one_changes(project):
    project.go_module(".")
    project.write("conf/a.conf", "a")
    project.write("run.sh", "#!/bin/sh\n")
    project.cmakelists(
        "add_go_container(api BASE scratch FILES conf/ FILES run.sh DESTINATION /bin)"
    )
    project.configure(engine="builtin")
    project.build("image")
    directory = project.binary / "api.container/context/files"
    before = {p: p.stat().st_ctime_ns for p in directory.rglob("*") if p.is_file()}
    assert sorted(p.name for p in before) == ["a.conf", "run.sh"]

    project.write("main.go", "package main\n\nfunc main() { println(1) }\n")
    project.build("image")
    assert {p: p.stat().st_ctime_ns for p in before} == before

    # By its mode alone, and with the former time.
    (project.source / "run.sh").chmod(0o755)
    project.write("main.go", "package main\n\nfunc main() { println(2) }\n")
    project.build("image")
    assert {p.name for p in before if p.stat().st_ctime_ns != before[p]} == {"run.sh"}
    assert (directory / "1/run.sh").stat().st_mode & 0o777 == 0o755


def test_a_group_of_files_that_is_gone_leaves_nothing(project):
    project.go_module(".")
    project.write("a.conf", "a")
    project.write("b.conf", "b")
    project.cmakelists(
        "add_go_container(api BASE scratch FILES a.conf FILES b.conf DESTINATION /b)"
    )
    project.configure(engine="builtin")
    project.build("image")
    project.cmakelists("add_go_container(api BASE scratch FILES a.conf)")
    (project.source / "b.conf").unlink()
    project.build("image")
    staged = project.binary / "api.container/context/files"
    assert [p.name for p in staged.rglob("*") if p.is_file()] == ["a.conf"]
