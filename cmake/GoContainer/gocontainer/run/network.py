"""A network of services, which NETWORK of add_go_container_service() names, and who is in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from gocontainer.read.source import ImageError


@dataclass(frozen=True)
class Network:
    """A network, the directory in the build tree for what its services share, and the name that one of them has."""

    name: str
    directory: Path
    own: str

    @property
    def in_engine(self) -> str:
        """Its name in an engine, which two build trees do not share."""
        return f"go-container-{self.name}-{hashlib.sha256(bytes(self.directory)).hexdigest()[:12]}"

    def members(self) -> dict[str, int]:
        """The names of its services, and at which port each listens.

        :raises ImageError: the file that tells is not there.
        """
        file = self.directory / "members.json"
        try:
            members: dict[str, int] = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise ImageError(f"{file} can't be read ({error}). Configure again.") from error
        return members
