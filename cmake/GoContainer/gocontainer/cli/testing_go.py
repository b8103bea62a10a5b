"""The commands of add_go_test()."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_changed
from gocontainer.common.lock import hold
from gocontainer.go.build import Go
from gocontainer.go.go_test import gopls_settings, run_go

if TYPE_CHECKING:
    from types import SimpleNamespace


def command_go(arguments: SimpleNamespace) -> int:
    plan, directory = json.loads(Path(arguments.plan).read_bytes()), Path(arguments.plan).parent
    hold(directory / "build.lock")  # go test and go vet have their compilers from there
    return run_go(plan, Go(arguments.go, plan), directory, arguments.words)


def command_gopls(arguments: SimpleNamespace) -> int:
    plan, file = json.loads(Path(arguments.plan).read_bytes()), Path(arguments.file)
    settings = gopls_settings(plan, file.parent)
    write_changed(file, json.dumps(settings, indent=2).encode() + b"\n")
    return 0
