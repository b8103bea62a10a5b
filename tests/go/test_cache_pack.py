"""The pack of GO_CACHE: what is carried, and that nothing of a pack is trusted."""

import contextlib
import gzip
import hashlib
import io
import os
import tarfile
import threading
import time
import zipfile
from pathlib import Path

import pytest
from gocontainer.go.cache_entries import entries_since, entry_of, file_of
from gocontainer.go.cache_known import Known, read_known, write_known
from gocontainer.go.cache_modules import Modules, checksum_of_mod, checksum_of_zip, escaped
from gocontainer.go.cache_pack import write_pack
from gocontainer.go.cache_places import Directory, place_of
from gocontainer.go.cache_store import EntryArchive, EntryFiles
from gocontainer.go.cache_unpack import PackError, read_pack
from gocontainer.registry.error import RegistryError

USED = int(time.time()) - 1000


def put(cache, content, action=None, used=USED):
    """An entry as go writes one; the action."""
    output = hashlib.sha256(content).hexdigest()
    action = action or hashlib.sha256(b"action " + content).hexdigest()
    for name, data in ((output + "-d", content), (action + "-a", action_file(action, output, len(content)))):  # fmt: skip
        path = cache / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (used, used))
    return action


def action_file(action, output, size):
    return f"v1 {action} {output} {size:20d} {USED * 10**9:20d}\n".encode()


def plan_at(directory, sums=""):
    (directory / "go.sum").write_text(sums)
    return {"source": str(directory), "go": {"modules": [str(directory)], "vendor": False}}


