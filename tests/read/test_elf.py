"""Programs of every kind are read as they are; anything else, or damage, is an ElfError."""

import io
import os
import shutil
import subprocess

import pytest
from gocontainer.read.elf import (
    BuildInfo,
    ElfError,
    counted,
    named_sections,
    parse_build_info,
    read_at,
    read_build_info,
    read_elf,
    read_needed,
    table,
)
from images import build_info, elf

MAIN = "package main\n\nfunc main() { println(1) }\n"
CGO = 'package main\n\n// int one(void) { return 1; }\nimport "C"\n\nfunc main() { println(C.one()) }\n'


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    """A function that builds a program with Go, and gives it as an open file."""
    top = tmp_path_factory.mktemp("go")

    def build(name, main=MAIN, *flags, **env):
        directory = top / name
        directory.mkdir()
        (directory / "go.mod").write_text("module example.com/read\n\ngo 1.22\n")
        (directory / "main.go").write_text(main)
        command = ["go", "build", "-o", "program", *flags, "."]
        env = {"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", **env}
        subprocess.run(command, cwd=directory, env={**os.environ, **env}, check=True)
        return io.BytesIO((directory / "program").read_bytes())

    return build


@pytest.fixture(scope="module")
def static(go):
    return go("static")


@pytest.mark.parametrize("goarch", ["arm64", "386", "s390x", "mips"])
def test_other_machines(go, goarch):
    """64 and 32 bits, both byte orders."""
    file = go(goarch, GOARCH=goarch)
    found = read_elf(file)
    assert (found.architecture, found.interpreter, found.dynamic) == (goarch, None, False)
    info = read_build_info(file)
    assert (info.settings["GOOS"], info.settings["GOARCH"]) == ("linux", goarch)


def test_a_program_of_go(static):
    found = read_elf(static)
    assert (found.architecture, found.interpreter, found.dynamic) == ("amd64", None, False)
    assert {".text", ".go.buildinfo", ".shstrtab"} < set(found.sections)
    info = read_build_info(static)
    version = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True)
    assert info.version == version.stdout.strip()
    assert (info.path, info.module) == ("example.com/read", "example.com/read")
    assert info.settings["CGO_ENABLED"] == "0"
    assert read_needed(static) == []


def test_stripped_and_position_independent(go):
    stripped = go("stripped", MAIN, "-ldflags=-s -w")
    assert ".symtab" not in read_elf(stripped).sections
    assert read_build_info(stripped).path == "example.com/read"
    pie = read_elf(go("pie", MAIN, "-buildmode=pie"))
    assert pie.dynamic and pie.interpreter.startswith("/lib")


def test_cgo_is_dynamic_or_static_as_it_was_linked(go):
    dynamic = read_elf(go("cgo", CGO, CGO_ENABLED="1"))
    assert dynamic.dynamic and dynamic.interpreter == "/lib64/ld-linux-x86-64.so.2"
    assert read_needed(go("needed", CGO, CGO_ENABLED="1")) == ["libc.so.6"]
    flags = '-ldflags=-linkmode=external "-extldflags=-static"'
    alone = read_elf(go("cgo-static", CGO, flags, CGO_ENABLED="1"))
    assert (alone.dynamic, alone.interpreter) == (False, None)


def test_a_program_in_c(tmp_path):
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    for flags, loader in (([], "/lib64/ld-linux-x86-64.so.2"), (["-static"], None)):
        subprocess.run(["cc", *flags, "-o", "c", "main.c"], cwd=tmp_path, check=True)
        with (tmp_path / "c").open("rb") as file:
            assert read_elf(file).interpreter == loader
            with pytest.raises(ElfError, match="no build information, so Go did not build it"):
                read_build_info(file)


def test_go_and_readelf_say_the_same(static, tmp_path):
    """go version -m, and readelf where it is."""
    program = tmp_path / "program"
    program.write_bytes(static.getvalue())
    said = subprocess.run(["go", "version", "-m", program], capture_output=True, text=True).stdout
    info = read_build_info(static)
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0].endswith(": " + info.version)
    assert f"path\t{info.path}" in lines
    for key, value in info.settings.items():
        assert f"build\t{key}={value}" in lines
    if shutil.which("readelf"):
        shown = subprocess.run(["readelf", "-SW", program], capture_output=True, text=True).stdout
        for name, (offset, size) in read_elf(static).sections.items():
            if name:
                line = next(line for line in shown.splitlines() if f"] {name} " in line)
                assert f"{offset:06x} {size:06x}" in line


