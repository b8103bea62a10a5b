"""The running container as a CTest fixture: started once, talked to, stopped, whatever happens."""

import contextlib
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
from gocontainer.run.port_forward import pump
from hanging import hanging
from harness import REPOSITORY, run
from messages import without_see

PROGRAM = """
    package main

    import (
    \t"fmt"
    \t"net/http"
    \t"os"
    \t"os/signal"
    \t"strconv"
    \t"sync/atomic"
    \t"syscall"
    \t"time"
    )

    func main() {
    \tif code, _ := strconv.Atoi(os.Getenv("EXIT")); code != 0 {
    \t\tfmt.Fprintln(os.Stderr, "no configuration")
    \t\tos.Exit(code)
    \t}
    \tvar count atomic.Int32
    \thttp.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) {
    \t\tfmt.Fprintln(w, "count", count.Add(1), os.Getenv("MOTTO"))
    \t})
    \thttp.HandleFunc("/crash", func(w http.ResponseWriter, r *http.Request) { os.Exit(7) })
    \tstart := time.Now()
    \thttp.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {
    \t\tif os.Getenv("SICK") != "" || time.Since(start) < 300*time.Millisecond {
    \t\t\thttp.Error(w, "not yet", 503)
    \t\t}
    \t})
    \tasked := make(chan os.Signal, 1)
    \tsignal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
    \tgo func() {
    \t\ttime.Sleep(200 * time.Millisecond)
    \t\tif address := os.Getenv("LISTEN"); address != "none" {
    \t\t\tfmt.Println("listening on", address)
    \t\t\tfmt.Println(http.ListenAndServe(address, nil))
    \t\t}
    \t}()
    \tfmt.Println("ended by", <-asked)
    }
    """
CLIENT = """
    file(STRINGS "${CMAKE_ARGV3}" address)
    string(MAKE_C_IDENTIFIER "${address} ${CMAKE_ARGV4}" file) # clients run side by side
    file(DOWNLOAD "http://${address}/${CMAKE_ARGV4}" ${file} STATUS status TIMEOUT 20)
    file(READ ${file} answer)
    string(STRIP "${answer}" answer)
    message("answer: ${answer}, ${status}")
    if(NOT status MATCHES "^0;" AND NOT CMAKE_ARGV4 STREQUAL "crash")
      message(FATAL_ERROR "failed")
    endif()
    """


def declare(project, *services, clients=("count",)):
    """Containers and services; one test for each client, named after the service and what it asks."""
    # A directory of its own: what engines built for one test serves the others.
    project.go_module("svc", main=PROGRAM)
    project.write("client.cmake", CLIENT)
    body = ""
    for number, service in enumerate(services):
        name = f"svc{number or ''}"
        body += f"add_go_container({name} SOURCE_DIR svc BASE scratch BINARY_NAME svc"
        body += " CMD /usr/local/bin/svc ENV LISTEN=:8080 TESTS NONE)\n"
        body += f"add_go_container_service({name} {service})\n"
        for client in clients:
            body += f"""
                add_test(NAME {name}-{client.strip("/")}
                  COMMAND ${{CMAKE_COMMAND}} -P ${{CMAKE_CURRENT_SOURCE_DIR}}/client.cmake
                    $<TARGET_PROPERTY:{name},GO_CONTAINER_SERVICE_ADDRESS_FILE> {client}
                  WORKING_DIRECTORY ${{CMAKE_CURRENT_BINARY_DIR}})
                set_tests_properties({name}-{client.strip("/")} PROPERTIES
                  FIXTURES_REQUIRED {name}.service)
                """
    project.cmakelists(body)


HTTP = "PORT 8080 READY_HTTP /healthz"


# Buildah runs an image as builtin does: test_run_target.py shows it.
@pytest.fixture(params=["builtin", "docker", "podman"])
def engine(request):
    return request.param


@pytest.fixture
def nothing_is_left(docker, podman):
    """Asserts that no container and no program is there any more."""

    def check(project):
        mark = str(project.binary)
        while remains(mark, docker, podman):
            time.sleep(0.1)

    return check


def remains(mark, docker, podman):
    names = [engine("ps", "--all", "--format", "{{.Names}}").stdout for engine in (docker, podman)]
    listing = subprocess.run(
        ["ps", "-e", "-ww", "-o", "args="], capture_output=True, text=True
    ).stdout
    processes = [line for line in listing.splitlines() if mark in line or "bin/svc" in line]
    return processes + [
        name for name in "\n".join(names).split() if name.startswith("go-container-svc")
    ]


def passed(result):
    return re.findall(r"Test +#\d+: (\S+) \.+ +Passed", result.stdout)


