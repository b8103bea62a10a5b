"""The page that gocontainer report writes, in a browser: it is clicked through, read and measured."""

import json

import pytest
from browser import browser
from gocontainer.cli.commands import main
from images import archive, build_info, elf, entry, function_table, image, layer, write_plan

# A page that never gets where it is waited for.
pytestmark = pytest.mark.timeout(300)

EVIL = '<img src=x onerror="hacked=1">\u202e'
CODE = {
    "main.main": 3000,
    "fmt.Println": 4000,
    "net/http.Serve": 9000,
    "example.com/dep/a.F": 16000,
    "example.com/dep/b.F": 8000,
}
# The lightness of a colour as WCAG 2.2 has it, and the contrast of text with what is behind it.
CONTRAST = """
(() => {
  const numbers = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (e) => { const c = numbers(getComputedStyle(e).backgroundColor); return c[3] === 0 ? (e.parentElement ? behind(e.parentElement) : [255, 255, 255]) : c; };
  return [...document.querySelectorAll("body *")].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())
    && e.getClientRects().length && !e.closest("svg, script, .skip-link")).map((e) => {
      const [a, b] = [light(numbers(getComputedStyle(e).color)), light(behind(e))];
      return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML.slice(0, 80)];
    }).sort((a, b) => a[0] - b[0])[0];
})()
"""
TILE = "[...document.querySelectorAll('.map button')].find((e) => e.title.startsWith({!r}))"
FOCUS = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"


def program():
    table = function_table(CODE, 8, "<", 0xFFFFFFF1)
    return elf(info=build_info(), functions=table, code=bytes(sum(CODE.values()) + 9))


def container(directory, size="1MB", more=b"x", **members):
    """A container as a build leaves it, with a budget."""
    base = layer(entry("etc"), entry("etc/hosts", b"x" * 900))
    top = layer(
        entry("usr/bin/api", program(), mode=0o755),
        entry("srv/" + EVIL, b"y" * 700),
        entry("srv/more", more * 500),
    )
    config = {"Cmd": ["/usr/bin/api"], "Labels": {"note": f"</script>{EVIL}"}, "User": "7:7"}
    plan = write_plan(directory, archive(image([base, top], config=config)))
    plan.update(
        tags=["latest"],
        platform={"os": "linux", "architecture": "amd64"},
        programs=[{"package": ".", "path": "/usr/bin/api", "file": ""}],
        go={"flags": ["-ldflags=-w"]},
        config={"User": "7:7"},
        tests=["size", "user", "platform"],
        maxSize={"declared": size, "bytes": {"1MB": 10**6, "9kB": 9000}[size]},
        **members,
    )
    (directory / "plan.json").write_text(json.dumps(plan))
    return directory


def report(file, *images):
    assert main(["report", "--output", str(file), *map(str, images)]) == 0
    return file


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    directory = tmp_path_factory.mktemp("one")
    return report(directory / "page.html", container(directory / "api.container"))


def way(page):
    return page.ask("[...document.querySelectorAll('.way li')].map((e) => e.textContent)")


def rows(page):
    return page.ask("[...document.querySelectorAll('[data-trees] td.name')].map((e) => e.textContent)")  # fmt: skip


def test_a_way_through_the_page_by_clicks(page, one):
    page.open(one)
    assert way(page) == ["Go modules", "/usr/bin/api"]
    assert {"std", "example.com/dep v1.2.3", "example.com/api (devel)"} <= set(rows(page))
    page.click(TILE.format("example.com/dep"))
    assert way(page) == ["Go modules", "/usr/bin/api", "example.com/dep v1.2.3"]
    assert rows(page) == ["example.com/dep/a", "example.com/dep/b"]
    assert page.ask("document.querySelector('[data-trees] caption').textContent") == (
        " › ".join(way(page)) + ": 24,000 bytes"  # noqa: RUF001
    )
    page.click("document.querySelectorAll('.way button')[1]")
    page.click("[...document.querySelectorAll('.choose button')].find((e) => e.textContent === 'Files')")  # fmt: skip
    assert way(page) == ["Files"]
    assert rows(page) == ["usr/bin/", "srv/", "etc/"]
    page.click("[...document.querySelectorAll('td button')].find((e) => e.textContent === 'srv/')")
    assert rows(page) == [EVIL.replace("\u202e", "\\u202e"), "more"]
    assert page.errors == []


def test_a_way_through_the_page_by_keys(page, one):
    page.open(one)
    page.ask("document.querySelector('.map button').focus()")
    first = page.ask(FOCUS)
    assert first.startswith("example.com/dep v1.2.3, 24,000 bytes, ")
    assert page.ask("document.querySelectorAll('.map button[tabindex=\"0\"]').length") == 1
    page.press("ArrowRight")
    page.press("ArrowDown")
    page.press("ArrowUp")
    second = page.ask(FOCUS)
    assert second.startswith("std, 13,000 bytes, ") and second.endswith(", opens")
    page.press("Enter")
    assert len(way(page)) == 3
    assert page.ask(FOCUS).startswith("net/http, 9,000 bytes, 69.2 %")
    page.press("Escape")
    assert len(way(page)) == 2
    assert page.ask(FOCUS) == first


