"""Pieces of HTML. All text goes through text(), as names in an image may be anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from gocontainer.common.printable import printable


def text(value: object) -> str:
    return escape(printable(str(value)))


def lines(value: str) -> str:
    """A text of several lines."""
    return "<pre>" + "\n".join(map(text, value.split("\n"))) + "</pre>"


def number(value: int, sign: str = "") -> str:
    return f"{value:{sign},}"


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()
) -> str:
    """A table that scrolls by itself where it is wider than the page. The first cell of a row is its head.

    :param rows: their cells, which are HTML.
    :param numbers: the columns that have numbers.
    """
    kind = [' class="number"' if column in numbers else "" for column in range(len(head))]
    titles = "".join(f'<th scope="col"{kind[n]}>{text(title)}</th>' for n, title in enumerate(head))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row"{kind[0]}>{cell}</th>' if n == 0 else f"<td{kind[n]}>{cell}</td>"
            for n, cell in enumerate(row)
        )
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{titles}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and their values, which are HTML."""
    return (
        '<dl class="facts">'
        + "".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in pairs)
        + "</dl>\n"
    )


def section(title: str, *parts: str) -> str:
    """A section of an image; nothing if it has no parts."""
    return f"<section><h3>{text(title)}</h3>\n{''.join(parts)}</section>\n" if any(parts) else ""


def folded(title: str, content: str, opened: bool = False) -> str:
    return (
        f"<details{' open' if opened else ''}><summary>{text(title)}</summary>{content}</details>\n"
    )
