"""The commands of a stage that make files and directories, or change their modes and owners."""

from __future__ import annotations

import re

from gocontainer.importing.accounts import add_line
from gocontainer.importing.findings import LOST, UNSAFE
from gocontainer.importing.run import Run
from gocontainer.importing.stages import Directory
from gocontainer.importing.tree import Entry, Origin, is_below


def do_cd(run: Run) -> bool:
    run.state.directory = run.path(run.command.words[-1])
    return True


def do_mkdir(run: Run) -> bool:
    mode, paths = "", []
    rest = run.command.words[1:]
    while rest:
        word = rest.pop(0)
        if word in ("-m", "--mode") and rest:
            mode = rest.pop(0)
        elif not word.startswith("-"):
            paths += braces(word)
    for path in paths:
        run.state.directories[run.path(path)] = Directory(
            mode.rjust(4, "0") if mode else "", "", run.line
        )
    return True


def braces(word: str) -> list[str]:
    found = re.fullmatch(r"(.*)\{([^{}]*,[^{}]*)\}(.*)", word)
    return [f"{found[1]}{each}{found[3]}" for each in found[2].split(",")] if found else [word]


def do_chown(run: Run) -> bool:
    flags, words = options(run.command.words[1:])
    return len(words) > 1 and change(
        run, words[1:], "owner", words[0].replace(".", ":").rstrip(":"), "R" in flags
    )


def do_chmod(run: Run) -> bool:
    words = [
        word for word in run.command.words[1:] if not re.fullmatch("-[Rvfc]+|--recursive", word)
    ]
    deep = len(words) < len(run.command.words) - 1
    if len(words) < 2:
        return False
    mode = words[0]
    if "777" in mode:
        run.say(UNSAFE, f"chmod {mode}: every user may write there")
    if re.fullmatch("[ugoa]*\\+x|[ua]*=?rwx", mode) or re.fullmatch("[ugoa]*\\+[rx]+", mode):
        mode = "0755"
    if not re.fullmatch("[0-7]{3,4}", mode):
        return mode in ("g=u", "g+w", "g+rw", "g=rwX") and say_group(run, mode)
    return change(run, words[1:], "mode", mode.rjust(4, "0"), deep)


def say_group(run: Run, mode: str) -> bool:
    run.say(LOST, f"chmod {mode}: write modes as numbers, by CHMOD of FILES and DIRECTORIES")
    return True


def change(run: Run, paths: list[str], what: str, value: str, deep: bool) -> bool:
    """Give files and directories a mode or an owner."""
    for word in (each for path in paths for each in braces(path)):
        path = run.path(word)
        found = [
            entry
            for entry in run.state.tree.entries
            if entry.path == path or (deep and is_below(entry.path, path))
        ]
        for entry in found:
            setattr(entry, what, value)
        if any(entry.path == path and entry.origin.kind == "unknown" for entry in found):
            continue
        places = [
            each
            for each in run.state.directories
            if each == path or (deep and is_below(each, path))
        ]
        inside = run.state.tree.resolve(path)
        if not places and not found and inside and run.job.context.path(inside.path).is_file():
            if what == "owner" or value != "0755":
                mode, owner = (value, "") if what == "mode" else ("", value)
                run.state.tree.add(Entry(path, inside, mode, owner, run.line))
        elif not places and not any(
            entry.path == path and not entry.content_only for entry in found
        ):
            run.state.directories[path] = Directory(line=run.line)
            places = [path]
        for place in places:
            setattr(run.state.directories[place], what, value)
    return True


def options(words: list[str]) -> tuple[str, list[str]]:
    flags = "".join(word.lstrip("-") for word in words if word.startswith("-"))
    return flags, [word for word in words if not word.startswith("-")]


def do_ln(run: Run) -> bool:
    flags, words = options(run.command.words[1:])
    if len(words) != 2 or "s" not in flags:
        return False
    path = run.path(words[1])
    if words[1].endswith("/") or path in run.state.directories:
        path = f"{path}/{words[0].rpartition('/')[2]}"
    run.state.links[path] = words[0]
    return True


def do_move(run: Run) -> bool:
    """cp and mv of what is known; of anything else only the import of a stage that copies it would tell."""
    _, words = options(run.command.words[1:])
    if len(words) < 2:
        return False
    target = run.path(words[-1])
    for word in words[:-1]:
        path = run.path(word)
        origin = run.state.tree.resolve(path)
        if origin is None:
            return run.state.makes
        inside = words[-1].endswith("/") or target in run.state.directories or len(words) > 2
        place = f"{target}/{path.rpartition('/')[2]}" if inside else target
        run.state.tree.add(Entry(place, origin, line=run.line))
    return True


def do_echo(run: Run) -> bool:
    for kind, path in run.command.redirections:
        if kind not in (">", ">>"):
            continue
        text = " ".join(word for word in run.command.words[1:] if word not in ("-e", "-n", "-en"))
        place = run.path(path)
        if place in ("/etc/passwd", "/etc/group"):
            return add_line(run.state, text, run.line)
        if place in ("/etc/shadow", "/etc/nsswitch.conf", "/dev/null"):
            return True  # go reads hosts first without it
        text = text.replace("\\n", "\n")
        run.state.tree.add(
            Entry(place, Origin("text", place, text + "\n", line=run.line), line=run.line)
        )
    return True


def do_setcap(run: Run) -> bool:
    words = [word for word in run.command.words[1:] if not word.startswith("-")]
    if len(words) != 2:
        return False
    value, path = words
    found = re.fullmatch(r"'?([\w,]+)[=+]+([eip]+)'?", value)
    if found:
        run.state.capabilities[run.path(path)] = f"{found[1].lower()}={found[2]}"
    return found is not None
