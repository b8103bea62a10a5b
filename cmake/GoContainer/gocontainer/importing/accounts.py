"""Users and groups, as the commands of Alpine and Debian add them."""

from __future__ import annotations

from gocontainer.importing.findings import CHANGED, Findings
from gocontainer.importing.stages import State, User

# Of each command: what its options that take a value say.
OPTIONS = {
    "adduser": {"-u": "uid", "--uid": "uid", "-G": "group", "--ingroup": "group", "--gid": "gid", "-h": "home",
                "--home": "home", "-s": "shell", "--shell": "shell", "-g": "", "--gecos": "", "-k": "", "--comment": ""},
    "useradd": {"-u": "uid", "--uid": "uid", "-g": "group", "--gid": "group", "-d": "home", "--home-dir": "home",
                "--home": "home", "-s": "shell", "--shell": "shell", "-c": "", "--comment": "", "-G": "", "--groups": "",
                "-b": "", "-p": "", "-K": ""},
    "addgroup": {"-g": "gid", "--gid": "gid"},
    "groupadd": {"-g": "gid", "--gid": "gid"},
}  # fmt: skip
SYSTEM = {"-S", "--system", "-r"}
NO_HOME = {"-H", "--no-create-home", "-M"}


def read_account(words: list[str]) -> tuple[dict[str, str], set[str], list[str]]:
    """The values of a command's options, the options without one, and all other words."""
    options, values, flags, names = OPTIONS[words[0]], {}, set(), []
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if (
            word.startswith("-")
            and not word.startswith("--")
            and len(word) > 2
            and word not in options
        ):
            rest[:0] = [f"-{letter}" for letter in word[1:]]
        elif name in options:
            taken = value if equals else rest.pop(0) if rest else ""
            if options[name]:
                values[options[name]] = taken
        elif word.startswith("-"):
            flags.add(word)
        else:
            names.append(word)
    return values, flags, names


def add_user(state: State, words: list[str], line: int, findings: Findings) -> bool:
    """adduser or useradd; false if the words are not understood."""
    values, flags, names = read_account(words)
    if len(names) == 2 and words[0] == "adduser" and names[0] in state.users:
        return True  # adds it to a group, whose number its files don't have
    if len(names) != 1:
        return False
    name = names[0]
    group = values.get("group", "")
    gid = values.get("gid", "") or (group if group.isdigit() else state.groups.get(group, ""))
    uid = values.get("uid", "")
    if not uid:
        uid = free(state, 100 if flags & SYSTEM else 1000)
        findings.add(
            line, CHANGED, f"{words[0]} {name} has no number, so {uid} was chosen; write it down"
        )
    makes = words[0] == "adduser" or "-m" in flags or "--create-home" in flags
    home = values.get("home", "") or (f"/home/{name}" if makes else "")
    state.users[name] = User(name, uid, gid, home, values.get("shell", ""), line)
    if makes and not flags & NO_HOME and home not in ("/", "/nonexistent", "/dev/null", ""):
        from gocontainer.importing.stages import Directory

        state.directories.setdefault(home, Directory("", name, line))
    return True


def add_group(state: State, words: list[str], line: int, findings: Findings) -> bool:
    values, flags, names = read_account(words)
    if len(names) == 2 and words[0] == "addgroup":
        return names[0] in state.users
    if len(names) != 1:
        return False
    gid = values.get("gid", "")
    if not gid:
        gid = free(state, 101 if flags & SYSTEM else 1000)
        findings.add(
            line,
            CHANGED,
            f"{words[0]} {names[0]} has no number, so {gid} was chosen; write it down",
        )
    state.groups[names[0]] = gid
    return True


def free(state: State, first: int) -> str:
    taken = {user.uid for user in state.users.values()}
    # A group of the user's name has its number.
    while str(first) in taken:
        first += 1
    return str(first)


def add_line(state: State, text: str, line: int) -> bool:
    """Lines of /etc/passwd or /etc/group."""
    for each in text.replace("\\n", "\n").split("\n"):
        fields = each.strip().split(":")
        if len(fields) == 7:
            state.users[fields[0]] = User(
                fields[0], fields[2], fields[3], fields[5], fields[6], line
            )
        elif len(fields) == 4:
            state.groups[fields[0]] = fields[2]
        elif each.strip():
            return False
    return True
