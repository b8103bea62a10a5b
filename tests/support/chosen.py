"""A container, and what a configure says of the engine that it chose for it."""

from __future__ import annotations


def declare(project, body="add_go_container(api BASE scratch)"):
    project.go_module(".")
    project.cmakelists(body)


def told(result):
    return [line for line in result.stdout.splitlines() if "GoContainer: engine" in line]


def errors(result):
    lines = result.stderr[result.stderr.index("CMake Error") :].splitlines()
    text = "".join(line[3:] + "\n" for line in lines if line.startswith("   "))
    assert text, f"no error of ours:\n{result}"
    return text
