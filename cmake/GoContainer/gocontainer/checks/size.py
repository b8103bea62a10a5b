"""Holds the image against its budgets."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

from gocontainer.checks import CheckError, Test
from gocontainer.checks.budget import budget_of, no_budget, no_budget_here
from gocontainer.common.atomic import write_atomically
from gocontainer.common.lock import locked
from gocontainer.common.printable import clipped
from gocontainer.read.history import first_added_layer
from gocontainer.read.index import Index
from gocontainer.read.squash import FILE

# Makes zlib write gzip (RFC 1952).
GZIP = 16 + zlib.MAX_WBITS


def check_size(test: Test) -> str:
    """The bytes of all files in all layers, unpacked, against MAX_SIZE."""
    sizes = [layer.size for layer in test.index.layers]
    return held(test, "MAX_SIZE", "maxSize", "unpacked", sizes)


def check_compressed_size(test: Test) -> str:
    """The bytes of all layers as a registry stores them, against MAX_COMPRESSED_SIZE."""
    sizes = compressed_sizes(test.index)
    return held(test, "MAX_COMPRESSED_SIZE", "maxCompressedSize", "compressed", sizes)


def held(test: Test, option: str, member: str, form: str, sizes: list[int]) -> str:
    """The sum of the layers' sizes against a budget of the plan; ``form`` says which sizes they are."""
    size = sum(sizes)
    limit = budget_of(test, option, member)
    if limit is None:
        return no_budget_here(option, f"{size:,} bytes {form}")
    declared, budget = limit["declared"], limit["bytes"]
    if size > budget:
        raise CheckError(
            f"the {form} image is larger than {option}",
            declared=f"{option} {declared}, {budget:,} bytes",
            found=f"{size:,} bytes, {size - budget:,} too many",
            layers=" + ".join(f"{layer:,}" for layer in sizes) + " bytes",
            remedy=f"{lighter(test)}put less into the image, or raise {option} in {test.call()}",
        )
    return f"{size:,} of {budget:,} bytes {form} ({option} {declared}), {budget - size:,} left"


def lighter(test: Test) -> str:
    """The remedy that comes before all others where the program keeps its debug information."""
    flags = [flag for flag in test.plan["go"]["flags"] if flag.startswith("-ldflags=")]
    if any("-w" in flag.removeprefix("-ldflags=").split() for flag in flags):
        return ""
    return "build a configuration without debug information, such as Release, "


def compressed_sizes(index: Index) -> list[int]:
    """The bytes of each layer, compressed: as the image stores it, or else as gzip makes it at its
    default level, which a push takes. They are kept beside the index: to compress takes time."""
    kept = index.directory / "compressed.json"
    with locked(index.directory / "compressed.lock"):
        if kept.exists():
            sizes: list[int] = json.loads(kept.read_bytes())
            return sizes
        sizes = []
        for number, layer in enumerate(index.layers):
            tar = index.directory / f"{number}.tar"
            plain = tar.stat().st_size == layer.stored
            sizes.append(gzip_size(tar) if plain else layer.stored)
        write_atomically(kept, json.dumps(sizes).encode())
    return sizes


def gzip_size(file: Path) -> int:
    compressor = zlib.compressobj(wbits=GZIP)
    size = 0
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            size += len(compressor.compress(chunk))
    return size + len(compressor.flush())


def check_layer_size(test: Test) -> str:
    """The bytes of the files in each layer that is added to the base, unpacked, against
    MAX_LAYER_SIZE."""
    sizes = dict(enumerate(layer.size for layer in test.index.layers))
    added = {n: size for n, size in sizes.items() if n >= first_added_layer(test.index)}
    limit = budget_of(test, "MAX_LAYER_SIZE", "maxLayerSize")
    if limit is None:
        return no_budget_here("MAX_LAYER_SIZE", f"{len(added)} layers")
    declared, budget = limit["declared"], limit["bytes"]
    over = [n for n, size in added.items() if size > budget]
    if over:
        raise CheckError(
            "an unpacked layer is larger than MAX_LAYER_SIZE",
            declared=f"MAX_LAYER_SIZE {declared}, {budget:,} bytes",
            found="\n".join(
                f"layer {n + 1} of {len(sizes)}: {added[n]:,} bytes, {added[n] - budget:,} too many"
                for n in over
            ),
            largest=clipped(largest_files(test.index, over), 5),
            remedy=f"put less into it, give FILES in more groups, or raise MAX_LAYER_SIZE in {test.call()}",
        )
    most = max(added.values(), default=0)
    return (
        f"{most:,} of {budget:,} bytes unpacked (MAX_LAYER_SIZE {declared}) in the largest"
        f" of {len(added)} layers, {budget - most:,} left"
    )


def largest_files(index: Index, layers: list[int]) -> list[str]:
    """The files of the layers, largest first."""
    files = [e for e in index.entries if e.kind == FILE and e.layer in layers]
    files.sort(key=lambda entry: (-entry.size, entry.path))
    return [f"/{entry.path}, {entry.size:,} bytes" for entry in files]


def check_max_layers(test: Test) -> str:
    """How many layers the image has."""
    declared, found = str(test.arguments["maxLayers"]), len(test.index.layers)
    if not declared:
        return no_budget_here("MAX_LAYERS", f"{found} layers")
    if not re.fullmatch("[0-9]{1,5}", declared):
        raise no_budget(test, "MAX_LAYERS", declared, "a number of five digits at most")
    most = int(declared)
    if found > most:
        raise CheckError(
            "the image has more layers than MAX_LAYERS",
            declared=f"MAX_LAYERS {most}",
            found=f"{found} layers",
            remedy=f"give FILES in fewer groups, take a base with fewer layers, or raise MAX_LAYERS in {test.call()}",
        )
    return f"{found} of {most} layers"
