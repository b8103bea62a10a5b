"""The engines: one row each, with all that this package does otherwise with one of them than with another.

The rest of an engine is its file in ``engines/``, which tells CMake how to build with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Engine(NamedTuple):
    """One engine. Words are those of its command; ``{image}`` and ``{archive}`` in them stand for a reference or
    id, and for a file."""

    # How an image in its store is named, <store>:<reference or id>. Without a store the image is the archive
    # <name>.tar, which this package writes itself, the same on every machine.
    store: str | None = None
    # Write a docker archive of an image.
    save: tuple[str, ...] = ()
    # Remove images; ids are put behind it.
    remove_image: tuple[str, ...] = ()
    # Run an image, and remove containers at once, with their volumes; names are put behind these. Without ``run``
    # the image is unpacked, and its program runs in namespaces.
    run: tuple[str, ...] | None = None
    remove: tuple[str, ...] = ()
    # Whether a container needs limits of processes and memory by flags.
    limits: bool = False
    # The variable that names the directory of its client's settings, and where that is by default, if the client gives
    # each container the proxies that it has there.
    settings: tuple[str, str] | None = None
    # Whether a daemon publishes ports, which has other rights than the user.
    daemon: bool = False
    # What the variables begin with that its client, its libraries and its helpers read, as regular expressions.
    variables: tuple[str, ...] = ()


# Layers without a name may be what another build is made of right now, so docker and podman leave those of an image
# that they remove; buildah does so by itself. Both podman and buildah have "push", and it leaves layers as they are.
PUSH = ("push", "--quiet", "{image}", "docker-archive:{archive}")
ENGINES = {
    "docker": Engine(
        store="docker-daemon",
        save=("image", "save", "--output", "{archive}", "{image}"),
        remove_image=("rmi", "--no-prune"),
        run=("run",),
        remove=("rm", "--force", "--volumes"),
        limits=True,
        settings=("DOCKER_CONFIG", "~/.docker"),
        daemon=True,
        variables=("BUILDKIT", "DOCKER", "MOBY"),
    ),
    # It hands proxies of this machine's environment on, which are no part of the image, complains on the program's
    # standard error where systemd can't run its health checks, and limits processes by itself.
    "podman": Engine(
        store="containers-storage",
        save=PUSH,
        remove_image=("rmi", "--no-prune"),
        run=("run", "--http-proxy=false", "--no-healthcheck"),
        remove=("rm", "--force", "--ignore", "--volumes", "--time", "0"),
        variables=("_?CONTAINERS?", "CNI", "NETAVARK", "PODMAN", "REGISTRY", "STORAGE"),
    ),
    # It runs commands, without ENTRYPOINT and CMD, and may lose what they say.
    "buildah": Engine(
        store="containers-storage", save=PUSH, remove_image=("rmi",), variables=("BUILDAH",)
    ),
    "builtin": Engine(),
}
# The stores, each with the first engine that has it.
STORES: dict[str, str] = {}
for name, row in ENGINES.items():
    if row.store is not None:
        STORES.setdefault(row.store, name)


def engine_of(plan: Mapping[str, Any]) -> Engine:
    """The engine of a plan."""
    return ENGINES[plan["engine"]]
