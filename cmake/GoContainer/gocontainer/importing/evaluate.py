"""Goes through the instructions of a stage and writes down what they do."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from gocontainer.importing.context import Context
from gocontainer.importing.copying import add_copy
from gocontainer.importing.expand import expand, reference
from gocontainer.importing.findings import CHANGED, LOST, Findings
from gocontainer.importing.parse import Instruction
from gocontainer.importing.running import run_script
from gocontainer.importing.stages import PLATFORM_ARGUMENTS, Stage, State
from gocontainer.importing.tree import Entry, Origin, absolute

SECRETS = re.compile(r"TOKEN|PASSW|SECRET|API_?KEY|PRIVATE_?KEY|CREDENTIAL", re.IGNORECASE)
# The PATH of an image whose base sets none that differs.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# golang's images, wherever they lie; their GOPATH is their working directory, too.
GOLANG = re.compile(r"(^|/)golang(:|@|\Z)")
GOPATH = "/go"


@dataclass
class Import:
    """What all stages share."""

    context: Context
    findings: Findings
    arguments: dict[str, tuple[str, int]] = field(default_factory=dict)  # default and line
    first: dict[str, str] = field(default_factory=dict)  # those before the first FROM
    states: dict[str, State] = field(default_factory=dict)

    def argument(
        self, instruction: Instruction, words: tuple[str, ...], known: dict[str, str]
    ) -> None:
        for word in words:
            name, equals, default = word.partition("=")
            if name == "TARGETOS":
                known[name] = "linux"
            elif name in PLATFORM_ARGUMENTS:
                known[name] = reference(name)
            elif not equals and name in self.first:
                known[name] = self.first[name]
            else:
                value = expand(default, known)
                if SECRETS.search(name):
                    value = ""
                if not self.arguments.get(name, ("", 0))[0]:
                    self.arguments[name] = (value, instruction.line)
                known[name] = reference(name)


def evaluate(stage: Stage, job: Import) -> State:
    words = stage.origin.words
    given = {
        **job.first,
        "TARGETOS": "linux",
        **{name: reference(name) for name in PLATFORM_ARGUMENTS},
    }
    base = expand(words[0], given)
    parent = job.states.get(base.lower())
    if parent:
        state = copy.deepcopy(parent)
        state.stage = stage
        state.variables = {**state.inherited, **state.pairs["ENV"]}
    elif GOLANG.search(base):
        state = State(stage, base, directory=GOPATH, inherited={"GOPATH": GOPATH})
        state.variables = dict(state.inherited)
    else:
        state = State(stage, base)
    state.native = state.native or "BUILDPLATFORM" in stage.origin.flag("platform")
    for each in stage.instructions:
        DOES.get(each.name, lost)(state, each, job)
    job.states[stage.name] = state
    return state


def lost(state: State, instruction: Instruction, job: Import) -> None:
    job.findings.add(instruction.line, LOST, f"{instruction.name}: GoContainer has nothing like it")


def do_arg(state: State, instruction: Instruction, job: Import) -> None:
    job.argument(instruction, instruction.words, state.variables)


def do_env(state: State, instruction: Instruction, job: Import) -> None:
    known = {"PATH": PATH, **state.variables}
    words = [expand(word, known) for word in instruction.words]
    for name, value in zip(words[::2], words[1::2]):
        state.variables[name] = value
        state.pairs["ENV"][name] = value
        state.lines[f"ENV {name}"] = instruction.line


def do_label(state: State, instruction: Instruction, job: Import) -> None:
    words = [expand(word, state.variables) for word in instruction.words]
    state.pairs["LABELS"].update(zip(words[::2], words[1::2]))
    state.lines.update({f"LABELS {name}": instruction.line for name in words[::2]})


def do_workdir(state: State, instruction: Instruction, job: Import) -> None:
    state.directory = absolute(expand(instruction.words[0], state.variables), state.directory)
    state.config["WORKDIR"] = [state.directory]


def do_words(state: State, instruction: Instruction, job: Import) -> None:
    """EXPOSE, USER, STOPSIGNAL."""
    words = [word for each in instruction.words for word in expand(each, state.variables).split()]
    if not words:
        return  # a variable without a value
    old = state.config.get(instruction.name, []) if instruction.name == "EXPOSE" else []
    state.config[instruction.name] = old + [word for word in words if word not in old]
    state.lines[instruction.name] = instruction.line


def do_volume(state: State, instruction: Instruction, job: Import) -> None:
    words = [absolute(expand(word, state.variables), state.directory) for word in instruction.words]
    old = state.config.setdefault("VOLUMES", [])
    old += [word for word in words if word not in old]


def do_command(state: State, instruction: Instruction, job: Import) -> None:
    """ENTRYPOINT and CMD."""
    if instruction.name == "ENTRYPOINT":
        state.config.pop("CMD", None)
    state.config[instruction.name] = exec_form(state, instruction, job)
    state.lines[instruction.name] = instruction.line


def exec_form(state: State, instruction: Instruction, job: Import) -> list[str]:
    """The words of a command; one of the shell is taken apart, if it needs none."""
    if instruction.exec_form:
        return list(instruction.words)
    text = " ".join(instruction.words)
    words = text.split()
    words = words[1:] if words[:1] == ["exec"] and len(words) > 1 else words
    if re.fullmatch(r"[\w./:=@,+ -]+", text) and "=" not in words[0]:
        job.findings.add(
            instruction.line,
            CHANGED,
            f"{instruction.name} needs no shell: the program is started itself, and gets the signals",
        )
        return words
    return ["/bin/sh", "-c", text]


def do_healthcheck(state: State, instruction: Instruction, job: Import) -> None:
    kind, *words = instruction.words
    if kind.upper() == "NONE":
        state.healthcheck = [("HEALTHCHECK", ["NONE"])]
        return
    text = words[0] if words else ""
    words = words if instruction.exec_form else ["SHELL", " ".join(text.split())]
    state.healthcheck = [("HEALTHCHECK", words)]
    for name, value in instruction.flags:
        if name in ("interval", "timeout", "start-period", "retries"):
            state.healthcheck.append((f"HEALTHCHECK_{name.upper().replace('-', '_')}", [value]))
        else:
            job.findings.add(
                instruction.line, LOST, f"HEALTHCHECK --{name}: there is no such option"
            )


def do_shell(state: State, instruction: Instruction, job: Import) -> None:
    if instruction.words[0].rpartition("/")[2] not in ("sh", "bash", "ash"):
        job.findings.add(
            instruction.line, LOST, "SHELL: commands of other shells than sh and bash are not read"
        )


def do_maintainer(state: State, instruction: Instruction, job: Import) -> None:
    state.pairs["LABELS"]["org.opencontainers.image.authors"] = " ".join(instruction.words)
    job.findings.add(instruction.line, CHANGED, "MAINTAINER is deprecated: it became a label")


def do_onbuild(state: State, instruction: Instruction, job: Import) -> None:
    job.findings.add(
        instruction.line, LOST, "ONBUILD: an image of a program is nothing to build upon"
    )


def do_copy(state: State, instruction: Instruction, job: Import) -> None:
    add_copy(state, instruction, job.context, job.states, job.findings)


def do_run(state: State, instruction: Instruction, job: Import) -> None:
    for mount in instruction.flag_values("mount"):
        do_mount(state, instruction, mount, job)
    script = " ".join(instruction.words)
    if instruction.heredocs and instruction.words[0].startswith("<<"):
        interpreter = (instruction.words[0].split() + list(instruction.words[1:]))[1:]
        if interpreter and interpreter[0].rpartition("/")[2] not in ("sh", "bash", "ash"):
            job.findings.add(
                instruction.line, LOST, f"RUN by {interpreter[0]}: only sh and bash are read"
            )
            return
        script = instruction.heredocs[0][1]
    run_script(state, script, instruction, job)


def do_mount(state: State, instruction: Instruction, mount: str, job: Import) -> None:
    options = dict(word.partition("=")[::2] for word in expand(mount, state.variables).split(","))
    kind = options.get("type", "bind")
    target = next(
        (options[name] for name in ("target", "dst", "destination") if name in options), ""
    )
    if kind == "ssh":
        state.config["SSH"] = ["default"]
    elif kind == "secret":
        add_secret(state, options, target, instruction.line, job.findings)
    elif kind == "bind" and target:
        source = options.get("source", options.get("src", ""))
        of = options.get("from", "")
        place = absolute(target, state.directory)
        if not of:
            state.tree.add(
                Entry(place, Origin("context", source.strip("/") or "."), line=instruction.line)
            )
        elif of.lower() in job.states:
            origin = job.states[of.lower()].tree.resolve(absolute(source, "/"))
            if origin:
                state.tree.add(Entry(place, origin, line=instruction.line))


def add_secret(
    state: State, options: dict[str, str], target: str, line: int, findings: Findings
) -> None:
    name = options.get("id", target.rpartition("/")[2])
    known = {"netrc": ".netrc", "gitconfig": ".gitconfig", "git-credentials": ".git-credentials",
             "known_hosts": ".ssh/known_hosts"}  # fmt: skip
    for each, file in known.items():
        if each in f"{name} {target}".lower().replace("git_", "git-"):
            state.secrets.append(f"id={each},src=$ENV{{HOME}}/{file}")
            findings.add(
                line, CHANGED, f"the secret {name} is read from {file} of the home directory"
            )
            return
    if name.startswith("GO") and name.isupper():
        state.secrets.append(f"id={name},env={name}")
        return
    findings.add(
        line,
        LOST,
        f"the secret {name}: go and git get theirs as netrc, gitconfig, git-credentials or known_hosts; "
        "write SECRETS id=netrc,src=<file>",
    )


DOES: dict[str, Callable[[State, Instruction, Import], None]] = {
    "ARG": do_arg, "ENV": do_env, "LABEL": do_label, "WORKDIR": do_workdir, "EXPOSE": do_words, "USER": do_words,
    "STOPSIGNAL": do_words, "VOLUME": do_volume, "ENTRYPOINT": do_command, "CMD": do_command, "COPY": do_copy,
    "ADD": do_copy, "HEALTHCHECK": do_healthcheck, "SHELL": do_shell, "MAINTAINER": do_maintainer,
    "ONBUILD": do_onbuild, "RUN": do_run,
}  # fmt: skip
