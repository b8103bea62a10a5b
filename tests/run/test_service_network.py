"""Services that see each other, with arguments, mounts and secrets."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from hanging import hanging
from harness import REPOSITORY, run

PROGRAM = """
    package main

    import (
    \t"fmt"
    \t"io"
    \t"net/http"
    \t"os"
    \t"strings"
    \t"time"
    )

    func tell(w io.Writer, file string) {
    \tcontent, err := os.ReadFile(file)
    \tfmt.Fprintf(w, "%s: %q %v\\n", file, content, err)
    }

    func main() {
    \thttp.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
    \t\tfmt.Fprintf(w, "arguments: %s\\n", strings.Join(os.Args[1:], "|"))
    \t\tfor _, file := range []string{"/run/secrets/token", "/run/secrets/word", "/etc/store/a.txt", "/one"} {
    \t\t\ttell(w, file)
    \t\t}
    \t\tfmt.Fprintln(w, "write:", os.WriteFile("/data/written", []byte(strings.Join(os.Args[1:], " ")), 0o666))
    \t\tfmt.Fprintln(w, "change:", os.WriteFile("/etc/store/a.txt", nil, 0o666))
    \t\tfmt.Fprintf(w, "environment: %q\\n", os.Environ())
    \t})
    \thttp.HandleFunc("/peer", func(w http.ResponseWriter, r *http.Request) {
    \t\tfor try := 0; ; try++ {
    \t\t\tanswer, err := http.Get("http://" + os.Getenv("PEER"))
    \t\t\tif err == nil {
    \t\t\t\tio.Copy(w, answer.Body)
    \t\t\t\treturn
    \t\t\t} else if try == 100 {
    \t\t\t\thttp.Error(w, err.Error(), 502)
    \t\t\t\treturn
    \t\t\t}
    \t\t\ttime.Sleep(100 * time.Millisecond)
    \t\t}
    \t})
    \tfmt.Println(http.ListenAndServe(os.Getenv("LISTEN"), nil))
    }
    """
CLIENT = r"""
    #include <arpa/inet.h>
    #include <fstream>
    #include <iostream>
    #include <string>
    #include <sys/socket.h>
    #include <unistd.h>

    int main(int, char** argv) {
      std::ifstream file(argv[1]);
      std::string host, port;
      if (!std::getline(file, host, ':') || !std::getline(file, port)) return 77;
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(std::stoi(port));
      inet_pton(AF_INET, host.c_str(), &address.sin_addr);
      int client = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 1;
      std::string question = "GET /peer HTTP/1.0\r\n\r\n", answer;
      if (write(client, question.data(), question.size()) < 0) return 1;
      char some[4096];
      for (ssize_t size; (size = read(client, some, sizeof some)) > 0;) answer.append(some, size);
      std::cout << answer << std::endl;
      return answer.find(" 200 ") == std::string::npos;
    }
    """
CONTAINER = "SOURCE_DIR svc BASE scratch BINARY_NAME svc CMD /usr/local/bin/svc TESTS NONE"


def declare(project, front="PORT 8080", store="PORT 8081"):
    """A front, which asks the store what it has."""
    project.go_module("svc", main=PROGRAM)
    project.write("client.cpp", CLIENT)
    project.cmakelists(f"""
        enable_language(CXX)
        add_executable(client client.cpp)
        add_go_container(store TAGS served-store {CONTAINER})
        add_go_container_service(store {store} NETWORK back ENV LISTEN=:8081)
        add_go_container(front {CONTAINER})
        add_go_container_service(front {front} NETWORK back ENV LISTEN=:8080 PEER=store:8081)
        add_test(NAME client COMMAND client $<TARGET_PROPERTY:front,GO_CONTAINER_SERVICE_ADDRESS_FILE>)
        set_tests_properties(client PROPERTIES FIXTURES_REQUIRED back.network)
        """)


@pytest.fixture(params=["builtin", "docker", "podman"])
def engine(request):
    return request.param


@pytest.fixture
def networks(docker, podman):
    """The networks of containers, of both engines."""

    def list_them():
        listing = ("network", "ls", "--format", "{{.Name}}")
        names = docker(*listing).stdout + podman(*listing).stdout
        return [name for name in names.split() if name.startswith("go-container-")]

    return list_them


def declare_a_full_store(project):
    """The store has arguments, mounts and secrets, one of the variable WORD."""
    declare(
        project,
        store='PORT 8081 ARGS /usr/local/bin/svc "a b" $<c> MOUNTS conf:/etc/store:ro data:/data conf/a.txt:/one:ro'
        " SECRETS id=token,src=token id=word,env=WORD",
    )
    project.write("conf/a.txt", "of this machine")
    project.write("token", "hunter2").chmod(0o600)  # whose owner is not the image's user
    data = project.source / "data"
    data.mkdir()
    data.chmod(0o777)


def check_what_the_store_has(project, answer):
    assert re.search(r"arguments: a b\|\$<c>$", answer, re.M)
    assert '/run/secrets/token: "hunter2" <nil>' in answer
    assert r'/run/secrets/word: "hunter2\n" <nil>' in answer
    assert '/etc/store/a.txt: "of this machine" <nil>' in answer
    assert '/one: "of this machine" <nil>' in answer
    assert "write: <nil>" in answer
    assert "change: open /etc/store/a.txt: read-only file system" in answer
    assert "hunter2" not in re.search("environment: .*", answer)[0]
    written = project.source / "data/written"
    assert written.read_text() == "a b $<c>"
    written.unlink()


def test_two_services_talk(project, engine, networks):
    declare_a_full_store(project)
    project.configure(engine=engine)
    project.build("client")
    for _ in range(2):
        said = project.ctest("-V", "-j", "4", "-R", "client", env={"WORD": "hunter2\n"}).stdout
        check_what_the_store_has(project, said[said.index("arguments: ") :])
        assert networks() == []
    passed = re.findall(r"Test +#\d+: (\S+) \.+ +Passed", said)
    assert sorted(passed) == [
        "client", "front.build", "front.start", "front.stop", "store.build", "store.start", "store.stop",
    ]  # fmt: skip
    left = b"".join(
        file.read_bytes()
        for file in project.binary.rglob("*")
        if file.is_file() and file.suffix != ".tar"
    )
    told = left.count(b"hunter2")
    # In what ctest says of the client, which asked for it.
    logs = project.binary / "Testing/Temporary"
    assert told == sum(file.read_bytes().count(b"hunter2") for file in logs.iterdir())


@contextlib.contextmanager
def served(project, name, **environment):
    """The address of a service that its target -serve keeps running."""
    file = project.binary / f"{name}.container/service/address"
    command = ["cmake", "--build", project.binary, "--target", f"{name}-serve"]
    with subprocess.Popen(
        command,
        env={**project.environment(), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as serving:
        try:
            said = ""
            while "Ctrl-C ends it" not in said:
                line = serving.stdout.readline()
                assert line, said
                said += line
            yield file.read_text().strip()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(serving.pid, signal.SIGINT)
            serving.communicate()
    assert not file.exists()


@pytest.mark.parametrize("engine", ["builtin", "podman"])
def test_targets_serve_two_that_talk(project, engine, networks):
    declare_a_full_store(project)
    project.configure(engine=engine)
    project.build("store", "front")
    with served(project, "store", WORD="hunter2\n"), served(project, "front") as address:
        answer = urllib.request.urlopen(f"http://{address}/peer").read().decode()
        check_what_the_store_has(project, answer)
    assert networks() == []


def test_a_target_leaves_the_service_of_ctest_alone(project, tmp_path):
    declare(project)
    project.configure(engine="builtin")
    with hanging(project, "back.network", "store", "front"):
        place = project.binary / "store.container"
        address = (place / "service/address").read_text()
        declared = json.loads((place / "service.json").read_text())
        impatient = tmp_path / "service.json"
        impatient.write_text(json.dumps({**declared, "timeout": 0.1}))
        main = REPOSITORY / "cmake/GoContainer/gocontainer/__main__.py"
        words = [sys.executable, "-B", main, "serve", place / "plan.json", impatient]
        output = run(words, env=project.environment(), expect_failure=True).output
        assert "another run of ctest, or a target that serves it, has the service" in output
        assert (place / "service/address").read_text() == address
        assert urllib.request.urlopen(f"http://{address.strip()}/").status == 200


def test_two_build_trees_at_once(project, project_at, tmp_path, networks):
    declare(project)
    other = project_at(tmp_path / "other")
    declare(other)
    for each in (project, other):
        each.configure(engine="docker")
        each.build("client")
    command = ["ctest", "--output-on-failure", "--test-dir"]
    running = [
        subprocess.Popen(
            [*command, each.binary], env=each.environment(), stdout=subprocess.PIPE, text=True
        )
        for each in (project, other)
    ]
    said = [each.communicate()[0] for each in running]
    assert [each.returncode for each in running] == [0, 0], "\n".join(said)
    assert networks() == []


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_a_killed_run_leaves_no_network(project, engine, networks):
    declare(project)
    project.configure(engine=engine)
    with hanging(project, "back.network", "store", "front") as process:
        (name,) = networks()
        assert re.fullmatch(r"go-container-back-[0-9a-f]{12}", name)
        os.killpg(process.pid, signal.SIGKILL)
        while networks():
            time.sleep(0.1)


def test_the_next_run_removes_the_network_of_supervisors_that_were_killed(project, networks):
    declare(project)
    project.configure(engine="docker")
    with hanging(project, "back.network", "store", "front"):
        for name in ("store", "front"):
            state = (project.binary / f"{name}.container/service/supervisor").read_text()
            os.kill(int(re.search(r'"pid": (\d+)', state)[1]), signal.SIGKILL)
    assert len(networks()) == 1
    project.build("client")
    project.ctest("-R", "client")
    assert networks() == []


FAILURES = {
    "no-mount": ("PORT 8080 MOUNTS nothing:/data", "PORT 8081"),
    "no-secret": ("PORT 8080 SECRETS id=token,src=nothing", "PORT 8081"),
    "no-secret-variable": ("PORT 8080 SECRETS id=token,env=NOT_THERE", "PORT 8081"),
    "same-port": ("PORT 8081", "PORT 8081"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_is_missing_is_told(project, golden, case):
    declare(project, *FAILURES[case])
    project.configure(engine="builtin")
    said = project.ctest("-V", "-R", "front.start", expect_failure=True).stdout
    lines = [line.partition(": ")[2] for line in said.splitlines() if re.match(r"\d+: ", line)]
    text = "\n".join(lines)
    text = text[text.index("start: FAILED") :]
    text = re.sub(r"^  (call|see) .*\n?", "", text, flags=re.M)
    golden.check(f"checks/service-{case}.txt", text.rstrip() + "\n")


def test_no_link_of_an_image_leads_a_mount_out_of_it(project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    declare(project, "PORT 8080 MOUNTS client.cpp:/out/file")
    lists = project.source / "CMakeLists.txt"
    text = lists.read_text()
    head, tail = text.split("add_go_container(front ")
    lists.write_text(f"{head}add_go_container(front SYMLINKS /out={outside} {tail}")
    project.configure(engine="builtin")
    said = project.ctest("-V", "-R", "front.start", expect_failure=True).stdout
    assert "MOUNTS /out/file: the image has no directory at /out, but something else" in said
    assert list(outside.iterdir()) == []
