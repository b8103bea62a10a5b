"""Runs the program of an image without a container engine: in namespaces of its own, with the
unpacked image as its root. Needs bubblewrap (``bwrap``) or ``unshare`` of util-linux 2.38."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from layout import Image, ImageError


def run(image: Image) -> int:
    """Run ENTRYPOINT and CMD of the image; returns the exit code of the program.

    The network is the machine's; the environment, the user and the files are the image's.

    :raises ImageError: nothing on this machine can isolate the program.
    """
    config = image.config["config"]
    words = (config.get("Entrypoint") or []) + (config.get("Cmd") or [])
    if not words:
        raise ImageError(f"{image.where}: it has neither ENTRYPOINT nor CMD, so nothing to run")
    environment = dict(variable.split("=", 1) for variable in config.get("Env") or [])
    with tempfile.TemporaryDirectory(prefix="go-container-run-") as root:
        unpack(image, Path(root))
        command = isolation(Path(root), config) + words
        try:
            return subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


def unpack(image: Image, root: Path) -> None:
    """Write the files of an image that `assemble` made: directories and regular files."""
    for directory in ("proc", "dev"):
        (root / directory).mkdir()
    for layer in image.layers:
        with layer.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                target = root / member.name
                if member.isdir():
                    target.mkdir(exist_ok=True)
                elif (content := tar.extractfile(member)) is not None:
                    with content, target.open("wb") as file:
                        shutil.copyfileobj(content, file)
                target.chmod(member.mode)
    root.chmod(0o755)


def isolation(root: Path, config: dict[str, Any]) -> list[str]:
    """The command that runs another one with ``root`` as its root and the image's user."""
    user, _, group = (config.get("User") or "0:0").partition(":")
    directory = config.get("WorkingDir") or "/"
    bwrap, unshare = shutil.which("bwrap"), shutil.which("unshare")
    if bwrap:
        flags = ["--unshare-user", "--uid", user, "--gid", group or user, "--unshare-pid"]
        mounts = ["--bind", str(root), "/", "--proc", "/proc", "--dev", "/dev"]
        return [bwrap, *flags, *mounts, "--chdir", directory, "--die-with-parent", "--"]
    if unshare:
        flags = [f"--map-user={user}", f"--map-group={group or user}", "--pid", "--fork"]
        flags += ["--kill-child", f"--root={root}", f"--wd={directory}"]
        return [unshare, "--user", *flags, "--"]
    raise ImageError(
        "running an image without an engine needs bwrap (bubblewrap) or unshare (util-linux 2.38) "
        "on PATH. Install one, or load the archive into an engine: docker load, podman load."
    )
