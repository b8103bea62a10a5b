"""Running images: what a program is given, how it ends, and what the check RUN says of it."""

import json
import re
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError
from gocontainer.checks.run import check_run
from gocontainer.read.source import ImageError
from gocontainer.run.complete import run_image
from gocontainer.run.invocation import Invocation
from harness import Project, run

PROGRAM = """
    package main

    import (
    \t"fmt"
    \t"io"
    \t"net"
    \t"os"
    \t"os/exec"
    \t"os/signal"
    \t"strconv"
    \t"strings"
    \t"syscall"
    \t"time"
    )

    func main() {
    \tif len(os.Args) < 2 {
    \t\treturn
    \t}
    \tswitch os.Args[1] {
    \tcase "tell":
    \t\tdirectory, _ := os.Getwd()
    \t\t_, err := os.Stat("/usr/local/bin/runner")
    \t\tfmt.Println("user", os.Getuid(), os.Getgid(), "in", directory, "image", err == nil)
    \t\tfmt.Printf("args %q\\n", os.Args[2:])
    \t\tfmt.Printf("env %q %q\\n", os.Getenv("A"), os.Getenv("B"))
    \t\tif os.Args[len(os.Args)-1] == "pid" {
    \t\t\t_, proc := os.Stat("/proc/self/status")
    \t\t\t_, null := os.ReadFile("/dev/null")
    \t\t\tfmt.Println("pid", os.Getpid(), "proc", proc == nil, "null", null == nil)
    \t\t}
    \tcase "find":
    \t\tfmt.Println(net.LookupHost(os.Args[2]))
    \t\tnames, _ := os.ReadFile("/etc/resolv.conf")
    \t\tos.Stdout.Write(names)
    \tcase "cat":
    \t\tio.Copy(os.Stdout, os.Stdin)
    \tcase "fail":
    \t\tfmt.Println("Version 1.4 (build 7)")
    \t\tfmt.Fprintln(os.Stderr, "warning: \\x1b[31mred\\x1b[0m ä")
    \t\tcode, _ := strconv.Atoi(os.Args[2])
    \t\tos.Exit(code)
    \tcase "say":
    \t\tfmt.Fprintln(os.Stderr, os.Args[3])
    \t\tcode, _ := strconv.Atoi(os.Args[2])
    \t\tos.Exit(code)
    \tcase "env":
    \t\tfmt.Println(strings.Join(os.Environ(), "\\n"))
    \tcase "read":
    \t\tcontent, _ := os.ReadFile(os.Args[2])
    \t\tos.Stdout.Write(content)
    \tcase "flood":
    \t\tlines := strings.Repeat(strings.Repeat("x", 31)+"\\n", 1<<15)
    \t\tfor i := 0; i < 20; i++ {
    \t\t\tos.Stdout.WriteString(lines)
    \t\t}
    \t\tfmt.Fprintln(os.Stderr, "done")
    \tcase "sleep":
    \t\tsignal.Ignore(syscall.SIGTERM)
    \t\tfmt.Println("asleep")
    \t\ttime.Sleep(10 * time.Minute)
    \tcase "hang":
    \t\ttime.Sleep(10 * time.Minute)
    \tcase "start":
    \t\tfmt.Println(exec.Command("/usr/local/bin/runner", "tell").Run())
    \tcase "child":
    \t\tchild := exec.Command("/usr/local/bin/runner", "sleep", os.Args[2])
    \t\tfmt.Println(child.Start())
    \t\ttime.Sleep(10 * time.Minute)
    \t}
    }
    """


def built(directory, engine, declaration):
    project = Project(directory)
    project.go_module(".", main=PROGRAM)
    project.cmakelists(declaration)
    project.configure(engine=engine)
    project.build("image")
    directory = project.binary / "runner.container"
    plan = json.loads((directory / "plan.json").read_text())
    command = None if engine == "builtin" else engine
    return SimpleNamespace(plan=plan, directory=directory, engine_command=command)


# Buildah runs an image as builtin does: test_run_target.py shows it.
@pytest.fixture(scope="module", params=["builtin", "docker", "podman"])
def image(request, tmp_path_factory):
    """What run_image() needs of an image, for each engine."""
    declaration = """
        add_go_container(runner
          BASE scratch ENTRYPOINT /usr/local/bin/runner CMD tell cmd ENV A=image WORKDIR /srv
          VOLUMES /data)
        """
    return built(tmp_path_factory.mktemp("run"), request.param, declaration)


@pytest.fixture(scope="module")
def builtin(tmp_path_factory):
    """An image without a CMD."""
    declaration = "add_go_container(runner BASE scratch ENTRYPOINT /usr/local/bin/runner)"
    return built(tmp_path_factory.mktemp("check"), "builtin", declaration)


def call(image, *arguments, **options):
    invocation = Invocation(list(arguments) or None, **options)
    return run_image(image.plan, image.directory, image.engine_command, invocation)


