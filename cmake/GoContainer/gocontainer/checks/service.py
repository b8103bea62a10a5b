"""The tests that start and stop the running container behind a CTest fixture (supervisor.py).

While the service is ready, its address ``127.0.0.1:<port>`` is in the file ``address`` of its
directory.
"""

from __future__ import annotations

import errno
import json
import os
import socket
from pathlib import Path

from gocontainer.checks import CheckError, Test
from gocontainer.checks.run import last_lines
from gocontainer.common.skip import Skip
from gocontainer.read.source import ImageError
from gocontainer.run.invocation import MAX_OUTPUT_BYTES
from gocontainer.run.runner import is_run_by_engine
from gocontainer.run.service import Service, secret_of
from gocontainer.run.supervisor import end_supervisor, in_use, launch


def check_start(test: Test) -> str:
    """Start the service, and wait until it is ready."""
    service = service_of(test)
    if "log" in service.declared["ready"]:
        from gocontainer.checks.expression import compiled  # takes a while

        compiled(
            "READY_LOG", service.declared["ready"]["log"]
        )  # a bad one is told of before anything runs
    service.place.mkdir(parents=True, exist_ok=True)
    if not in_use(service):
        end_supervisor(service)
    try:
        address = ready_address(service)
    except Skip as why:
        write(service.place / "end", json.dumps({"skipped": str(why)}))
        raise
    write(service.place / "address", address + "\n")
    return f"{address} is port {service.declared['port']} of {service.plan['name']}"


def check_stop(test: Test) -> str:
    """Stop the service; that it ended before by itself is a failure."""
    service = service_of(test)
    if in_use(service):
        return "nothing was running for this run of ctest"
    was_running = end_supervisor(service)
    (service.place / "address").unlink(missing_ok=True)
    end = service.place / "end"
    how = json.loads(end.read_text(encoding="utf-8") or "{}") if end.exists() else {}
    if "skipped" in how:
        raise Skip(how["skipped"])
    if "found" in how:
        raise failed(
            service,
            problem=f"the service of {service.plan['name']} ended before it was stopped",
            found=how["found"],
            remedy="mend the program; tests that ran since then found nobody to talk to",
        )
    return f"stopped; its log is {service.place / 'log'}" if was_running else "nothing was running"


def service_of(test: Test) -> Service:
    command = test.engine_command or test.plan["engine"]
    return Service(test.plan, test.directory, command, test.arguments)


def ready_address(service: Service) -> str:
    check_host_port(service)
    check_mounts(service)
    check_secrets(service)
    check_network(service)
    report = launch(service)
    if "skipped" in report:
        raise Skip(report["skipped"])
    if "error" in report:
        raise ImageError(report["error"])
    if "problem" in report:
        if not in_use(service):
            end_supervisor(service)  # so that the log is whole
        raise failed(service, **report)
    address: str = report["address"]
    return address


def check_host_port(service: Service) -> None:
    """That nobody else listens at HOST_PORT; engines say it in many ways."""
    port = service.declared.get("hostPort")
    if port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CheckError(
                "the port of the service is taken",
                declared=f"HOST_PORT {port}",
                found=f"another program listens at 127.0.0.1:{port}",
                remedy="end that program, or leave HOST_PORT out: then a free port is taken",
            ) from None


def check_mounts(service: Service) -> None:
    for mount in service.mounts:
        if not Path(mount.source).exists():
            raise CheckError(
                "what the service is to see of this machine is not there",
                declared=f"MOUNTS {mount.source}:{mount.target}",
                found=f"there is no {mount.source}",
                remedy="make it before this test, or correct the path",
            )


def check_secrets(service: Service) -> None:
    for secret in service.declared.get("secrets", []):
        kind = "env" if "env" in secret else "src"
        try:
            secret_of(secret)
        except (OSError, KeyError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such variable"
            raise CheckError(
                "a secret of the service is not there",
                declared=f"SECRETS id={secret['id']},{kind}={secret[kind]}",
                found=f"{secret[kind]}: {why}",
                remedy="provide it before this test, in the environment of ctest if it is a variable",
            ) from None


def check_network(service: Service) -> None:
    """That no other service of the network has the same port, where programs run in namespaces: they have but a
    loopback, and the other one is to be found there."""
    network = service.network
    if network is None or is_run_by_engine(service.plan):
        return
    port = service.declared["port"]
    for name, other in network.members().items():
        if name != network.own and other == port:
            raise CheckError(
                "two services of a network have the same port",
                declared=f"PORT {port} NETWORK {network.name}",
                found=f"{name} has it, too, and {service.plan['engine']} gives services no addresses of their own",
                remedy="let the programs listen at different ports, or build both containers with another engine",
            )


def failed(service: Service, problem: str, found: str, remedy: str) -> CheckError:
    declared = service.declared
    ((kind, value),) = declared["ready"].items()
    ready = f"READY_{kind.upper()}" + ("" if value is True else f" {value}")
    log = service.place / "log"
    said = end_of(log).decode(errors="replace") if log.exists() else ""
    return CheckError(
        problem,
        declared=f"PORT {declared['port']} {ready} TIMEOUT {declared['timeout']}",
        found=found,
        log=f"{log}\n{last_lines(said)}",
        remedy=remedy,
    )


def end_of(log: Path) -> bytes:
    with log.open("rb") as stream:
        stream.seek(-min(MAX_OUTPUT_BYTES, stream.seek(0, os.SEEK_END)), os.SEEK_END)
        return stream.read()


def write(file: Path, text: str) -> None:
    """Beside its place first, so that a reader never sees half of it."""
    new = file.with_name(file.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)
