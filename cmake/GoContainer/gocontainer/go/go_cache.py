"""GO_CACHE: carries what go compiled, and the modules for that, from machine to machine in one file, the pack.

A pack is for a module, a version of Go and the platform of the machine. Go itself tells what a build uses: it sets the time
of an entry of GOCACHE that is older than an hour (cmd/go/internal/cache, since Go 1.10). So no helper runs beside go.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
import zlib

from gocontainer.common.error import ImageError
from gocontainer.common.lock import locked
from gocontainer.common.printable import printable
from gocontainer.go.cache_entries import entries_since, is_newer, size_of
from gocontainer.go.cache_known import Known, read_known, write_known
from gocontainer.go.cache_modules import Modules
from gocontainer.go.cache_pack import write_pack
from gocontainer.go.cache_places import place_of
from gocontainer.go.cache_store import EntryFiles
from gocontainer.go.cache_unpack import PackError, read_pack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.go.cache_entries import Entry
    from gocontainer.go.cache_store import EntryArchive

# Seconds in which go does not set the time of an entry again.
INTERVAL = 3600
# Seconds after which an entry that nothing used leaves the pack; go trims its own cache then, too.
AGE = 5 * 24 * 3600
# Seconds in which a place that could not be asked is left alone.
PATIENCE = 300
# The pack is written again when what it lacks is more than this part of its bytes.
LACKS = 0.05
TROUBLE = (ImageError, PackError, OSError)


class GoCache:
    """The caches of go on this machine, and the place of their pack.

    :param key: the name of the pack.
    :param caches: GOCACHE and GOMODCACHE.
    :param marks: the directory for what is known of the pack.
    :param between: a file that may be written to.
    """

    def __init__(
        self, plan: Plan, key: str, caches: tuple[str, str], marks: str, between: str
    ) -> None:
        self.cache, modules = caches
        self.store: EntryFiles | EntryArchive = EntryFiles(self.cache)
        self.between = between
        self.read_only = plan["goCache"].get("readOnly", False)
        self.place = place_of(plan["goCache"]["place"], key, os.environ)
        self.modules = Modules(plan, modules)
        mark = zlib.crc32(f"{plan['goCache']['place']} {key}".encode())
        self.mark = os.path.join(marks, f"go-container-{mark:08x}")
        self.usable = self.cache != "off"

    def fetch(self) -> None:
        """Unpack the pack, if this cache of go never had one from there. Nothing that goes wrong stops the build."""
        if not self.usable or self.is_settled():
            return
        try:
            os.makedirs(os.path.dirname(self.mark), exist_ok=True)
            with locked(self.mark + ".lock"):
                if not self.is_settled():  # another process may have done it
                    self.take(Known())
        except OSError as error:
            tell(f"{self.place} is not read: {reason(error)}")
            self.usable = False

    def is_settled(self) -> bool:
        known = read_known(self.mark)
        return known is not None and not (known.failed and time.time() > known.failed + PATIENCE)

    def take(self, known: Known) -> None:
        """Add what the pack has to the caches, and to what is known to be in it."""
        try:
            found = self.place.fetch(self.between)
            if found is not None:
                known.identity = found.identity
                begun = time.monotonic()
                with open(found.file, "rb") as stream:
                    read = read_pack(
                        stream, self.store, self.modules, known, time.time() - AGE, self.extract
                    )
                if read.count:
                    tell(
                        f"unpacked {read.count:,} entries of {self.place} in {time.monotonic() - begun:.1f} s"
                    )
                if read.wrong:
                    tell(f"{self.place} is damaged: {read.wrong}. The rest of it is used.")
            known.failed = 0
        except PackError as error:
            tell(f"{self.place} is damaged: {error}. It is used up to there.")
            known.failed = 0
        except TROUBLE as error:
            tell(f"{self.place} can't be read: {reason(error)}. The build goes on without it.")
            known.failed = int(time.time())
        finally:
            remove(self.between)
        write_known(self.mark, known)

    def extract(self) -> None:
        """Called when the modules of the pack are there, while the rest of it is unpacked."""

    def write(self, since: int) -> None:
        """Write the pack again, if the build that began then made enough that is not in it. Nothing that goes wrong stops
        the build.

        :param since: nanoseconds since 1970.
        """
        if not self.usable or self.read_only:
            return
        try:
            known = read_known(self.mark)
            if known is None or known.failed:
                return  # what is there now is not known, and must not be lost
            if not (self.has_news(since) or self.modules.there().keys() - known.modules):
                return
            with locked(self.mark + ".lock"):
                self.put(read_known(self.mark) or known, since)
        except TROUBLE as error:
            tell(f"{self.place} can't be written: {reason(error)}. The image is made.")
        finally:
            remove(self.between)

    def has_news(self, since: int) -> bool:
        """Whether there may be an entry that was made since then."""
        return is_newer(self.cache, since)

    def used_since(self, since: float) -> dict[str, Entry]:
        """The entries that builds made or used since then, in seconds since 1970."""
        return entries_since(self.cache, since)

    def put(self, known: Known, since: int) -> None:
        """:raises ImageError, OSError: the pack can't be written."""
        used = self.used_since(since // 10**9 - INTERVAL)
        lacks = {action: each for action, each in used.items() if action not in known.actions}
        modules = self.modules.there()
        size = size_of(lacks.values()) + self.modules.size_of(modules.keys() - known.modules)
        if size <= LACKS * known.size:
            return
        if self.place.identity() != known.identity:
            self.take(known)  # another machine wrote it meanwhile
            if known.failed:
                return
        known.actions = {
            action: when for action, when in known.actions.items() if when > time.time() - AGE
        }
        known.actions.update((action, each.used) for action, each in used.items())
        known.modules = modules.keys() | (known.modules & self.modules.files.keys())
        known.size = write_pack(self.between, self.cache, known.actions, modules)
        length = os.path.getsize(self.between)
        known.identity = self.place.put(self.between)
        write_known(self.mark, known)
        tell(f"wrote {self.place}, {length / 1e6:.1f} MB")


def key_of(plan: Plan, version: str, host: str) -> str:
    """The name of the pack, which may be a tag and a file.

    :param version: of Go.
    :param host: the platform that go runs on.
    """
    module = ""
    try:
        with open(os.path.join(plan["source"], "go.mod"), encoding="utf-8") as file:
            found = re.search(r"^module\s+\"?([^\s\"]+)", file.read(), re.MULTILINE)
            module = found[1] if found else ""
    except OSError:
        pass  # go tells that
    words = [module[-40:], f"{zlib.crc32(module.encode()):08x}", version[-40:], host[:30]]
    return "-".join(re.sub("[^A-Za-z0-9_.]+", "-", word).strip("-.") for word in words).strip("-.")


def reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error).rstrip(".")


def remove(file: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(file)


def tell(line: str) -> None:
    print(f"GoContainer: GO_CACHE: {printable(line)}", file=sys.stderr, flush=True)