def test_the_image_s_own_words(image):
    done = call(image)
    assert done.stdout.decode().splitlines() == [
        "user 65532 65532 in /srv image true",
        'args ["cmd"]',
        'env "image" ""',
    ]
    assert (done.exit_code, done.stderr) == (0, b"")


def test_other_words(image):
    odd = ["a b", "", "$A", "ä;'\"\\", "-x", "--env"]
    done = call(image, "tell", *odd, env={"B": "1=2 $x"}, user="7:8")
    assert done.stdout.decode().splitlines() == [
        "user 7 8 in /srv image true",
        'args ["a b" "" "$A" "ä;\'\\"\\\\" "-x" "--env"]',
        'env "image" "1=2 $x"',
    ]


def test_hosts_are_found(image):
    found, *resolver = call(image, "find", "localhost").stdout.decode().splitlines()
    assert re.fullmatch(r"\[(127\.0\.0\.1|::1)( ::1| 127\.0\.0\.1)?\] <nil>", found)
    machine = Path("/etc/resolv.conf").read_text()
    servers = re.findall(r"^nameserver .*", machine, re.M)
    assert [line for line in resolver if line.startswith("nameserver")] == servers


def test_another_entrypoint_resets_cmd(image):
    done = call(image, entrypoint=["/usr/local/bin/runner", "tell"])
    assert done.stdout.splitlines()[1] == b"args []"
    done = call(image, "x", entrypoint=["/usr/local/bin/runner", "tell", "y"])
    assert done.stdout.splitlines()[1] == b'args ["y" "x"]'


def test_stdin(image):
    data = bytes(range(256)) * 1000
    assert call(image, "cat", stdin=data).stdout == data
    assert call(image, "cat").stdout == b""
    assert call(image, "tell", stdin=data * 10).exit_code == 0  # which does not read it


def test_values_of_any_kind(image):
    odd = " '\"# $x \\ ä=, "
    for value in (odd, f"{odd}\n# {odd}", "x" * 70_000):
        told = call(image, "tell", env={"B": value, "PATH": "/nowhere"}).stdout.decode()
        go = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        assert told.splitlines()[2] == f'env "image" "{go}"'


def test_what_the_engine_s_own_command_reads_is_for_the_program_alone(image):
    names = ("DOCKER_HOST", "CONTAINER_HOST", "DOCKER_CONFIG", "HTTP_PROXY", "LD_PRELOAD", "HOME")
    said = call(image, "env", env=dict.fromkeys(names, "/nowhere:1")).stdout.decode().splitlines()
    assert {f"{name}=/nowhere:1" for name in names} <= set(said)


def test_the_program_is_the_first_process(image):
    assert call(image, "tell", "pid").stdout.splitlines()[3].startswith(b"pid 1 ")


def test_exit_codes(image):
    assert call(image, "fail", "3").exit_code == 3
    # What an engine says itself where it can't start a container.
    for code in (125, 126, 127):
        done = call(image, "say", str(code), "Error: no configuration\ndocker: Error")
        assert (done.exit_code, done.started) == (code, True)
    missing = call(image, entrypoint=["/no/such"])
    assert missing.exit_code not in (0, None)
    assert not missing.started
    assert b"/no/such" in missing.stderr + missing.stdout


@pytest.mark.parametrize("flag", ["--runtime=none", "--volume=/etc/passwd:/usr/local/bin"])
def test_a_container_that_can_not_be_started_is_no_missing_program(image, flag):
    """One that the engine never makes, and one that fails when it was made already."""
    if image.engine_command not in ("docker", "podman"):
        return
    with pytest.raises(
        ImageError, match=rf"(?s)^{image.engine_command} can't run .*(none|/usr/local/bin)"
    ):
        call(image, flags=(flag,))


def test_volumes_and_proxies(image, docker, tmp_path, monkeypatch):
    """docker's client gives the proxies of its settings to each container, and keeps the volumes of those
    that are removed."""
    if image.engine_command != "docker":
        return
    (tmp_path / "config.json").write_text(
        '{"proxies": {"default": {"httpProxy": "http://p.example:1", "noProxy": "x"}}}'
    )
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://of.the.client:1")
    said = call(image, "env", env={"no_proxy": "own"}).stdout.decode().splitlines()
    assert [line for line in said if "proxy" in line.lower()] == ["no_proxy=own"]
    mounts = call(image, "read", "/proc/self/mountinfo").stdout.decode()
    volume = re.search(r"volumes/(\w+)/_data /data ", mounts)[1]
    assert (
        "no such volume" in docker("volume", "inspect", volume, expect_failure=True).stderr.lower()
    )


def test_what_a_program_may_take_is_limited(builtin):
    limits = call(builtin, "read", "/proc/self/limits").stdout.decode()
    assert int(re.search(r"Max processes +(\d+)", limits)[1]) < 1_000_000
    assert re.search(r"Max core file size +1 ", limits)
    assert call(builtin, "read", "/proc/self/oom_score_adj").stdout == b"1000\n"


