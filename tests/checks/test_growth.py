"""MAX_GROWTH: an image against its baseline, and what a failure says of the growth."""

import collections
import io
import json
import re

import pytest
from gocontainer.checks import CheckError, check_of, growth
from gocontainer.common.skip import Skip
from gocontainer.read.elf import ElfError
from gocontainer.read.functions import functions, module_sizes, package_of
from harness import Project, run
from image_in_memory import check_on, image_of
from images import build_info, elf, function_table, one_program

check = check_of("growth")
HISTORY = [{"created_by": "base"}, {"created_by": "CA certificates"}]


def on(directory, *layers, baseline=None, **limit):
    """The test of an image of these layers, the first of which is the base."""
    file = directory / "api.size.json"
    declared = {"declared": "the limit", "baseline": str(file), **limit}
    history = HISTORY + [{"created_by": "COPY"}] * len(layers[2:])
    plan = {"maxGrowth": declared, "programs": one_program("/api")}
    number = len(list((directory / "index").glob("*")))
    test = check_on(directory, f"growth-{number}", image_of(*layers, history=history), **plan)
    if baseline is not None:
        file.write_text(baseline)
    return test


def test_an_image_that_grew(tmp_path, golden):
    old = {"srv/a": b"x" * 500, "srv/b": b"x" * 300, "srv/c": b"x" * 100}
    written = growth.write_baseline(on(tmp_path, {"base": b"x" * 1000}, old))
    golden.check("checks/growth-baseline.json", written.read_text())
    new = {"srv/a": b"x" * 501, "srv/b": b"x" * 200, "srv/d": b"x" * 210}
    layers = [{"base": b"x" * 1000}, new]
    assert check(on(tmp_path, *layers, bytes=11)) == (
        "1,911 bytes unpacked, 11 bytes more than the baseline (MAX_GROWTH the limit)"
    )
    texts = []
    for more in ([], [{"more": b"x" * 1000}]):
        with pytest.raises(CheckError) as error:
            check(on(tmp_path, *layers, *more, bytes=10))
        texts.append(f"{error.value}\n")
    golden.check("checks/growth-fails.txt", "".join(texts))


@pytest.mark.parametrize(
    ("limit", "passes"),
    [
        ({"percent": "2.5"}, True),
        ({"percent": "2.4"}, False),
        ({"bytes": 25}, True),
        ({"bytes": 24}, False),
    ],
)
def test_where_the_limit_is(tmp_path, limit, passes):
    growth.write_baseline(on(tmp_path, {}, {"a": b"x" * 1000}))
    test = on(tmp_path, {}, {"a": b"x" * 1025}, **limit)
    if passes:
        check(test)
    else:
        with pytest.raises(CheckError):
            check(test)


def test_a_smaller_image_passes(tmp_path):
    growth.write_baseline(on(tmp_path, {}, {"a": b"x" * 1000}))
    for size, change in ((100, "900 bytes less"), (999, "1 bytes less"), (1000, "0 bytes more")):
        assert f", {change} than" in check(on(tmp_path, {}, {"a": b"x" * size}, bytes=0))


@pytest.mark.parametrize(
    ("name", "baseline"),
    [
        ("missing", None),
        ("no-json", "{"),
        ("no-object", "[]"),
        (
            "other-version",
            '{"schemaVersion": 2, "platform": "", "size": 0, "layers": [], "files": {}, "modules": {}}',
        ),
        ("cut-short", '{"schemaVersion": 1, "platform": "linux/amd64", "size": "1"}'),
    ],
)
def test_a_baseline_that_is_none(tmp_path, golden, name, baseline):
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, {}, {"a": b"x"}, baseline=baseline))
    golden.check(f"checks/growth-baseline-{name}.txt", f"{error.value}\n")


def test_a_baseline_of_another_platform_is_no_verdict(tmp_path):
    file = growth.write_baseline(on(tmp_path, {}, {"a": b"x"}))
    file.write_text(file.read_text().replace("amd64", "arm64"))
    with pytest.raises(
        Skip, match="is of an image for linux/arm64, and this one is for linux/amd64"
    ):
        check(on(tmp_path, {}, {"a": b"x"}))


