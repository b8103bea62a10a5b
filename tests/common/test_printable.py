"""What failures say of an image: whatever it calls its files, no terminal and no CI takes it for a command."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.common.printable import clipped, printable, safe
from gocontainer.read.source import ImageError
from harness import GOCONTAINER
from hypothesis import given
from hypothesis import strategies as st
from images import archive, entry, hard_link, image, layer, link, one_program, write_plan

ODD = {
    "a\x1b[2Jb": r"a\x1b[2Jb",
    "\x9b31m": r"\x9b31m",
    "a\r\nb": r"a\r" + "\nb",
    "\u202egnp.exe": r"\u202egnp.exe",
    "\u2028": r"\u2028",
    "\ud800": r"\ud800",
    "\0\x07\x7f": r"\x00\x07\x7f",
    "::error::x": r"\x3a:error::x",
    "a\n \t::set-output name=x::y": "a\n \t" + r"\x3a:set-output name=x::y",
    "a ##vso[task.x]": r"a \x23#vso[task.x]",
    "##[error]": r"\x23#[error]",
    "###teamcity[x]": r"#\x23#teamcity[x]",
    "x [[ATTACHMENT|/etc/passwd]]": r"x \x5b[ATTACHMENT|/etc/passwd]]",
    "<DartMeasurementFile name='x'>": r"\x3cDartMeasurementFile name='x'>",
    "</CTestDetails>": r"\x3c/CTestDetails>",
    # These are none.
    "ä 日本 \t ::1 # ## a::b [[x]] <Dirt> \\": "ä 日本 \t ::1 # ## a::b [[x]] <Dirt> \\",
}
# What no line that leaves may have, wherever it begins.
COMMAND = re.compile(r"^\s*::[a-z]|##[a-z]*\[|\[\[ATTACHMENT|</?(Dart|CTest)", re.MULTILINE)


def test_texts():
    assert {text: safe(text) for text in ODD} == ODD
    assert printable("a\nb") == r"a\nb"
    assert (printable("a" * 10, 10), printable("a" * 11, 10)) == ("a" * 10, "a" * 9 + "…")
    assert clipped(["a\n::error::", "b", "c"], 2) == "a\\n::error::\nb\nand 1 more"


@given(st.text(st.characters() | st.sampled_from("\n:#[<\x1b\ud800"), max_size=30))
def test_any_text(text):
    shown = safe(text)
    assert not COMMAND.search(shown)
    assert all(line.isprintable() for line in re.split("[\n\t]", shown))
    shown.encode()
    assert "\n" not in printable(text)


NAME = "opt/a\n::error::from the image\x1b[2J\x9b31m\n##vso[task.x]\u202e\udcff"
NAMES = ["/b"]
# A check -> its arguments, and the layers of which its failure tells.
FAILURES = {
    "only-files": ({"onlyFiles": NAMES}, [[entry(NAME, b"x")]]),
    "no-setuid": ({}, [[entry(NAME, b"x", mode=0o4755)]]),
    "no-shell": ({}, [[entry(f"{NAME}/sh", b"x", mode=0o755)]]),
    "no-secrets": ({}, [[entry(f"{NAME}/x.go", b"x")]]),
    "file": ({"path": "/opt/b"}, [[entry(f"{NAME}/b", b"x")]]),
    "file ABSENT": ({"path": "/l", "absent": True, "type": "link"}, [[link("l", NAME)]]),
    "max-wasted": (
        {"maxWasted": {"declared": "0", "bytes": 0}},
        [[entry(NAME, b"x")], [entry(NAME, b"y")]],
    ),
    "layer-size": ({}, [[entry(NAME, b"x")]]),
    "cmd": ({}, [[]]),
    "env": ({}, [[]]),
    "a path outside": ({}, [[entry(f"../{NAME}", b"x")]]),
    "a hard link": ({}, [[hard_link(NAME, NAME + "2")]]),
    "a whiteout": ({}, [[entry(f"{NAME}/.wh...", b"")]]),
    "links in circles": ({"path": f"/{NAME}/x"}, [[link(NAME, "/" + NAME)]]),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_is_said_of_an_image(tmp_path, case):
    arguments, layers = FAILURES[case]
    config = {"Cmd": [NAME.replace("\udcff", "")], "Env": ["A=" + NAME.replace("\udcff", "")]}
    plan = {
        **write_plan(
            tmp_path, archive(image([layer(*entries) for entries in layers], config=config))
        ),
        "programs": one_program("/x"),
        "go": {"env": [], "passEnv": [], "flags": []},
        "config": {"Cmd": ["b"], "Env": ["A=b"]},
        "maxLayerSize": {"declared": "0", "bytes": 0},
    }
    check = case.split()[0] if case.split()[0] in ("file", "cmd") or " " not in case else "file"
    with pytest.raises((CheckError, ImageError)) as error:
        check_of(check)(checks.Test(f"api.{check}", plan, tmp_path, {"path": "/x", **arguments}))
    text = str(error.value)
    assert "from the image" in text
    assert not COMMAND.search(text)
    assert all(line.isprintable() for line in text.split("\n"))
    # Names stay on their lines.
    assert not any(line.strip().startswith((r"\x3a", r"\x23")) for line in text.split("\n"))


def test_the_command_line_says_nothing_else():
    """An archive whose name does what those of its files may."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "a\n::error::b\x1b[2J")
        file.write_bytes(b"")
        done = subprocess.run(
            [sys.executable, GOCONTAINER / "__main__.py", "show", f"oci-archive:{file}"],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("GoContainer: ")
    assert not COMMAND.search(done.stderr) and "\x1b" not in done.stderr
