"""The command that empties the user's cache."""

from __future__ import annotations

import os
from types import SimpleNamespace

from gocontainer.registry.cache import Cache, user_directory


def command_clear(arguments: SimpleNamespace) -> int:
    directory = user_directory(os.environ)
    count, size = Cache(directory, 0).clear() if directory else (0, 0)
    print(f"{count:,} blobs removed, {size:,} bytes: {directory}")
    return 0
