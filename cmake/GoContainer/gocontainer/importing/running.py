"""RUN: what the commands of a shell do to a stage."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gocontainer.importing.accounts import add_group, add_line, add_user
from gocontainer.importing.compiling import do_go
from gocontainer.importing.findings import LOST, UNSAFE, WASTEFUL
from gocontainer.importing.makefile import Makefile
from gocontainer.importing.packages import do_apk, do_apt
from gocontainer.importing.parse import Instruction
from gocontainer.importing.shell import Command, read_script
from gocontainer.importing.stages import Directory, State, Step
from gocontainer.importing.tree import Entry, Origin, absolute, is_below

if TYPE_CHECKING:
    from gocontainer.importing.evaluate import Import

LOOP = re.compile(
    r"\bfor\s+(\w+)\s+in\s+([\w./ -]+?)\s*(?:;|\n)\s*do\b(.*?)(?:;|\n)\s*done\b", re.DOTALL
)
MAKES = {
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "node",
    "bun",
    "bunx",
    "deno",
    "hugo",
    "ng",
    "vite",
    "tailwindcss",
    "esbuild",
}
HARMLESS = {
    "set", "true", ":", "ls", "pwd", "test", "[", "export", "date", "uname", "file", "ldd", "which", "sleep", "id",
    "update-ca-certificates", "rm", "env", "xx-verify", "xx-info", "strip", "exit", "corepack",
    "upx-verify", "touch", "rmdir", "wait", "trap", "unset", "gofmt", "golangci-lint", "staticcheck", "sync",
    "apt-mark", "dpkg-reconfigure", "ldconfig", "xx-clang", "hash", "type", "command", "read", "shift", "source", ".",
}  # fmt: skip


@dataclass
class Run:
    """One command of a RUN in its stage."""

    state: State
    command: Command
    instruction: Instruction
    job: Import

    @property
    def line(self) -> int:
        words = [word for word in self.command.words if "\x01" not in word and "\x02" not in word]
        return self.instruction.line_of(" ".join(words[:2])) if words else self.instruction.line

    def say(self, kind: str, text: str) -> None:
        self.job.findings.add(self.line, kind, text)

    def path(self, word: str) -> str:
        return absolute(word, self.state.directory)


def run_script(state: State, script: str, instruction: Instruction, job: Import) -> None:
    back = state.directory
    for command in read_script(unroll(script), state.variables):
        state.variables.update(command.environment if not command.words else {})
        run_command(Run(state, command, instruction, job), script)
    state.directory = back


def unroll(script: str) -> str:
    """The script, a loop over known words written out."""

    def each(found: re.Match[str]) -> str:
        return "".join(
            f"{found[1]}={word}; {found[3].strip()}; " for word in found[2].split()
        ).rstrip("; ")

    return LOOP.sub(each, script)


def run_command(run: Run, script: str) -> None:
    name = run.command.name
    if run.command.follows == "|" and name in ("sh", "bash"):
        run.say(UNSAFE, "runs what it downloads")
        return
    if name in MAKES:
        add_step(run)
    elif name in DOES:
        if not DOES[name](run):
            unknown(run)
    elif name and name not in HARMLESS:
        unknown(run)


def unknown(run: Run) -> None:
    words = printable(run.command.words)
    if run.state.makes:
        add_step(run)
        return
    run.say(LOST, f"RUN {words}: what this does is not known")


def printable(words: list[str]) -> str:
    text = re.sub(
        "\x02([^\x02]*)\x02", r"$(\1)", re.sub("\x01(\\w+)[^\x01]*\x01", r"$\1", " ".join(words))
    )
    return text if len(text) < 70 else text[:67] + "…"


def add_step(run: Run) -> None:
    run.state.makes = True
    words = [*(f"{k}={v}" for k, v in run.command.environment.items()), *run.command.words]
    run.state.steps.append(Step(run.line, directory=run.state.directory, script=shlex.join(words)))


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
    if re.search("[\x01\x02]|:[^/@]+@", found[1]):
        run.say(
            LOST,
            "git config with a password: write it into ~/.netrc, and give SECRETS id=netrc,src=$ENV{HOME}/.netrc",
        )
    else:
        run.state.git.append((found[1], run.command.words[-1]))
    return True


def do_keyscan(run: Run) -> bool:
    run.say(UNSAFE, "ssh-keyscan trusts whoever answers; known_hosts of the home directory is used")
    run.state.secrets.append("id=known_hosts,src=$ENV{HOME}/.ssh/known_hosts")
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


def do_user(run: Run) -> bool:
    return add_user(
        run.state, [run.command.name, *run.command.words[1:]], run.line, run.job.findings
    )


def do_group(run: Run) -> bool:
    return add_group(
        run.state, [run.command.name, *run.command.words[1:]], run.line, run.job.findings
    )


def do_make(run: Run) -> bool:
    """Runs what the Makefile of the context would run."""
    words = [word for word in run.command.words[1:] if not word.startswith("-")]
    given = {**run.command.environment, **dict(word.split("=", 1) for word in words if "=" in word)}
    place = run.state.tree.resolve(run.path("Makefile"))
    text = run.job.context.read(place.path) if place and place.kind == "context" else ""
    if not text:
        run.say(
            LOST,
            f"{printable(run.command.words)}: the context has no Makefile, so what it runs is not known",
        )
        return True
    makefile = Makefile(text, {name: value for name, value in given.items() if value})
    found = [
        line
        for each in [w for w in words if "=" not in w] or [makefile.first]
        for line in makefile.commands(each)
    ]
    if (
        not any(re.search(r"\bgo\b.*\b(build|install)\b", line) for line in found)
        and not run.state.builds
    ):
        run.say(LOST, f"{printable(run.command.words)}: the Makefile has no go build for it")
    known = {**makefile.variables, **given, **run.state.variables}
    for line in found:
        back = run.state.directory
        for command in read_script(unroll(line), known):
            command.environment = {
                **{k: v for k, v in given.items() if k.startswith(("CGO", "GO"))},
                **command.environment,
            }
            run_command(Run(run.state, command, run.instruction, run.job), line)
        run.state.directory = back
    return True


def do_upx(run: Run) -> bool:
    run.say(
        WASTEFUL,
        "upx: the program is unpacked at each start, and layers are compressed anyway; left out",
    )
    return True


def do_sudo(run: Run) -> bool:
    return False


DOES: dict[str, Callable[[Run], bool]] = {
    "cd": do_cd, "mkdir": do_mkdir, "chown": do_chown, "chmod": do_chmod, "ln": do_ln, "cp": do_move, "mv": do_move,
    "install": do_move, "echo": do_echo, "printf": do_echo, "cat": do_echo, "curl": do_download, "wget": do_download,
    "setcap": do_setcap, "adduser": do_user, "useradd": do_user, "addgroup": do_group, "groupadd": do_group,
    "make": do_make, "git": do_git, "ssh-keyscan": do_keyscan, "upx": do_upx, "go": do_go, "xx-go": do_go, "goxx-go": do_go, "apk": do_apk, "xx-apk": do_apk,
    "apt-get": do_apt, "apt": do_apt, "xx-apt": do_apt, "xx-apt-get": do_apt,
}  # fmt: skip