def test_cut_off_anywhere(static):
    """Never anything but an ElfError."""
    whole = static.getvalue()
    place, size = read_elf(static).sections[".go.buildinfo"]
    cuts = {*range(0, 1024, 7), *range(0, len(whole), len(whole) // 50)}
    for cut in sorted(cuts | {*range(place, place + size, 13)}):
        file = io.BytesIO(whole[:cut])
        for read in (read_elf, read_build_info):
            try:
                read(file)
            except ElfError:
                continue
            # The headers are whole long before the rest is.
            assert cut > (512 if read is read_elf else place)


def every_byte_wrong(data):
    for place in range(len(data)):
        for value in (0, 0x7F, 0x80, 0xFF):
            yield io.BytesIO(data[:place] + bytes([value]) + data[place + 1 :])


@pytest.mark.parametrize(("bits", "order"), [(64, "<"), (32, ">")])
def test_any_byte_may_be_another(bits, order):
    program = elf(62, bits, order, b"/lib/ld.so", True, build_info(GOOS="linux"))
    for file in every_byte_wrong(program):
        for read in (read_elf, read_build_info):
            try:
                read(file)
            except ElfError as error:
                assert str(error).startswith("it")


# (machine, bits, order) -> GOARCH, by the ELF headers of what Go 1.26 builds for it.
MACHINES = [
    (3, 32, "<", "386"),
    (8, 32, "<", "mipsle"),
    (8, 32, ">", "mips"),
    (8, 64, "<", "mips64le"),
    (8, 64, ">", "mips64"),
    (21, 64, "<", "ppc64le"),
    (21, 64, ">", "ppc64"),
    (22, 64, ">", "s390x"),
    (40, 32, "<", "arm"),
    (62, 64, "<", "amd64"),
    (183, 64, "<", "arm64"),
    (243, 64, "<", "riscv64"),
    (258, 64, "<", "loong64"),
    (62, 32, "<", None),
    (40, 32, ">", None),
    (0, 64, "<", None),
]


@pytest.mark.parametrize(("machine", "bits", "order", "goarch"), MACHINES)
def test_headers(machine, bits, order, goarch):
    found = read_elf(io.BytesIO(elf(machine, bits, order, b"/lib/ld.so", True, b"abc")))
    assert (found.architecture, found.interpreter, found.dynamic) == (goarch, "/lib/ld.so", True)
    assert found.sections[".go.buildinfo"][1] == 3
    bare = read_elf(io.BytesIO(elf(machine, bits, order)))
    assert (bare.interpreter, bare.dynamic, set(bare.sections)) == (None, False, {"", ".shstrtab"})


def test_build_information():
    long = "example.com/" + "x" * 200
    program = elf(info=build_info("go1.26.1", long, GOOS="linux", CGO_LDFLAGS="-O2 -g=1"))
    assert read_build_info(io.BytesIO(program)) == BuildInfo(
        "go1.26.1",
        long,
        "example.com/api",
        {"GOOS": "linux", "CGO_LDFLAGS": "-O2 -g=1"},
        [("example.com/dep", "v1.2.3")],
        "(devel)",
        {},
        {"example.com/dep v1.2.3": "h1:x"},
    )


def patched(data, place, content):
    return data[:place] + content + data[place + len(content) :]


NO_ELF = {
    "empty": b"",
    "script": b"#!/bin/sh\n" * 100,
    "short": elf()[:51],
    "class": patched(elf(), 4, b"\3"),
    "order": patched(elf(), 5, b"\0"),
    "magic": patched(elf(), 0, b"\x7fELG"),
}


@pytest.mark.parametrize("case", NO_ELF)
def test_what_is_no_elf(case):
    with pytest.raises(ElfError, match=r"^it is not an ELF file$"):
        read_elf(io.BytesIO(NO_ELF[case]))


@pytest.mark.parametrize(
    ("place", "content", "words"),
    [
        (56, b"\xff\xff", "65535 rows"),  # the number of segments
        (60, b"\x11\x27", "10001 rows"),  # that of the sections
        (62, b"\x09\0", "its headers are damaged"),  # the one with the names
        (40, b"\xff" * 8, "its headers are damaged"),  # where the sections are
        (64 + 32, b"\0\0\1", "65536 bytes"),  # bytes of the interpreter
        (54, b"\x04\0", "its headers are damaged"),  # bytes of a segment
    ],
)
def test_damaged_headers(place, content, words):
    with pytest.raises(ElfError, match=words):
        read_elf(io.BytesIO(patched(elf(interpreter=b"/lib/ld.so"), place, content)))


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (b"", "not that of Go 1.18 or newer"),
        (build_info()[:14], "its build information is damaged"),
        (patched(build_info(), 15, b"\0"), "not that of Go 1.18 or newer"),
        (patched(build_info(), 0, b"x"), "not that of Go 1.18 or newer"),
        (build_info()[:32], "its build information is damaged"),
        (build_info()[:36], "it is cut short"),
        (build_info()[:-1], "it is cut short"),
        (build_info()[:32] + b"\xff" * 2_000_000, "a number without an end"),
        (build_info()[:32] + b"\xff" * 8, "its build information is damaged"),
    ],
)
def test_damaged_build_information(info, words):
    with pytest.raises(ElfError, match=words):
        read_build_info(io.BytesIO(elf(info=info)))


