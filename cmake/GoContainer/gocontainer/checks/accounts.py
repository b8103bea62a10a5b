"""Compares USERS and GROUPS with the image, and finds the numbers of names in it."""

from __future__ import annotations

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import printable
from gocontainer.read.source import ImageError
from gocontainer.run.users import account, entries, reader


def check_users(test: Test) -> str:
    """USERS are in /etc/passwd, each with a group."""
    read = reader(test.index)
    users, groups = entries(read, "etc/passwd", 7), entries(read, "etc/group", 3)
    declared = lines_of(test, "user")
    for name, *fields in declared:
        found = next((user for user in users if user[0] == name), None)
        if found is None or [found[2], found[3], found[5], found[6]] != fields:
            raise differs(test, "USERS", ":".join([name, *fields]), "etc/passwd", found)
        if not any(group[2] == fields[1] for group in groups):
            raise differs(test, "USERS", f"a group {fields[1]}", "etc/group", None)
    return f"{len(declared)} users are in /etc/passwd"


def check_groups(test: Test) -> str:
    """GROUPS are in /etc/group, with their members."""
    groups = entries(reader(test.index), "etc/group", 3)
    declared = lines_of(test, "group")
    for name, gid, members in declared:
        found = next((group for group in groups if group[0] == name), None)
        there = found[3].split(",") if found and len(found) > 3 else []
        if (
            found is None
            or found[2] != gid
            or not set(filter(None, members.split(","))) <= {*there}
        ):
            raise differs(test, "GROUPS", f"{name}:{gid}:{members}", "etc/group", found)
    return f"{len(declared)} groups are in /etc/group"


def lines_of(test: Test, kind: str) -> list[list[str]]:
    lines = (line.split(":") for line in test.plan["accounts"])
    return [fields for first, *fields in lines if first == kind]


def differs(
    test: Test, option: str, declared: str, file: str, found: list[str] | None
) -> CheckError:
    return CheckError(
        f"/{file} of the image is not as {option} has it",
        declared=declared,
        found=printable(":".join(found)) if found else "no such line",
        remedy=f"build the target {test.plan['name']} again; do FILES replace /{file}?",
    )


def numbers(test: Test, name: str, kind: str) -> str:
    """The numbers of ``<user>[:<group>]`` in the image; of an owner always both.

    :param kind: user or owner.
    :raises CheckError: the image has no such name.
    """
    if name.replace(":", "").isdecimal():
        return name
    try:
        found = account(name, reader(test.index))
    except ImageError as error:
        raise CheckError(
            "no container of this image can start"
            if kind == "user"
            else "the image lacks the owner of a file",
            declared=f"{'USER' if kind == 'user' else 'CHOWN'} {name}",
            found=str(error).partition(";")[0],
            remedy=f"give numbers in {test.call()}, such as 65532:65532, or put the name into the image",
        ) from error
    both = kind == "owner" or ":" in name
    return f"{found.uid}:{found.gid}" if both else str(found.uid)
