"""Whether time grows as what is built does, and memory does not."""

from __future__ import annotations

import statistics

from measure import Sample
from payloads import LargeFile, Payload
from results import Growth
from tools import Tools

TURNS = 3


def growth(payload: Payload) -> Growth:
    print(f"Scale: {payload.name}", flush=True)
    samples: list[list[Sample]] = []
    for amount in (payload.amount // 2, payload.amount):
        payload.resize(amount)
        samples.append([payload.made() for _ in range(TURNS)])
    payload.clear()
    half, full = (statistics.median(one.seconds for one in turns) for turns in samples)
    peak = max(one.peak for turns in samples for one in turns)
    named = (payload.name, payload.what, payload.unit, payload.amount)
    return Growth(*named, half, full, peak)


def assembler(tools: Tools) -> int:
    """Bytes of the assembler's peak memory, for an image with 1 GiB of FILES."""
    payload = LargeFile(tools)
    payload.resize(payload.amount)
    peak = payload.made().peak
    payload.clear()
    return peak
