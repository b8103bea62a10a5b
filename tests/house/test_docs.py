"""The documentation is made without a warning, and works in a browser. Its reference has all that is public, and every error."""

import html
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from browser import browser

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/golden"
# The elements that reach beyond the screen, but for those in a block or a table that scrolls.
TOO_WIDE = """
    [...document.querySelectorAll("article *")]
        .filter(element => element.getBoundingClientRect().right > %d + 1)
        .filter(element => !element.closest("pre, .highlight, .table-wrapper"))
        .map(element => element.outerHTML.slice(0, 200))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    directory = tmp_path_factory.mktemp("site")
    options = ["-m", "sphinx", "-W", "-n", "-q", "-b", "html"]
    command = [sys.executable, *options, ROOT / "docs", directory]
    made = subprocess.run(command, capture_output=True, text=True)
    assert (made.returncode, made.stderr) == (0, "")
    return directory


def test_every_public_command_and_variable_is_in_the_reference(site):
    module = (ROOT / "cmake/GoContainer.cmake").read_text()
    commands = re.findall(r"^function\(([a-z]\w*)", module, re.MULTILINE)
    assert "add_go_container" in commands
    variables = re.findall(r"^\.\. variable:: (\S+)", module, re.MULTILINE)
    assert "GO_CONTAINER_ENGINE" in variables
    reference = (site / "reference/module.html").read_text()
    for name in commands:
        assert f'id="command:{name}"' in reference
    for name in variables:
        assert f'id="variable:{html.escape(name)}"' in reference


@pytest.mark.parametrize("folder", ["errors", "checks"])
def test_every_error_has_its_text_at_an_anchor(site, folder):
    page = (site / "reference/errors.html").read_text()
    files = [path for path in (GOLDEN / folder).glob("*.txt") if "-passes" not in path.stem]
    assert len(files) > 100
    for path in files:
        start = page.index(f'id="{folder}-{path.stem}"')
        text = re.sub("<[^>]*>", "", page[start : page.index("</pre>", start)].split("<pre>")[1])
        assert html.unescape(text).strip() == path.read_text().strip()


def test_the_search_finds_the_words_of_errors(site):
    script = (site / "searchindex.js").read_text()
    index = json.loads(script[script.index("{") : script.rindex("}") + 1])
    page = index["docnames"].index("reference/errors")
    for word in ("dropuse", "unreachable", "isolation"):
        found = next(pages for term, pages in index["terms"].items() if word.startswith(term))
        assert page in (found if isinstance(found, list) else [found]), word


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_every_page_fits_the_screen_and_loads_nothing_from_elsewhere(site, page, width, dark):
    files = [file for file in site.rglob("*.html") if "_static" not in file.parts]
    assert len(files) > 30
    for file in files:
        page.open(file, width, dark)
        assert page.ask(TOO_WIDE % width) == [], file
    assert page.errors == []
    assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []


def test_every_link_leads_to_an_anchor_of_a_page(site):
    pages = {file: file.read_text() for file in site.rglob("*.html") if "_static" not in file.parts}
    for file, text in pages.items():
        for link in re.findall(r'href="([^"]+)"', text):
            if re.match(r"https?:|data:", link):
                continue
            path, _, anchor = unquote(html.unescape(link)).partition("#")
            target = (file.parent / path.partition("?")[0]).resolve() if path else file
            assert target.exists(), (file, link)
            assert not anchor or f'id="{html.escape(anchor)}"' in pages[target], (file, link)


def test_the_search_box_finds_an_error(site, page):
    page.open(site / "search.html")
    page.ask("location.search = '?q=dropuse'")
    page.until("!!document.querySelector('#search-results a[href*=\"reference/errors.html\"]')")


def test_the_figures_of_many_machines_are_those_of_the_simulation():
    script = ROOT / "benchmarks/simulation.py"
    table = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert (ROOT / "docs/explanation/scale.csv").read_text() == table.stdout
