"""Each check by itself: an image that passes, and one that is wrong in just that respect."""

import hashlib
import tarfile

import pytest
from gocontainer import checks
from gocontainer.checks import CHECKS, CheckError, check_of
from images import (
    archive,
    build_info,
    elf,
    entry,
    hard_link,
    image,
    layer,
    link,
    one_program,
    write_plan,
)

TEXT = b"root:x:0:0\nnonroot:x:1:1\nbin\n"
CERTIFICATE = b"-----BEGIN CERTIFICATE-----\n"
BUNDLE = "etc/ssl/certs/ca-certificates.crt"
PROGRAM = elf(info=build_info(GOOS="linux", GOARCH="amd64"))
GOOD = [
    entry("etc"),
    entry("etc/passwd", TEXT, mode=0o640, uid=3, gid=4),
    link("etc/link", "passwd"),
    hard_link("etc/hard", "etc/passwd"),
    entry(BUNDLE, CERTIFICATE * 2),
    entry("usr/local/bin/api", PROGRAM, mode=0o755),
]


# Those that add_go_container_test() asks for.
ASKED = {
    "file",
    "only-files",
    "static",
    "max-layers",
    "no-shell",
    "no-package-manager",
    "no-setuid",
    "writable",
    "capabilities",
}


@pytest.fixture
def check(tmp_path):
    """A function that does a check of an image of these layers."""

    def do(
        name,
        *layers,
        arguments=None,
        config=None,
        plan_config=None,
        history=None,
        package=".",
        **plan,
    ):
        made = write_plan(
            tmp_path,
            archive(image([layer(*entries) for entries in layers], config=config,
                          configuration={"history": history})),
        )  # fmt: skip
        made.update(
            {
                "programs": one_program("/usr/local/bin/api", package),
                "platform": {"os": "linux", "architecture": "amd64"},
                "go": {"env": ["CGO_ENABLED=0"], "flags": ["-ldflags=-s -w"]},
                "source": str(tmp_path),
                "config": plan_config,
                **plan,
            }
        )
        return check_of(name)(
            checks.Test(
                f"api.{name}",
                made,
                tmp_path,
                {"name": f"api.{name}", **(arguments or {})} if name in ASKED else {},
            )
        )

    return do


@pytest.fixture
def fails(check, golden):
    """A function that does a check that fails, and compares what it says."""

    def do(text, *arguments, **options):
        with pytest.raises(CheckError) as error:
            check(*arguments, **options)
        golden.check(f"checks/{text}.txt", f"{error.value}\n")

    return do


def test_every_check_has_a_function():
    for name in CHECKS:
        assert callable(check_of(name))


# option -> (value that is right, value that is wrong)
FACTS = {
    "type": ("file", "directory"),
    "mode": ("0640", "0644"),
    "owner": ("3:4", "3:5"),
    "sha256": (hashlib.sha256(TEXT).hexdigest(), "0" * 64),
    "matches": (["^nonroot:", "x:[01]"], ["^nonroot:", "^nonrot:x:1:1$"]),
    "excludes": (["^root$", "sh"], ["sh", "^non"]),
}


@pytest.mark.parametrize("option", FACTS)
def test_file(check, fails, option):
    right, wrong = FACTS[option]
    said = check("file", GOOD, arguments={"path": "/etc/passwd", option: right})
    assert said == "/etc/passwd, a file of 29 bytes, mode 0640, owner 3:4"
    fails(f"file-{option}", "file", GOOD, arguments={"path": "/etc/passwd", option: wrong})
    for other in FACTS.keys() - {option}:
        check("file", GOOD, arguments={"path": "/etc/passwd", other: FACTS[other][0]})


def test_file_owner_in_part(check):
    assert check("file", GOOD, arguments={"path": "/etc/passwd", "owner": "3"})
    for owner in ("4", "4:4", "3:3"):
        with pytest.raises(CheckError):
            check("file", GOOD, arguments={"path": "/etc/passwd", "owner": owner})


def test_file_digest_in_capitals(check):
    digest = hashlib.sha256(TEXT).hexdigest().upper()
    assert check("file", GOOD, arguments={"path": "/etc/passwd", "sha256": digest})


