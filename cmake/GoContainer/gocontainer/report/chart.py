"""The sizes of the last builds as a line: inline SVG, and a table of the same."""

from __future__ import annotations

from gocontainer.report.facts import Json
from gocontainer.report.html import folded, number, table, text

WIDTH, HEIGHT, LEFT, BELOW = 640, 160, 90, 24


def chart_of(builds: list[Json]) -> str:
    """Nothing, where there is only one."""
    if len(builds) < 2:
        return ""
    sizes = [build["size"] for build in builds]
    least, most = min(sizes), max(sizes)
    span = most - least or 1
    points = [
        (
            LEFT + (WIDTH - LEFT - 10) * n / (len(sizes) - 1),
            10 + (HEIGHT - BELOW - 20) * (1 - (size - least) / span),
        )
        for n, size in enumerate(sizes)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{text(build["time"])}: {number(build["size"])} bytes</title></circle>'
        for (x, y), build in zip(points, builds)
    )
    said = f"{len(builds)} builds, from {number(sizes[0])} to {number(sizes[-1])} bytes"
    scale = "".join(
        f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{y}" y2="{y}"/><text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{number(size)}</text>'
        for size, y in {most: 10, least: HEIGHT - BELOW - 10}.items()
    )
    ends = "".join(
        f'<text x="{x}" y="{HEIGHT - 4}" text-anchor="{anchor}">{text(build["time"][:10])}</text>'
        for x, anchor, build in ((LEFT, "start", builds[0]), (WIDTH - 10, "end", builds[-1]))
    )
    rows = [
        (text(build["time"]), number(build["size"]), number(build["size"] - before["size"], "+"))
        for before, build in zip([builds[0], *builds], builds)
    ]
    return (
        f'<p>{said}.</p><svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
        f'{scale}{ends}<polyline points="{line}"/>{dots}</svg>\n'
        + folded(
            "The builds", table("Last builds", ("Build", "Bytes", "Growth"), rows[::-1], (1, 2))
        )
    )
