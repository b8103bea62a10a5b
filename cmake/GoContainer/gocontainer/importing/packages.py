"""apk and apt-get: the packages that a stage installs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gocontainer.importing.findings import LOST, UNSAFE, WASTEFUL

if TYPE_CHECKING:
    from gocontainer.importing.run import Run

APK_VALUES = {"-t", "--virtual", "-X", "--repository", "-p", "--root"}
# Packages that no program needs: what they give is there, or was needed by other commands of the Dockerfile.
BESIDES = {"tzdata", "ca-certificates", "shadow-utils", "shadow"}
APT_VALUES = {"-t", "-o", "-c", "--target-release"}


def do_apk(run: Run) -> bool:
    words = run.command.words[1:]
    if "add" not in words:
        return "del" in words or "update" in words or ("upgrade" in words and upgraded(run))
    if not any(word in words for word in ("--no-cache", "--no-cache=true")):
        run.say(
            WASTEFUL, "apk add without --no-cache leaves its lists in the layer; PACKAGES does not"
        )
    names = listed(words[words.index("add") + 1 :], APK_VALUES)
    if any(word in words for word in ("-t", "--virtual")) and "del" in " ".join(
        run.instruction.words
    ):
        run.say(
            WASTEFUL,
            f"installed for one RUN, then removed, so left out: {' '.join(names)}",
        )
        return True
    add(run, names)
    return True


def do_apt(run: Run) -> bool:
    words = run.command.words[1:]
    if "install" not in words:
        return not {"upgrade", "dist-upgrade"} & set(words) or upgraded(run)
    if "--no-install-recommends" not in words:
        run.say(
            WASTEFUL,
            "apt-get install without --no-install-recommends; PACKAGES installs none of these",
        )
    if not any(
        "/var/lib/apt/lists" in line for line in run.instruction.lines
    ) and not run.instruction.flag("mount"):
        run.say(WASTEFUL, "the lists of apt stay in the layer; PACKAGES removes them")
    add(run, listed(words[words.index("install") + 1 :], APT_VALUES))
    return True


def do_dnf(run: Run) -> bool:
    """Those of Red Hat and SUSE, whose packages PACKAGES does not install."""
    words = [word for word in run.command.words[1:] if not word.startswith("-")]
    if "install" in words:
        names = words[words.index("install") + 1 :]
        if "tzdata" in names:
            run.state.packages.append("tzdata")
        left = [name for name in names if name not in BESIDES]
        if left:
            text = f"{' '.join(left)}: PACKAGES has apk and apt-get; take a base that has these packages"
            run.say(LOST, text)
    return not {"upgrade", "update"} & set(words) or upgraded(run)


def upgraded(run: Run) -> bool:
    run.say(LOST, "an upgrade of all packages: take a newer base, which image-refresh fetches")
    return True


def listed(words: list[str], with_value: set[str]) -> list[str]:
    found, rest = [], list(words)
    while rest:
        word = rest.pop(0)
        if word in with_value and rest:
            rest.pop(0)
        elif not word.startswith("-"):
            found.append(word)
    return found


def add(run: Run, names: list[str]) -> None:
    for name in names:
        plain = re.match(r"[\w.+-]+(=\w[\w.+:~-]*)?\Z", name)
        if "\x02" in name or not re.match(r"[\w.+-]", name):
            run.say(LOST, f"the package {name}: its name is not known")
            continue
        if not plain:
            short = re.split(r"[@~<>=:]", name)[0]
            run.say(
                LOST, f"{name}: PACKAGES takes <name> or <name>=<version>; {short} is taken without"
            )
            name = short
        if name not in run.state.packages:
            run.state.packages.append(name)
        if name.split("=")[0] in ("sudo", "openssh-server", "supervisor"):
            run.say(UNSAFE, f"{name} has no place in an image with one program")