def test_file_mode_with_and_without_a_zero(check):
    for mode in ("640", "0640"):
        assert check("file", GOOD, arguments={"path": "/etc/passwd", "mode": mode})


def test_file_that_is_a_link(check, fails):
    """Followed, but where a link is meant."""
    found = check("file", GOOD, arguments={"path": "/etc/link", "type": "link"})
    assert found == "/etc/link, a link to passwd, mode 0777, owner 0:0"
    assert check("file", GOOD, arguments={"path": "/etc/link", "type": "file", "mode": "640"})
    fails("file-no-link", "file", GOOD, arguments={"path": "/etc/passwd", "type": "link"})
    both = [*GOOD, hard_link("etc/both", "etc/link")]
    assert check("file", both, arguments={"path": "/etc/both", "type": "link"})


def test_file_that_is_a_hard_link(check):
    arguments = {"path": "/etc/hard", "mode": "0640", "owner": "3:4", "matches": ["^root"]}
    assert check("file", GOOD, arguments={**arguments, "type": "file"})


def test_file_that_is_missing(fails):
    fails("file-missing", "file", GOOD, arguments={"path": "/etc/paswd"})
    fails("file-elsewhere", "file", GOOD, arguments={"path": "/usr/share/none/passwd"})
    fails("file-nothing-near", "file", GOOD, arguments={"path": "/zzz"})
    fails(
        "file-hidden",
        "file",
        GOOD,
        [entry("etc/.wh.passwd", b"")],
        arguments={"path": "/etc/passwd"},
    )


def test_file_absent(check, fails):
    absent = {"path": "/etc/shadow", "absent": True}
    assert check("file", GOOD, arguments=absent) == "/etc/shadow is not there"
    fails("file-not-absent", "file", [*GOOD, entry("etc/shadow", b"")], arguments=absent)
    hidden = [entry("etc/.wh.shadow", b"")]
    assert check("file", [*GOOD, entry("etc/shadow", b"")], hidden, arguments=absent)
    # What leads nowhere is there.
    fails("file-link-to-nothing", "file", [link("etc/shadow", "none")], arguments=absent)


def test_content_of_what_is_no_file(fails):
    fails("file-content-of-a-directory", "file", GOOD, arguments={"path": "/etc", "matches": ["x"]})


def test_file_same_as(check, fails, tmp_path):
    same = tmp_path / "passwd"
    arguments = {"path": "/etc/passwd", "sameAs": str(same)}
    fails("file-same-as-nothing", "file", GOOD, arguments=arguments)
    same.write_bytes(TEXT)
    assert check("file", GOOD, arguments=arguments)
    same.write_bytes(TEXT.replace(b"non", b"nun"))
    fails("file-same-as-another", "file", GOOD, arguments=arguments)
    same.write_bytes(TEXT + b"more")
    fails("file-same-as-more", "file", GOOD, arguments=arguments)
    same.write_bytes(b"")
    fails("file-same-as-empty", "file", GOOD, arguments=arguments)
    directory = {**arguments, "path": "/etc"}
    fails("file-same-as-directory", "file", GOOD, arguments=directory)


def test_a_difference_far_behind(check, tmp_path):
    content = bytes(3 << 20)
    (tmp_path / "other").write_bytes(content[:-2] + b"xx")
    with pytest.raises(CheckError, match="from byte 3,145,726 on"):
        check(
            "file", [entry("a", content)], arguments={"path": "/a", "sameAs": f"{tmp_path}/other"}
        )


def test_a_large_file_is_not_searched(check, monkeypatch):
    monkeypatch.setattr("gocontainer.checks.files.MAX_SEARCHED", 28)
    with pytest.raises(CheckError, match="only 28 bytes are searched"):
        check("file", GOOD, arguments={"path": "/etc/passwd", "matches": ["x"]})
    monkeypatch.setattr("gocontainer.checks.files.MAX_SEARCHED", 29)
    assert check("file", GOOD, arguments={"path": "/etc/passwd", "matches": ["bin"]})


