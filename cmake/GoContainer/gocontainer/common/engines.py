"""The engines: one row each, with all that this package does otherwise with one of them than with another.

The rest of an engine is its file in ``engines/``, which tells CMake how to build with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Engine:
    """One engine. Words are those of its command; ``{image}`` and ``{archive}`` in them stand for a reference or
    id, and for a file. It is a plain class, as a check starts quicker with one.

    :param store: how an image in its store is named, <store>:<reference or id>. Without a store the image is the
        archive <name>.tar.
    :param exact: whether this package writes that archive itself, the same on every machine.
    :param save: write a docker archive of an image.
    :param load: read an archive from standard input. Its command knows ``image inspect``, ``image ls`` and ``tag``, too.
    :param remove_image: remove images; ids are put after it.
    :param run: run an image. Without it the image is unpacked, and its program runs in namespaces.
    :param remove: remove containers at once, with their volumes; names are put after it.
    :param network: make a network, of an engine that runs images; its name is put after it.
    :param names: whether a network tells its containers the names of the others. Else they get them as hosts.
    :param limits: whether a container needs limits of processes and memory by flags.
    :param settings: the variable that names the directory of its client's settings, and where that is by default, if
        the client gives each container the proxies that it has there.
    :param daemon: whether a daemon publishes ports, which has other rights than the user.
    :param variables: what the variables begin with that its client, its libraries and its helpers read, as regular
        expressions.
    """

    def __init__(
        self,
        *,
        store: str | None = None,
        exact: bool = False,
        save: tuple[str, ...] = (),
        load: tuple[str, ...] = (),
        remove_image: tuple[str, ...] = (),
        run: tuple[str, ...] | None = None,
        remove: tuple[str, ...] = (),
        network: tuple[str, ...] = (),
        names: bool = False,
        limits: bool = False,
        settings: tuple[str, str] | None = None,
        daemon: bool = False,
        variables: tuple[str, ...] = (),
    ) -> None:
        self.store = store
        self.exact = exact
        self.save = save
        self.load = load
        self.remove_image = remove_image
        self.run = run
        self.remove = remove
        self.network = network
        self.names = names
        self.limits = limits
        self.settings = settings
        self.daemon = daemon
        self.variables = variables


# Layers without a name may be what another build is made of right now, so docker and podman leave those of an image
# that they remove; buildah does so by itself. Both podman and buildah have "push", and it leaves layers as they are.
PUSH = ("push", "--quiet", "{image}", "docker-archive:{archive}")
ENGINES = {
    "docker": Engine(
        store="docker-daemon",
        save=("image", "save", "--output", "{archive}", "{image}"),
        load=("load", "--quiet"),
        remove_image=("rmi", "--no-prune"),
        run=("run",),
        remove=("rm", "--force", "--volumes"),
        network=("network", "create"),
        names=True,
        limits=True,
        settings=("DOCKER_CONFIG", "~/.docker"),
        daemon=True,
        variables=("BUILDKIT", "DOCKER", "MOBY"),
    ),
    # It hands proxies of this machine's environment on, which are no part of the image, complains on the program's
    # standard error where systemd can't run its health checks, and limits processes by itself. Its networks tell
    # names by another program, which need not be there.
    "podman": Engine(
        store="containers-storage",
        save=PUSH,
        load=("load", "--quiet"),
        remove_image=("rmi", "--no-prune"),
        run=("run", "--http-proxy=false", "--no-healthcheck"),
        remove=("rm", "--force", "--ignore", "--volumes", "--time", "0"),
        network=("network", "create", "--disable-dns"),
        variables=("_?CONTAINERS?", "CNI", "NETAVARK", "PODMAN", "REGISTRY", "STORAGE"),
    ),
    # It runs commands, without ENTRYPOINT and CMD, and may lose what they say.
    "buildah": Engine(
        store="containers-storage", save=PUSH, remove_image=("rmi",), variables=("BUILDAH",)
    ),
    # A daemon without a store of images, by its own command.
    "buildkit": Engine(variables=("BUILDKIT",)),
    "builtin": Engine(exact=True),
}
# The one whose images are files.
STORELESS = next(name for name, row in ENGINES.items() if row.exact)
# The stores, each with the first engine that has it.
STORES: dict[str, str] = {}
for name, row in ENGINES.items():
    if row.store is not None:
        STORES.setdefault(row.store, name)


def engine_of(plan: Mapping[str, Any]) -> Engine:
    """The engine of a plan."""
    return ENGINES[plan["engine"]]