def test_the_same_sizes_are_not_written_again(tmp_path):
    file = growth.write_baseline(on(tmp_path, {}, {"a": b"x"}))
    before = file.stat().st_ino, file.stat().st_mtime_ns
    growth.write_baseline(on(tmp_path, {}, {"a": b"y"}))
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["api.size.json", "index"]


def test_a_baseline_tells_the_modules_of_a_program_of_go(tmp_path):
    """A program that Go did not build, or a directory in its place, has no functions."""
    table = function_table({"main.main": 16, "fmt.Println": 48}, 8, "<", 0xFFFFFFF1)
    wanted = {"example.com/api": 16, "std": 48}
    found = []
    for layer in (
        {"api": elf(info=build_info(), functions=table)},
        {"api": elf()},
        {"api": b"#!/bin/sh\n"},
        {"api/": None},
        {"other": b""},
    ):
        file = growth.write_baseline(on(tmp_path, {}, layer))
        found.append(json.loads(file.read_text())["modules"])
    assert found == [wanted, {}, {}, {}, {}]


def test_what_grew_most_comes_first(tmp_path):
    """And by name where two grew by the same; a layer more is not a layer that grew."""
    old = {"b": b"", "c": b"", "a": b"", "z": b"", "same": b"1"}
    growth.write_baseline(on(tmp_path, {}, old))
    new = {"b": b"1", "c": b"22", "a": b"1", "z": b"4444", "same": b"1"}
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, {}, new, {"new": b"1"}, bytes=0))
    assert error.value.facts["files"].splitlines() == [
        "+4 /z, 4 bytes",
        "+2 /c, 2 bytes",
        "+1 /a, 1 bytes",
        "+1 /b, 1 bytes",
        "+1 /new, 1 bytes, new",
    ]
    assert error.value.facts["layers"] == "3 in place of 2"
    assert "modules" not in error.value.facts


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """The same program, with its symbols and without them."""
    project = Project(tmp_path_factory.mktemp("programs"))
    project.go_module(".", main="""
        package main

        import (
        \t"fmt"
        \t"net/http"

        \t"example.com/dotted.v2/inner.pkg"
        )

        type generic[T any] struct{ value T }

        //go:noinline
        func (g *generic[T]) show() { fmt.Println(g.value) }

        func main() {
        \t(&generic[http.Header]{}).show()
        \tfmt.Println(http.ListenAndServe("", nil), inner.Work())
        }
        """)  # fmt: skip
    project.write("go.mod", """
        module example.com/program

        go 1.22

        require example.com/dotted.v2 v0.0.0

        replace example.com/dotted.v2 => ./dotted
        """)  # fmt: skip
    project.write("dotted/go.mod", "module example.com/dotted.v2\n\ngo 1.22\n")
    project.write("dotted/inner.pkg/work.go", """
        package inner

        import "os"

        //go:noinline
        func Work() (found []string) {
        \tfor _, word := range os.Args {
        \t\tfound = append(found, word+word)
        \t}
        \treturn found
        }
        """)  # fmt: skip
    environment = {**project.environment(), "CGO_ENABLED": "0"}
    for name, flags in {"full": "", "stripped": "-s -w"}.items():
        run(["go", "build", "-o", name, f"-ldflags={flags}"], cwd=project.source, env=environment)
    return project.source


def test_the_bytes_of_functions_are_those_of_the_symbol_table(programs):
    """go tool nm tells the sizes of the symbols; the table of functions counts the padding, too."""
    symbols = collections.defaultdict(list)
    for line in run(["go", "tool", "nm", "-size", programs / "full"]).stdout.splitlines():
        _, size, kind, name = line.split(maxsplit=3)
        if kind in "Tt":
            symbols[name.removesuffix(".abi0")].append(int(size))
    with (programs / "stripped").open("rb") as file:
        found = list(functions(file))
    assert len(found) > 3000
    # A function in assembly and Go's way into it have one name.
    compared = [(size, symbols[name][0]) for name, size in found if len(symbols[name]) == 1]
    assert len(compared) > 0.95 * len(found)
    assert [pair for pair in compared if not pair[1] <= pair[0] < pair[1] + 64] == []


