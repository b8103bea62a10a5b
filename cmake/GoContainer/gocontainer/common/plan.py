"""What plan.json holds; docs/plan.schema.json tells what its members mean.

The classes are types for mypy. A build reads only the names of their members, as typing takes long to load.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypedDict

    from typing_extensions import NotRequired
else:
    TypedDict = dict


class GoCommand(TypedDict):
    env: list[str]
    passEnv: list[str]
    flags: list[str]
    stamp: NotRequired[str]
    stamps: NotRequired[list[str]]
    workspace: NotRequired[str]
    version: NotRequired[str]
    compilers: NotRequired[dict[str, dict[str, str]]]
    modules: list[str]
    vendor: bool


class Program(TypedDict):
    package: str
    path: str
    file: str


class StagedFiles(TypedDict):
    directory: str
    destination: str
    user: str


class Capabilities(TypedDict):
    path: str
    capabilities: str


class Directory(TypedDict):
    path: str
    mode: str
    user: str
    staged: str


class Symlink(TypedDict):
    path: str
    target: str
    staged: str


class Packages(TypedDict):
    names: list[str]
    command: str
    lock: NotRequired[list[str]]
    listCommand: NotRequired[str]


class FromImage(TypedDict):
    image: str
    path: str
    target: str


class ArchiveFile(TypedDict):
    format: NotRequired[Literal["docker", "oci"]]
    compression: NotRequired[Literal["gzip", "zstd"]]


class Size(TypedDict):
    declared: str
    bytes: NotRequired[int]
    platforms: NotRequired[dict[str, dict[str, Any]]]


class Growth(TypedDict):
    declared: str
    bytes: NotRequired[int]
    percent: NotRequired[str]
    baseline: str


class LinkLibraries(TypedDict):
    libraries: list[str]
    commands: str


class RuntimeLibraries(TypedDict):
    cmake: str
    objdump: str
    directories: list[str]


class Overlay(TypedDict):
    directory: str
    destination: str


class Secret(TypedDict):
    id: str
    src: NotRequired[str]
    env: NotRequired[str]


class Sign(TypedDict):
    command: list[str]
    directory: str


class GoCachePlace(TypedDict):
    place: str
    readOnly: NotRequired[bool]


class Shared(TypedDict):
    """Programs are compiled by one go command only where their plans have the same of these."""

    schemaVersion: int
    engine: str  # one of engines.py
    platform: dict[str, str]
    platforms: NotRequired[list[dict[str, str]]]
    source: str
    context: str
    go: GoCommand
    goCache: NotRequired[GoCachePlace]


class Own(TypedDict):
    """These may differ between programs that are compiled by one go command."""

    name: str
    programs: list[Program]
    base: str
    builderImage: str
    builderPackages: NotRequired[list[str]]
    hostBuild: bool
    tags: list[str]
    push: NotRequired[list[str]]
    archive: NotRequired[ArchiveFile]
    config: dict[str, Any]
    packages: NotRequired[Packages]
    files: NotRequired[list[StagedFiles]]
    capabilities: NotRequired[list[Capabilities]]
    accounts: NotRequired[list[str]]
    directories: NotRequired[list[Directory]]
    symlinks: NotRequired[list[Symlink]]
    timezones: NotRequired[list[str]]
    fromImages: NotRequired[list[FromImage]]
    all: NotRequired[bool]
    licenses: NotRequired[bool]
    sbom: NotRequired[list[str]]
    provenance: NotRequired[bool]
    attest: NotRequired[Literal["index", "both", "none"]]
    sign: NotRequired[Sign]
    compression: NotRequired[Literal["gzip", "zstd"]]
    tests: list[str]
    maxSize: NotRequired[Size]
    maxCompressedSize: NotRequired[Size]
    maxLayerSize: NotRequired[Size]
    maxGrowth: NotRequired[Growth]


class Alone(TypedDict):
    """A program whose plan has one of these is compiled by a go command of its own."""

    link: NotRequired[LinkLibraries]
    runtimeLibraries: NotRequired[RuntimeLibraries]
    overlay: NotRequired[list[Overlay]]
    secrets: NotRequired[list[Secret]]
    ssh: NotRequired[str]


class Added(TypedDict):
    """No plan of add_go_container() has these. That of add_go_library() has ``call``, which names it, and lacks what is
    of an image; ``tools`` is the directory of the compilers that a build hands to cgo. That of one of several platforms
    has ``part``, its name in names of files (platforms.py). That of an image that a command names has ``index``, the
    directory with what was read of it (report/named.py)."""

    call: NotRequired[str]
    tools: NotRequired[str]
    part: NotRequired[str]
    index: NotRequired[str]


class Plan(Shared, Own, Alone, Added):
    """A plan."""
