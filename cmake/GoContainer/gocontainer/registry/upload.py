"""One blob into a repository (OCI distribution specification, pushing blobs): it is there already, or is mounted from
another repository, or is uploaded; an upload that is cut goes on where the registry has come to."""

from __future__ import annotations

import re
from typing import NamedTuple

from gocontainer.common.progress import Progress
from gocontainer.registry.address import BadAddressError, follow
from gocontainer.registry.blob import Blob
from gocontainer.registry.client import Repository
from gocontainer.registry.error import RegistryError
from gocontainer.registry.failure import is_final, unreached
from gocontainer.registry.http import Headers
from gocontainer.registry.retry import ATTEMPTS, backoff, is_passing
from gocontainer.registry.transport import CUT, Answer, Body, Request

# Bytes of a blob that goes in one request, and of a piece of a longer one.
WHOLE, CHUNK = 128 << 20, 32 << 20
# Pieces get smaller down to this, where a registry or a proxy takes no such long request.
LEAST = 1 << 20
BYTES = {"Content-Type": "application/octet-stream"}


class Session(NamedTuple):
    """An upload that has begun: where it goes on, from which byte, and how long pieces are at least."""

    url: str
    offset: int
    least: int


def has_blob(repository: Repository, blob: Blob) -> bool:
    """Whether the repository has the blob.

    :raises RegistryError: it does not say so.
    """
    what = f"looking for {blob.digest} in {repository.name}"
    answer = repository.request(what, Request("HEAD", repository.path(f"blobs/{blob.digest}"), {}))
    if answer.status in (401, 403) or is_passing(answer.status):
        raise repository.registry.refused(what, answer)
    length = answer.headers.get("Content-Length", str(blob.size))
    return answer.status == 200 and length == str(blob.size)


def put_blob(
    repository: Repository, blob: Blob, source: str | None, anew: bool, progress: Progress
) -> None:
    """Have the repository have the blob.

    :param source: another repository of the registry that has it.
    :param anew: whether to send it whatever the registry says of it.
    :raises RegistryError: the registry does not take it.
    """
    upload = Upload(repository, blob, progress)
    session = None
    if not anew:
        if source and source != repository.name:
            session, mounted = upload.mount(source)
            if mounted:
                progress.needless(blob.digest)
                return
        if has_blob(repository, blob):
            upload.cancel(session)
            progress.needless(blob.digest)
            return
    upload.run(session or upload.begin())


