"""The call of add_go_container() that makes the image of a stage."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gocontainer.importing.evaluate import SECRETS, Import
from gocontainer.importing.expand import OUTPUT, REFERENCE
from gocontainer.importing.files import add_files
from gocontainer.importing.findings import CHANGED, LOST, UNSAFE
from gocontainer.importing.options import Option
from gocontainer.importing.programs import add_programs
from gocontainer.importing.stages import PLATFORM_ARGUMENTS, State

CERTIFICATES = {"ca-certificates", "ca-certificates-bundle"}


@dataclass
class Call:
    name: str
    options: list[Option] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # commands of CMake
    multi: bool = False
    suffix: str = ""  # of a variant

    def add(self, keyword: str, *words: str) -> Option:
        option = Option(keyword, list(words))
        self.options.append(option)
        return option


def make_call(state: State, job: Import, name: str) -> Call | None:
    """None if no program of the image is compiled by the Dockerfile."""
    call = Call(name)
    call.add("BASE", state.base)
    if not add_programs(call, state, job):
        return None
    add_packages(call, state, job)
    drop_platforms(call, state, job)
    add_accounts(call, state, job)
    add_files(call, state, job)
    add_config(call, state, job)
    add_lists(call, job)
    call.options = [each for each in call.options if carried(each, state, job)]
    return call


def add_lists(call: Call, job: Import) -> None:
    """Leave out an option whose only value is an empty build argument: a keyword needs one."""
    for option in list(call.options):
        found = REFERENCE.fullmatch(option.words[0]) if len(option.words) == 1 else None
        if found and found[1] in job.arguments and not (job.arguments[found[1]][0] or found[2]):
            call.options.remove(option)
            text = f"{found[1]} is empty: -D GO_CONTAINER_{option.keyword}=… gives {option.keyword} a value"
            job.findings.add(job.arguments[found[1]][1], CHANGED, text)


def add_packages(call: Call, state: State, job: Import) -> None:
    names = [name for name in state.packages if name not in CERTIFICATES | {"tzdata"}]
    if names:
        call.add("PACKAGES", *names)
    if "tzdata" in state.packages:
        call.add("TIMEZONES", "ON")


def drop_platforms(call: Call, state: State, job: Import) -> None:
    """Packages are installed by programs of the base, which this machine may not run for other platforms."""
    if call.multi and any(option.keyword == "PACKAGES" for option in call.options):
        call.options = [option for option in call.options if option.keyword != "PLATFORMS"]
        text = "PLATFORMS: PACKAGES of other platforms need qemu-user; with it, write PLATFORMS linux/amd64 linux/arm64"
        job.findings.add(state.stage.origin.line, LOST, text)


def add_accounts(call: Call, state: State, job: Import) -> None:
    own = {user.name: user.gid or user.uid for user in state.users.values()}
    groups = [
        f"{name}:{gid}"
        for name, gid in state.groups.items()
        if own.get(name) != gid and name != "root"
    ]
    if groups:
        call.add("GROUPS", *groups)
    users = [user_word(user) for user in state.users.values() if user.name != "root"]
    known = {"root", "nonroot", *state.users}
    user = state.config.get("USER", [""])[0].partition(":")[0]
    if (
        state.base == "scratch"
        and user
        and not user.isdigit()
        and user not in known
        and "\x01" not in user
    ):
        number = "65534" if user == "nobody" else "1000"
        users.append(f"{user}:{number}")
        job.findings.add(
            state.lines["USER"], CHANGED, f"{user} gets the number {number}; nothing says which"
        )
    if users:
        call.add("USERS", *users)


def user_word(user) -> str:  # type: ignore[no-untyped-def]
    fields = [
        user.name,
        user.uid,
        user.gid or user.uid,
        user.home or "/",
        user.shell or "/sbin/nologin",
    ]
    if not user.shell:
        fields.pop()
        if not user.home:
            fields.pop()
            if fields[2] == fields[1]:
                fields.pop()
    return ":".join(fields)


def add_config(call: Call, state: State, job: Import) -> None:
    for keyword, pairs in state.pairs.items():
        words = [
            f"{name}={value}"
            for name, value in pairs.items()
            if not hides(keyword, name, value, state, job)
        ]
        if words:
            call.add(keyword, *words)
    for keyword in ("EXPOSE", "VOLUMES", "USER", "WORKDIR", "STOPSIGNAL"):
        if state.config.get(keyword):
            call.add(keyword, *state.config[keyword])
    for keyword, words in state.healthcheck:
        call.add(keyword, *words)
    for keyword in ("ENTRYPOINT", "CMD"):
        if keyword in state.config:
            call.add(keyword, *state.config[keyword])
    user = state.config.get("USER", [""])[0]
    if user in ("root", "0", "0:0", "root:root"):
        job.findings.add(
            state.lines["USER"], UNSAFE, "the program runs as root; leave USER out for 65532:65532"
        )
    elif not user and "nonroot" not in state.base:
        text = "no USER, so the program ran as root; it runs as 65532:65532. If it needs root: USER root"
        job.findings.add(state.stage.origin.line, UNSAFE, text)


def hides(keyword: str, name: str, value: str, state: State, job: Import) -> bool:
    """Whether a value of ENV is one that an image must not have, or does not need."""
    if keyword == "ENV" and name == "ZONEINFO":
        return True  # TIMEZONES puts them where go looks by itself
    if (
        keyword != "ENV"
        or not SECRETS.search(name)
        or name.upper().endswith(("_FILE", "_PATH", "_TTL"))
        or not value
    ):
        return False
    text = f"ENV {name}: a secret in an image is readable by all who have it; give it to the container when it starts"
    job.findings.add(state.lines[f"ENV {name}"], UNSAFE, text)
    job.findings.add(state.lines[f"ENV {name}"], LOST, f"ENV {name}: looks like a secret")
    return True


def carried(option: Option, state: State, job: Import) -> bool:
    """Leave out the words that no configure run can know; false if none is left."""
    kept = []
    for word in option.words:
        platform = {found[1] for found in REFERENCE.finditer(word)} & PLATFORM_ARGUMENTS
        output = OUTPUT.search(word)
        if not platform and not output:
            kept.append(word)
            continue
        name = word.partition("=")[0]
        line = state.lines.get(
            f"{option.keyword} {name}", state.lines.get(option.keyword, option.line)
        )
        why = (
            f"differs by platform ({', '.join(sorted(platform))})"
            if platform
            else "is what a command of the shell prints"
        )
        job.findings.add(
            line or state.stage.origin.line,
            LOST,
            f"{option.keyword} {re.sub('[^ -~]', '', name)}: it {why}",
        )
    changed = kept != option.words
    option.words = kept
    return bool(kept) or not changed
