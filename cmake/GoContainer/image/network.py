"""The files by which a program finds other hosts: every engine gives them to each container."""

from __future__ import annotations

from pathlib import Path

from unpack import inside, remove

HOSTS = b"127.0.0.1\tlocalhost\n::1\tlocalhost\n"
RESOLVER = Path("/etc/resolv.conf")


def write_network_files(root: Path) -> None:
    """Give an image that is unpacked in ``root`` an ``/etc/hosts``, and the ``/etc/resolv.conf`` of this
    machine, in place of its own."""
    etc = inside(root, "etc")
    etc.mkdir(parents=True, exist_ok=True)
    mode = etc.stat().st_mode & 0o7777
    etc.chmod(mode | 0o700)
    resolver = RESOLVER.read_bytes() if RESOLVER.is_file() else b""
    for name, content in (("hosts", HOSTS), ("resolv.conf", resolver)):
        file = etc / name
        remove(file)  # it may be a link
        file.write_bytes(content)
        file.chmod(0o644)
    etc.chmod(mode)