def test_bytes_that_are_no_text(check):
    arguments = {"path": "/a", "matches": ["^ä.b$"], "excludes": ["c"]}
    assert check("file", [entry("a", "ä".encode() + b"\xffb\n")], arguments=arguments)


def test_certificates(check, fails):
    assert check("certificates", GOOD) == "2 in /etc/ssl/certs/ca-certificates.crt"
    fails("certificates-missing", "certificates", [entry("etc")])
    fails("certificates-empty", "certificates", [entry(BUNDLE, b"none")])
    fails("certificates-directory", "certificates", [entry(BUNDLE)])


HISTORY = [
    {"created_by": "base"},
    {"created_by": "ENV A=1", "empty_layer": True},
    {"created_by": "COPY x /etc/ssl/certs/ca-certificates.crt # buildkit"},
    {},
]


def test_only_files(check, fails):
    base = [entry("bin/base", b"")]
    first = [entry(BUNDLE, CERTIFICATE)]
    second = [entry("srv"), entry("srv/a/b.txt", b""), link("srv/l", "x"), entry("opt")]

    def arguments(*globs):
        return {"arguments": {"onlyFiles": list(globs)}, "history": HISTORY}

    every = ["/etc/ssl/certs/*", "/srv/**/b.t?t", "/srv/l", "/opt"]
    assert check("only-files", base, first, second, **arguments(*every)) == "3 files"
    fails("only-files-more", "only-files", base, first, second, **arguments("/etc/**", "/srv/*"))
    fails("only-files-missing", "only-files", base, first, second, **arguments("/**", "/srv/x[1]"))
    many = [entry(f"srv/{n:02}", b"") for n in range(14)]
    fails("only-files-many", "only-files", base, first, many, **arguments("/etc/**"))
    fails("only-files-one-too-many", "only-files", base, first, many[:10], **arguments("/etc/**"))


@pytest.mark.parametrize(
    ("maker", "files"),
    [
        ("CA certificates", 1),
        ("CA certificates, users, /tmp", 1),
        ("/bin/sh -c #(nop) COPY file:0 in /etc/ssl/certs/ ", 1),
        ("echo CA certificates", 2),
        (None, 2),
    ],
)
def test_only_files_of_the_last_stage(check, maker, files):
    """An image of which nothing tells where the base ends is looked at as a whole."""
    history = [{"created_by": "base"}, {"created_by": maker}]
    found = check(
        "only-files", [entry("a", b"")], [entry("b", b"")],
        arguments={"onlyFiles": ["/**"]}, history=history,
    )  # fmt: skip
    assert found == f"{files} files"


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("/a/*", "/a/b", True),
        ("/a/*", "/a/b/c", False),
        ("/a/?", "/a/b", True),
        ("/a/?", "/a/", False),
        ("/a?b", "/a/b", False),
        ("/a/**", "/a/b/c", True),
        ("/a/**/c", "/a/c", True),
        ("/a/**/c", "/a/b/b/c", True),
        ("/a/**/c", "/a/bc", False),
        ("/a.b", "/axb", False),
        ("/[a]", "/a", False),
        ("/[a]", "/[a]", True),
        ("/a\nb*", "/a\nb\nc", True),
        ("/a", "/a/b", False),
    ],
)
def test_globs(check, glob, path, matches):
    arguments = {"onlyFiles": [glob]}
    if matches:
        assert check("only-files", [entry(path, b"")], arguments=arguments) == "1 files"
    else:
        with pytest.raises(CheckError):
            check("only-files", [entry(path, b"")], arguments=arguments)


def test_no_shell(check, fails):
    assert check("no-shell", GOOD) == "there is not a shell"
    fails("no-shell", "no-shell", [*GOOD, entry("bin/sh", b"", mode=0o755), link("sbin/ash", "x")])
    harmless = [entry("etc/sh", b"", mode=0o644), entry("opt/bash"), entry("xsh", b"", mode=0o755)]
    assert check("no-shell", harmless)
    hidden = [entry(".wh.sh", b"")]
    assert check("no-shell", [entry("sh", b"", mode=0o755)], hidden)
    for mode in (0o100, 0o010, 0o001):
        with pytest.raises(CheckError):
            check("no-shell", [entry("x", b"", mode=mode), hard_link("bin/dash", "x")])


