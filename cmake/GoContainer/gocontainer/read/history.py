"""Which layers of an image GoContainer made, as its history tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gocontainer.read.index import Index


def certificates_layer(index: Index) -> int | None:
    """The layer of the CA certificates, which is the first one of ours; None where there is none."""
    layer, found = 0, None
    for step in index.config.get("history") or []:
        if step.get("empty_layer"):
            continue
        maker = step.get("created_by") or ""
        if re.search(r"ca-certificates\.crt|^CA certificates| in /etc/ssl/certs/ *$", maker):
            found = layer
        layer += 1
    return found


def first_added_layer(index: Index) -> int:
    """The same; where there is none, all layers count as ours."""
    return certificates_layer(index) or 0