@pytest.mark.parametrize("magic", [0xFFFFFFF0, 0xFFFFFFF1])
@pytest.mark.parametrize(("word", "order"), [(8, "<"), (4, "<"), (8, ">"), (4, ">")])
def test_the_functions_of_other_machines(word, order, magic):
    sizes = {"main.main": 16, "fmt.Println": 48, "example.com/a.Ä": 160}
    table = function_table(sizes, word, order, magic)
    info = build_info()
    assert list(functions(io.BytesIO(elf(functions=table)))) == list(sizes.items())
    found = module_sizes(io.BytesIO(elf(info=info, functions=table)))
    assert found == {"example.com/api": 16, "std": 208}
    with pytest.raises(ElfError, match="damaged"):
        list(functions(io.BytesIO(elf(functions=table[:-1]))))


def test_a_table_of_functions_in_another_form():
    for magic in (0xFFFFFFEF, 0xFFFFFFF2, 0xFFFFFFFB):
        table = function_table({"main.main": 16}, 8, "<", magic)
        with pytest.raises(ElfError, match=r"not that of Go 1\.18 or newer"):
            list(functions(io.BytesIO(elf(functions=table))))
    with pytest.raises(ElfError, match="it has no table of functions"):
        list(functions(io.BytesIO(elf())))


def test_the_bytes_of_modules(programs):
    with (programs / "full").open("rb") as full, (programs / "stripped").open("rb") as stripped:
        sizes = module_sizes(stripped)
        assert module_sizes(full) == sizes
        total = sum(size for _, size in functions(stripped))
    assert sorted(sizes) == ["example.com/dotted.v2", "example.com/program", "std"]
    assert sum(sizes.values()) == total
    assert 100 < sizes["example.com/dotted.v2"] < 2000


@pytest.mark.parametrize(
    ("function", "package"),
    [
        ("main.main", "main"),
        ("net/http.(*Server).Serve", "net/http"),
        ("example.com/a%2eb/c%2ed.F.func1", "example.com/a.b/c.d"),
        ("slices.SortFunc[go.shape.[]example.com/x/y.T]", "slices"),
        ("type:.eq.net/http.http2FrameHeader", "net/http"),
        ("type..hash.net/http.http2FrameHeader", "net/http"),
        ("_rt0_amd64_linux", "_rt0_amd64_linux"),
    ],
)
def test_the_package_of_a_function(function, package):
    assert package_of(function) == package


def test_a_damaged_program_is_an_error(programs):
    data = (programs / "stripped").read_bytes()
    at = data.index(b"\xf1\xff\xff\xff\x00\x00")
    for place, damage in [
        (at, b"\0"),
        (at + 7, b"\3"),
        (at + 8, b"\xff" * 8),
        (at + 64, b"\xff" * 8),
    ]:
        damaged = data[:place] + damage + data[place + len(damage) :]
        with pytest.raises(ElfError):
            list(functions(io.BytesIO(damaged)))


def test_the_whole_path(project):
    """A baseline is missing, made, and outgrown by a package of the standard library."""
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch MAX_GROWTH 1kB TESTS growth)")
    project.configure(engine="builtin")
    result = project.ctest("-R", "growth", expect_failure=True)
    assert "growth: FAILED: there is no baseline to compare the image with" in result.stdout
    project.build("image-baselines")
    file = project.source / "api.size.json"
    modules = json.loads(file.read_text())["modules"]
    assert set(modules) == {"example.com/program", "std"}
    assert "growth: " in project.ctest("-V", "-R", "growth").stdout

    project.write("main.go", 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("") }\n')
    result = project.ctest("-R", "growth", expect_failure=True)
    assert re.search(r"files +\+[\d,]+ /usr/local/bin/api, [\d,]+ bytes\n", result.stdout)
    assert re.search(r"modules +\+[\d,]+ std, [\d,]+ bytes\n", result.stdout)
    project.build("api-baseline")
    project.ctest("-R", "growth")