def test_no_package_manager(check, fails):
    assert check("no-package-manager", GOOD) == "there is not a package manager"
    found = [*GOOD, entry("sbin/apk", b"", mode=0o755)]
    fails("no-package-manager", "no-package-manager", found)


APK = b"C:Q1\nP:bash\nV:5.2.37-r0\nA:x86_64\n\nC:Q1\nP:tini\nV:0.19.0-r3\n\n"
DPKG = (
    b"Package: curl\nStatus: install ok installed\nVersion: 7.88.1-10+deb12u5\nDescription: x\n Version: 9\n\n"
    b"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n"
)


def test_packages(check, fails):
    alpine = [entry("lib/apk/db/installed", APK)]
    debian = [entry("var/lib/dpkg/status", DPKG)]

    def packages(*names, lock=()):
        return {"packages": {"names": list(names), "command": "", "lock": list(lock)}}

    assert check("packages", alpine, **packages("bash", "tini=0.19.0-r3")) == "2 of 2 packages"
    assert check("packages", debian, **packages("curl", lock=["curl=7.88.1-10+deb12u5"]))
    fails("packages-missing", "packages", alpine, **packages("bash", "tiny"))
    fails("packages-removed", "packages", debian, **packages("gone"))
    fails("packages-version", "packages", debian, **packages("curl=9"))
    fails("packages-lock", "packages", debian, **packages("curl", lock=["curl=7"]))
    fails("packages-none", "packages", [entry("etc/passwd", b"")], **packages("curl"))


def test_no_setuid(check, fails):
    assert check("no-setuid", GOOD) == "none of 3 files"
    found = [*GOOD, entry("su", b"", mode=0o4755), entry("w", b"", mode=0o2755, uid=1, gid=2)]
    fails("no-setuid", "no-setuid", found)
    assert check("no-setuid", [entry("d", mode=0o2755), link("l", "x", mode=0o4777)])
    # A hard link keeps what it links to, also where that is hidden.
    stack = (
        [entry("su", b"", mode=0o4755), hard_link("b", "su", mode=0o644)],
        [entry(".wh.su", b"")],
    )
    with pytest.raises(CheckError, match="/b, mode 4755"):
        check("no-setuid", *stack)


def test_size(check, fails):
    budget = {"declared": "30B", "bytes": 30}
    passed = check("size", [entry("a", b"1" * 10)], [entry("a", b"2" * 20)], maxSize=budget)
    assert passed == "30 of 30 bytes unpacked (MAX_SIZE 30B), 0 left"
    fails(
        "size-too-large", "size", [entry("a", b"1" * 10)], [entry("b", b"2" * 21)], maxSize=budget
    )


def test_max_layers(check, fails):
    layers = [[entry("a", b"1")], [entry("b", b"2")]]
    arguments = {"arguments": {"maxLayers": 2}}
    assert check("max-layers", *layers, **arguments) == "2 of 2 layers"
    fails("max-layers", "max-layers", *layers, [entry("c", b"3")], **arguments)


def test_platform(check, fails):
    assert check("platform", GOOD) == "linux/amd64"
    fails("platform", "platform", GOOD, platform={"os": "linux", "architecture": "arm64"})
    with pytest.raises(CheckError):
        check("platform", GOOD, platform={"os": "windows", "architecture": "amd64"})


CONFIG = {
    "entrypoint": ("Entrypoint", ["/usr/local/bin/api"], ["/other"]),
    "cmd": ("Cmd", ["api", "ä b"], None),
    "env": ("Env", ["A=1", "B=x y"], ["A=1", "B=x"]),
    "user": ("User", "7:8", ""),
    "workdir": ("WorkingDir", "/srv", "/"),
    "expose": ("ExposedPorts", {"8080/tcp": {}, "53/udp": {}}, {"8080/tcp": {}}),
    "labels": ("Labels", {"vendor": "b", "title": "t"}, {"vender": "b", "title": "u"}),
    "volumes": ("Volumes", {"/data": {}}, {"/date": {}}),
    "stopsignal": ("StopSignal", "SIGINT", "SIGTERM"),
    "healthcheck": (
        "Healthcheck",
        {"Test": ["CMD", "api"], "Retries": 3},
        {"Test": ["CMD", "api"]},
    ),
}


