"""Which licence a text is: each that is known is found, however it is laid out, and none in a text that says more."""

import re
from pathlib import Path

import pytest
from gocontainer.sbom.license_parts import is_for_files
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
UNLICENSE = """\
This is free and unencumbered software released into the public domain.

Anyone is free to copy, modify, publish, use, compile, sell, or
distribute this software, either in source code form or as a compiled
binary, for any purpose, commercial or non-commercial, and by any
means.

In jurisdictions that recognize copyright laws, the author or authors
of this software dedicate any and all copyright interest in the
software to the public domain. We make this dedication for the benefit
of the public at large and to the detriment of our heirs and
successors. We intend this dedication to be an overt act of
relinquishment in perpetuity of all present and future rights to this
software under copyright law.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR ANY CLAIM, DAMAGES OR
OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
OTHER DEALINGS IN THE SOFTWARE.

For more information, please refer to <https://unlicense.org>
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
        "CC0-1.0": file("/usr/share/common-licenses/CC0-1.0"),
        "Unlicense": UNLICENSE,
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


# What modules write between the licences of their parts.
PARTS = {
    "gopkg.in/yaml.v3": """\
This project is covered by two different licenses: MIT and Apache.

#### MIT License ####

The following files were ported to Go from C files of libyaml, and thus
are still covered by their original MIT license, with the additional
copyright staring in 2011 when the project was ported over:

    apic.go emitterc.go parserc.go readerc.go scannerc.go
    writerc.go yamlh.go yamlprivateh.go

<MIT>
### Apache License ###

All the remaining project files are covered by the Apache license:

<Apache-2.0>""",
    "github.com/klauspost/compress": """\
<BSD-3-Clause>
------------------

Files: gzhttp/*

<Apache-2.0>
---------------------
Files: snappy/*
Files: internal/snapref/*

<MIT>""",
    "github.com/google/cel-go": """\
<Apache-2.0>
===========================================================================
The common/types/pb/equal.go modification of proto.Equal logic
===========================================================================
<BSD-3-Clause>""",
    "github.com/dgraph-io/ristretto/z": "rtutil.go\n\n<MIT>\n\nModifications:\n\n<Apache-2.0>",
    "github.com/shopspring/decimal": """\
<MIT>
- Based on https://github.com/oguzbilgic/fpd, which has the following license:
<MIT>""",
    "github.com/hashicorp/golang-lru/v2": "This license applies to simplelru/list.go\n<BSD-3-Clause>",
    "github.com/gohugoio/httpcache": "Original work Copyright © 2012 A\nModified work Copyright © 2024 B\n<MIT>",
}


def filled(text, texts):
    return re.sub("<([A-Z].+?)>", lambda match: texts[match[1]], text)


@pytest.mark.parametrize("module", PARTS)
def test_the_licences_of_parts_of_a_module_all_count(texts, module):
    names = sorted(set(re.findall("<([A-Z].+?)>", PARTS[module])))
    assert identify(filled(PARTS[module], texts), module) == " AND ".join(names)


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("gopkg.in/yaml.v3", "by two different licenses: MIT and", "by MIT or"),
        ("gopkg.in/yaml.v3", "remaining project files are", "remaining project files may be"),
        ("github.com/klauspost/compress", "Files: gzhttp/*", "Not for sale: gzhttp/*"),
        ("github.com/google/cel-go", "The common/types/pb/equal.go", "Choose one:"),
        ("github.com/google/cel-go", "logic\n=", "logic\n-"),
        ("github.com/shopspring/decimal", "has the following", "may have the following"),
    ],
)
def test_a_heading_that_says_more(texts, module, old, new):
    assert old in PARTS[module]
    assert identify(filled(PARTS[module].replace(old, new), texts), module) == ""


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        (PARTS["github.com/hashicorp/golang-lru/v2"], True),
        ("The following files were ported to Go from C files of libyaml, and thus\nare still covered by their original copyright and license:\n\n    apic.go\n", True),
        (PARTS["gopkg.in/yaml.v3"], False),
        (MIT, False),
    ],
)  # fmt: skip
def test_which_texts_are_for_some_files_only(text, limited):
    assert is_for_files(text) == limited
