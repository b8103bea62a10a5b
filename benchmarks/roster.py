"""All that are compared, in the order of the tables."""

from __future__ import annotations

from checkers import BuiltinChecks, BuiltinStructureTest, StructureTest
from dockerfiles import BestBuildah, BestBuildkit, BestBuildx, Handwritten
from fresh import BuiltinGoCache, OursDockerGoCache
from ko import Ko, KoWithoutCache
from limits import GoBuild, GoBuildAndGzip, GoBuildAtOnce, Ninja, PlainCMake
from many import BestBuildxEach, DockerBake, DockerMany, DockerOneMachine, DockerTwoMachines
from ours import Builtin, OursBuildah, OursDocker, OursDockerAlpine
from peers import Peer
from publishers import (
    BuildxPush,
    BuiltinPush,
    CranePush,
    DockerPush,
    KoPush,
    RegctlPush,
    SkopeoCopy,
)
from pullers import BuiltinPull, CranePull, CranePullCached, RegctlPull, SkopeoPull
from registry_cache import BuildkitRegistryCache

PEERS: list[type[Peer]] = [
    GoBuild,
    GoBuildAtOnce,
    Ninja,
    PlainCMake,
    Builtin,
    BuiltinGoCache,
    Ko,
    KoWithoutCache,
    BestBuildx,
    BestBuildkit,
    BestBuildxEach,
    BuildkitRegistryCache,
    OursDocker,
    OursDockerGoCache,
    DockerMany,
    DockerOneMachine,
    DockerTwoMachines,
    DockerBake,
    OursDockerAlpine,
    BestBuildah,
    OursBuildah,
    Handwritten,
    GoBuildAndGzip,
    BuiltinPush,
    KoPush,
    CranePush,
    SkopeoCopy,
    RegctlPush,
    DockerPush,
    BuildxPush,
    BuiltinPull,
    CranePull,
    CranePullCached,
    SkopeoPull,
    RegctlPull,
    BuiltinChecks,
    BuiltinStructureTest,
    StructureTest,
]
