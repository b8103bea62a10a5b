"""Compares the base of an image with the lock."""

from __future__ import annotations

from gocontainer.checks import CheckError, Test

LABEL = "org.opencontainers.image.base.digest"


def check_pins(test: Test) -> str:
    """The image says that it was built from the base that GoContainer.lock.json pins."""
    name, _, pinned = test.plan["base"].partition("@")
    labels = test.index.config.get("config", {}).get("Labels") or {}
    found = labels.get(LABEL)
    if found != pinned:
        raise CheckError(
            "the image was built from another base",
            declared=f"BASE {name}, {pinned} in GoContainer.lock.json",
            found=found or f"no label {LABEL}",
            remedy=f"build the target {test.plan['name']} again, or build the target image-pins to pin the base of today",
        )
    return f"{name} {pinned}"
