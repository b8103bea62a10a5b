"""Writes what a run measured: table.md, results.json, plot.svg."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

# A child starts with the peak of its parent: what that was before the plot's library came.
FLOOR = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

import matplotlib  # noqa: E402

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "benchmark"  # the same numbers give the same file
matplotlib.rcParams["svg.fonttype"] = "none"  # letters as text, a fraction of the size
from cells import OURS, behind, cells, quickest  # noqa: E402
from matplotlib import pyplot  # noqa: E402
from measure import Series  # noqa: E402
from results import Results, save  # noqa: E402
from targets import Verdict  # noqa: E402
from words import duration, samples, size  # noqa: E402


def write(directory: Path, results: Results, verdicts: list[Verdict], machine: str) -> str:
    """Write all three; the Markdown of the targets."""
    directory.mkdir(parents=True, exist_ok=True)
    table = targets(verdicts)
    parts = [
        "# Benchmark",
        machine,
        "Medians, with the lowest and the highest sample; what stands in one column was measured turn by turn. A ratio "
        "is the median of the ratios of all turns, with the lowest and the highest. The quickest of a column "
        "that does all that is asked is bold.",
        "## Targets",
        table,
        "## Where we are not the quickest",
        "\n".join(f"- {sentence}" for sentence in behind(results)) or "Nowhere.",
        "## Peers",
        *peers(results),
        "## Times",
        *tables(results, timed(results)),
        "## What goes to a registry, and comes from there",
        passed(results),
        "## Sizes, unpacked (of ko compressed)",
        sizes(results),
        "## Largest resident set",
        "Of the command and the processes below it; daemons are not below it. What is smaller than the process "
        f"that measures shows its size, {size(FLOOR)}.",
        *tables(results, lambda series: size(series.peak)),
    ]
    (directory / "table.md").write_text("\n\n".join(parts) + "\n")
    told = [{**vars(verdict), "met": verdict.met} for verdict in verdicts]
    save(directory / "results.json", results, machine, told)
    plot(directory / "plot.svg", results)
    return table


def rows(head: list[str], body: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def targets(verdicts: list[Verdict]) -> str:
    head = ["target", "ours", "against", "ratio", "at most", "met"]
    body = [
        [
            verdict.what,
            verdict.ours,
            verdict.theirs,
            f"{verdict.value:.3g}{verdict.unit} {verdict.spread}".strip(),
            f"{verdict.most:g}{verdict.unit}",
            "met" if verdict.met else "**missed**",
        ]
        for verdict in verdicts
    ]
    return rows(head, body)


def peers(results: Results) -> list[str]:
    known = [[name, peer["what"], peer["version"]] for name, peer in results.versions.items()]
    parts = [rows(["peer", "what it is", "version"], known)]
    if results.skipped:
        parts += ["Not measured here:"]
        parts += ["\n".join(f"- {name}: {why}" for name, why in results.skipped.items())]
    return parts


def timed(results: Results):
    """What tells the time of a series."""
    best = {id(quickest(cell)) for cell in cells(results).values()}

    def told(series: Series) -> str:
        median = duration(series.median)
        return f"{f'**{median}**' if id(series) in best else median} {samples(series)}"

    return told


def tables(results: Results, cell: Callable[[Series], str]) -> list[str]:
    """A table a workload: a row a peer, a column a scenario."""
    parts = []
    for workload in dict.fromkeys(series.workload for series in results.series):
        mine = [series for series in results.series if series.workload == workload]
        scenarios = list(dict.fromkeys(series.scenario for series in mine))
        body = []
        for peer in dict.fromkeys(series.peer for series in mine):
            found = [results.find(workload, scenario, peer) for scenario in scenarios]
            body.append([peer, *(cell(series) if series else "" for series in found)])
        parts += [f"### {workload}", rows([workload, *scenarios], body)]
    return parts


def passed(results: Results) -> str:
    body = [
        [
            *key,
            str(one.requests),
            size(one.uploaded),
            size(one.downloaded),
            size(one.stored) if one.stored else "",
        ]
        for key, one in results.passed.items()
    ]
    return rows(["workload", "scenario", "peer", "requests", "sent", "received", "stored"], body)


def sizes(results: Results) -> str:
    body = [[workload, peer, size(number)] for (workload, peer), number in results.sizes.items()]
    return rows(["workload", "peer", "size"], body)


def plot(path: Path, results: Results) -> None:
    """Bars of the medians on a logarithmic axis, a panel a workload and scenario, with the range."""
    panels = list(dict.fromkeys((series.workload, series.scenario) for series in results.series))
    columns = min(3, max(1, len(panels)))
    lines = max(1, -(-len(panels) // columns))
    figure, axes = pyplot.subplots(
        lines, columns, figsize=(5 * columns, 2.4 * lines), squeeze=False, layout="constrained"
    )
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    for axis, (workload, scenario) in zip(axes.flat, panels):
        mine = [s for s in results.series if (s.workload, s.scenario) == (workload, scenario)]
        mine.sort(key=lambda series: -series.median)
        medians = [series.median for series in mine]
        low = [series.median - min(series.seconds) for series in mine]
        high = [max(series.seconds) - series.median for series in mine]
        colours = ["tab:blue" if series.peer in OURS else "tab:gray" for series in mine]
        axis.barh([series.peer for series in mine], medians, xerr=[low, high], color=colours)
        axis.set_xscale("log")
        axis.set_title(f"{workload}: {scenario}", fontsize="medium")
        axis.set_xlabel("seconds, logarithmic", fontsize="small")
        axis.tick_params(labelsize="small")
    figure.suptitle("blue: GoContainer; grey: its peers; less is better", fontsize="small")
    figure.savefig(path, metadata={"Date": None})
