"""What ``gocontainer show`` prints: an image in a screenful."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from gocontainer.common.printable import printable
from gocontainer.report.facts import Json, largest_files, largest_modules

# Lines of a kind; --all prints every one.
MOST = 6
WIDTH = 100


def text_of(facts: Json, everything: bool = False) -> str:
    """The lines of an image, each with the name of what it tells."""
    most = None if everything else MOST
    lines = [*head_of(facts), *layers_of(facts, most), *config_of(facts["config"], most)]
    for program in facts["programs"]:
        lines += program_of(program, most)
    lines += files_of(facts, most)
    return "".join(f"{name:<9} {text}\n" for name, text in lines)


def head_of(facts: Json) -> Iterator[tuple[str, str]]:
    yield "reference", printable(", ".join(facts["references"])) or "(none)"
    yield "digest", facts["digest"] or "(none: this archive keeps no manifest)"
    yield "id", facts["id"]
    yield "platform", printable(facts["platform"])
    if facts["created"]:
        yield "created", printable(facts["created"])
    yield "size", f"{facts['size']:,} bytes, {facts['stored']:,} bytes stored"


def layers_of(facts: Json, most: int | None) -> Iterator[tuple[str, str]]:
    layers = facts["layers"]
    for layer in layers[:most]:
        yield "layer", f"{printable(layer['diffId'])} {layer['size']:,} bytes"
    if rest := layers[len(layers[:most]) :]:
        yield "", f"and {len(rest):,} more, {sum(layer['size'] for layer in rest):,} bytes"


def config_of(config: Json, most: int | None) -> Iterator[tuple[str, str]]:
    """What the image runs and how, each as a Dockerfile has it."""
    yield "user", printable(config.get("User") or "") or "root, as none is named"
    words = [*(config.get("Entrypoint") or []), *(config.get("Cmd") or [])]
    yield "command", printable(shlex.join(words), WIDTH) or "(none)"
    if config.get("WorkingDir"):
        yield "workdir", printable(config["WorkingDir"])
    if config.get("StopSignal"):
        yield "stop", printable(config["StopSignal"])
    if config.get("Healthcheck"):
        yield (
            "health",
            printable(shlex.join(map(str, config["Healthcheck"].get("Test") or [])), WIDTH),
        )
    for name, member in (("ports", "ExposedPorts"), ("volumes", "Volumes")):
        if config.get(member):
            yield name, printable(", ".join(sorted(config[member])), WIDTH)
    yield from several("env", config.get("Env") or [], most)
    labels = config.get("Labels") or {}
    yield from several("label", [f"{key}={labels[key]}" for key in sorted(labels)], most)


def several(name: str, texts: list[str], most: int | None) -> Iterator[tuple[str, str]]:
    for text in texts[:most]:
        yield name, printable(text, None if most is None else WIDTH)
    if rest := len(texts) - len(texts[:most]):
        yield "", f"and {rest:,} more"


def program_of(program: Json, most: int | None) -> Iterator[tuple[str, str]]:
    """A program, and the bytes of code of its modules."""
    words = f"{program['path']} {program['size']:,} bytes, {program['package']}, {program['go']}"
    yield "program", printable(words)
    yield from sizes("code", "modules", largest_modules(program), most)


def files_of(facts: Json, most: int | None) -> Iterator[tuple[str, str]]:
    yield from sizes("files", "files", largest_files(facts), most)


def sizes(
    label: str, kind: str, rows: list[tuple[str, int]], most: int | None
) -> Iterator[tuple[str, str]]:
    """Names behind their bytes, largest first, and what the others have together."""
    width = max((len(f"{size:,}") for _, size in rows[:1]), default=0)
    for number, (name, size) in enumerate(rows[:most]):
        yield "" if number else label, printable(f"{size:>{width},} {name}")
    if rest := rows[len(rows[:most]) :]:
        yield "", f"{sum(size for _, size in rest):>{width},} in {len(rest):,} more {kind}"
