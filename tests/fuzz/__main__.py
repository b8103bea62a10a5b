"""python -m fuzz [readers|escape|values|all] [count or <seconds>s]: tries so many inputs of each kind, or for so long;
tests/fuzz.sh starts it. What fails is written to build/fuzz, in its shortest form."""

from __future__ import annotations

import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, Callable

from hypothesis import HealthCheck, Phase, given, seed, settings

BATCH = 500


def fuzz_readers(count: int, until: float, first: int) -> dict[str, int]:
    """Returns how many inputs each reader got."""
    from changes import changed
    from readers import READERS, read, seeds_of

    tried = dict.fromkeys(READERS, 0)
    failed = 0
    number = 0
    while number == 0 or (time.time() < until and not failed):
        for name, reader in READERS.items():
            batch = min(count - tried[name], BATCH)
            if batch <= 0 or (number and time.time() >= until):
                continue
            test = attempt(name, read, batch, first + number)
            try:
                given(changed(seeds_of(name), reader.mend))(test)()
            except Exception:
                failed += 1
                traceback.print_exc()
            tried[name] += batch
        number += 1
        if all(done >= count for done in tried.values()):
            break
    if failed:
        raise SystemExit(f"{failed} readers failed; what they read is in build/fuzz")
    return tried


def attempt(
    name: str, read: Callable[[str, bytes], None], count: int, number: int
) -> Callable[[Any], None]:
    """One test of Hypothesis, that writes down what it fails for."""
    place = Path("build/fuzz", name)

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    def test(data: bytes) -> None:
        try:
            read(name, data)
        except Exception:
            place.mkdir(parents=True, exist_ok=True)
            (place / "failed").write_bytes(data)
            raise

    return test


def main(kind: str = "readers", amount: str = "1000") -> None:
    seconds = float(amount[:-1]) if amount.endswith("s") else None
    kinds = ["readers", "escape", "values"] if kind == "all" else [kind]
    for each in kinds:
        start = time.time()
        until = start + (seconds / len(kinds) if seconds else float("inf"))
        count = sys.maxsize if seconds else int(amount)
        if each == "readers":
            tried = fuzz_readers(count, until, int(start))
        else:
            tried = import_module(each).fuzz(count, until)
        total = sum(tried.values())
        print(f"{each}: {total:,} inputs in {time.time() - start:,.0f} s, all told or read")
        print("  " + ", ".join(f"{name} {number:,}" for name, number in tried.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
