"""How registries wanted to know who asks the last time, kept in a file: without it each process is refused once before it
asks for a token. There is nothing secret in it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from gocontainer.registry.challenge import Challenge

# What of a challenge is the same for all repositories.
KEPT = ("realm", "service")


class Remembered:
    """Challenges by the registry's URL."""

    def __init__(self, file: str | Path | None) -> None:
        self.file = file
        self.found: dict[str, Any] = read(file) if file else {}
        self.changed = False

    def get(self, url: str) -> Challenge | None:
        entry = self.found.get(url)
        if not isinstance(entry, dict) or entry.get("scheme") not in ("basic", "bearer"):
            return None
        from gocontainer.registry.challenge import Challenge

        return Challenge(entry["scheme"], {name: str(entry.get(name, "")) for name in KEPT})

    def put(self, url: str, challenge: Challenge) -> None:
        kept = {name: challenge.parameters.get(name, "") for name in KEPT}
        entry = {"scheme": challenge.scheme, **kept}
        if entry != self.found.get(url):
            self.found[url] = entry
            self.changed = True

    def forget(self, url: str) -> None:
        self.changed = self.found.pop(url, None) is not None or self.changed

    def write(self) -> None:
        """:raises OSError: the file can't be written."""
        if self.file and self.changed:
            import json
            from pathlib import Path

            from gocontainer.common.atomic import write_atomically

            write_atomically(
                Path(self.file), json.dumps(self.found, indent=1, sort_keys=True).encode()
            )
            self.changed = False


def read(file: str | Path) -> dict[str, Any]:
    """What the file says; nothing, where it is damaged: the registries say it again."""
    try:
        with open(file, "rb") as stream:
            data = stream.read()
    except OSError:
        return {}
    import json  # which registries that want to know nothing can do without

    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
