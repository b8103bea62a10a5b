"""Times and sizes as the tables have them."""

from __future__ import annotations

from measure import Series


def duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"


def samples(series: Series) -> str:
    """The range of all samples, and how many they are."""
    if len(series.samples) == 1:
        return "(1 sample)"
    low, high = min(series.seconds), max(series.seconds)
    return f"({duration(low)} to {duration(high)}, {len(series.samples)} samples)"


def spread(series: Series) -> str:
    return f"{duration(series.median)} {samples(series)}"


def size(number: int) -> str:
    return f"{number / 1e6:.2f} MB"
