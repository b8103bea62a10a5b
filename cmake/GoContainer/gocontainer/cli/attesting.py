"""The command that attaches documents to images which an engine has pushed, and signs these."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from gocontainer.cli.attachments import Pushed, attached_files, attachments
from gocontainer.cli.pushed_repository import pushed_repository
from gocontainer.cli.signing import sign
from gocontainer.common.media_types import INDEX_TYPES
from gocontainer.common.platforms import platform_name
from gocontainer.read.source import sha256
from gocontainer.registry.client import Client
from gocontainer.registry.error import RegistryError
from gocontainer.registry.push import Pusher
from gocontainer.registry.reference import Reference, parse_reference
from gocontainer.registry.referrers import descriptor_of, put_referrers

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.registry.client import Repository


def command_attest(arguments: SimpleNamespace) -> int:
    """Attach the documents of a plan to all that pushed.json names. Without that, nothing is pushed as it should be,
    and pushed.json goes.

    :raises ImageError: a registry or SIGN_COMMAND does not do it.
    """
    file = Path(arguments.plan)
    plan: Plan = json.loads(file.read_bytes())
    pushed = file.with_name("pushed.json")
    names = [each["reference"] for each in json.loads(pushed.read_bytes())["images"]]
    try:
        with Client() as client:
            pusher = Pusher(client)
            for name in names:
                attach(plan, file.parent, pusher, parse_reference(name))
            if "sign" in plan:
                sign(client, plan, file.parent, names)
    except BaseException:
        pushed.unlink(missing_ok=True)
        raise
    return 0


def attach(plan: Plan, directory: Path, pusher: Pusher, reference: Reference) -> None:
    if not attached_files(plan, directory):
        return
    repository = pushed_repository(plan, pusher.client, reference)
    images = images_of(repository, reference.digest or "")
    for referrers in attachments(plan, directory, images):
        put_referrers(pusher, repository, referrers)


def images_of(repository: Repository, digest: str) -> list[Pushed]:
    """An image of the registry; of an index its images, and the index.

    :raises RegistryError: the registry does not have it.
    """
    answer = repository.get(f"reading {repository.name}@{digest}", f"manifests/{digest}")
    if sha256(answer.body) != digest:
        raise RegistryError(f"{repository}@{digest}", "it has another digest", "Push again")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    subject = descriptor_of(kind, answer.body)
    if kind not in INDEX_TYPES:
        return [Pushed(subject, "")]
    children = json.loads(answer.body)["manifests"]
    members = ("mediaType", "digest", "size")
    found = [
        Pushed({name: each[name] for name in members}, platform_name(each["platform"]))
        for each in children
    ]
    return [*found, Pushed(subject, None)]
