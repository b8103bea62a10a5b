"""Other machines and users, as far as tests need them."""

from __future__ import annotations

import fnmatch
import os
import shutil
import tempfile
from pathlib import Path

from harness import REPOSITORY, run


class Machines:
    """Makes PATHs that lack programs: one directory of links to all others."""

    def __init__(self, directory: Path):
        self.directory = directory

    def without(self, *patterns: str) -> str:
        directory = self.directory / "without-" / "-".join(patterns).replace("*", "")
        if not directory.exists():
            directory.mkdir(parents=True)
            for place in os.environ["PATH"].split(":"):
                for program in Path(place).iterdir():
                    link = directory / program.name
                    wanted = not any(fnmatch.fnmatch(program.name, p) for p in patterns)
                    if wanted and not link.is_symlink():
                        link.symlink_to(program)
        return str(directory)


class Unprivileged:
    """The user nobody, with a home and copies of what it may not read in its place."""

    def __enter__(self) -> Unprivileged:
        # Not in tmp_path, into which root alone may look.
        self.home = Path(tempfile.mkdtemp(prefix="go-container-nobody-"))
        self.home.chmod(0o755)
        shutil.copytree(REPOSITORY / "cmake", self.home / "cmake")
        self._give(self.home)
        return self

    def __exit__(self, *_) -> None:
        shutil.rmtree(self.home)

    @staticmethod
    def _give(directory: Path) -> None:
        run(["chown", "-R", "nobody:nogroup", directory])

    def build_image(self, source: Path, umask: int) -> bytes:
        """Build the project of one container with the engine builtin; returns the archive."""
        copy = self.home / "source"
        shutil.copytree(source, copy)
        lists = copy / "CMakeLists.txt"
        lists.write_text(lists.read_text().replace(str(REPOSITORY), str(self.home)))
        self._give(copy)
        script = (
            f"umask {umask:o} && cd && cmake -S source -B build -G Ninja -D GO_CONTAINER_ENGINE=builtin"
            " && cmake --build build --target image"
        )
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        home = {"HOME": str(self.home), "PATH": self._path()}
        run([*user, "sh", "-c", script], env={**os.environ, **home}, cwd="/")
        (archive,) = (self.home / "build").glob("*.container/*.tar")
        return archive.read_bytes()

    @staticmethod
    def _path() -> str:
        # The links to the tools may be where only root may look; what they point to may not.
        directories = [str(Path(shutil.which(t)).resolve().parent) for t in ("go", "cmake")]
        return ":".join([*directories, *os.environ["PATH"].split(":")])
