"""`go list` is asked again where its answer may be another one, and only there."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from gocontainer.go.inputs import inputs_of
from gocontainer.go.known_inputs import CLOCK, KnownInputs, head_of
from gocontainer.go.list_packages import start_list
from images import one_program

MAIN = """\
// Package main is a program.
package main

import (
\t"fmt"

\t_ "example.com/m/used" // for its init
)

func main() { fmt.Println("a") }
"""
EMBEDDING = 'package used\n\nimport _ "embed"\n\n//go:embed a.txt\nvar Text string\n'
OTHER = "//go:build windows\n\npackage used\n"


class Module:
    """A program, what go list says of it, and what is known of that."""

    def __init__(self, root):
        self.root = root / "module"
        self.file = str(root / "listed.json")
        self.write("go.mod", "module example.com/m\n\ngo 1.22\n")
        self.write("main.go", MAIN)
        self.write("body.go", 'package main\n\nconst word = "a"\n')
        self.write("used/used.go", EMBEDDING)
        self.write("used/a.txt", "a")
        self.write("used/b.txt", "b")
        self.write("used/other.go", OTHER)
        self.write("more/more.go", "package more\n")
        self.plan = {
            "name": "m",
            "source": str(self.root),
            "programs": one_program("/m", "."),
            "go": {"flags": []},
        }
        asked = ["go", "env", "GOMODCACHE"]
        cache = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        self.variables = {
            **os.environ,
            "GOMODCACHE": cache,
            "GOWORK": "off",
            "GO111MODULE": "on",
            "CGO_ENABLED": "0",
        }

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def edit(self, name, old, new):
        text = (self.root / name).read_bytes().decode()
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def listed(self):
        listing = start_list(self.plan, "go", self.variables)
        return inputs_of(self.plan, listing, self.variables)

    def known(self):
        return KnownInputs(self.file, self.plan, self.variables)

    def remember(self):
        time.sleep(2 * CLOCK / 1e9)  # what was written just now may change unseen
        memory = self.known()
        memory.write(self.listed())
        assert self.known().read() == self.listed()


@pytest.fixture
def module(tmp_path):
    return Module(tmp_path)


# What is edited, the text in the place of another; all that go list reads.
ASKED = {
    "an import": ("main.go", '\t"fmt"\n', '\t"fmt"\n\t_ "example.com/m/more"\n'),
    "an import less": ("main.go", '\t_ "example.com/m/used" // for its init\n', ""),
    "an import behind one line": ("body.go", "\n\nconst", '\nimport _ "os"; const'),
    "an import in front of a comment": ("body.go", "const", 'import _ "os" /* const */\nconst'),
    "a raw import": ("body.go", "const", "import . `example.com/m/used`\nconst"),
    "a pattern": ("used/used.go", "a.txt", "*.txt"),
    "a pattern in a comment": ("used/used.go", "//go:embed a.txt\n", "/*\n//go:embed a.txt\n*/\n"),
    "a constraint": ("used/other.go", "windows", "linux"),
    "a constraint more": ("body.go", "package", "//go:build linux\n\npackage"),
    "an old constraint": ("body.go", "package", "// +build linux\n\npackage"),
    "a comment at the top": ("body.go", "package", "// a\npackage"),
    "cgo": ("body.go", "const", '// #cgo LDFLAGS: -lm\nimport "C"\n\nconst'),
    "the package": ("used/other.go", "package used", "package another"),
    "another end of line": ("main.go", "\n", "\r\n"),
    "a byte order mark": ("body.go", "package", "\ufeffpackage"),
    "the module": ("go.mod", "1.22", "1.21"),
    "an embedded file": ("used/a.txt", "a", "b"),
}
KNOWN = {
    "a line": ("body.go", '"a"', '"another"'),
    "a string like an import": ("body.go", '"a"', '`\nimport "os"\n`'),
    "a comment like an import": ("body.go", '"a"', '"a"\n\n/*\nimport "os"\n//go:build linux\n*/'),
    "a late constraint": ("body.go", '"a"\n', '"a"\n\n//go:build windows\n'),
    "ends of line": ("body.go", '"a"\n', '"a"\r\n'),
    "another declaration": ("body.go", "const word", "var word"),
}


@pytest.mark.parametrize("edit", ASKED.values(), ids=ASKED)
def test_what_may_change_the_list(module, edit):
    module.remember()
    module.edit(*edit)
    assert module.known().read() is None


@pytest.mark.parametrize("edit", KNOWN.values(), ids=KNOWN)
def test_what_can_not(module, edit):
    module.remember()
    module.edit(*edit)
    assert module.known().read() == module.listed()


def test_files_that_come_and_go(module):
    module.remember()
    module.write("new.go", "package main\n")
    assert module.known().read() is None
    (module.root / "new.go").rename(module.root / "newer.go")
    module.remember()
    (module.root / "newer.go").rename(module.root / "newer_test.go")
    assert module.known().read() is None
    module.remember()
    # As editors save: a file beside takes the place of the former one.
    module.write("body.go.new", 'package main\n\nconst word = "b"\n')
    (module.root / "body.go.new").rename(module.root / "body.go")
    assert module.known().read() == module.listed()
    (module.root / "body.go").unlink()
    assert module.known().read() is None


def test_other_questions(module):
    module.remember()
    for flag in ("-tags=a", "-ldflags=-X example.com/m/used.T=a"):
        module.plan["go"] = {"flags": [flag]}
        assert module.known().read() is None
    module.plan["go"] = {"flags": []}
    module.variables["GOFLAGS"] = "-tags=a"
    assert module.known().read() is None
    module.variables["GOFLAGS"] = "-overlay=a.json"
    module.known().write([])
    assert module.known().read() is None
    del module.variables["GOFLAGS"]
    assert module.known().read() == module.listed()
    module.variables["GO111MODULE"] = "off"
    assert module.known().read() is None


def test_what_changed_while_go_was_asked_is_not_remembered(module):
    memory = module.known()
    listed = module.listed()
    module.edit("body.go", '"a"', '"b"')
    memory.write(listed)
    assert module.known().read() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"question": 1}'])
def test_a_record_that_can_not_be_read_is_absent(module, text):
    Path(module.file).write_text(text)
    assert module.known().read() is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "package",
        "package mainfunc",
        "package ä\n\nfunc f() {}\n",
        "package a\n\nimport func f() {}\n",
        'package a\n\nimport "a\\x62"\n\nfunc f() {}\n',
        "package a\n\n/* func f() {}\n",
        "package a\n\n//go:embed x\nvar x string\n",
        "/* " * 50_000 + "package a",
        "// a\n" * 50_000 + "package a /",
    ],
    ids=range(10),
)
def test_a_head_that_can_not_be_told(text):
    found = head_of(text.encode())
    assert found == (b"package mainfunc" if text == "package mainfunc" else b"")
