"""The targets: ratios of what was measured in one run. A target that is missed is told, and no more."""

from __future__ import annotations

from dataclasses import dataclass

from pairs import pairs
from results import Results
from words import duration, size, spread

MEBIBYTE = 2**20


@dataclass(frozen=True)
class Ratio:
    """Ours against a peer in one scenario: the median of the ratios of all turns."""

    scenario: str
    ours: str
    peer: str
    most: float
    workloads: tuple[str, ...] = ("tiny", "small", "service", "large")


PUSHED = ("small", "service", "large", "monorepo")
RATIOS = [
    Ratio("nothing", "builtin", "best-buildx", 0.05),
    Ratio("nothing", "builtin", "ninja", 1.5),
    Ratio("nothing", "docker", "best-buildx", 0.2),
    Ratio("nothing", "docker", "best-buildkit", 0.25),
    Ratio("line", "builtin", "go-build", 1.1, ("tiny", "small")),
    Ratio("line", "builtin", "go-build", 1.05, ("service", "large")),
    Ratio("line", "builtin", "best-buildx", 0.65),
    Ratio("line", "builtin", "ko", 0.4),
    Ratio("line", "builtin", "handwritten", 0.05),
    Ratio("line", "docker", "best-buildx", 1.05),
    Ratio("line", "buildah", "best-buildah", 1),
    Ratio("cold", "docker", "best-buildx", 1.05),
    Ratio("pruned", "docker", "best-buildx", 1),
    Ratio("pruned", "buildah", "best-buildah", 1),
    *(Ratio(name, "builtin", "go-build", 1.2, ("monorepo",)) for name in ("line", "cold")),
    Ratio("push", "builtin-push", "crane-push", 0.3, PUSHED),
    Ratio("push", "builtin-push", "ko-push", 0.15, PUSHED),
    Ratio("push-line", "builtin-push", "go-build-gzip", 1.15, PUSHED),
    Ratio("push-line", "builtin-push", "ko-push", 0.6, PUSHED),
    Ratio("push-line", "builtin-push", "buildx-push", 0.5, PUSHED),
    Ratio("pull-cold", "builtin-pull", "crane-pull", 1.1, ("base",)),
    *(
        Ratio(scenario, "builtin", peer, most, ("platforms",))
        for scenario in ("line", "cold")
        for peer, most in (("go-build", 1.1), ("go-build-at-once", 1.1), ("ko", 0.7))
    ),
    *(
        Ratio("checks", ours, "structure-test", 0.5, ("checked",))
        for ours in ("builtin-checks", "builtin-structure-test")
    ),
    Ratio("nothing", "builtin", "cmake", 2, ("containers-1000",)),
    *(
        Ratio(scenario, "docker-two-machines", "docker-one-machine", 0.6, ("machines",))
        for scenario in ("cold", "line")
    ),
]


@dataclass
class Verdict:
    what: str
    ours: str
    """What was measured of ours, with its spread, and the same of what it is held against."""
    theirs: str
    value: float
    most: float
    unit: str = ""
    spread: str = ""
    """Of the value, where it is of several pairs."""

    @property
    def met(self) -> bool:
        return self.value <= self.most


def verdicts(results: Results) -> list[Verdict]:
    """Of all targets for which there are measurements."""
    return [
        *ratios(results),
        *sizes(results),
        *configure(results),
        *pushes(results),
        *pulls(results),
        *memory(results),
        *growths(results),
    ]


def ratios(results: Results):
    for ratio in RATIOS:
        for workload in ratio.workloads:
            ours = results.find(workload, ratio.scenario, ratio.ours)
            theirs = results.find(workload, ratio.scenario, ratio.peer)
            if ours and theirs:
                what = f"{workload}, {ratio.scenario}: {ratio.ours} against {ratio.peer}"
                both = pairs(ours, theirs)
                yield Verdict(
                    what, spread(ours), spread(theirs), both.median, ratio.most, spread=both.spread
                )


def sizes(results: Results):
    for (workload, peer), number in results.sizes.items():
        limit = results.sizes.get((workload, "go-build"))
        if limit and peer in ("builtin", "docker") and workload not in ("monorepo", "platforms"):
            what = f"{workload}, size: scratch image of {peer} against its binary and CA bundle"
            limit += results.bundle
            yield Verdict(what, size(number), size(limit), number / limit, 1.03)
        limit = results.sizes.get((workload, "handwritten"))
        if limit and peer == "docker-alpine":
            what = f"{workload}, size: alpine image of docker against handwritten"
            yield Verdict(what, size(number), size(limit), number / limit, 0.9)


def configure(results: Results):
    """What each further container costs, and whether the last thousand costs as much as the first hundred."""
    found = {n: results.find(f"containers-{n}", "configure", "builtin") for n in (1, 100, 1000)}
    one, hundred, thousand = found.values()
    if not (one and thousand):
        return
    each = (thousand.median - one.median) / 999
    what = "configure: milliseconds a container, of 1,000"
    yield Verdict(what, spread(thousand), f"{spread(one)} for 1", each * 1000, 3.5, " ms")
    if hundred:
        first = (hundred.median - one.median) / 99
        what = "configure, linear: a container of 1,000 against one of 100"
        yield Verdict(what, duration(each), duration(first), each / first, 1.2)


def pushes(results: Results):
    """How long a push of what is there takes, how many requests, and whether a blob goes twice."""
    for workload, containers, most in (
        ("small", 1, 60),
        ("service", 1, 60),
        ("monorepo", 50, 1000),
    ):
        again = results.find(workload, "push", "builtin-push")
        if again:
            what = f"{workload}, push: milliseconds for {containers} unchanged"
            yield Verdict(what, spread(again), "", again.median * 1000, most, " ms")
        passed = results.passed.get((workload, "push", "builtin-push"))
        if passed:
            what = f"{workload}, push: requests for {containers} unchanged"
            yield Verdict(what, str(passed.requests), "", passed.requests / containers, 1)
        passed = results.passed.get((workload, "push-cold", "builtin-push"))
        if passed:
            what = f"{workload}, push-cold: bytes sent against bytes of all blobs"
            value = passed.uploaded / max(passed.stored, 1)
            yield Verdict(what, size(passed.uploaded), size(passed.stored), value, 1.01)


def pulls(results: Results):
    """Nothing crosses the network that is there, but what the name stands for."""
    cold, again = (
        results.passed.get(("base", name, "builtin-pull")) for name in ("pull-cold", "pull")
    )
    if cold and again:
        what = "base, pull: bytes that come, against those of a cold pull"
        value = again.downloaded / max(cold.downloaded, 1)
        yield Verdict(what, size(again.downloaded), size(cold.downloaded), value, 0.001)


def memory(results: Results):
    if results.assembler:
        peak = results.assembler / MEBIBYTE
        what = "peak memory of the assembler, for a payload of 1 GiB"
        yield Verdict(what, f"{peak:.1f} MiB", "", peak, 64, " MiB")


def growths(results: Results):
    """Twice as much takes twice as long, and no more memory."""
    for one in results.growths:
        what = f"{one.name}, {one.amount:,} {one.unit}"
        times = duration(one.seconds), f"{duration(one.half)} for half"
        yield Verdict(f"{what}: time", *times, one.seconds / one.half, 2.2)
        if one.peak:
            peak = one.peak / MEBIBYTE
            yield Verdict(f"{what}: memory", f"{peak:.1f} MiB", "", peak, 64, " MiB")
