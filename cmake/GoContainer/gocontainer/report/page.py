"""The report of images: one HTML page that needs nothing else, and no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gocontainer.report.facts import Json
from gocontainer.report.gather import LEFT, Report
from gocontainer.report.html import number, table, text
from gocontainer.report.image_page import article
from gocontainer.report.verdict import FAIL, PASS

PLACE = Path(__file__).with_name("assets")
# Nothing is loaded from anywhere, whatever an image says.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_of(reports: list[Report]) -> str:
    """The page."""
    title = "Report of " + ", ".join(dict.fromkeys(report.facts["name"] for report in reports))
    overview = overview_of(reports) if len(reports) > 1 else ""
    articles = "".join(article(report, place) for place, report in enumerate(reports))
    library = PLACE / "d3-hierarchy"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{text(title)}</title>
<style>
{read(PLACE / "style.css")}</style>
</head>
<body>
<a class="skip-link" href="#images">To the images</a>
<header><h1>{text(title)}</h1></header>
<main id="images">
{overview}{articles}</main>
<footer><p class="soft">Made by GoContainer. Sizes are bytes of files, unpacked.</p></footer>
<script id="trees" type="application/json">{embedded([report.trees for report in reports])}</script>
<script>
/* {read(library / "LICENSE").strip()} */
{read(library / "d3-hierarchy.min.js")}</script>
<script>
{read(PLACE / "treemap.js")}</script>
</body>
</html>
"""


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def embedded(document: Any) -> str:
    """A document as JSON that no HTML parser takes for the end of a script."""
    return json.dumps(document, separators=(",", ":")).replace("<", "\\u003c")


def overview_of(reports: list[Report]) -> str:
    """The images side by side."""
    rows = [
        (
            f'<a href="#image-{place}">{text(report.facts["name"])}</a>',
            text(report.facts["platform"]),
            number(report.facts["size"]),
            number(report.facts["stored"]),
            str(len(report.facts["layers"])),
            text(", ".join(sorted({each["go"] for each in report.facts["programs"]}))),
            number(code_of(report.facts)),
            checks_of(report),
        )
        for place, report in enumerate(reports)
    ]
    head = ("Image", "Platform", "Bytes", "Stored", "Layers", "Go", "Bytes of Go code", "Checks")
    return table("Images side by side", head, rows, (2, 3, 4, 6))


def code_of(facts: Json) -> int:
    return sum(sum(program["packages"].values()) for program in facts["programs"])


def checks_of(report: Report) -> str:
    done = [verdict for verdict in report.verdicts if verdict.result != LEFT]
    failed = sum(verdict.result == FAIL for verdict in done)
    if not done:
        return ""
    passed = sum(verdict.result == PASS for verdict in done)
    return f'<span class="fail">{failed} failed</span>' if failed else f"{passed} passed"
