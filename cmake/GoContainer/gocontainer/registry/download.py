"""One blob out of a repository, written and hashed as it comes. What is cut goes on where it was, in this process or a
later one."""

from __future__ import annotations

import hashlib
import re
from typing import IO

from gocontainer.common.progress import Progress
from gocontainer.registry.client import Repository, whole
from gocontainer.registry.error import RegistryError
from gocontainer.registry.failure import is_final, unreached
from gocontainer.registry.retry import ATTEMPTS, backoff
from gocontainer.registry.transport import CUT, Request, Response

BLOCK = 1 << 20


class Download:
    """A blob that grows in a file, which may have the start of it."""

    def __init__(
        self,
        repository: Repository,
        digest: str,
        size: int,
        file: IO[bytes],
        progress: Progress,
    ) -> None:
        self.repository = repository
        self.host = repository.registry.host
        self.digest = digest
        self.size = size
        self.file = file
        self.progress = progress
        self.what = f"reading {digest} of {repository.name}"
        self.start_anew()
        while block := file.read(BLOCK):
            self.hash.update(block)
            self.have += len(block)
        self.pieced = self.have > 0
        """Whether it is from several answers, or another download, one of which may have been of other bytes."""
        self.chances = 1
        """How often such a one may start anew."""
        if self.have > size:
            self.start_anew()
        progress.reached(digest, self.have)

    def start_anew(self) -> None:
        self.hash, self.have, self.pieced = hashlib.sha256(), 0, False

    def run(self) -> None:
        """Download what is missing, in as many tries as it takes.

        :raises RegistryError: the registry does not have it, or has something else.
        """
        tries = 0
        while not self.is_whole():
            before, trouble = self.have, None
            try:
                self.receive()
                if self.have < self.size:
                    trouble = self.error(f"it sends {self.have:,} of {self.size:,} bytes")
            except CUT as error:
                trouble = unreached(self.host, self.what, error)
                if is_final(error):
                    raise trouble from error
            if trouble is None:
                continue
            tries = 1 if self.have - before >= BLOCK else tries + 1
            if tries == ATTEMPTS:
                raise trouble
            self.repository.registry.client.clock.sleep(backoff(tries))

    def is_whole(self) -> bool:
        """Whether all is there.

        :raises RegistryError: it is something else.
        """
        if self.have < self.size:
            return False
        if "sha256:" + self.hash.hexdigest() == self.digest:
            self.file.truncate(self.size)
            return True
        if not self.pieced or not self.chances:
            raise self.error("what it sends has another digest")
        self.chances -= 1
        self.start_anew()
        return False

    def receive(self) -> None:
        """Take what one answer brings.

        :raises OSError, NoHTTPError: it is cut.
        """
        path = self.repository.path(f"blobs/{self.digest}")
        headers = {"Range": f"bytes={self.have}-"} if self.have else {}
        response = self.repository.open(self.what, Request("GET", path, headers))
        if self.have and not continues(response, self.have):
            if response.status != 200:  # what is there is no start of it
                response.close()
                self.start_anew()
                return
            self.start_anew()
        if response.status not in (200, 206):
            raise self.repository.registry.refused(self.what, whole(response))
        self.file.seek(self.have)
        self.pieced = self.have > 0
        with response:
            while block := response.read(min(BLOCK, self.size - self.have + 1)):
                if self.have + len(block) > self.size:
                    raise self.error(f"it sends more than {self.size:,} bytes")
                self.file.write(block)
                self.hash.update(block)
                self.have += len(block)
                self.progress.reached(self.digest, self.have)

    def error(self, problem: str) -> RegistryError:
        return RegistryError(self.host, f"{self.what} failed: {problem}", "Ask who runs it")


def continues(response: Response, start: int) -> bool:
    """Whether an answer begins behind so many bytes (RFC 9110, 14.4)."""
    found = response.headers.get("Content-Range", "")
    return response.status == 206 and re.match(f"bytes {start}-[0-9]", found) is not None
