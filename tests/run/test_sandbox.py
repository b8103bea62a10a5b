"""What a program of an image reaches without an engine: its files, by their owners, and nothing of this machine."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import images
import pytest
from gocontainer.common.skip import Skip
from gocontainer.read.source import ImageError
from gocontainer.run import namespace, sandbox, users
from gocontainer.run.complete import run_image
from gocontainer.run.invocation import Invocation
from gocontainer.run.users import Ids, account
from harness import GOCONTAINER, run
from images import entry, link

MAPPED = ["range", "one"]


class Box:
    """An image with busybox as its program, and what its scripts say."""

    def __init__(self, directory):
        self.directory = directory

    def make(self, *entries, **config):
        busybox = Path(shutil.which("busybox")).read_bytes()
        config = {"Entrypoint": ["/bin/busybox"], "Env": ["PATH=/bin"], "User": "65532:65532", **config}  # fmt: skip
        layer = images.layer(
            entry("bin"), entry("bin/busybox", busybox, mode=0o755), link("bin/sh", "busybox"),
            entry("tmp", mode=0o1777), *entries,
        )  # fmt: skip
        self.plan = images.write_plan(self.directory, images.archive(images.image([layer], config=config)))  # fmt: skip

    def call(self, *words, **options):
        return run_image(self.plan, self.directory, None, Invocation(list(words), **options))

    def sh(self, script, **options):
        done = self.call("sh", "-c", script, **options)
        assert done.exit_code is not None, done
        return done.stdout.decode()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    box = Box(tmp_path_factory.mktemp("plain"))
    box.make()
    return box


@pytest.fixture
def box(tmp_path):
    return Box(tmp_path / "box")


@pytest.fixture(params=MAPPED)
def mapped(request, monkeypatch):
    """With a range of ids, and with one id, as users have it that nobody gives a range."""
    if request.param == "one":
        monkeypatch.setattr(sandbox, "ways", lambda: [Ids(None)])
    return request.param


def test_nothing_of_the_machine_is_there(plain, mapped):
    secret, writing = os.pipe()
    os.set_inheritable(secret, True)
    said = plain.sh("""
        for file in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/vm/drop_caches \
            /proc/sys/net/ipv4/ip_forward /proc/irq/default_smp_affinity /proc/sys/user/max_user_namespaces; do
          (: >>$file) 2>/dev/null && echo "writable $file"
        done
        for file in /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug /proc/acpi /proc/scsi; do
          [ -z "$(head -c 1 $file 2>/dev/null)$(ls $file/ 2>/dev/null)" ] || echo "shown $file"
        done
        [ -e /sys/kernel ] && echo sys
        unshare -U true 2>/dev/null && echo "a user namespace"
        echo "files $(cd /proc/self/fd; echo *) hosts $(hostname) interfaces $(ls /proc/sys/net/ipv4/conf | wc -l)"
        echo "processes $(ls -d /proc/[0-9]* | wc -l)"
        grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status | tr '\\t\\n' '  '
        echo; echo "terminal $(cut -d ' ' -f 6,7 /proc/1/stat) memory $(cat /proc/self/oom_score_adj) $(ulimit -u)"
        """, env={"LC_ALL": "C"})  # fmt: skip
    os.close(secret)
    os.close(writing)
    lines = [line.rstrip() for line in said.splitlines()]
    assert lines[0].startswith("files 0 1 2") and lines[0].endswith("hosts localhost interfaces 3")
    assert len(lines[0].split(" hosts")[0].split()) <= 5  # and what lists them
    assert re.fullmatch(r"processes [1-4]", lines[1])
    assert lines[2:] == [
        "CapEff: 0000000000000000 CapBnd: 00000000a80425fb NoNewPrivs: 1", "terminal 1 0 memory 1000 4096" if mapped == "range" else lines[3],
    ]  # fmt: skip


def test_the_network_is_its_own(plain):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert plain.call("nc", "127.0.0.1", str(port)).exit_code == 1
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    # But it has one, in which every user may listen on every port.
    # What it says is there before somebody asks, as it ends where the other side does.
    listen = "nc -l -p 80 <<end &\nhello\nend\n"
    assert plain.sh(f"{listen}until nc 127.0.0.1 80 2>/dev/null; do :; done") == "hello\n"


def test_the_environment_of_the_image_is_of_its_program_alone(box, tmp_path):
    """The loader of any other program would write a file, as LD_DEBUG_OUTPUT says."""
    box.make(
        Env=["PATH=/bin", f"LD_DEBUG_OUTPUT={tmp_path}/written", "LD_DEBUG=all", "LONE", "A=b=c"]
    )
    assert "A=b=c" in box.call("env").stdout.decode().splitlines()
    assert not list(tmp_path.glob("written*"))


OWNED = [
    entry("own", b"x", mode=0o640, uid=65532, gid=65532), entry("roots", b"x", mode=0o644),
    entry("roots-private", b"x", mode=0o600), entry("group", b"x", mode=0o660, gid=65532),
    entry("other", b"x", mode=0o606, uid=5, gid=5), entry("denied-own", b"x", mode=0o066, uid=65532),
    entry("data"), entry("drop", mode=0o1777), entry("team", mode=0o2770, gid=65532),
]  # fmt: skip
LOOK = """
    for file in own roots roots-private group other denied-own data drop team; do
      [ -r $file ] && r=r || r=-; [ -w $file ] && w=w || w=-; printf '%s %s%s ' $file $r $w
    done
    for place in / /etc /data /drop /team /srv /volume; do touch $place/new 2>/dev/null && printf '%s ' $place; done
    """


@pytest.mark.parametrize("user", ["65532:65532", "0", "7:65532"])
def test_owners_mean_what_they_mean_with_an_engine(box, mapped, user):
    box.make(*OWNED, User=user, WorkingDir="/srv", Volumes={"/volume": {}})
    said = box.sh("cd /;" + LOOK)
    assert said == {
        "65532:65532": "own rw roots r- roots-private -- group rw other rw denied-own -- data r- drop rw team rw "
        "/drop /team ",
        "0": "own rw roots rw roots-private rw group rw other rw denied-own rw data rw drop rw team rw "
        "/ /etc /data /drop /team /srv /volume ",
        "7:65532": "own r- roots r- roots-private -- group rw other rw denied-own rw data r- drop rw team rw "
        "/drop /team ",
    }[user]  # fmt: skip


def test_files_have_their_owners_and_modes(box):
    box.make(*OWNED, entry("set", b"x", mode=0o6755, uid=3, gid=4), User="0")
    said = box.sh("stat -c '%n %u %g %a' /own /other /team /set /data; touch /made; chown 9:8 /made; stat -c %u:%g /made")  # fmt: skip
    assert said.splitlines() == [
        "/own 65532 65532 640", "/other 5 5 606", "/team 0 65532 2770", "/set 3 4 6755", "/data 0 0 755", "9:8",
    ]  # fmt: skip


def test_without_root(plain, tmp_path):
    """Real users: one that has a range of ids, and one that has none."""
    home = Path("/tmp", f"go-container-nobody-{os.getpid()}")
    shutil.copytree(GOCONTAINER, home / "gocontainer")
    try:
        shutil.copytree(plain.directory, home / "box")
        (home / "ids").write_text("nobody:300000:65536\n")
        (home / "none").write_text("")
        (home / "call.py").write_text(
            "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
            "from gocontainer.run.complete import run_image; from gocontainer.run.invocation import Invocation\n"
            "words = ['sh', '-c', 'touch /bin/x 2>&1; cat /proc/self/uid_map; id -u']\n"
            "done = run_image({'name': 'api', 'engine': 'builtin'}, Path(sys.argv[1], 'box'), None, Invocation(words))\n"
            "print((done.stdout + done.stderr).decode())\n"
        )
        subprocess.run(["chown", "-R", "nobody:nogroup", home], check=True)
        said = {}
        for ids in ("ids", "none"):
            script = (
                f"mount --bind {home}/{ids} /etc/subuid && mount --bind {home}/{ids} /etc/subgid && cd / && "
                f"exec setpriv --reuid=nobody --regid=nogroup --clear-groups {sys._base_executable} -B {home}/call.py {home}"
            )
            done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=True)  # fmt: skip
            said[ids] = [line.split() for line in done.stdout.splitlines() if line]
    finally:
        shutil.rmtree(home)
    assert said["ids"][0][-2:] == said["none"][0][-2:] == ["Permission", "denied"]
    assert said["ids"][1:] == [["0", "300000", "65536"], ["65532"]]
    assert said["none"][1:] == [["65532", "65534", "1"], ["65532"]]


def test_a_range_that_is_too_small_is_a_reason_to_skip(box, monkeypatch):
    monkeypatch.setattr(sandbox, "ways", lambda: [Ids((("uid", 1 << 31, 1 << 16), ("gid", 1 << 31, 1 << 16)))])  # fmt: skip
    box.make(entry("far", b"", uid=70_000))
    with pytest.raises(Skip, match=r"a user or group 70000, and .* give this user 65,536 ids"):
        box.sh("true")


def test_a_kernel_that_refuses_is_a_reason_to_skip(plain, monkeypatch):
    def refuse(_):
        raise PermissionError(1, "unshare: Operation not permitted")

    monkeypatch.setattr(namespace, "unshare", refuse)
    with pytest.raises(Skip, match=r"no namespaces can be had here \(unshare: Operation not permitted\)"):  # fmt: skip
        plain.sh("true")


def test_all_ends_with_the_check(plain):
    """What runs is killed with it, also what left its session; the kernel frees the files with the last process."""
    mark = f"314159{os.getpid()}"
    code = (
        "import sys, json; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from gocontainer.run.complete import run_image; from gocontainer.run.invocation import Invocation\n"
        "run_image({'name': 'api', 'engine': 'builtin'}, Path(sys.argv[2]), None,"
        " Invocation(['sh', '-c', sys.argv[3]], timeout=1e6))"
    )
    script = f"setsid sleep {mark} & sleep {mark}"
    command = [sys.executable, "-c", code, str(GOCONTAINER.parent), str(plain.directory), script]
    with subprocess.Popen(command) as check:
        until(lambda: len(running(mark)) >= 2, check)
        check.kill()
    until(lambda: not running(mark))


def running(mark):
    return [
        place
        for place in Path("/proc").glob("[0-9]*/cmdline")
        if (words := read(place)).startswith(b"sleep\0") and mark.encode() in words
    ]


def read(place):
    try:
        return place.read_bytes()
    except OSError:
        return b""


def until(happened, process=None):
    """Waits for an event, whatever a busy machine makes of it; pytest's own limit ends it."""
    while not happened():
        assert process is None or process.poll() is None
        time.sleep(0.05)


