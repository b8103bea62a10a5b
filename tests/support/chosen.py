"""A container, and what a configure says of the engine that it chose for it."""

from __future__ import annotations

from messages import error_of


def declare(project, body="add_go_container(api BASE scratch)"):
    project.go_module(".")
    project.cmakelists(body)


def told(result):
    return [line for line in result.stdout.splitlines() if "GoContainer: engine" in line]


def errors(result):
    return error_of(result.stderr)
