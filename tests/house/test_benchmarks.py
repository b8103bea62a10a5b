"""The benchmark runs, and writes a table, its numbers and a plot. What it measures here means nothing."""

import json
import os
import xml.etree.ElementTree as ElementTree

import pytest
from harness import REPOSITORY, run

RUN = ["sh", REPOSITORY / "benchmarks/run.sh"]


@pytest.fixture(scope="module")
def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "MPLCONFIGDIR": str(REPOSITORY / "build/benchmarks/matplotlib")}


@pytest.fixture(scope="module")
def written(environment, tmp_path_factory):
    """Where a quick run wrote to."""
    output = tmp_path_factory.mktemp("benchmark")
    run([*RUN, "--quick", "--output", output], env=environment)
    return output


@pytest.fixture
def numbers(written):
    return json.loads((written / "results.json").read_text())


def test_every_peer_is_measured_in_each_scenario(numbers):
    assert numbers["skipped"] == {}
    measured = {(one["scenario"], one["peer"]) for one in numbers["measurements"]}
    peers = {"go-build", "builtin", "best-buildkit"}
    assert measured == {(s, p) for s in ("nothing", "line") for p in peers} | {("nothing", "ninja")}
    for one in numbers["measurements"]:
        low, high = min(one["seconds"]), max(one["seconds"])
        assert 0 < low <= one["median"] <= high < 120, one
        assert one["peak"] > 0


def test_a_changed_line_is_built_and_costs_more_than_nothing(numbers):
    medians = {(m["scenario"], m["peer"]): m["median"] for m in numbers["measurements"]}
    assert medians["line", "builtin"] > medians["nothing", "builtin"]
    assert medians["line", "best-buildkit"] > medians["nothing", "best-buildkit"]


def test_images_hold_the_program(numbers):
    sizes = {one["peer"]: one["bytes"] for one in numbers["sizes"]}
    assert sizes["go-build"] > 1e6
    assert sizes["builtin"] > sizes["go-build"]
    assert sizes["best-buildkit"] > sizes["go-build"]


def test_the_assembler_is_measured(numbers):
    """More than Python alone takes, and less than what it writes."""
    assert 8 * 2**20 < numbers["assembler_peak"] < 2**30


def test_targets_are_told_with_both_medians_and_the_ratio(written, numbers):
    targets = {target["what"]: target for target in numbers["targets"]}
    nothing = targets["tiny, nothing: builtin against ninja"]
    medians = {(m["scenario"], m["peer"]): m["median"] for m in numbers["measurements"]}
    ratio = medians["nothing", "builtin"] / medians["nothing", "ninja"]
    assert nothing["value"] == pytest.approx(ratio)
    assert nothing["met"] == (ratio <= nothing["most"] == 1.5)
    table = (written / "table.md").read_text()
    for target in numbers["targets"]:
        cells = [target["what"], target["ours"], target["theirs"]]
        verdict = "met" if target["met"] else "**missed**"
        lines = [line for line in table.splitlines() if line.startswith(f"| {cells[0]} |")]
        assert len(lines) == 1
        assert all(cell in lines[0] for cell in [*cells, f"| {verdict} |"])


def test_no_count_grew_by_a_tenth(written):
    """Programs, files, requests and instructions, which a busy machine does not change."""
    now = json.loads((written / "counts.json").read_text())
    committed = json.loads((REPOSITORY / "benchmarks/results/counts.json").read_text())
    if now["versions"] != committed["versions"]:
        pytest.skip(f"the committed counts are of {committed['versions']}")
    assert now["counts"].keys() == committed["counts"].keys()
    grown = [
        f"{scenario}: {number:,} {what}, {committed['counts'][scenario][what]:,} before"
        for scenario, counts in now["counts"].items()
        for what, number in counts.items()
        if number > 1.1 * committed["counts"][scenario][what]
    ]
    assert not grown, "\n".join([*grown, "If that has to be: sh benchmarks/run.sh counts"])


def test_what_changed_since_another_run_is_told(environment, tmp_path):
    """Of the committed run and one that differs in one cell; nothing is measured."""
    committed = (REPOSITORY / "benchmarks/results/results.json").read_text()
    numbers = json.loads(committed)
    (changed,) = [
        one
        for one in numbers["measurements"]
        if (one["workload"], one["scenario"], one["peer"]) == ("service", "line", "builtin")
    ]
    changed["seconds"] = [second / 10 for second in changed["seconds"]]
    (tmp_path / "former.json").write_text(json.dumps(numbers))
    (tmp_path / "results.json").write_text(committed)
    no_such_cell = "tiny/configure/ko"
    arguments = ["--add", "--compare", tmp_path / "former.json", "--output", tmp_path, no_such_cell]
    told = run([*RUN, *arguments], env=environment).stdout
    rows = [line for line in told.splitlines() if line.startswith("| service, line | builtin |")]
    assert len(rows) == 1
    assert rows[0].endswith("| **slower** |")
    assert told.count("slower") == 1
    assert "quicker" not in told


def test_the_quickest_of_each_cell_is_marked(numbers, written):
    table = (written / "table.md").read_text()
    times = table[table.index("## Times") : table.index("## What goes")]
    assert times.count("**") == 2 * len({one["scenario"] for one in numbers["measurements"]})
    assert not any("**" in line for line in times.splitlines() if line.startswith("| go-build "))


def test_the_plot_is_an_svg(written):
    root = ElementTree.parse(written / "plot.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 10


def test_an_unknown_filter_is_refused(environment):
    refused = run([*RUN, "no-such-thing"], env=environment, expect_failure=True)
    assert "no such workload, scenario or peer: no-such-thing" in refused.stderr
