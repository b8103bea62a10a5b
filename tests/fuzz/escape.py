"""Hostile images against a watched tree beside them: `main` unpacks and runs some, and tells what changed outside.

sh tests/fuzz.sh escape 20000 [seed]
"""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import stat
import sys
import tarfile
import tempfile
import time
from contextlib import nullcontext, suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "cmake/GoContainer"))

from gocontainer.common.skip import Skip  # noqa: E402
from gocontainer.read.layer import Layer  # noqa: E402
from gocontainer.read.layout import Image  # noqa: E402
from gocontainer.read.source import ImageError, NotStartedError  # noqa: E402
from gocontainer.run.runner import Streams  # noqa: E402
from gocontainer.run.sandbox import sandbox  # noqa: E402
from gocontainer.run.sandboxed import Program  # noqa: E402
from gocontainer.run.unpack import indexed, unpack  # noqa: E402

# So many images are unpacked for each one that is run, too.
RUN_EVERY = 50
NAMES = [
    "a", "b", "c", "a/b", "a/b/c", "b/a", "dev", "dev/null", "proc", "proc/self", "sys", "etc", "etc/passwd", "tmp", ".",
    "./a", "/a", "//a", "a/", "..", "../watched", "../watched/file", "a/../../watched", "/../watched/file", "a/..",
    "{outside}", "{outside}/file", "{outside}/directory", ".wh.a", ".wh.b", "a/.wh.b", ".wh..wh..opq", "a/.wh..wh..opq",
    ".wh...", ".wh..", ".wh.", "a/.wh...", "dev/.wh..wh..opq", "../.wh.watched", ".wh.../watched", "a" * 255, "a" * 256,
    "d/" * 50 + "f", "\udcff\udcfe", "a\nb", "a\x1b[2J", "ä", "\\", " ", "-rf", "a\\..\\b", "etc/hosts", "etc/resolv.conf",
]  # fmt: skip
TAME = [name for name in NAMES if ".." not in name and name not in (".wh.", "a" * 256, ".", "./a")]
TARGETS = [
    "/", "..", ".", "../..", "../../..", "{outside}", "{outside}/directory", "{outside}/file", "/a", "a", "b", "a/b", "/dev",
    "/proc/self/root", "/proc/1/root", "/etc/passwd", "../watched", "/" + "../" * 40, "x" * 4000, "\udcff",
]  # fmt: skip
KINDS = [
    tarfile.REGTYPE, tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.SYMTYPE,
    tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE,
]  # fmt: skip
MODES = [0o755, 0o644, 0o777, 0o000, 0o4755, 0o2755, 0o1777, 0o7777]
OWNERS = [0, 1, 1000, 65532, 65534, 65535, 100_000, (1 << 31) - 2]


class Watched:
    """A directory for images, beside another one that must stay as it is."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.outside = directory / "watched"
        (self.outside / "directory").mkdir(parents=True)
        (self.outside / "directory/below").write_text("below")
        (self.outside / "file").write_text("kept")
        (self.outside / "file").chmod(0o600)
        (self.outside / "link").symlink_to("file")
        (self.outside / "directory").chmod(0o700)
        self.root = directory / "root"
        self.before = self.state()

    def state(self) -> list[tuple[object, ...]]:
        """All that is there but the directory of the image: types, modes, owners, times, contents."""
        return [
            fact for path in sorted(self.directory.iterdir()) if path != self.root for fact in facts_of(path)
        ]  # fmt: skip

    def changed(self) -> bool:
        return self.state() != self.before

    def try_image(self, image: Image, *, running: bool = False) -> str:
        """Unpack the image, and run it; how that ended."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(mode=0o700)
        try:
            unpack(image, self.root)
            if running:
                self.run(image)
        except ImageError:
            return "refused"
        except Skip:
            return "skipped"
        return "run" if running else "unpacked"

    def run(self, image: Image) -> None:
        # A program that no image has: all is prepared for it.
        with indexed(image) as index, sandbox(index) as box, suppress(NotStartedError):
            Program(["/none"], box, {}, None).start(Streams())


