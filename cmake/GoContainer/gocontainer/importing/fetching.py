"""The commands of a stage that use the network: curl, wget, git, ssh."""

from __future__ import annotations

import re

from gocontainer.importing.findings import LOST, UNSAFE
from gocontainer.importing.run import Run, printable
from gocontainer.importing.tree import Entry, Origin


def do_download(run: Run) -> bool:
    words = run.command.words
    url = next((word for word in words if "://" in word), "a file")
    why = f"downloads {printable([url])}: do it by file(DOWNLOAD … EXPECTED_HASH), and give the file to FILES"
    path = next(
        (
            words[i + 1]
            for i, word in enumerate(words[:-1])
            if re.fullmatch("-[a-zA-Z]*[oO]|--output", word)
        ),
        "",
    )
    path = next((word.partition("O")[2] for word in words if re.match("-[a-z]*O/", word)), path)
    path = path if path and "://" not in path else url.rpartition("/")[2]
    place = run.path(path)
    run.state.tree.add(Entry(place, Origin("unknown", place, why, line=run.line), line=run.line))
    run.say(LOST, why)
    return True


def do_git(run: Run) -> bool:
    """git config url.<new>.insteadOf <old>; all else of git changes nothing of the image."""
    found = re.match(
        r"url\.(.*)\.insteadOf\Z",
        next((w for w in run.command.words if w.startswith("url.")), ""),
        re.IGNORECASE,
    )
    if not found:
        return run.command.words[1:2] != ["clone"]
    old = run.command.words[-1]
    if re.search("[\x01\x02]|:[^/@]+@", found[1] + old):
        run.say(
            LOST,
            "git config with a password: write it into ~/.netrc, and give SECRETS id=netrc,src=$ENV{HOME}/.netrc",
        )
    else:
        run.state.git.append((found[1], old))
    return True


def do_keyscan(run: Run) -> bool:
    run.say(UNSAFE, "ssh-keyscan trusts whoever answers; known_hosts of the home directory is used")
    run.state.secrets.append("id=known_hosts,src=$ENV{HOME}/.ssh/known_hosts")
    return True
