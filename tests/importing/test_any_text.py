"""Dockerfiles of the corpus with random faults: each is read, or told to be none, and no text has what stands for
variables inside the import."""

import random
import re

import pytest
from corpus import CORPUS, NAMES
from gocontainer.importing.dockerfile import import_dockerfile

pytest.importorskip("dockerfile")
PIECES = ["$", "${", "${A:-", "$(", "`", "<<EOF", "\\\n", "'", '"', "&&", "||", ";", "|", "--from=", "\t", "..", "/", "*",
          "[", "{a,b}", "\0", "é", "${A#v}", "=", "$(cat VERSION)", "$TARGETARCH", "@sha256:"]  # fmt: skip
TEXTS = {name: (CORPUS / name / "Dockerfile").read_text() for name in NAMES}


def damaged(chance):
    """The name of a Dockerfile, and its text with some lines lost, doubled, moved, or with a piece in them."""
    name = chance.choice(NAMES)
    lines = TEXTS[name].split("\n")
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        line = lines[at]
        middle = chance.randint(0, len(line))
        kind = chance.randrange(4)
        if kind == 0:
            del lines[at]
            lines = lines or [""]
        elif kind == 1:
            lines.insert(at, chance.choice(TEXTS[chance.choice(NAMES)].split("\n")))
        elif kind == 2:
            lines[at] = line[:middle] + chance.choice(PIECES) + line[middle:]
        else:
            lines[at], lines[other] = lines[other], line
    return name, "\n".join(lines)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("part", range(4))
def test_any_text(part):
    read = 0
    for seed in range(150 * part, 150 * (part + 1)):
        name, text = damaged(random.Random(seed))
        try:
            found = import_dockerfile(text, "Dockerfile", CORPUS / name)
        except ValueError as error:
            assert str(error).startswith("import Dockerfile: "), (seed, text)
            continue
        read += 1
        said = found.text + "".join(each.text for each in found.findings)
        assert not re.search("[\1\2\3\4\5]", said), (seed, said)
        calls = re.sub(r"\[=\[.*?\]=\]", "", found.text, flags=re.DOTALL)
        known = re.findall(
            r"^set\((\w+)|^file\(STRINGS \S+ (\w+)|^file\(GLOB_RECURSE (\w+)", calls, re.MULTILINE
        )
        used = set(re.findall(r"(?<!\\)\$\{(\w+)\}", calls))
        unset = used - {each for names in known for each in names}
        assert not [each for each in unset if not each.startswith("CMAKE_")], (seed, found.text)
    assert read > 50