def test_lines_that_say_nothing():
    """Such as a later Go may write."""
    text = "path\nmod\ndep\tx\nbuild\nnew\tx\n=>\ty\n\n"
    modules = b"m" * 16 + text.encode() + b"e" * 16
    info = build_info()[:32] + b"\6go1.99" + bytes([len(modules)]) + modules
    assert read_build_info(io.BytesIO(elf(info=info))) == BuildInfo(
        "go1.99", "", "", {}, [], "", {}, {}
    )


@pytest.mark.parametrize("interpreter", [None, b"/lib/ld.so"])
@pytest.mark.parametrize("dynamic", [True, False])
def test_a_loader_and_something_for_it_to_do_are_two_things(interpreter, dynamic):
    found = read_elf(io.BytesIO(elf(interpreter=interpreter, dynamic=dynamic)))
    assert (found.interpreter, found.dynamic) == (interpreter and interpreter.decode(), dynamic)


def test_a_header_alone_is_an_elf_file():
    """A header of 32 bits, the shortest; with a byte less it is not a header."""
    head = bytearray(elf(3, 32)[:52])
    head[44:46] = head[48:50] = bytes(2)  # neither segments nor sections
    found = read_elf(io.BytesIO(head))
    assert (found.architecture, found.interpreter, found.sections) == ("386", None, {})
    for none in (head[:51], b"\x7fEKF" + head[4:], b"\x7fEMF" + head[4:]):
        with pytest.raises(ElfError, match="it is not an ELF file"):
            read_elf(io.BytesIO(none))


@pytest.mark.parametrize(
    ("place", "data"),
    [(15, b"\0"), (15, b"\1"), (15, b"\4"), (15, b"\5"), (9, b"a"), (9, b"z")],
)
def test_build_information_in_another_form(place, data):
    """Before Go 1.18 it was two pointers, which the flags tell."""
    info = bytearray(build_info())
    info[place : place + 1] = data
    with pytest.raises(ElfError, match=r"is not that of Go 1\.18 or newer"):
        read_build_info(io.BytesIO(elf(info=bytes(info))))


def test_numbers_that_stand_before_texts():
    """As long as Go writes them, ten bytes for 64 bits, and no longer."""
    assert counted(b"\x82" + b"\x80" * 8 + b"\0abcd") == (b"ab", b"cd")
    assert counted(b"\xac\x02" + b"x" * 300 + b"rest") == (b"x" * 300, b"rest")
    with pytest.raises(ValueError, match="a number without an end"):
        counted(b"\x82" + b"\x80" * 9 + b"\0abcd")
    with pytest.raises(ValueError, match="cut short"):
        counted(b"\5abcd")


def test_lines_that_are_none_of_ours():
    """Those of replaced modules, and what newer versions of Go may add."""
    text = b"zzz\tx\naaa\tx\npath\tp\tmore\nmod\tm\tv1\ndep\tshort\ndep\td\tv2\th1:x\n=>\tr\tv3\th1:y\nbuild\tA=1=2\tx\nmod"
    sums = {"d v2": "h1:x", "r v3": "h1:y"}
    wanted = BuildInfo("go1", "p", "m", {"A": "1=2"}, [("d", "v2")], "v1", {"d": "r v3"}, sums)
    assert parse_build_info("go1", text) == wanted


def test_more_than_any_program_has_is_not_read():
    """So that a damaged header never takes the memory."""
    loader = b"/" + b"x" * 4094
    assert read_elf(io.BytesIO(elf(interpreter=loader))).interpreter == loader.decode()
    with pytest.raises(ElfError, match="4097 bytes"):
        read_elf(io.BytesIO(elf(interpreter=loader + b"x")))
    names = io.BytesIO(b"x" * 300 + b"\0" * (1 << 20))
    assert list(named_sections(names, [(0, 0, 1 << 20), (301, 1, 2)], 0)) == ["x" * 256, ""]
    with pytest.raises(ValueError, match="1048577 bytes"):
        named_sections(names, [(0, 0, (1 << 20) + 1)], 0)
    assert len(table(io.BytesIO(bytes(80_000)), "<", ("II", 0, 1), 0, 8, 10_000)) == 10_000
    with pytest.raises(ValueError, match="10001 rows"):
        table(io.BytesIO(bytes(80_008)), "<", ("II", 0, 1), 0, 8, 10_001)
    assert read_at(io.BytesIO(b"abc"), 1, 1 << 24) == b"bc"
    with pytest.raises(ValueError, match="16777217 bytes"):
        read_at(io.BytesIO(b"abc"), 1, (1 << 24) + 1)
