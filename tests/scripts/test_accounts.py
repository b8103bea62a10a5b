"""What accounts.sh makes of the accounts of a base, with each awk that is here."""

import os
import shutil

import pytest
from harness import GOCONTAINER, run

SCRIPT = GOCONTAINER.parent / "scripts/accounts.sh"
PASSWD = "root:x:0:0:root:/root:/bin/sh\nwww:x:33:33::/var/www:/bin/false"
GROUP = "root:x:0:\nwww:x:33:\nvideo:x:44:root\nstaff:x:1000:\n"


AWKS = [awk for awk in ("mawk", "gawk", "busybox awk") if shutil.which(awk.split()[0])]


@pytest.fixture(params=AWKS)
def accounts(request, tmp_path):
    """Runs the script on these lines; returns passwd, group and the variables, or what it says where it fails."""
    awk = tmp_path / "bin/awk"
    awk.parent.mkdir()
    awk.write_text(f'#!/bin/sh\nPATH={os.environ["PATH"]}\nexec {request.param} "$@"\n')
    awk.chmod(0o755)
    directory = tmp_path / "a b\\n"

    def make(*lines, passwd=PASSWD, group=GROUP, fails=False):
        directory.mkdir(exist_ok=True)
        (tmp_path / "lines").write_text("".join(f"{line}\n" for line in lines))
        write = 'test -z "$1" || printf %s "$1" >passwd; test -z "$2" || printf %s "$2" >group'
        words = ["sh", SCRIPT, "add_go_container(api)", tmp_path / "lines", directory]
        environment = {**os.environ, "PATH": f"{awk.parent}:{os.environ['PATH']}"}
        base = ["sh", "-c", write, "sh", passwd, group]
        result = run([*words, *base], env=environment, expect_failure=fails)
        if fails:
            return result.stderr
        files = [directory / "context/accounts/passwd", directory / "context/accounts/group"]
        texts = [file.read_text() if file.exists() else None for file in files]
        return (*texts, (directory / "accounts/numbers").read_text())

    make.directory = directory
    return make


def test_users_and_groups_are_added_behind_those_of_the_base(accounts):
    passwd, group, _ = accounts(
        "group:video:44:app,root", "group:new:7:", "user:app:5:44:/home/app:/bin/sh",
        "user:own:9:9:/:/sbin/nologin",
    )  # fmt: skip
    assert passwd == PASSWD + (
        "\napp:x:5:44:app:/home/app:/bin/sh\nown:x:9:9:own:/:/sbin/nologin\n"
    )
    assert group == GROUP.replace("44:root", "44:root,app") + "new:x:7:\nown:x:9:\n"


def test_a_base_without_accounts_gets_the_files(accounts):
    made = accounts("user:app:5:6:/:/sbin/nologin", passwd="", group="")
    assert made[:2] == ("app:x:5:6:app:/:/sbin/nologin\n", "app:x:6:\n")


def test_a_user_that_the_base_has_just_so_is_not_added(accounts):
    assert accounts("user:www:33:33:/var/www:/bin/false")[0] == PASSWD + "\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("user:www:34:34:/:/sbin/nologin", "USERS has www:34:34:/:/sbin/nologin, but the image has www:33:33:/var/www:/bin/false."),
        ("user:app:33:33:/:/sbin/nologin", "USERS has app:33, but the image has this number for the user www."),
        ("user:staff:9:9:/:/sbin/nologin", "USERS has staff:9:9, but no group has the number 9, and staff is the group 1000."),
        ("group:video:45:", "GROUPS has video:45, but the image has the group with the number 44."),
        ("group:app:44:", "GROUPS has app:44, but the image has this number for the group video."),
        ("name:0:user:nobody", "USER is nobody, but the image has no user nobody."),
        ("name:0:owner:www:users", "CHOWN is www:users, but the image has no group users."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(accounts, line, says):
    first, remedy = accounts(line, fails=True).splitlines()
    assert first == f"add_go_container(api): {says}"
    assert remedy.endswith(".")


def test_names_become_numbers(accounts):
    passwd, group, numbers = accounts(
        "name:0:user:www", "name:1:user:www:video", "name:2:owner:www", "name:3:owner:12:video"
    )
    assert (passwd, group) == (None, None)
    assert [line.partition("=")[2] for line in numbers.splitlines()] == [
        *("33", "33:44", "33:33", "12:44")
    ]


def test_accounts_of_files_take_the_place_of_the_base(accounts):
    place = accounts.directory / "context/files/0"
    place.mkdir(parents=True)
    (place / "passwd").write_text("app:x:8:9::/:\n")
    lines = ["look:context/files/0", "name:0:owner:app"]
    assert accounts(*lines)[2] == "export GO_CONTAINER_NAME_0=8:9\n"
    assert "no user www" in accounts(lines[0], "name:0:owner:www", fails=True)


def test_what_is_the_same_keeps_its_time_and_what_is_no_longer_declared_goes(accounts):
    accounts("user:app:5:5:/:/sbin/nologin")
    file = accounts.directory / "context/accounts/passwd"
    first = file.stat().st_ctime_ns
    accounts("user:app:5:5:/:/sbin/nologin")
    assert file.stat().st_ctime_ns == first
    accounts("name:0:user:www")
    assert not file.exists()