@pytest.mark.parametrize("name", CONFIG)
def test_config(check, fails, name):
    member, right, wrong = CONFIG[name]
    said = check(name, GOOD, config={member: right}, plan_config={member: right})
    assert said.split(" ")[0] == name.upper()
    fails(f"config-{name}", name, GOOD, config={member: wrong}, plan_config={member: right})
    fails(f"config-{name}-none", name, GOOD, config={}, plan_config={member: right})
    # What the base adds to these is not a fault.
    if name in ("env", "expose", "labels", "volumes"):
        value = "" if name == "labels" else {}
        more = [*right, "C=3"] if name == "env" else {**right, "more": value}
        assert check(name, GOOD, config={member: more}, plan_config={member: right})
    elif isinstance(right, list):
        with pytest.raises(CheckError):
            check(name, GOOD, config={member: [*right, "more"]}, plan_config={member: right})


def test_a_user_by_name_is_in_the_image(check, fails):
    """Else no container starts."""
    accounts = [
        entry("etc/passwd", b"root:x:0:0::/:\nweb:x:7:8::/:\n"),
        entry("etc/group", b"www:x:9:\n"),
    ]
    numbers = {
        "web": "7",
        "web:www": "7:9",
        "web:12": "7:12",
        "12": "12",
        "12:13": "12:13",
        "7:www": "7:9",
    }
    for user, found in numbers.items():
        said = check("user", accounts, config={"User": found}, plan_config={"User": user})
        assert said == f'USER "{found}"'
    with pytest.raises(CheckError):
        check("user", accounts, config={"User": "web"}, plan_config={"User": "web"})
    for name, user in {"user": "nobody", "group": "web:nobody"}.items():
        declared = {"User": user}
        fails(f"no-such-{name}", "user", accounts, config=declared, plan_config=declared)


def test_what_the_user_may_write(check, fails):
    image = [
        entry("etc/group", b"staff:x:9:app\n"),
        entry("etc/passwd", b"app:x:7:8::/:\n"),
        entry("own", mode=0o700, uid=7),
        entry("own/below", mode=0o777),
        entry("group", mode=0o070, uid=1, gid=9),
        entry("all", mode=0o1777),
        entry("own/file", b"", mode=0o200, uid=7),
        entry("blind", mode=0o722),
        entry("roots", mode=0o755),
        entry("roots/below", mode=0o777),
        entry("hidden", mode=0o700),
        entry("hidden/below", mode=0o777),
        link("link", "own"),
    ]

    def may(*paths, user="7", **config):
        config = {"User": user, **config}
        return check("writable", image, config=config, arguments={"writable": [*paths]})

    said = may("/own", "/own/below", "/group", "/all", "/own/file", "/roots/below", "/link")
    assert said.startswith("7:8 may write to /own, ")
    assert may("/hidden/below", "/blind", "/v", user="0", Volumes={"/v/": {}})
    for path in ("/blind", "/roots", "/hidden/below", "/none", "/v"):
        with pytest.raises(CheckError):
            may(path, Volumes={"/v": {}})
    with pytest.raises(CheckError):
        may("/group", user="7:8")  # as engines do, without its other groups
    for user in ("0", "nobody"):
        with pytest.raises(CheckError):
            may("/none", user=user)
    for text, path in {"volume": "/v", "roots": "/roots", "hidden": "/hidden/below"}.items():
        config = {"User": "7", "Volumes": {"/v": {}}}
        arguments = {"writable": [path]}
        fails(f"writable-{text}", "writable", image, config=config, arguments=arguments)


