"""The directive ``golden-texts``: the error texts in tests/golden, each with the anchor ``<folder>-<file>``.

The tests hold the texts of the code against these files, so the page can't differ from what users see.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests/golden"
REFERENCE = ROOT / "cmake/GoContainer.cmake"
OTHER = "Other errors"


class GoldenTexts(SphinxDirective):
    """``.. golden-texts:: <folder>``, a section for each option that the texts of the folder begin with."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        folder = self.arguments[0]
        options = known_options(REFERENCE.read_text(encoding="utf-8"))
        groups: dict[str, list[Path]] = defaultdict(list)
        for path in sorted((GOLDEN / folder).glob("*.txt")):
            self.env.note_dependency(str(path))
            if not path.stem.endswith("-passes"):
                groups[option_of(first_line(path), options)].append(path)
        order = sorted(groups, key=lambda option: (option == OTHER, option))
        return [self.section(folder, option, groups[option]) for option in order]

    def section(self, folder: str, option: str, paths: list[Path]) -> nodes.section:
        name = f"{folder}-of-{nodes.make_id(option)}"
        section = nodes.section(ids=[name], names=[name])
        section += nodes.title("", option)
        for path in paths:
            text = path.read_text(encoding="utf-8").rstrip("\n")
            block = nodes.literal_block(text, text, ids=[f"{folder}-{path.stem}"])
            block["language"] = "none"
            section += block
        return section


def known_options(reference: str) -> set[str]:
    return set(re.findall(r"``([A-Z][A-Z0-9_]+)", reference))


def first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[0]


def option_of(line: str, options: set[str]) -> str:
    """The first option that the line names outside of quotes."""
    words = re.findall(r"[A-Z][A-Z0-9_]+", re.sub(r'"[^"]*"', "", line))
    return next((word for word in words if word in options), OTHER)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("golden-texts", GoldenTexts)
    return {"parallel_read_safe": True}
