"""Other machines and users, as far as tests need them."""

from __future__ import annotations

import fnmatch
import os
import shutil
import tempfile
from pathlib import Path

from harness import REPOSITORY, Result, run


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
        self.runtime = self.home / "run"
        shutil.copytree(REPOSITORY / "cmake", self.home / "cmake")
        self._give(self.home)
        return self

    def __exit__(self, *_) -> None:
        if (self.runtime / "libpod").exists():
            self._as_nobody("podman system migrate")  # ends the process that holds its namespaces
        shutil.rmtree(self.home)

    @staticmethod
    def _give(directory: Path) -> None:
        run(["chown", "-R", "nobody:nogroup", directory])

    def build_image(self, source: Path, umask: int) -> bytes:
        """Build the project of one container with the engine builtin; returns the archive."""
        self._run(
            f"umask {umask:o} && cmake -S source -B build -G Ninja -D GO_CONTAINER_ENGINE=builtin"
            " && cmake --build build --target image",
            source,
        )
        (archive,) = (self.home / "build").glob("*.container/*.tar")
        return archive.read_bytes()

    def fails_to_build(self, source: Path) -> Result:
        """Build the project with the engine builtin, which must fail."""
        script = "cmake -S source -B build -G Ninja -D GO_CONTAINER_ENGINE=builtin && cmake --build build --target image"
        return self._run(script, source, expect_failure=True)

    def configure(self, source: Path, engine: str) -> Result:
        """Configure the project with an engine that this user can't use, and with its own settings of it."""
        return self._run(
            f"cmake -S source -B build -G Ninja -D GO_CONTAINER_ENGINE={engine}",
            source,
            expect_failure=True,
        )

    def _run(self, script: str, source: Path, expect_failure=False) -> Result:
        copy = self.home / "source"
        shutil.copytree(source, copy)
        self.runtime.mkdir(mode=0o700)
        lists = copy / "CMakeLists.txt"
        lists.write_text(lists.read_text().replace(str(REPOSITORY), str(self.home)))
        self._give(copy)
        self._give(self.runtime)
        return self._as_nobody(script, expect_failure)

    def _as_nobody(self, script: str, expect_failure=False) -> Result:
        roots = ("CONTAINERS_", "BUILDAH_", "DOCKER_CONFIG")  # settings and stores of root
        environment = {k: v for k, v in os.environ.items() if not k.startswith(roots)}
        environment.update(
            HOME=str(self.home), PATH=self._path(), XDG_RUNTIME_DIR=str(self.runtime)
        )
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        command = [*user, "sh", "-c", f"cd && {script}"]
        return run(command, env=environment, cwd="/", expect_failure=expect_failure)

    @staticmethod
    def _path() -> str:
        # The links to the tools may be where only root may look; what they point to may not.
        directories = [str(Path(shutil.which(t)).resolve().parent) for t in ("go", "cmake")]
        return ":".join([*directories, *os.environ["PATH"].split(":")])
