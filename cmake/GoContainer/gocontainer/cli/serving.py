"""The target <name>-serve: keeps the service of a container running, for a client that somebody debugs."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.checks import CheckError, Test
from gocontainer.checks.service import check_start, service_of
from gocontainer.common.error import ImageError
from gocontainer.common.platforms import choose_platform
from gocontainer.common.printable import safe
from gocontainer.common.skip import Skip
from gocontainer.run.supervisor import end_supervisor, in_use

if TYPE_CHECKING:
    from types import SimpleNamespace

    from gocontainer.run.service import Service

# Between two looks at the log.
PAUSE_SECONDS = 0.1


def command_serve(arguments: SimpleNamespace) -> int:
    """Start the service, and show its log until it ends or this process is told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    file = Path(arguments.plan)
    plan = choose_platform(json.loads(file.read_bytes()), arguments.platform)
    declared = json.loads(Path(arguments.service).read_bytes())
    test = Test(f"{plan['name']}.start", plan, file.parent, declared, arguments.engine_command)
    service = service_of(test)
    address = service.place / "address"
    try:
        if not started(test):
            return 1
        print(f"its address is in {address}; Ctrl-C ends it", flush=True)
        follow(service)
    finally:
        if not in_use(service, os.getpid()):
            end_supervisor(service)
            address.unlink(missing_ok=True)
    print(f"GoContainer: the program of {plan['name']} ended", file=sys.stderr)
    return 1


def started(test: Test) -> bool:
    """Start the service in a child: it runs for the parent of the process that starts it, which is this one."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(0 if start(test) else 1)
    _, status = os.waitpid(child, 0)
    return status == 0


def start(test: Test) -> bool:
    try:
        print(safe(check_start(test)), flush=True)
    except Skip as reason:
        print(safe(f"GoContainer: {reason}"), file=sys.stderr, flush=True)
    except CheckError as error:
        print(f"{test.name}: {error}", file=sys.stderr, flush=True)
    except (ImageError, OSError, ValueError) as error:
        print(safe(f"GoContainer: {error}"), file=sys.stderr, flush=True)
    else:
        return True
    return False


def follow(service: Service) -> None:
    """Show what the program says, until it ended."""
    with (service.place / "log").open("rb") as log:
        runs = True
        while runs:
            runs = in_use(service)  # by this process, which is not its own parent
            if log.tell() > (service.place / "log").stat().st_size:
                log.seek(0)  # a long one starts again
            sys.stdout.buffer.write(log.read())
            sys.stdout.flush()
            time.sleep(PAUSE_SECONDS)