def test_exposed_ports_of_a_run_are_reached(box):
    """Through a command of its own, as <name>-run has it; interrupted, it ends."""
    box.make(
        Entrypoint=["/bin/busybox", "sh", "-c", "trap 'exit 3' INT; while :; do echo hi | nc -l -p 8080; done"],
        ExposedPorts={"8080/tcp": {}, "9/udp": {}}, User="1000",
    )  # fmt: skip
    command = [sys.executable, GOCONTAINER, "run", f"oci-archive:{box.directory}/api.tar"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        address = re.match(
            r"127\.0\.0\.1:(\d+) is port 8080 of the program", process.stderr.readline()
        )
        said = b""
        while said != b"hi\n":  # the program may not listen yet
            with socket.create_connection(("127.0.0.1", int(address[1]))) as connection:
                said = connection.makefile("rb").readline()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130


ODD = {
    "no-config": None,
    "odd-user": {"User": "odd"},
    "huge-user": {"User": "huge"},
    "unknown-user": {"User": "none"},
    "negative-user": {"User": "-7"},
    "user-beyond": {"User": "4294967296"},
    "unknown-group": {"User": "0:none"},
    "directory-is-a-file": {"WorkingDir": "/etc/passwd/x"},
    "volume-is-a-file": {"Volumes": {"/etc/passwd/x": {}}},
    "zero-byte": {"Entrypoint": ["/bin/x\0y"]},
    "half-a-character": {"Entrypoint": ["/bin/\ud800"]},
    "half-a-character-in-env": {"Env": ["A=\ud800"], "Entrypoint": ["/bin/x"]},
    "no-such-program": {"Entrypoint": ["nothing"]},
    "not-executable": {"Entrypoint": ["/etc/passwd"]},
    "wrong-format": {"Entrypoint": ["/etc/damaged"]},
}  # fmt: skip


def test_odd_images_are_told_in_a_line(tmp_path, golden):
    layer = images.layer(
        entry("etc/passwd", b"odd:x:-7:-7:::\nhuge:x:99999999999:1::\nshort:x\n\xff\xfe\n:::::\n"),
        entry("etc/damaged", b"\x7fELF", mode=0o755),
    )
    told = ""
    for name, config in ODD.items():
        config = config and {"Entrypoint": ["/nothing"], **config}
        files = images.image([layer], configuration={"config": config})
        (tmp_path / "image.tar").write_bytes(images.archive(files))
        command = [sys.executable, GOCONTAINER, "run", f"oci-archive:{tmp_path}/image.tar"]
        told += f"{name}: {run(command, expect_failure=True).stderr}"
    golden.check("errors/run-odd-images.txt", told)


def test_names_and_groups_are_those_of_the_image():
    files = {
        "etc/passwd": b"root:x:0:0::/root:/bin/sh\nweb:x:33:34::/srv:/bin/sh\nbare:x:5:6\n",
        "etc/group": b"web:x:34:\nlogs:x:40:web,root\nssl:x:41:web\nbroken\n",
    }

    def read(path):
        return files.get(path, b"")

    assert account("", read) == (0, 0, (40,), "/root")
    assert account("web", read) == account("33", read) == (33, 34, (40, 41), "/srv")
    assert account("web:logs", read) == account("web:40", read) == (33, 40, (), "/srv")
    assert account("bare", read) == (5, 6, (), "/")
    assert account("1234", read) == (1234, 0, (), "/")
    assert account("1234:77", read) == (1234, 77, (), "/")
    for wrong in ("nobody", "web:none", "-1", "2147483648", "٣"):
        with pytest.raises(ImageError, match="give USER numbers"):
            account(wrong, read)


def test_ranges_of_ids(tmp_path):
    file = tmp_path / "subuid"
    file.write_text("somebody:1:70000\n# no range\nroot:5:10\nroot:100000:65536:\nroot:x:65536\nroot:200000:65536\n")  # fmt: skip
    assert users.subordinate(str(file)) == (200_000, 65_536)
    assert users.subordinate(str(tmp_path / "none")) == (0, 0)