def test_output_is_bounded(image):
    done = call(image, "flood")
    assert len(done.stdout) == 16 * 1024 * 1024
    assert (done.exit_code, done.stderr) == (0, b"done\n")


def processes(mark):
    command = ["ps", "-e", "-ww", "-o", "args="]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if mark in line]


@pytest.mark.parametrize("how", ["sleep", "child"])
def test_a_timeout_leaves_nothing_behind(image, how, docker, podman, tmp_path):
    mark = f"{tmp_path}"
    done = call(image, how, mark, timeout=3)
    assert done.exit_code is None
    assert done.stdout in (b"", b"asleep\n", b"<nil>\n")  # a busy machine may not have come to it
    while processes(mark):
        time.sleep(0.05)
    for engine in (docker, podman):
        names = ("--filter", "ancestor=runner", "--format", "{{.Names}}")
        assert "go-container-" not in engine("ps", "--all", *names).stdout


def test_nothing_is_left_in_the_temporary_directory(image, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    call(image)
    assert not list(tmp_path.glob("go-container*"))


def test_an_image_that_is_gone(image, tmp_path):
    gone = SimpleNamespace(**{**vars(image), "directory": tmp_path})
    (tmp_path / "image.id").write_text("sha256:" + "0" * 64)
    with pytest.raises((ImageError, OSError)):
        call(gone)


def test_the_program_is_process_1_with_devices_and_proc(builtin):
    done = call(builtin, "start", user="0")  # os/exec opens /dev/null
    assert (done.exit_code, done.stdout) == (0, b"<nil>\n")
    assert call(builtin, "tell", "pid").stdout.splitlines()[3] == b"pid 1 proc true null true"


# A machine that allows no user namespaces, made by one that does: within one in which there may be no more.
NO_NAMESPACES = """unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' --"""


def check(image, *run, **arguments):
    arguments["run"] = list(run)
    return check_run(checks.Test("runner.run", arguments=arguments, **vars(image)))


def test_the_check_passes(builtin):
    told = check(
        builtin, "fail", "3", exitCode=3, outputMatches=[r"^Version 1\.\d", "7"], outputExcludes=["warning"],
        errorMatches=["red.*ä$"],
    )  # fmt: skip
    assert told == "exit code 3, 1 line on stdout, 1 line on stderr"
    assert check(builtin, "cat", stdin="ä\nb", outputMatches=["^b$"])
    assert check(builtin, "tell", env=["B=x=y"], user="1:2", outputMatches=["user 1 2", '"x=y"$'])
    assert check(
        builtin, "x", entrypoint=["/usr/local/bin/runner", "tell"], outputMatches=[r'^args \["x"\]']
    )
    assert check(builtin)  # the image's CMD


FAILURES = {
    "exit-code": (["fail", "3"], {}),
    "exit-code-meaning": (["fail", "139"], {}),
    "no-such-program": (["x"], {"entrypoint": ["/no/such"]}),
    "no-entrypoint": (["fail", "0"], {"entrypoint": []}),
    "timeout": (["hang"], {"timeout": 0.5}),
    "matches": (["tell"], {"outputMatches": ["^user .*true$", "nowhere"]}),
    "matches-nearest-line": (["fail", "0"], {"outputMatches": ["Version 1.5 [(]build 7[)]"]}),
    "matches-in-stderr": (["fail", "0"], {"outputMatches": ["red"]}),
    "matches-other-case": (["fail", "0"], {"outputMatches": ["^version"]}),
    "matches-literally": (["fail", "0"], {"outputMatches": ["1.4 (build 7)"]}),
    "error-in-stdout": (["fail", "0"], {"errorMatches": ["Version"]}),
    "excludes": (["fail", "0"], {"outputExcludes": ["build \\d"]}),
    "long-output": (["flood"], {"exitCode": 1}),
    "long-line": (["tell", "x" * 300, "a b"], {"exitCode": 1}),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILURES)
def test_the_check_fails(builtin, golden, case):
    run, arguments = FAILURES[case]
    with pytest.raises(CheckError) as error:
        check(builtin, *run, **arguments)
    golden.check(f"checks/run-{case}.txt", f"{error.value}\n")


def test_a_run_that_can_not_be_is_skipped(project, golden):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(api BASE scratch CMD /usr/local/bin/api)\n"
        'add_go_container_test(api RUN OUTPUT_MATCHES "^hello")\n'
        "add_go_container_service(api PORT 8080)"
    )
    project.configure(engine="builtin")
    project.build("image")
    command = f"{NO_NAMESPACES} ctest --test-dir {project.binary} -V -R 'run|start|stop'"
    result = run(["sh", "-c", command])
    assert {"api.run (Skipped)", "api.start (Skipped)", "api.stop (Skipped)"} <= set(
        re.findall(r"api\.\w+ \(Skipped\)", result.stdout)
    )
    said = re.findall(r"GoContainer: skipped, because (.*)", result.stdout)
    assert len(said) == 3 and len(set(said)) == 1
    golden.check("errors/no-isolation.txt", said[0] + "\n")