def test_tests_talk_to_it(project, engine, nothing_is_left):
    declare(project, f'{HTTP} ENV "MOTTO=a; b $c"', clients=("count", "healthz"))
    project.configure(engine=engine)
    for _ in range(2):
        # The fixture comes along, and is started once for both.
        result = project.ctest("-V", "-R", "svc-", "-j", "4")
        assert sorted(passed(result)) == [
            "svc-count", "svc-healthz", "svc.build", "svc.start", "svc.stop",
        ]  # fmt: skip
        assert re.search(r"answer: count 1 a; b \$c", result.stdout)
        assert re.search(r"start: 127\.0\.0\.1:\d+ is port 8080 of svc", result.stdout)
        service = project.binary / "svc.container/service"
        assert not (service / "address").exists()
        log = (service / "log").read_text()
        assert log == "listening on :8080\nended by terminated\n"
        nothing_is_left(project)


def test_the_other_ways_to_be_ready(project, engine):
    declare(project, "PORT 8080 READY_TCP", 'PORT 8080 READY_LOG "^listening on"', "PORT 8080")
    project.configure(engine=engine)
    # All three at once, at the same port of each.
    result = project.ctest("-V", "-j", "8")
    assert result.stdout.count("answer: count 1") == 3


FAILURES = {
    "exits": f"{HTTP} ENV EXIT=3",
    "sick": f"{HTTP} TIMEOUT 2 ENV SICK=1",
    "deaf": "PORT 8080 READY_TCP TIMEOUT 1 ENV LISTEN=none",
    "other-port": "PORT 8080 READY_HTTP / TIMEOUT 1 ENV LISTEN=:8081",
    "silent": 'PORT 8080 READY_LOG "^ready$" TIMEOUT 1',
}


def said(result, step):
    lines = [
        line.partition(": ")[2] for line in result.stdout.splitlines() if re.match(r"\d+: ", line)
    ]
    text = "\n".join(lines)
    first, *rest = text[text.index(f"{step}: FAILED") :].splitlines(keepends=True)
    text = first + "".join(itertools.takewhile(lambda line: line.startswith("  "), rest))
    return without_see(text.rstrip() + "\n")


@pytest.mark.parametrize("case", FAILURES)
def test_it_does_not_become_ready(project, golden, case, nothing_is_left):
    declare(project, FAILURES[case])
    project.configure(engine="builtin")
    result = project.ctest("-V", "-R", "svc-", expect_failure=True)
    golden.check(f"checks/service-{case}.txt", said(result, "start"))
    assert "svc-count (Not Run)" in result.stdout
    nothing_is_left(project)


@pytest.mark.parametrize("case", ["exits", "deaf"])
@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_it_does_not_become_ready_in_an_engine(project, case, engine, nothing_is_left):
    declare(project, FAILURES[case])
    project.configure(engine=engine)
    result = project.ctest("-V", "-R", "svc-", expect_failure=True)
    text = said(result, "start")
    # An engine that is busy may not even have published the port.
    found = "exit code 3" if case == "exits" else "no connection: .*|the port is not published"
    assert re.search(rf"^  found +({found})$", text, re.M)
    assert "no configuration" in text or case == "deaf"
    nothing_is_left(project)


def test_host_port(project, engine, golden):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    declare(project, f"{HTTP} HOST_PORT {port}")
    project.configure(engine=engine)
    assert f"start: 127.0.0.1:{port} is port 8080 of svc" in project.ctest("-V").stdout
    with socket.socket() as taken:
        taken.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections of before may linger
        taken.bind(("127.0.0.1", port))
        taken.listen()
        text = said(project.ctest("-V", expect_failure=True), "start")
    golden.check("checks/service-host-port.txt", text.replace(str(port), "<port>"))


def test_a_crash_while_tests_run_is_told_by_the_stop(project, golden, engine, nothing_is_left):
    declare(project, HTTP, clients=("crash",))
    project.configure(engine=engine)
    result = project.ctest("-V", expect_failure=True)
    assert "svc-crash" in passed(result)
    golden.check("checks/service-crash.txt", said(result, "stop"))
    nothing_is_left(project)
    # It is not held against the next run.
    declare(project, HTTP)
    project.configure()
    project.ctest()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["KILL", "INT"])
def test_a_ctest_that_is_killed_takes_it_along(project, engine, nothing_is_left, number):
    declare(project, HTTP)
    project.configure(engine=engine)
    with hanging(project, "svc.service", "svc") as process:
        os.killpg(process.pid, number)
        nothing_is_left(project)
    service = project.binary / "svc.container/service"
    assert not (service / "address").exists()
    assert (service / "log").read_text().endswith("ended by terminated\n")