def test_capabilities(check, fails):
    # As setcap writes them: cap_net_bind_service,cap_net_raw=ep, and cap_checkpoint_restore=p.
    both = "\x01\0\0\x02\0\x24" + "\0" * 14
    high = "\0\0\0\x02" + "\0" * 9 + "\x01" + "\0" * 6
    image = [
        entry("both", b"", pax_headers={"SCHILY.xattr.security.capability": both}),
        entry("high", b"", pax_headers={"SCHILY.xattr.security.capability": high}),
        entry("none", b""),
    ]

    def has(path, capabilities):
        return {"capabilities": [{"path": path, "capabilities": capabilities}]}

    assert check(
        "capabilities", image, arguments=has("/both", "cap_net_raw,cap_net_bind_service=pe")
    )
    assert check("capabilities", image, **has("/high", "cap_checkpoint_restore=p"))
    for path, text in {
        "/both": "cap_net_raw=ep",
        "/high": "cap_checkpoint_restore=ep",
        "/none": "cap_kill=p",
        "/x": "cap_kill=p",
    }.items():
        name = f"capabilities-{path[1:]}"
        fails(name, "capabilities", image, arguments=has(path, text))


def test_accounts_are_as_declared(check):
    image = [
        entry("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\napp:x:7:9::/:/sbin/nologin\n"),
        entry("etc/group", b"staff:x:9:a,app\n"),
    ]

    def declared(*lines):
        return {"accounts": [*lines]}

    assert check("users", image, **declared("user:app:7:9:/:/sbin/nologin"))
    assert check("groups", image, **declared("group:staff:9:app"))
    for wrong in (
        "user:app:7:9:/home:/sbin/nologin",
        "user:root:0:0:/root:/bin/sh",
        "user:b:1:9:/:/",
    ):
        with pytest.raises(CheckError):
            check("users", image, **declared(wrong))
    for wrong in ("group:staff:8:", "group:staff:9:b", "group:app:9:"):
        with pytest.raises(CheckError):
            check("groups", image, **declared(wrong))


def test_directories_and_links_are_as_declared(check):
    image = [
        entry("etc/passwd", b"app:x:7:9::/:\n"),
        entry("data", mode=0o2755, uid=7, gid=9),
        link("l", "data"),
    ]

    def directory(path, mode, user):
        return {"directories": [{"path": path, "mode": mode, "user": user, "staged": ""}]}

    def symlink(path, target):
        return {"symlinks": [{"path": path, "target": target, "staged": ""}]}

    assert check("directories", image, **directory("/data", "2755", "7:9"))
    assert check("directories", image, **directory("/data", "2755", "app"))
    assert check("symlinks", image, **symlink("/l", "data"))
    for wrong in (
        ("/data", "755", "7:9"),
        ("/data", "2755", "7:7"),
        ("/l", "2755", "7:9"),
        ("/x", "0755", "0:0"),
        ("/data", "2755", "nobody"),
    ):
        with pytest.raises(CheckError):
            check("directories", image, **directory(*wrong))
    for wrong in (("/l", "/data"), ("/data", "data"), ("/x", "data")):
        with pytest.raises(CheckError):
            check("symlinks", image, **symlink(*wrong))


def test_config_of_nothing(check):
    """An empty list and none are the same."""
    for found in ({}, {"Cmd": []}, {"Cmd": None}):
        assert check("cmd", GOOD, config=found, plan_config={"Cmd": []}) == "CMD []"
    said = check("expose", GOOD, config={"ExposedPorts": {"b": {}, "a": {}}},
                 plan_config={"ExposedPorts": {"b": {}, "a": {}}})  # fmt: skip
    assert said == 'EXPOSE ["a", "b"]'


@pytest.fixture
def module(tmp_path):
    (tmp_path / "go.mod").write_text("// c\nmodule example.com/api // x\n\ngo 1.22\n")


def program(content, **header):
    return [entry("usr/local/bin/api", content, **{"mode": 0o755, **header})]


def test_binary(check, fails, module):
    said = check("binary", GOOD)
    assert said == "/usr/local/bin/api, example.com/api for linux/amd64 by go1.26.1"
    fails("binary-missing", "binary", [entry("usr/local/bin")])
    fails("binary-directory", "binary", [entry("usr/local/bin/api")])
    fails("binary-not-executable", "binary", program(PROGRAM, mode=0o644))
    fails("binary-script", "binary", program(b"#!/bin/sh\n"))
    fails("binary-not-by-go", "binary", program(elf()))


