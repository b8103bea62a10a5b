"""What the environment can't do to an image without a word in the call: other flags, programs, sources, checksums."""

import json
import os
import re
import subprocess

import pytest
from go_layouts import LAYOUTS
from gocontainer.go.environment import (
    COMPILER_SETTINGS,
    MACHINE_SETTINGS,
    environment_of,
    toolchain_of_environment,
    unasked,
)
from gocontainer.go.explicit_flags import refusal
from harness import REPOSITORY, run
from module_proxy import module_proxy

KNOWN = set(json.loads(run(["go", "env", "-json"]).stdout)) - {*MACHINE_SETTINGS}
PLAN = {
    "name": "api",
    "source": "/src",
    "platform": {"os": "linux", "architecture": "arm64"},
    "go": {"env": ["GOOS=linux", "CGO_ENABLED=0"], "flags": []},
}
SAID = {"GOOS": "linux", "CGO_ENABLED": "0", "GOARCH": "arm64", "GOENV": "off", "GOWORK": "off"}


@pytest.mark.parametrize("name", sorted({*KNOWN, *COMPILER_SETTINGS}))
def test_no_variable_of_go_reaches_the_compiler(name, monkeypatch):
    """All that `go env` of this Go knows, so that the variables of the next Go are seen here."""
    monkeypatch.setenv(name, "changed")
    found = environment_of(PLAN, {name: "changed"} if name in KNOWN else {})
    assert found.get(name) == SAID.get(name)


REFUSED = [
    *("-toolexec=./spy", "--toolexec ./spy", "-overlay=o.json", "-modfile=alt.mod", "-mod=mod"),
    *("-pkgdir=/tmp", "-exec=sh", "-vettool=./spy", "-p=2 -toolexec=x", "--mod=mod -p=2"),
    *("'-ldflags=-extld=./spy -s'", "-ldflags=-extld=./spy"),
]
TAKEN = [
    *("", "-p=2", "-mod=readonly", "-mod=vendor", "-tags=overlay,exec", "-trimpath", "-modcacherw"),
    *("-ldflags=-X=main.flag=-toolexecutor"),
]


def test_flags_that_only_the_call_may_have(project):
    """By the same table: this machine's build, the configure run, and the shell of a container."""
    flags = [*REFUSED, *TAKEN]
    wanted = [True] * len(REFUSED) + [False] * len(TAKEN)
    assert [bool(refusal("api", each)) for each in flags] == wanted

    script = project.write("check.cmake", (
        f"include({REPOSITORY}/cmake/GoContainer/plan/explicit_flags.cmake)\n"
        "function(_go_container_error)\n  message(REFUSED)\nendfunction()\n"
        + "".join(f"message(NEXT)\n_go_container_check_explicit(x x [==[{each}]==] GO_FLAGS)\n" for each in flags)
    ))  # fmt: skip
    said = run(["cmake", "-P", script]).stderr.split("NEXT")[1:]
    assert ["REFUSED" in each for each in said] == wanted

    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch GO_ENV GOFLAGS)")
    project.configure(engine="podman", env={"GOFLAGS": ""})
    dockerfile = (project.binary / "api.container/Dockerfile").read_text()
    checks = re.findall(r"if echo.*?; fi", dockerfile, re.DOTALL)
    assert len(checks) == 2  # before go mod download, and before go build
    ran = [
        subprocess.run(
            ["sh", "-c", checks[0]], env={**os.environ, "GOFLAGS": each}, stdout=subprocess.DEVNULL
        )
        for each in flags
    ]
    assert [each.returncode == 1 for each in ran] == wanted


def test_a_build_refuses_what_came_after_the_configure_run(project, golden):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch GO_ENV GOFLAGS)")
    project.configure(engine="builtin", env={"GOFLAGS": ""})
    said = project.build("api", env={"GOFLAGS": "-toolexec=./spy"}, expect_failure=True)
    text = re.search(r"add_go_container\(api\): GOFLAGS.*\n.*", said.stdout + said.stderr)[0]
    golden.check("errors/goflags-of-the-environment-in-a-build.txt", text + "\n")


DEPENDENCY = {
    "example.com/dependency@v1.0.0": {
        "go.mod": "module example.com/dependency\n\ngo 1.22\n",
        "x.go": 'package dependency\n\nconst Name = "dependency"\n',
    }
}
CARELESS = {
    "GOFLAGS": "-mod=mod",
    "GONOSUMDB": "*",
    "GONOSUMCHECK": "1",
    "GOINSECURE": "*",
    "GOPRIVATE": "*",
    "GONOPROXY": "none",
}


@pytest.mark.parametrize("workspace", [False, True])
def test_a_module_without_a_checksum_is_an_error(project, tmp_path, workspace):
    proxy = module_proxy(tmp_path, DEPENDENCY)
    project.write(
        "go.mod", "module example.com/api\n\ngo 1.22\n\nrequire example.com/dependency v1.0.0\n"
    )
    main = 'package main\n\nimport "example.com/dependency"\n\nfunc main() { println(dependency.Name) }\n'
    project.write("main.go", main)
    if workspace:
        project.write("go.work", "go 1.22\n\nuse .\n")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    files = project.snapshot(project.source)
    environment = {**proxy, **CARELESS}
    failed = project.build("api", env=environment, expect_failure=True)
    said = failed.stdout + failed.stderr
    assert ("go.work.sum lacks the checksums of example.com/dependency@v1.0.0" in said) == workspace
    assert ("missing go.sum entry" in said) != workspace
    assert project.snapshot(project.source) == files
    downloaded = project.build("api-modules", env=environment)
    told = "GoContainer: GOPRIVATE, GONOSUMDB, GOINSECURE, GOSUMDB=off: the checksum database"
    assert (downloaded.stdout + downloaded.stderr).count(told) == 1
    assert project.snapshot(project.source) == files
    project.build("api", env=environment, expect_failure=True)  # the module is there now
    assert project.snapshot(project.source) == files
    run(
        ["go", "build", "-o", os.devnull] + ([] if workspace else ["-mod=mod"]),
        cwd=project.source,
        env=proxy,
    )
    project.build("api", env=environment)
    run(["chmod", "-R", "u+w", tmp_path / "modules"])


def test_a_container_of_a_workspace_refuses_them_too(project, podman):
    layout = LAYOUTS["work-outside"]
    layout.write(project.source)
    (project.source / "service/go.sum").unlink()
    project.cmakelists(f"add_go_container(api BASE scratch {layout.call.replace('@dir@/', '')})")
    project.configure(engine="podman")
    said = project.build("api", expect_failure=True).output
    assert "add_go_container(api): go.work.sum lacks checksums of modules." in said
    assert "+golang.org/x/text" in said


@pytest.mark.parametrize(
    ("toolchain", "said", "told"),
    [
        ("go1.25.1", {}, True),
        ("go1.25.1+auto", {}, True),
        ("path", {}, True),
        ("auto", {}, False),
        ("local", {}, False),
        ("go1.25.1", {"passEnv": ["GOTOOLCHAIN"]}, False),
        ("go1.25.1", {"env": ["GOTOOLCHAIN=go1.26.8"]}, False),
    ],
)
def test_another_go_by_the_environment_is_told(toolchain, said, told):
    plan = {**PLAN, "go": {**PLAN["go"], **said}}
    assert bool(toolchain_of_environment(plan, {"GOTOOLCHAIN": toolchain})) == told


def test_no_word_about_a_machine_that_asks_the_checksum_database():
    assert unasked({"GOSUMDB": "sum.golang.org", "GOPROXY": "direct"}) == ""