def test_names_of_an_image_are_text_and_nothing_else(page, one):
    """They start no script and ask the network for nothing, wherever they stand."""
    page.requests.clear()
    page.open(one)
    page.ask("document.querySelectorAll('details').forEach((e) => (e.open = true))")
    assert page.ask("typeof hacked") == "undefined"
    assert page.ask("document.images.length") == 0
    assert set(page.requests) == {one.as_uri()}
    assert page.errors == []
    assert EVIL not in one.read_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_can_be_read_everywhere(page, one, width, dark):
    page.open(one, width, dark)
    page.ask("document.querySelectorAll('details').forEach((e) => (e.open = true))")
    assert page.ask("document.documentElement.scrollWidth") <= width
    paper = page.ask("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(13, 17, 23)" if dark else "rgb(255, 255, 255)")
    contrast, where = page.ask(CONTRAST)
    assert contrast >= 4.5, where
    height = page.ask("document.querySelector('.map').clientHeight")
    assert 250 < height < 530


def test_a_print_has_the_maps_and_no_buttons_to_choose(page, one):
    page.open(one, 1280, dark=True)
    page.look(800, dark=True, print_it=True)
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.ask("document.querySelector('.choose').getClientRects().length") == 0
    assert page.ask("document.querySelector('.map').getClientRects().length") == 1


def test_a_screen_reader_hears_what_everything_is(page, one):
    page.open(one)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    found = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n["ignored"]]  # fmt: skip
    for role in ("button", "link", "meter", "table", "navigation", "article", "region"):
        names = [name for kind, name in found if kind == role]
        assert names, role
        assert all(names), role
    assert {("group", "Treemap"), ("group", "Sizes by")} <= set(found)
    levels = page.ask("[...document.querySelectorAll('h1, h2, h3, h4')].map((e) => Number(e.tagName[1]))")  # fmt: skip
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))
    live = "document.querySelector('[data-trees] caption').getAttribute('aria-live')"
    assert page.ask(live) == "polite"


def test_budgets_and_failures_are_seen(page, tmp_path):
    page.open(report(tmp_path / "page.html", container(tmp_path / "api.container", size="9kB")))
    assert "MAX_SIZE 9kB" in page.ask("document.querySelector('.budget').textContent")
    assert "too many" in page.ask("document.querySelector('.budget .fail').textContent")
    # The checks are open, those first that failed.
    assert page.ask("document.querySelector('details').open") is True
    text = page.ask("document.querySelector('details').innerText")
    assert text.startswith("1 failed, 2 passed")
    assert "the unpacked image is larger than MAX_SIZE" in text


def test_images_side_by_side(page, tmp_path):
    directory = container(tmp_path / "api.container")
    file = tmp_path / "images.txt"
    file.write_text(f"{directory}/plan.json\n{directory}/api.tar\n")
    page.open(report(tmp_path / "page.html", f"@{file}"))
    assert page.ask("document.querySelectorAll('article').length") == 2
    links = page.ask("[...document.querySelectorAll('main > div a')].map((e) => e.textContent)")
    assert links == ["api", f"{directory}/api.tar"]
    page.click("document.querySelectorAll('main > div a')[1]")
    page.until("location.hash === '#image-1'")


def test_growth_over_builds_and_against_the_baseline(page, tmp_path):
    directory = tmp_path / "api.container"
    baseline = tmp_path / "api.size.json"
    old = {"/srv/more": 400, "/usr/bin/api": 1}
    baseline.write_text(
        json.dumps(
            {"schemaVersion": 1, "platform": "linux/amd64", "size": 1000, "layers": [1000], "files": old, "modules": {}}
        )
    )  # fmt: skip
    growth = {"maxGrowth": {"declared": "5%", "percent": "5", "baseline": str(baseline)}}
    for number in range(1, 4):
        container(directory, more=b"x" * number, **growth)
        report(tmp_path / "page.html", directory)
    report(tmp_path / "page.html", directory)  # the same image is not a new build
    builds = json.loads((directory / "history.json").read_text())
    assert [b["size"] - a["size"] for a, b in zip(builds, builds[1:])] == [500, 500]
    page.open(tmp_path / "page.html")
    assert page.ask("document.querySelectorAll('svg.chart circle').length") == 3
    label = page.ask("document.querySelector('svg.chart').getAttribute('aria-label')")
    assert label.startswith("3 builds, from ")
    text = page.ask("document.querySelector('article').innerText")
    assert "bytes against the baseline of 1,000 bytes" in text
    assert "/srv/more file 400 1,500 +1,100" in " ".join(text.split())


def test_a_damaged_history_is_begun_anew(tmp_path):
    directory = container(tmp_path / "api.container")
    for text in ("", "{}", "[1]", '[{"id": "x"}]', "\xff"):
        (directory / "history.json").write_text(text, encoding="latin-1")
        report(tmp_path / "page.html", directory)
        assert len(json.loads((directory / "history.json").read_text())) == 1


def test_the_trees_have_every_byte_once(tmp_path):
    from gocontainer.report.facts import facts_of
    from gocontainer.report.named import open_named
    from gocontainer.report.trees import trees_of

    directory = container(tmp_path / "api.container")
    with open_named(str(directory / "api.tar")) as named:
        facts = facts_of(named)
        found = trees_of(named.index, facts)
    (api,) = facts["programs"]
    assert sum(api["sections"].values()) == api["size"]

    def total(node):
        node = found["programs"][node["p"]] if "p" in node else node
        return sum(map(total, node["c"])) if "c" in node else node["s"]

    assert [tree["n"] for tree in found["trees"]] == ["Go modules", "Files", "Layers"]
    assert list(map(total, found["trees"])) == [api["size"], facts["size"], facts["size"]]