@pytest.mark.parametrize(
    ("name", "content", "plan"),
    [
        ("goos", elf(info=build_info(GOOS="freebsd", GOARCH="amd64")), {}),
        ("goarch", elf(info=build_info(GOOS="linux", GOARCH="arm64")), {}),
        ("machine", elf(183, info=build_info(GOOS="linux", GOARCH="amd64")), {}),
        ("no-machine", elf(999, info=build_info(GOOS="linux", GOARCH="amd64")), {}),
        (
            "processor",
            elf(info=build_info(GOOS="linux", GOARCH="amd64", GOAMD64="v1")),
            {"platform": {"os": "linux", "architecture": "amd64", "variant": "v3"}},
        ),
        (
            "processor-of-go-env",
            elf(info=build_info(GOOS="linux", GOARCH="amd64", GOAMD64="v1")),
            {"go": {"env": ["GOAMD64=v2"]}},
        ),
        ("nothing-set", elf(info=build_info()), {}),
        ("version", PROGRAM, {"go": {"env": ["GOTOOLCHAIN=go1.25.0"]}}),
        ("package", PROGRAM, {"package": "./cmd/api"}),
        ("package-elsewhere", PROGRAM, {"package": "example.com/other/cmd@v1.2.0"}),
    ],
)
def test_another_binary(fails, module, name, content, plan):
    fails(f"binary-another-{name}", "binary", program(content), **plan)


def test_binaries_that_are_right(check, module, tmp_path):
    info = build_info("go1.25.0 X:exp", "example.com/api/cmd/a", GOOS="linux", GOARCH="arm64")
    plan = {
        "platform": {"os": "linux", "architecture": "arm64"},
        "go": {"env": ["GOTOOLCHAIN=go1.25.0", "GOFLAGS=a=b"]},
        "package": "./cmd/a",
    }
    assert check("binary", program(elf(183, info=info)), **plan)
    for setting, built in (("7", "7"), ("7", "7,hardfloat"), ("6,softfloat", "6,softfloat")):
        arm = elf(40, 32, info=build_info(GOOS="linux", GOARCH="arm", GOARM=built))
        plan = {
            "platform": {"os": "linux", "architecture": "arm"},
            "go": {"env": [f"GOARM={setting}", "GOAMD64=v3"]},
        }
        assert check("binary", program(arm), **plan)
    # A module in the directory of the package, in the form that quotes its path.
    (tmp_path / "cmd").mkdir()
    for quoted in ('"example.com/c"', "`example.com/c`"):
        (tmp_path / "cmd/go.mod").write_text(f"module {quoted}\n")
        nested = build_info(path="example.com/c/a", GOOS="linux", GOARCH="amd64")
        assert check("binary", program(elf(info=nested)), package="./cmd/a")
    local = {"go": {"env": ["GOTOOLCHAIN=local"]}, "package": "example.com/other@latest"}
    other = build_info(path="example.com/other", GOOS="linux", GOARCH="amd64")
    assert check("binary", program(elf(info=other)), **local)
    # Where no go.mod is, or none that names a module, the package is not compared.
    (tmp_path / "cmd/go.mod").write_text("go 1.22\n")
    assert check("binary", program(PROGRAM), package="./cmd/a")
    (tmp_path / "cmd/go.mod").unlink()
    (tmp_path / "go.mod").unlink()
    assert check("binary", program(PROGRAM), package="./cmd/a")


def test_static(check, fails):
    assert check("static", GOOD) == "/usr/local/bin/api needs no loader"
    loader = b"/lib64/ld-linux-x86-64.so.2"
    fails("static-loader", "static", program(elf(interpreter=loader, dynamic=True)))
    there = [*program(elf(interpreter=loader)), entry(loader.decode(), b"")]
    fails("static-loader-there", "static", there)
    fails("static-dynamic", "static", program(elf(dynamic=True)))
    fails("static-script", "static", program(b"#!/bin/sh\n"))
    fails("static-missing", "static", [entry("etc")])


def test_devices_are_neither_files_nor_programs(check, fails):
    device = entry("bin/sh", type=tarfile.CHRTYPE, mode=0o600)
    assert check("no-shell", [device])
    found = [entry("dev/null", type=tarfile.CHRTYPE, mode=0o666)]
    fails("file-special", "file", found, arguments={"path": "/dev/null", "type": "file"})