@pytest.fixture
def modules(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    return Modules(plan_at(source), str(tmp_path / "mod"))


def packed(*entries):
    """A pack with these names and contents; of a TarInfo its header."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in entries:
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            member.size, member.mtime = len(content), USED
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(out.getvalue())


def read_files(data, cache, modules, **limits):
    known = Known()
    return read_pack(io.BytesIO(data), EntryFiles(str(cache)), modules, known, 0, **limits), known


def read_archive(data, cache, modules, **limits):
    """As for a cache that is elsewhere, where the tar is unpacked."""
    known = Known()
    with io.BytesIO() as tar:
        archive = EntryArchive(tar)
        try:
            return read_pack(io.BytesIO(data), archive, modules, known, 0, **limits), known
        finally:
            archive.end()
            tar.seek(0)
            with tarfile.open(fileobj=tar) as entries:
                entries.extractall(cache)


@pytest.fixture(params=[read_files, read_archive], ids=["files", "archive"])
def read(request):
    return request.param


def files(directory):
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}  # fmt: skip


def test_what_was_used_comes_out_as_it_went_in(tmp_path, modules, read):
    here, there = tmp_path / "here", tmp_path / "there"
    contents = [os.urandom(3_000_000), b"", b"text"]
    actions = {put(here, content): USED for content in contents}
    put(here, b"older", used=USED - 100)
    found = entries_since(str(here), USED)
    assert set(found) == set(actions)
    size = write_pack(str(tmp_path / "pack"), str(here), dict(actions), {})
    result, known = read((tmp_path / "pack").read_bytes(), there, modules)
    assert (result.count, result.wrong, known.actions) == (3, "", actions)
    assert 0 <= size - known.size <= 2 * tarfile.BLOCKSIZE
    for action in actions:
        assert entry_of(str(there), action) == entry_of(str(here), action)
    outputs = {path.read_bytes() for path in there.rglob("*-d")}
    assert outputs == set(contents)


def test_what_is_there_stays_as_it_is(tmp_path, modules):
    here, there = tmp_path / "here", tmp_path / "there"
    action = put(here, b"content")
    write_pack(str(tmp_path / "pack"), str(here), {action: USED}, {})
    put(there, b"content", used=USED + 7)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in there.rglob("*-?")}
    result, known = read_files((tmp_path / "pack").read_bytes(), there, modules)
    assert (result.count, set(known.actions)) == (0, {action})
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in before} == before


def test_entries_that_nothing_used_for_days_leave_the_pack(tmp_path, modules):
    here, there = tmp_path / "here", tmp_path / "there"
    action = put(here, b"content")
    write_pack(str(tmp_path / "pack"), str(here), {action: USED}, {})
    with (tmp_path / "pack").open("rb") as stream:
        read_pack(stream, EntryFiles(str(there)), modules, Known(), USED)
    assert not list(there.rglob("*-a"))


def test_entries_that_are_gone_are_left_out(tmp_path):
    here = tmp_path / "here"
    action, gone = put(here, b"content"), put(here, b"gone")
    Path(file_of(str(here), hashlib.sha256(b"gone").hexdigest() + "-d")).unlink()
    actions = {action: USED, gone: USED}
    write_pack(str(tmp_path / "pack"), str(here), actions, {})
    assert actions == {action: USED}
    assert "build/" + gone + "-a" not in gzip.decompress((tmp_path / "pack").read_bytes()).decode()


OUTPUT = hashlib.sha256(b"content").hexdigest()
ACTION = "a" * 64
GOOD = (f"build/{OUTPUT}-d", b"content")
WRONG = {
    "an output of another content": [
        (f"build/{OUTPUT}-d", b"poisons"),
        (f"build/{ACTION}-a", action_file(ACTION, OUTPUT, 7)),
    ],
    "an output that is missing": [(f"build/{ACTION}-a", action_file(ACTION, "b" * 64, 7))],
    "an output of another length": [GOOD, (f"build/{ACTION}-a", action_file(ACTION, OUTPUT, 8))],
    "an action of another name": [GOOD, (f"build/{ACTION}-a", action_file("c" * 64, OUTPUT, 7))],
    "an action of another version": [
        GOOD,
        (f"build/{ACTION}-a", b"v2" + action_file(ACTION, OUTPUT, 7)[2:]),
    ],
    "an action that is too long": [
        GOOD,
        (f"build/{ACTION}-a", action_file(ACTION, OUTPUT, 7) + b"\n" * 10**6),
    ],
    "an action that is empty": [GOOD, (f"build/{ACTION}-a", b"")],
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_as_its_name_says_is_told_and_left_out(tmp_path, modules, what, read):
    there = tmp_path / "there"
    after = (f"build/{'d' * 64}-a", action_file("d" * 64, hashlib.sha256(b"fine").hexdigest(), 4))
    fine = (f"build/{hashlib.sha256(b'fine').hexdigest()}-d", b"fine")
    result, known = read(packed(*WRONG[what], fine, after), there, modules)
    assert "is not what its name says" in result.wrong
    assert set(known.actions) == {"d" * 64}
    assert [path.name for path in there.rglob("*-a")] == ["d" * 64 + "-a"]
    assert all(hashlib.sha256(p.read_bytes()).hexdigest() + "-d" == p.name for p in there.rglob("*-d"))  # fmt: skip
    assert not list(there.rglob("*.new"))


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


HOSTILE = {
    "up": ("../outside", b"x"),
    "absolute": ("/tmp/go-container-outside", b"x"),
    "up in an entry": (f"build/../../{OUTPUT}-d", b"content"),
    "another file of GOCACHE": ("build/README", b"x"),
    "a capital": (f"build/{OUTPUT.upper()}-d", b"content"),
    "a link": special(f"build/{OUTPUT}-d", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": special(f"build/{OUTPUT}-d", tarfile.LNKTYPE, "/etc/passwd"),
    "a device": special(f"build/{OUTPUT}-d", tarfile.CHRTYPE),
    "a directory": special(f"build/{OUTPUT}-d", tarfile.DIRTYPE),
    "a line for a CI": ("::error::x", b"x"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_other_name_and_no_link_is_taken(tmp_path, modules, what, read):
    there = tmp_path / "there/below"
    there.mkdir(parents=True)
    before = files(tmp_path)
    with pytest.raises(PackError):
        read(packed(HOSTILE[what]), there, modules)
    assert files(tmp_path) == before


def test_modules_of_other_commits_are_left_out(tmp_path, modules, read):
    for name in ("modules/example.com/x/@v/v1.0.0.zip", "modules/../../x"):
        result, known = read(packed((name, b"x")), tmp_path / "there", modules)
        assert (result.count, known.modules) == (0, set())
    assert files(tmp_path) == {"source/go.sum"}


def test_a_pack_that_is_cut_anywhere_is_used_up_to_there(tmp_path, modules, read):
    entries = [GOOD, (f"build/{ACTION}-a", action_file(ACTION, OUTPUT, 7))]
    data = packed(*entries, (f"build/{hashlib.sha256(b'x' * 9).hexdigest()}-d", b"x" * 9))
    for length in range(len(data) - 60):  # behind that are the zeros at the end of a tar
        there = tmp_path / str(length)
        with pytest.raises(PackError):
            read(data[:length], there, modules)
        if there.exists():
            assert all(entry_of(str(there), p.name[:-2]) for p in there.rglob("*-a"))
            assert not list(there.rglob("*.new"))
    changed = bytearray(data)
    for place in range(10, len(data), 7):
        changed[place] ^= 0x55
        with contextlib.suppress(PackError):
            read(bytes(changed), tmp_path / "changed", modules)
        changed[place] ^= 0x55
    assert all(hashlib.sha256(p.read_bytes()).hexdigest() + "-d" == p.name for p in (tmp_path / "changed").rglob("*-d"))  # fmt: skip


def test_a_pack_without_an_end_is_left(tmp_path, modules, read):
    header = tarfile.TarInfo(f"build/{OUTPUT}-d")
    header.size = 1 << 30
    data = gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + bytes(30_000_000))
    assert len(data) < 100_000
    with pytest.raises(PackError, match="it has more than 10,000,000 bytes"):
        read(data, tmp_path / "there", modules, most=10_000_000)
    assert files(tmp_path) == {"source/go.sum"}


def module_zip(file, text="package x\n"):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("example.com/X@v1.0.0/x.go", text)
    return file


def test_files_of_modules_are_those_of_go_sum(tmp_path, read):
    source = tmp_path / "source"
    source.mkdir()
    good = module_zip(tmp_path / "good.zip")
    (tmp_path / "mod").write_text("module example.com/X\n")
    sums = f"example.com/X v1.0.0 {checksum_of_zip(good)}\nexample.com/X v1.0.0/go.mod {checksum_of_mod(tmp_path / 'mod')}\n"
    modules = Modules(plan_at(source, sums), str(tmp_path / "cache"))
    stem = "modules/example.com/!x/@v/v1.0.0"
    assert {"modules/" + name for name in modules.files} == {stem + end for end in (".zip", ".mod", ".info")}  # fmt: skip
    bad = module_zip(tmp_path / "bad.zip", "package poison\n").read_bytes()
    wrong = {".zip": bad, ".mod": b"module example.com/y\n", ".info": b'{"Version": "v2.0.0"}'}
    for end, content in {**wrong, ".zip ": b"no zip"}.items():
        result, known = read(packed((stem + end.strip(), content)), tmp_path / "go", modules)
        assert "is not what its name says" in result.wrong
        assert known.modules == set()
    assert files(tmp_path / "cache") == set()
    info = b'{"Version": "v1.0.0", "Time": "2026-01-01T00:00:00Z", "Origin": {"URL": "x"}}'
    right = {".zip": good.read_bytes(), ".mod": b"module example.com/X\n", ".info": info}
    entries = [(stem + end, content) for end, content in right.items()]
    result, known = read(packed(*entries), tmp_path / "go", modules)
    assert (result.count, result.wrong) == (3, "")
    place = tmp_path / "cache/cache/download/example.com/!x/@v"
    assert (place / "v1.0.0.ziphash").read_text() == checksum_of_zip(good)
    assert "Origin" not in (place / "v1.0.0.info").read_text()


def test_names_of_go_sum_lead_nowhere_else(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    lines = [
        "../../x v1.0.0 h1:x=",
        "example.com/x ../v1 h1:x=",
        "/x v1.0.0 h1:x=",
        "a/../b v1 h1:x=",
        "x",
    ]
    assert Modules(plan_at(source, "\n".join(lines)), "/cache").files == {}
    assert escaped("github.com/BurntSushi/toml") == "github.com/!burnt!sushi/toml"


def test_writers_at_once_leave_one_whole_pack(tmp_path, modules):
    place = Directory(str(tmp_path / "shared"), "pack")
    packs = []
    for number in range(4):
        here = tmp_path / f"here{number}"
        action = put(here, os.urandom(200_000))
        write_pack(str(tmp_path / f"pack{number}"), str(here), {action: USED}, {})
        packs.append((tmp_path / f"pack{number}").read_bytes())
    place.put(str(tmp_path / "pack0"))
    stop, seen = threading.Event(), set()

    def look():
        while not stop.is_set():
            seen.add((tmp_path / "shared/pack.tar.gz").read_bytes())

    def write(pack):
        for _ in range(20):
            place.put(pack)

    looker = threading.Thread(target=look)
    looker.start()
    writers = [
        threading.Thread(target=write, args=(str(tmp_path / f"pack{number}"),))
        for number in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    looker.join()
    assert seen <= set(packs)
    assert files(tmp_path / "shared") == {"pack.tar.gz"}


def test_a_damaged_note_of_what_is_known_is_no_note(tmp_path):
    file = str(tmp_path / "note")
    known = Known()
    known.actions, known.identity = {ACTION: USED}, "x"
    write_known(file, known)
    assert vars(read_known(file)) == vars(known)
    whole = (tmp_path / "note").read_text()
    for text in ("", "[]", "{}", whole[:-5], whole.replace(str(USED), '"x"')):
        (tmp_path / "note").write_text(text)
        assert read_known(file) is None


def test_places_are_told_without_what_is_secret(tmp_path):
    (tmp_path / ".netrc").write_text("machine example.com login ci password hunter2\n")
    (tmp_path / ".netrc").chmod(0o600)
    environ = {"HOME": str(tmp_path)}
    web = place_of("https://example.com/cache/", "key", environ)
    assert str(web) == "https://example.com/cache/key.tar.gz"
    assert web.headers["Authorization"].startswith("Basic ")
    assert place_of("https://other.example.com/cache", "key", environ).headers == {}
    (tmp_path / ".netrc").write_text("machine")
    with pytest.raises(RegistryError, match="it can't be read"):
        place_of("https://example.com/cache/", "key", environ).identity()
    assert (
        str(place_of("registry.example.com/cache", "key", environ))
        == "registry.example.com/cache:key"
    )
    assert str(place_of("/var/cache", "key", environ)) == "/var/cache/key.tar.gz"
