"""The parts of an import: variables, the shell, make, go build, accounts."""

import json
import os
import sys

import pytest
from gocontainer.importing.dockerfile import import_dockerfile
from gocontainer.importing.expand import expand, reference
from gocontainer.importing.go_build import read_go_build
from gocontainer.importing.makefile import Makefile
from gocontainer.importing.parse import read_dockerfile
from gocontainer.importing.running import unroll
from gocontainer.importing.shell import read_script
from gocontainer.importing.write import quote
from harness import GOCONTAINER, run


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A/${B}", "a/"),
        ("${A:-x}${B:-x}${C-x}", "axx"),
        ("${A:+y}${B:+y}", "y"),
        ("\"$A b\" '$A' \\$A", "a b $A $A"),
        ("${B:-${A}/x}", "a/x"),
    ],
)
def test_variables(text, value):
    assert expand(text, {"A": "a", "B": ""}) == value


def test_a_default_of_an_argument_stays_one():
    assert expand("${N:-1.0}", {"N": reference("N")}) == "\x01N\x031.0\x01"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("a b && c 'd  e' | f", [["a", "b"], ["c", "d  e"], ["f"]]),
        ("X=1 a $X; Y=2\nb ${Y}", [["a", "\x02$X\x02"], [], ["b", "2"]]),
        ('a $(b `c` d) "$(e f)"', [["a", "\x02b `c` d\x02", "\x02e f\x02"]]),
        ("if [ -f a ]; then b; fi; c", [["[", "-f", "a", "]"], ["b"], ["c"]]),
        ("a \\\n  # comment\n  b", [["a"], ["b"]]),
        ("a > b 2>&1", [["a"]]),
    ],
)
def test_commands_of_a_shell(script, words):
    assert [each.words for each in read_script(script, {})] == words


def test_a_loop_over_known_words_is_written_out():
    script = unroll("for c in a b; do go build ./cmd/$c; done && x")
    assert [each.words for each in read_script(script, {}) if each.words] == [
        ["go", "build", "./cmd/a"],
        ["go", "build", "./cmd/b"],
        ["x"],
    ]


def test_what_make_runs():
    text = "A ?= 1\nB := $(A)-$(shell git describe)\nall: sub\n\t@echo $@ $$X\nsub:\n\tgo build -o $@ $(B) $(C)\n"
    assert Makefile(text, {"C": "c"}, {}).commands("all") == [
        "go build -o sub 1-$(git describe) c",
        "echo all $X",
    ]


@pytest.mark.parametrize(
    ("given", "environment", "value"),
    [({}, {}, "a"), ({"A": "g"}, {}, "g"), ({}, {"A": "e"}, "e"), ({"A": "g"}, {"A": "e"}, "g")],
)
def test_variables_of_make(given, environment, value):
    assert Makefile("A ?= a\nall:\n\techo $(A)\n", given, environment).commands("all") == [
        f"echo {value}"
    ]


def test_the_file_goes_before_the_environment():
    assert Makefile("A = a\nall:\n\techo $(A)\n", {}, {"A": "e"}).commands("all") == ["echo a"]


def test_flags_of_go_build():
    flags = "-X main.v=1 -X 'main.n=a b' -s -w -X=main.d=\x02date -u\x02 -extldflags '-static'"
    build = read_go_build(
        ["go", "build", "-a", "-o", "x", "-tags=b,c", "-ldflags", flags, "./d"], 3
    )
    assert build.stamps == [("main.v", "1"), ("main.n", "a b"), ("main.d", "\x02date -u\x02")]
    assert (build.output, build.tags, build.packages) == ("x", ["b", "c"], ["./d"])
    assert (build.ldflags, build.wasteful) == (["-extldflags=-static"], ["-a"])


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("a/b:1", "a/b:1"),
        ("a b", '"a b"'),
        ('$"\\', '"\\$\\"\\\\"'),
        ("x;y", '"x;y"'),
        (f"v{reference('N')}", "v${N}"),
        ("", '""'),
    ],
)
def test_words_of_cmake(word, text):
    assert quote(word) == text


@pytest.mark.timeout(60)
def test_a_package_outside_of_the_context_is_looked_up_once(tmp_path):
    pytest.importorskip("dockerfile")
    text = "FROM golang AS b\nRUN go build -o /a /elsewhere/a\nFROM scratch\nCOPY --from=b /a /a\n"
    found = import_dockerfile(text, "Dockerfile", tmp_path)
    assert any("no go.mod" in each.text for each in found.findings)


def test_the_command_for_machines(tmp_path):
    pytest.importorskip("dockerfile")
    (tmp_path / "go.mod").write_text("module example.com/a\n")
    file = tmp_path / "Dockerfile"
    file.write_text(
        "FROM golang AS b\nRUN CGO_ENABLED=0 go build -o /a\nFROM scratch\nCOPY --from=b /a /a\nUSER 1\n"
    )
    said = run([sys.executable, GOCONTAINER, "import", "--json", file], env=os.environ).stdout
    answer = json.loads(said)
    assert "BINARY_NAME /a" in answer["cmake"]
    assert {each["kind"] for each in answer["findings"]} == {"unsafe"}
    assert all(each["line"] for each in answer["findings"])


def test_the_package_is_missing(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr("gocontainer.importing.parse.package", missing)
    with pytest.raises(ValueError, match=r"Install it for .*: python3 -m pip install dockerfile"):
        read_dockerfile("FROM a", "Dockerfile")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("FROM a\nRUN <<E\n", "BuildKit can't read it: unterminated heredoc"),
        ("FROM a\nCOPY b\n", "line 2: COPY lacks a value. Mend"),
        ("ARG A\n", "there is no FROM"),
        ("FROM a\n\\\n", "line 2: there is no instruction"),
    ],
)
def test_what_is_no_dockerfile(tmp_path, text, says):
    pytest.importorskip("dockerfile")
    (tmp_path / "Dockerfile").write_text(text)
    command = [sys.executable, GOCONTAINER, "import", tmp_path / "Dockerfile"]
    assert says in run(command, env=os.environ, expect_failure=True).stderr