SCRIPT = b"#!/bin/sh\nexec api\n"
SHELL = [entry("bin/busybox", PROGRAM, mode=0o755), link("bin/sh", "busybox")]


def started(check, name, *entries, option="Entrypoint", user="65532:65532", **config):
    """The check of an image that starts the file of that name."""
    value = {"Test": name} if option == "Healthcheck" else [name]
    config = {option: value, "User": user, "Env": ["PATH=/usr/local/bin:/bin"], **config}
    declared = {key: config[key] for key in (option, "User")}
    return check(option.lower(), list(entries), config=config, plan_config=declared)


def test_a_program_that_can_start(check):
    for name in ("/usr/local/bin/api", "api", "bin/api"):
        assert started(check, name, *GOOD, WorkingDir="/usr/local", option="Cmd")
    script = entry("srv/run.sh", SCRIPT, mode=0o755)
    assert started(check, "/srv/run.sh", script, *SHELL)
    assert started(check, "./run.sh", script, *SHELL, WorkingDir="/srv")
    # Who owns it, or is of its group, or is root, needs no more than a bit of his own.
    for mode, user in ((0o500, "7:8"), (0o050, "9:8"), (0o100, "0:0"), (0o005, "1:1")):
        closed = entry("srv/run.sh", SCRIPT, mode=mode, uid=7, gid=8)
        assert started(check, "/srv/run.sh", closed, *SHELL, user=user)
    for line in (b"#! /usr/bin/env sh", b"#!/usr/bin/env -S A=1 sh -e"):
        by_env = entry("run", line + b"\n", mode=0o755)
        assert started(check, "/run", by_env, entry("usr/bin/env", PROGRAM, mode=0o755), *SHELL)
    # With an entrypoint, CMD is what that gets.
    assert started(check, "serve", *GOOD, option="Cmd", Entrypoint=["/usr/local/bin/api"])


def test_a_health_check_that_can_start(check, fails):
    for test in (["CMD", "api"], ["CMD-SHELL", "x"], ["NONE"]):
        assert started(check, test, *GOOD, *SHELL, option="Healthcheck")
    shell = ["CMD-SHELL", "x"]
    bash = entry("bin/bash", PROGRAM, mode=0o755)
    assert started(check, shell, bash, option="Healthcheck", Shell=["/bin/bash", "-c"])
    with pytest.raises(CheckError) as error:
        started(check, shell, *GOOD, option="Healthcheck")
    assert "no /bin/sh" in str(error.value)


FAULTS = {
    "missing": [*GOOD],
    "mode": [entry("run", SCRIPT, mode=0o644), *SHELL],
    "owner": [entry("run", SCRIPT, mode=0o700), *SHELL],
    "unreadable": [entry("run", SCRIPT, mode=0o711), *SHELL],
    "no-interpreter": [entry("run", SCRIPT, mode=0o755)],
    "no-program-of-env": [
        entry("run", b"#!/usr/bin/env bash\n", mode=0o755),
        entry("usr/bin/env", PROGRAM, mode=0o755),
        *SHELL,
    ],
    "crlf": [entry("run", SCRIPT.replace(b"\n", b"\r\n"), mode=0o755), *SHELL],
    "no-first-line": [entry("run", b"exec api\n", mode=0o755), *SHELL],
    "no-loader": [entry("run", elf(interpreter=b"/lib64/ld.so"), mode=0o755)],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_program_that_can_not_start(check, golden, fault):
    with pytest.raises(CheckError) as error:
        started(check, "/run", *FAULTS[fault])
    golden.check(f"checks/start-{fault}.txt", f"{error.value}\n")


def test_a_program_in_a_closed_directory(check):
    with pytest.raises(CheckError, match="may not enter"):
        started(check, "/a/b/run", entry("a", mode=0o700), entry("a/b/run", PROGRAM, mode=0o755))
    assert started(
        check, "/a/run", entry("a", mode=0o700), entry("a/run", PROGRAM, mode=0o755), user="0"
    )