class Upload:
    """The upload of a blob to a repository."""

    def __init__(self, repository: Repository, blob: Blob, progress: Progress) -> None:
        self.repository = repository
        self.registry = repository.registry
        self.blob = blob
        self.progress = progress
        self.what = f"uploading {blob.digest} to {repository.name}"
        self.chunk: int | None = CHUNK if blob.size > WHOLE else None
        """Bytes of a piece; None for all in one."""

    def mount(self, source: str) -> tuple[Session | None, bool]:
        """Take the blob over from a repository; returns the upload that the registry began in place of that, where
        it did, and whether the blob is there now."""
        query = f"mount={self.blob.digest}&from={source.replace('/', '%2F')}"
        path = self.repository.path(f"blobs/uploads/?{query}")
        try:
            asked = self.repository.reading(source)
            answer = asked.request(self.what, Request("POST", path, {}))
            return (self.session(answer) if answer.status == 202 else None), answer.status == 201
        except RegistryError:
            return None, False  # who pushes may not be one who reads the other repository

    def begin(self) -> Session:
        """Begin an upload."""
        path = self.repository.path("blobs/uploads/")
        answer = self.repository.request(self.what, Request("POST", path, {}))
        if answer.status != 202:
            raise self.registry.refused(self.what, answer)
        return self.session(answer)

    def session(self, answer: Answer) -> Session:
        least = answer.headers.get("OCI-Chunk-Min-Length", "")
        length = int(least) if least.isdecimal() and len(least) < 16 else 0
        return Session(self.place(answer), 0, length)

    def cancel(self, session: Session | None) -> None:
        """Tell the registry of an upload that nobody goes on with; it finds out itself, else."""
        if session:
            try:
                request = Request("DELETE", session.url, {})
                self.repository.request("ending an upload", request, again=False)
            except (RegistryError, *CUT):
                pass

    def run(self, session: Session) -> None:
        """Send the blob, in as many tries as it takes.

        :raises RegistryError: the registry does not take it.
        """
        tries = 0
        while True:
            tries += 1
            piece = self.piece(session)
            trouble: RegistryError
            try:
                answer = self.send(session, piece)
                if answer.status == 201 and session.offset + piece == self.blob.size:
                    self.check(answer)
                    return
                if answer.status == 202 and session.offset + piece < self.blob.size:
                    session, tries = self.next(session, piece, answer), 0
                    continue
                trouble = self.registry.refused(self.what, answer)
                if not self.can_go_on(answer):
                    self.cancel(session)
                    raise trouble
            except CUT as error:
                trouble = unreached(self.registry.host, self.what, error)
                if is_final(error):
                    raise trouble from error
            if tries == ATTEMPTS:
                self.cancel(session)
                raise trouble
            self.registry.client.clock.sleep(backoff(tries))
            found = self.resumed(session, tries)
            if found is None:
                return
            if found.offset >= session.offset + LEAST:
                tries = 0
            session = found

    def place(self, answer: Answer) -> str:
        """Where the upload goes on.

        :raises RegistryError: the registry does not say it, or names an address that must not be asked.
        """
        try:
            location = answer.headers.get("Location")
            if not location:
                raise BadAddressError("there is none")
            return follow(answer.url, location, self.registry.origin)
        except BadAddressError as error:
            raise RegistryError(
                self.registry.host,
                f"{self.what} failed: the address for it is refused, as {error}",
                "Ask who runs the registry",
            ) from error

    def piece(self, session: Session) -> int:
        """How many bytes go in the next request."""
        left = self.blob.size - session.offset
        return left if self.chunk is None else min(left, max(self.chunk, session.least))

    def send(self, session: Session, length: int) -> Answer:
        """Send the blob, or the next piece of it."""
        start, size, url = session.offset, self.blob.size, session.url
        headers = dict(BYTES)
        if 0 < length < size:
            headers["Content-Range"] = f"{start}-{start + length - 1}"
        last = start + length == size
        if last:
            url += ("&" if "?" in url else "?") + f"digest={self.blob.digest}"
        body = Body(
            lambda: self.blob.open(start, length),
            length,
            lambda sent: self.progress.reached(self.blob.digest, start + sent),
        )
        request = Request("PUT" if last else "PATCH", url, headers, body)
        return self.repository.request(self.what, request, again=False)

    def next(self, session: Session, sent: int, answer: Answer) -> Session:
        """The session behind a piece that was taken."""
        end = end_of(answer.headers) or 0
        if not session.offset < end <= session.offset + sent:
            end = session.offset + sent
        return session._replace(url=self.place(answer), offset=end)

    def check(self, answer: Answer) -> None:
        told = answer.headers.get("Docker-Content-Digest", self.blob.digest)
        if told.startswith("sha256:") and told != self.blob.digest:
            raise RegistryError(
                self.registry.host,
                f"{self.what} failed: it has stored {told[:71]}",
                "Ask who runs the registry",
            )

    def can_go_on(self, answer: Answer) -> bool:
        """Whether another try may help after such an answer; how it is sent changes here.

        :raises RegistryError: the blob itself is damaged.
        """
        if answer.status == 413 and (self.chunk is None or self.chunk > LEAST):
            whole = min(self.blob.size, CHUNK)
            self.chunk = max(LEAST, (self.chunk or whole) // 4)
            return True
        if answer.status in (400, 404, 405, 416, 501) and self.chunk is not None:
            self.chunk = None  # it does not take pieces
            return True
        if answer.status == 400:
            self.blob.verify()
        return answer.status in (400, 404, 416) or is_passing(answer.status)

    def resumed(self, session: Session, tries: int) -> Session | None:
        """The session after something went wrong; None if the blob is there."""
        answer = self.repository.request(self.what, Request("GET", session.url, {}))
        if answer.status in (200, 204) and answer.headers.get("Location"):
            session = session._replace(url=self.place(answer))
            # One byte is what registries say that have none.
            end = end_of(answer.headers) or 0
            if tries < 3 and 1 < end <= self.blob.size:
                return session._replace(offset=end)
            self.cancel(session)
        if has_blob(self.repository, self.blob):
            return None
        return self.begin()


def end_of(headers: Headers) -> int | None:
    """How many bytes the registry has, as the header Range says; None where it does not."""
    match = re.fullmatch(r"(?:bytes=)?0-([0-9]{1,18})", headers.get("Range", "").strip())
    return int(match[1]) + 1 if match else None
