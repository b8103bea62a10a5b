"""The Dockerfiles of tests/importing/corpus, each with a build context."""

from __future__ import annotations

import shutil
from pathlib import Path

from harness import REPOSITORY, run

CORPUS = REPOSITORY / "tests/importing/corpus"
NAMES = sorted(each.name for each in CORPUS.iterdir())


def make_context(name: str, directory: Path) -> Path:
    """The Dockerfile, what lies beside it, and a stub of each file that its ``files`` lists."""
    shutil.copytree(CORPUS / name, directory)
    for line in (directory / "files").read_text().split():
        file = directory / line
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(stub(file, name))
    (directory / "files").unlink()
    if (directory / ".git").exists():
        make_repository(directory)
    return directory


def make_repository(directory: Path) -> None:
    (directory / ".git").unlink()
    git = ["git", "-C", directory, "-c", "user.name=a", "-c", "user.email=a@example.com"]
    run([*git, "init", "-q"])
    run([*git, "add", "-A"])
    run([*git, "commit", "-q", "-m", "All"])


def stub(file: Path, name: str) -> str:
    if file.name == "go.mod":
        inside = "" if file.parent.name == name else f"/{file.parent.name}"
        return f"module example.com/{name}{inside}\n\ngo 1.22\n"
    if file.suffix == ".go":
        return "package main\n\nfunc main() {}\n"
    return ""
