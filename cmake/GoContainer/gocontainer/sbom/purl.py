"""Package URLs (https://github.com/package-url/purl-spec)."""

from __future__ import annotations

# Bytes that stay as they are. urllib.parse knows them too, but takes longer to load than a small SBOM to write.
SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:")


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
    """The text in percent encoding."""
    data = text.encode()
    if SAFE.issuperset(data):
        return text
    return "".join(chr(byte) if byte in SAFE else f"%{byte:02X}" for byte in data)
