"""Packages that users install, for what the standard library lacks."""

from __future__ import annotations

import importlib
import site
import sys
from typing import Any


def package(name: str) -> Any:
    """Import a package of site-packages.

    The interpreter is started without them (-S), as to look through them takes longer than a whole
    check; they come onto its path here.

    :raises ImportError: it is not installed.
    """
    if sys.flags.no_site:
        site.main()
    return importlib.import_module(name)
