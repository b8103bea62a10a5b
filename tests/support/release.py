"""The release archive of what is in the repository now, committed or not."""

from __future__ import annotations

import os
from pathlib import Path

from harness import REPOSITORY, run

WHEN = "2026-01-02T03:04:05Z"
FILES = 'git -C "$1" ls-files -z --cached --others --exclude-standard | tar -C "$1" --null --ignore-failed-read -T - -c | tar -x -C "$2"'


def commit(directory: Path) -> Path:
    """Make a repository in the directory, with one commit of all files; returns the directory."""
    directory.mkdir(parents=True)
    run(["bash", "-c", FILES, "bash", REPOSITORY, directory])
    names = {
        f"GIT_{role}_{what}": "tests"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **names, "GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN}
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        run(["git", "-C", directory, *words], env=environment)
    return directory


def package_source(clone: Path, **options):
    """Let CPack make the release archive of a clone; returns what it said. The archive is in <clone>/build."""
    build = clone / "build"
    run(["cmake", "-S", clone, "-B", build, "-G", "Ninja"])
    return run(["cmake", "--build", build, "--target", "package_source"], **options)
