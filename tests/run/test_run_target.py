"""The target <name>-run and the check RUN take the same way: a program finds the same around it."""

import json
import re
from types import SimpleNamespace

import pytest
from gocontainer.run.complete import run_image
from gocontainer.run.invocation import Invocation
from harness import Project

# What is around a program: "tell <what>: <what it is>", a line each.
PROGRAM = """
    package main

    import (
    \t"fmt"
    \t"net"
    \t"os"
    \t"regexp"
    \t"sort"
    \t"strings"
    \t"syscall"
    )

    func tell(what string, value ...any) {
    \tfmt.Println("tell", what+":", strings.TrimSpace(fmt.Sprint(value...)))
    }

    func main() {
    \tname, _ := os.Hostname()
    \ttell("hostname", regexp.MustCompile("^[0-9a-f]{12}$").ReplaceAllString(name, "<id>"))
    \ttell("process", os.Getpid())
    \tenvironment := os.Environ()
    \tsort.Strings(environment)
    \ttell("environment", regexp.MustCompile("HOSTNAME=[0-9a-f]{12}").ReplaceAllString(fmt.Sprint(environment), "HOSTNAME=<id>"))
    \tstatus, _ := os.ReadFile("/proc/self/status")
    \tfor _, line := range regexp.MustCompile("(?m)^(Cap|NoNewPrivs|Seccomp|Groups|Uid|Gid).*$").FindAllString(string(status), -1) {
    \t\tname, value, _ := strings.Cut(line, ":")
    \t\ttell(name, value)
    \t}
    \tfor name, number := range map[string]int{"NPROC": 6, "NOFILE": 7, "CORE": 4} {
    \t\tvar limit syscall.Rlimit
    \t\tsyscall.Getrlimit(number, &limit)
    \t\ttell("limit "+name, limit)
    \t}
    \tfor _, file := range []string{"pids/pids.max", "memory/memory.limit_in_bytes", "pids.max", "memory.max"} {
    \t\tcontent, _ := os.ReadFile("/sys/fs/cgroup/" + file)
    \t\ttell(file, string(content))
    \t}
    \tinterfaces, _ := net.Interfaces()
    \tfor _, each := range interfaces {
    \t\ttell("interface", each.Name)
    \t}
    \tdirectory, _ := os.Getwd()
    \ttell("directory", directory)
    \tprograms, _ := os.ReadDir("/usr/local/bin")
    \ttell("programs", programs)
    }
    """
# Docker's client would hand these on to each container.
PROXIES = {"proxies": {"default": {"httpProxy": "http://proxy.example:3128"}}}


def facts(output):
    return sorted(re.sub(r"\.\d+:", ".<n>:", line) for line in output.splitlines() if line.startswith("tell "))  # fmt: skip


@pytest.mark.parametrize("engine", ["builtin", "docker", "podman", "buildah"])
def test_the_target_runs_it_as_the_check_does(tmp_path, monkeypatch, engine):
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/config.json").write_text(json.dumps(PROXIES))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    project = Project(tmp_path / "project")
    project.go_module("teller", main=PROGRAM)
    project.cmakelists(
        "add_go_container(teller SOURCE_DIR teller BASE scratch HOST_BUILD ON ENV A=1 WORKDIR /srv EXPOSE 8080)"
    )
    project.configure(engine=engine)
    by_target = facts(project.build("teller-run").stdout)
    image = SimpleNamespace(directory=project.binary / "teller.container")
    plan = json.loads((image.directory / "plan.json").read_text())
    done = run_image(plan, image.directory, None, Invocation())
    assert by_target == facts(done.stdout.decode())
    assert len(by_target) > 15


def test_without_python_the_target_says_so(project, docker, path_without_python):
    project.go_module(".")
    project.cmakelists("add_go_container(unable BASE scratch TESTS NONE)")
    project.configure("-Wno-error=dev", engine="docker", docker=docker, path=path_without_python)
    output = project.build("unable-run", expect_failure=True).output
    assert "GoContainer: unable-run needs Python 3.9 or newer. Install Python 3" in output
