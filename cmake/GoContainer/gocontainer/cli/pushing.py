"""The command that pushes. An image that is as it was at the last push costs a request for each tag, and one for each image that
documents or signatures are about: neither its plan nor its archive is read, and nothing is loaded that would read them.
"""

from __future__ import annotations

import os
import sys

from gocontainer.cli.last_push import beside, last_push
from gocontainer.common.error import ImageError
from gocontainer.registry.client import Client
from gocontainer.registry.expected import are_there
from gocontainer.registry.push import Pusher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import SimpleNamespace

    from gocontainer.cli.last_push import LastPush
    from gocontainer.registry.image import Manifest


def command_push(arguments: SimpleNamespace) -> int:
    """Push the images of the plans on the same connections; those of the others, if one can't be pushed. Or push one
    image to references.

    :raises ImageError: one or more could not be.
    """
    if not are_plans(arguments.images):
        from gocontainer.cli.push_image import push_image

        return push_image(arguments)
    errors = []
    kept = arguments.kept
    with Client(remembered=f"{kept}/../registries.json" if kept else None) as client:
        pusher = Pusher(client)
        for plan in plans_of(arguments.images):
            try:
                push_plan(plan, kept, pusher)
            except (ImageError, OSError) as error:
                errors.append(str(error))
                if os.path.lexists(beside(plan, "pushed.json")):
                    os.unlink(beside(plan, "pushed.json"))
        for warning in client.warnings:
            from gocontainer.common.printable import printable

            print(f"GoContainer: {printable(warning, 300)}", file=sys.stderr)
    if errors:
        raise ImageError("\n".join(errors))
    return 0


def are_plans(words: list[str]) -> bool:
    return all(word.startswith("@") or word.endswith("plan.json") for word in words)


def plans_of(words: list[str]) -> list[str]:
    """The plans that the words name; ``@<file>`` names a file with a plan on each line."""
    plans: list[str] = []
    for word in words:
        if word.startswith("@"):
            with open(word[1:], encoding="utf-8") as stream:
                plans += stream.read().splitlines()
        else:
            plans.append(word)
    return plans


def push_plan(plan: str | os.PathLike[str], kept: str | None, pusher: Pusher) -> None:
    """Have the references of a plan, by its file, stand for its image.

    :param kept: the directory with compressed layers.
    :raises ImageError: they do not.
    """
    file = os.fspath(plan)
    last = last_push(file)
    if last is None or not is_there(last, kept, pusher):
        from gocontainer.cli.push_archive import push_archive

        push_archive(file, kept, pusher)


def is_there(last: LastPush, kept: str | None, pusher: Pusher) -> bool:
    """Whether the references of the last push still stand for its image, and its documents and signatures are there.

    :raises ImageError: a registry does not say so.
    """

    def image() -> Manifest:
        from gocontainer.cli.push_archive import image_of

        return image_of(last.archive, kept)

    if not pusher.has(last.digest, last.references, image):
        return False
    if not are_there(pusher.client, last.expected):
        return False
    for reference in last.references:
        print(f"{reference} {last.digest} is there")
    return True
