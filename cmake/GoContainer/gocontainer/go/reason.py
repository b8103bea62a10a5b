"""Why a container is built: which of its inputs changed since it was built last, as Ninja finds it out."""

from __future__ import annotations

import itertools
import os

from gocontainer.common.engines import engine_of
from gocontainer.go.times import time_of

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Iterator

    from gocontainer.common.plan import Plan

MOST = 2  # files that are named
NEVER = "it was never built"
BASES = "/CMakeFiles/GoContainer/bases/"


def changed_inputs(plan: Plan, directory: str, times: dict[str, int] | None) -> Iterator[str]:
    """The inputs that are newer than the last build, the image first, if it is gone. Of a container that was never
    built it is the file ``built``.

    :param times: of the paths that were looked at before, for several containers.
    """
    others = [os.path.join(directory, "plan.json")]
    archive = os.path.join(directory, plan["name"] + ".tar")
    last = os.path.join(directory, "built")
    try:
        built = os.stat(last).st_mtime_ns
        depfile = open(os.path.join(directory, "inputs.d"), encoding="utf-8")  # noqa: SIM115 # below
    except OSError:
        yield last
        return
    with depfile:
        if engine_of(plan).store is not None:
            others.append(os.path.join(directory, "pruned"))
        elif not os.path.exists(archive):
            yield archive
        words = (line.rstrip("\n").removesuffix(" \\").replace("\\ ", " ") for line in depfile)
        top = last.removesuffix(next(words, "").rstrip(":"))  # of the build tree
        inputs = (os.path.join(top, word[1:]) for word in words)
        for path in itertools.chain(others, inputs):
            if time_of(path, times) > built and not is_old(path, built):
                yield path


def is_old(path: str, built: int) -> bool:
    """Whether it is what was fetched of a base, which has an old time until it is fetched anew (write/fetched.py)."""
    try:
        return BASES in path and os.stat(path).st_mtime_ns <= built
    except OSError:
        return False


def reason(plan: Plan, directory: str) -> str:
    """Why the container is to be built, with whole paths."""
    changed = list(changed_inputs(plan, directory, None))
    if os.path.join(directory, "built") in changed:
        return NEVER
    gone = {os.path.join(directory, name) for name in (plan["name"] + ".tar", "pruned")}
    if gone.intersection(changed):
        return "its image was gone"
    if os.path.join(directory, "plan.json") in changed:
        return "its call changed"
    if any(BASES in path for path in changed):
        return "its base changed"
    files = [path for path in changed if not os.path.isdir(path)]
    if files:
        more = f" and {len(files) - MOST} more" if len(files) > MOST else ""
        return f"{', '.join(files[:MOST])}{more} changed"
    if changed:
        return f"files were added to or removed from {min(changed, key=len)}"
    return "something else changed, such as the output of another target"
