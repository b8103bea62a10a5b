"""Which licence a text is: each that is known is found, however it is laid out, and none in a text that says more."""

import re
from pathlib import Path

import pytest
from gocontainer.sbom.license_text import identify
from harness import REPOSITORY, run

MIT = """\
The MIT License (MIT)

Copyright (c) 2013 Ada Lovelace <ada@example.com>
All rights reserved.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
"""
NAMES = re.compile(r"\s+\* Neither the name.*?permission\.", re.DOTALL)
MODULE = "example.com/go-tool/v2"


def file(name):
    return Path(name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def texts():
    go = file(run(["go", "env", "GOROOT"]).stdout.strip() + "/LICENSE")
    assert NAMES.search(go)
    return {
        "MIT": MIT,
        "BSD-3-Clause": go,
        "BSD-2-Clause": NAMES.sub("", go),
        "ISC": file(
            REPOSITORY / "cmake/GoContainer/gocontainer/report/assets/d3-hierarchy/LICENSE"
        ),
        "Apache-2.0": file(REPOSITORY / "LICENSE"),
        "MPL-2.0": file("/usr/share/common-licenses/MPL-2.0"),
    }


def test_each_licence(texts):
    assert {name: identify(text, MODULE) for name, text in texts.items()} == {
        name: name for name in texts
    }
    for name, text in texts.items():
        lines = f"# go-tool v2\n{text}".splitlines()
        assert identify("\n".join(f"//\t{line}\r" for line in lines), MODULE) == name
    assert (
        identify(texts["Apache-2.0"] + texts["BSD-3-Clause"], MODULE)
        == "Apache-2.0 AND BSD-3-Clause"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("and/or sell", "and/or give away"),
        ("without restriction", "without restriction, unless for profit"),
        ("THE SOFTWARE.\n", "THE SOFTWARE.\n\nYou may not sell it.\n"),
        ("The MIT License (MIT)", "For evaluation only"),
        ("Permission is", "Choose one of two licenses. Permission is"),
    ],
)
def test_a_text_that_says_more(old, new):
    assert identify(MIT.replace(old, new), MODULE) == ""


def test_a_long_text_that_was_changed(texts):
    for name, word in (("Apache-2.0", "irrevocable"), ("MPL-2.0", "royalty-free")):
        assert word in texts[name]
        assert identify(texts[name].replace(word, "revocable", 1), MODULE) == ""
    assert identify("", MODULE) == ""
