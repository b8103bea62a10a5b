"""GO_CACHE where an engine compiles: the caches of go are cache mounts, into which only a build can look. So a build of its
own puts the pack into them before, and another one copies out of them afterwards what go made or used (scripts/go_cache.Dockerfile).
The Dockerfile of the image, and the layers of the engine, know nothing of that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

from gocontainer.common.engines import engine_of
from gocontainer.common.lock import locked
from gocontainer.go.cache_known import read_known
from gocontainer.go.cache_store import EntryArchive
from gocontainer.go.go_cache import INTERVAL, LACKS, GoCache, key_of, tell
from gocontainer.read.index import image_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import SimpleNamespace

    from gocontainer.common.plan import Plan

SCRIPTS = os.path.join(os.path.dirname(__file__), "..", "..", "scripts")
FILES = ("go_cache.Dockerfile", "go_cache_in.sh", "go_cache_out.sh")
# Lines of a build that failed which are shown.
SHOWN = 5


def cache_of_container(plan: Plan, arguments: SimpleNamespace) -> ContainerCache:
    """The caches of go in the engine that builds the Dockerfile of the plan.

    :param arguments: ``plan`` is the file of the plan, ``marks`` the directory for what is known of packs, ``words``
        the command that builds, ``engine_command`` that of an engine which makes an image of each build, or None.
    """
    directory = os.path.dirname(arguments.plan)
    marks, words, engine = arguments.marks, arguments.words, arguments.engine_command
    return ContainerCache(plan, directory, marks, words, engine)


class ContainerCache(GoCache):
    """Those caches, copied to a directory in between.

    :param directory: that of the plan.
    :param words: the command of the engine that builds.
    :param engine: as :func:`cache_of_container` has it.
    """

    def __init__(
        self, plan: Plan, directory: str, marks: str, words: list[str], engine: str | None
    ) -> None:
        self.image = image_file(plan, Path(directory))
        self.begun = os.path.join(directory, "go-cache.begun")
        self.work = os.path.join(directory, "go-cache")
        self.builder = plan["builderImage"]
        self.words = words
        self.engine = engine
        self.remove_image = engine_of(plan).remove_image
        self.copy = os.path.join(self.work, "copy")
        caches = (os.path.join(self.copy, "build"), os.path.join(self.copy, "modules"))
        platform = plan["platform"]
        key = key_of(plan, self.builder, f"{platform['os']}-{platform['architecture']}")
        super().__init__(plan, key, caches, marks, os.path.join(directory, "go-cache.new"))

    def fetch(self) -> None:
        try:
            with open(self.begun, "w", encoding="ascii"):
                pass  # its time counts
            os.makedirs(os.path.dirname(self.mark), exist_ok=True)
            with locked(self.mark + ".mounts"):  # others build when the mounts are filled
                if not self.is_settled():
                    self.fill()
        except OSError as error:
            tell(f"{self.place} is not used: {error}")

    def fill(self) -> None:
        """Have the mounts have what the pack has.

        :raises OSError: files can't be written in between.
        """
        try:
            self.begin()
            with open(os.path.join(self.work, "build.tar"), "wb") as stream:
                self.store = archive = EntryArchive(stream)
                super().fetch()
                archive.end()
            if (archive.sizes or self.modules.there()) and not self.build_in():
                tell("the engine did not take it. The build goes on without it.")
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    def write(self, since: int = 0) -> None:
        known = read_known(self.mark)
        if self.read_only or known is None or known.failed:
            return
        try:
            since = os.stat(self.begun).st_mtime_ns
            if os.stat(self.image).st_mtime_ns < since:
                return  # the engine found the same image
            self.begin()
            # Minutes, as the builder may be a machine with another clock.
            minutes = (time.time() - since / 1e9 + INTERVAL) // 60 + 1
            self.list("minutes", [f"{minutes:.0f}"])
            self.list("known", known.actions)
            self.list("modules", self.modules.files)
            self.list("new_modules", self.modules.files.keys() - known.modules)
            self.list("lacks", [f"{LACKS * known.size:.0f}"])
            if not self.build("out", "--output", f"type=local,dest={self.copy}"):
                tell(f"{self.place} is not written: the engine did not copy its caches.")
                return
            super().write(since)
        except OSError as error:
            tell(f"{self.place} is not written: {error}")
        finally:
            shutil.rmtree(self.work, ignore_errors=True)

    def has_news(self, since: int) -> bool:
        return os.path.isdir(self.cache) and bool(os.listdir(self.cache))

    def list(self, name: str, lines: Iterable[str]) -> None:
        """Write lines to a file of the context."""
        with open(os.path.join(self.work, name), "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in sorted(lines))

    def build_in(self) -> bool:
        """Have the mounts have what was read; the context has it in two files, as that is quicker than thousands."""
        with tarfile.open(
            os.path.join(self.work, "modules.tar"), "w", format=tarfile.GNU_FORMAT
        ) as tar:
            tar.add(os.path.join(self.copy, "modules"), ".", filter=of_root)
        shutil.rmtree(self.copy)
        return self.build("in")

    def begin(self) -> None:
        """An empty context for a build."""
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(os.path.join(self.copy, "build"))
        os.makedirs(os.path.join(self.copy, "modules"))
        for name in FILES:
            shutil.copyfile(os.path.join(SCRIPTS, name), os.path.join(self.work, name))
        if self.engine:  # some buildah lose the step with that mount
            file = Path(self.work, FILES[0])
            text = file.read_text(encoding="utf-8").replace("--mount=type=bind,target=/work ", "")
            file.write_text(text, encoding="utf-8")

    def build(self, target: str, *flags: str) -> bool:
        """Whether the build works; the end of what it says is told where it does not."""
        arguments = {"BUILDER": self.builder, "TIME": str(time.time_ns())}
        words = [word for pair in arguments.items() for word in ("--build-arg", "=".join(pair))]
        file = os.path.join(self.work, "go_cache.Dockerfile")
        image = os.path.join(self.work, "image.id")
        if self.engine:
            flags = (*flags, "--volume", f"{self.work}:/work:ro,z", "--iidfile", image)
        command = [*self.words, *words, "--file", file, "--target", target, *flags, self.work]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        if self.engine and os.path.exists(image):
            with open(image, encoding="ascii") as identifier:
                remove = [self.engine, *self.remove_image, identifier.read()]
            subprocess.run(remove, capture_output=True)
        if done.returncode != 0:
            for line in done.stdout.splitlines()[-SHOWN:]:
                tell(line)
        return done.returncode == 0


def of_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    return member
