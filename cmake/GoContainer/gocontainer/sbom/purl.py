"""Package URLs (https://github.com/package-url/purl-spec)."""

from __future__ import annotations

from urllib.parse import quote


def purl(kind: str, path: str, version: str = "", subpath: str = "", **qualifiers: str) -> str:
    """The package URL of a package; ``path`` has the namespace and the name, divided by slashes."""
    text = f"pkg:{kind}/" + "/".join(map(encoded, path.strip("/").split("/")))
    if version:
        text += "@" + encoded(version)
    said = [f"{key}={encoded(value)}" for key, value in sorted(qualifiers.items()) if value]
    if said:
        text += "?" + "&".join(said)
    if subpath:
        text += "#" + "/".join(map(encoded, subpath.strip("/").split("/")))
    return text


def encoded(text: str) -> str:
    return quote(text, safe=":")