def test_a_supervisor_that_is_killed_is_cleaned_up_by_the_next_start(
    project, engine, nothing_is_left
):
    declare(project, HTTP)
    project.configure(engine=engine)
    state = project.binary / "svc.container/service/supervisor"
    with hanging(project, "svc.service", "svc"):
        left = json.loads(state.read_text())
        os.kill(left["pid"], signal.SIGKILL)
    project.ctest("-R", "svc-count")
    assert "root" not in left or not os.path.exists(left["root"])  # noqa: PTH110
    nothing_is_left(project)


def test_with_configurations(project):
    """The file with the address has one path, whatever the configuration."""
    declare(project, HTTP)
    project.configure(engine="builtin", generator="Ninja Multi-Config")
    for config in ("Debug", "Release"):
        result = project.ctest("-V", config=config)
        assert "answer: count 1" in result.stdout
        assert f"svc.container/{config}/plan.json" in result.stdout
    assert (project.binary / "svc.container/service/log").exists()


def test_a_stop_signal_of_its_own(project, engine):
    declare(project, HTTP)
    lists = project.source / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("TESTS NONE", "TESTS NONE STOPSIGNAL SIGINT"))
    project.configure(engine=engine)
    project.ctest()
    log = (project.binary / "svc.container/service/log").read_text()
    assert log.endswith("ended by interrupt\n")


def everything(connection):
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_the_pump_hands_on_every_byte_and_each_end():
    """A server that answers only when the client has said all."""
    with socket.socket() as server, socket.socket() as listener:
        for each in (server, listener):
            each.bind(("127.0.0.1", 0))
            each.listen()

        def serve():
            for _ in range(5):
                client, _ = server.accept()
                with client:
                    size = len(everything(client))
                    client.sendall(f"{size} ".encode() + b"y" * size)

        threading.Thread(target=serve, daemon=True).start()
        pump(listener, server.getsockname())
        for size in (0, 1, 65536, 1_000_000, 5_000_000):
            with socket.create_connection(listener.getsockname()) as client:
                client.sendall(b"x" * size)
                client.shutdown(socket.SHUT_WR)
                answer = everything(client)
            assert answer == f"{size} ".encode() + b"y" * size


def test_the_pump_closes_what_nobody_serves():
    with socket.socket() as nobody, socket.socket() as listener:
        nobody.bind(("127.0.0.1", 0))
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        pump(listener, nobody.getsockname())
        with socket.create_connection(listener.getsockname()) as client:
            assert client.recv(1) == b""


@pytest.mark.parametrize("engine", ["builtin", "docker"])
def test_a_target_serves_it_until_it_is_interrupted(project, engine, nothing_is_left):
    declare(project, HTTP)
    project.configure(engine=engine)
    command = ["cmake", "--build", project.binary, "--target", "svc-serve"]
    environment = project.environment()
    file = project.binary / "svc.container/service/address"
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as serving:
        said = ""
        while "listening on" not in said:  # the log of the program
            line = serving.stdout.readline()
            assert line, said
            said += line
        assert f"its address is in {file}; Ctrl-C ends it" in said
        address = file.read_text().strip()
        assert f"{address} is port 8080 of svc" in said
        assert urllib.request.urlopen(f"http://{address}/count").read() == b"count 1 \n"
        os.killpg(serving.pid, signal.SIGINT)
        serving.communicate()
    assert not file.exists()
    nothing_is_left(project)


def test_what_ends_by_itself_is_not_served_on(project, nothing_is_left):
    declare(project, f"{HTTP} ENV EXIT=3", HTTP)
    project.configure(engine="builtin")
    output = project.build("svc-serve", expect_failure=True).output
    assert "the program of svc ended before it was ready" in output
    plan, declared = (
        project.binary / "svc1.container" / name for name in ("plan.json", "service.json")
    )
    project.build("svc1")
    main = REPOSITORY / "cmake/GoContainer/gocontainer/__main__.py"
    crash = threading.Thread(target=crash_served, args=(declared.parent / "service/address",))
    crash.start()
    words = [sys.executable, "-B", main, "serve", plan, declared]
    output = run(words, env=project.environment(), expect_failure=True).output
    crash.join()
    assert output.endswith("GoContainer: the program of svc1 ended\n")
    nothing_is_left(project)


def crash_served(file):
    while not file.exists() or not file.read_text():
        time.sleep(0.05)
    with contextlib.suppress(OSError):
        urllib.request.urlopen(f"http://{file.read_text().strip()}/crash")