def facts_of(path: Path) -> list[tuple[object, ...]]:
    status = path.lstat()
    content: object = None
    if stat.S_ISLNK(status.st_mode):
        content = str(path.readlink())
    elif stat.S_ISREG(status.st_mode):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    own = (
        str(path),
        status.st_mode,
        status.st_uid,
        status.st_gid,
        status.st_nlink,
        status.st_mtime_ns,
        content,
    )
    below = sorted(path.iterdir()) if stat.S_ISDIR(status.st_mode) else []
    return [own, *(fact for each in below for fact in facts_of(each))]


def image_of_chance(chance: random.Random, outside: Path) -> Image:
    """An image of layers that no tool would write."""
    # Most names that leave the image are refused at once: others must be tried without them.
    names = NAMES if chance.random() < 0.2 else TAME
    tars = [layer_of_chance(chance, outside, names) for _ in range(chance.randint(1, 4))]
    layers = tuple(
        Layer(
            "sha256:" + hashlib.sha256(tar).hexdigest(),
            lambda tar=tar: nullcontext(io.BytesIO(tar)),
            len(tar),
        )
        for tar in tars
    )
    inner = {
        "User": chance.choice(["", "0", "65532", "1000:1000", "nobody"]),
        "WorkingDir": chance.choice(["", "/", "/a/b", "..", "/../../x"]),
        "Volumes": {chance.choice(["/data", "/dev/x", "a", "/proc/x"]): {}},
    }
    return Image("chance", "sha256:" + "0" * 64, None, (), {"config": inner}, layers)


def layer_of_chance(chance: random.Random, outside: Path, names: list[str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(
        fileobj=stream, mode="w", format=chance.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
        encoding="utf-8", errors="surrogateescape",
    ) as tar:  # fmt: skip
        known: list[str] = []
        for _ in range(chance.randint(1, 12)):
            info = tarfile.TarInfo(name_of_chance(chance, outside, names))
            info.type = chance.choice(KINDS)
            info.mode = chance.choice(MODES)
            info.uid, info.gid = chance.choice(OWNERS), chance.choice(OWNERS)
            info.mtime = chance.choice([0, 1, 1 << 32])
            if info.type in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                targets = TARGETS
                if info.type == tarfile.LNKTYPE:
                    targets = known or names
                info.linkname = chance.choice(targets).replace("{outside}", str(outside))
            info.devmajor, info.devminor = 1, 3
            content = (
                b"x" * chance.choice([0, 1, 600]) if info.type in tarfile.REGULAR_TYPES else b""
            )
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
            if info.type != tarfile.DIRTYPE and ".wh." not in info.name:
                known.append(info.name)
    return stream.getvalue()


def name_of_chance(chance: random.Random, outside: Path, names: list[str]) -> str:
    name = chance.choice(names)
    if chance.random() < 0.3:
        name = f"{name}/{chance.choice(names)}"
    return name.replace("{outside}", str(outside)) or "a"


def try_images(
    directory: Path, count: int, seed: int, run_every: int = RUN_EVERY, until: float = float("inf")
) -> dict[str, int]:
    """How many images ended in which way.

    :param until: the time when no more are tried.
    :raises AssertionError: one changed something outside; the text tells which one.
    """
    watched = Watched(directory)
    ends: dict[str, int] = {}
    for number in range(count):
        if time.time() > until:
            break
        chance = random.Random(f"{seed}-{number}")
        image = image_of_chance(chance, watched.outside)
        how = watched.try_image(image, running=number % run_every == 0)
        assert not watched.changed(), f"image {number} of seed {seed} changed something outside"
        ends[how] = ends.get(how, 0) + 1
    return ends


def fuzz(count: int, until: float) -> dict[str, int]:
    """What tests/fuzz.sh calls: how many images were refused, unpacked, and run, too."""
    with tempfile.TemporaryDirectory(prefix="go-container-escape-") as place:
        return try_images(Path(place), count, int(time.time()), until=until)
