"""The examples in the reference documentation: each is built, and every option stands in one."""

import json
import re
import sys
import textwrap

import pytest
from harness import REPOSITORY, run

MODULE = (REPOSITORY / "cmake/GoContainer.cmake").read_text()
REFERENCE = "\n".join(re.findall(r"(?ms)^#\[=+\[\.rst:\n(.*?)^#\]=+\]$", MODULE))
BLOCKS = re.findall(r"code-block:: cmake\n\n((?:    .*\n|\n)+)", REFERENCE)
EXAMPLES = [textwrap.dedent(block).strip() for block in BLOCKS if "add_go_container(api" in block]
# command -> the file with its table of keywords
COMMANDS = {
    "add_go_container": "plan/plan.cmake",
    "add_go_container_test": "test/assertions.cmake",
    "add_go_container_service": "test/service.cmake",
    "add_go_library": "plan/library.cmake",
    "add_go_test": "plan/go_test.cmake",
}
# Words of the signatures that are values.
VALUES = {
    "NONE",
    "ON",
    "OFF",
    "PROJECT",
    "GIT",
    "ALL",
    "SHELL",
    "COMMIT",
    "TREE_STATE",
    "COMMIT_DATE",
    "SEMVER",
    "BRANCH",
    "READ_ONLY",
}
# What the examples of services start, and the tests that talk to it.
SERVER = """
    package main

    import (
    \t"log"
    \t"net/http"
    )

    func main() {
    \thttp.HandleFunc("/healthz", func(http.ResponseWriter, *http.Request) {})
    \tlog.SetFlags(0)
    \tlog.Print("listening on :8080")
    \tlog.Fatal(http.ListenAndServe(":8080", nil))
    }
    """
LIBRARY = """
    package main

    import "C"

    //export Weigh
    func Weigh() C.int { return 0 }

    func main() {}
    """
CLIENT = """
    #include <fstream>
    #include <string>

    int main(int, char **argv) {
        std::ifstream file(argv[1]);
        std::string host, port;
        if (!std::getline(file, host, ':')) return 77;
        return !(host == "127.0.0.1" && std::getline(file, port) && std::stoi(port) > 0);
    }
    """


# Each is built by one engine, in turn: that all four make the same image is what test_parity.py shows.
ENGINES = ("builtin", "docker", "builtin", "podman", "builtin", "buildah")
ON_ENGINES = [
    pytest.param(
        example, ENGINES[number % len(ENGINES)], id=f"{number}-{ENGINES[number % len(ENGINES)]}"
    )
    for number, example in enumerate(EXAMPLES)
]


@pytest.mark.parametrize(("example", "engine"), ON_ENGINES)
def test_example(request, project, engine, example, monkeypatch):
    arguments = {"engine": engine}
    if engine == "docker":
        arguments["docker"] = request.getfixturevalue("docker")
        example = f"set(GO_CONTAINER_TAGS referenced)\n{example}"
    # Without an engine's store, the registry of the tests has the base.
    example = example.replace("=alpine", f"={request.getfixturevalue('registry')}/alpine")
    if "REPRODUCIBLE" in example:
        request.getfixturevalue("own_store")
    project.go_module(".")
    project.go_module("services/api", package="cmd/api")
    for place in ("", "services/api/cmd/api/", "weigher/"):
        project.write(place + "stamped.go", "package main\n\nvar version, motto, edition string\n")
    project.go_module("services/web", main=SERVER)
    for program in ("server", "migrate", "worker"):
        project.write(f"cmd/{program}/main.go", "package main\n\nfunc main() {}\n")
    project.go_module("weigher", main=LIBRARY)
    project.write("weigh.cpp", '#include "weigher.h"\nint main() { return Weigh(); }\n')
    project.write("core.cpp", "int core() { return 0; }\n")
    project.write("client.cpp", CLIENT)
    project.write("conf/api.toml", "motto = 'as you like it'\n")
    project.write("conf/production.toml", "motto = 'as you like it'\n")
    project.write("assets/logo.svg", "<svg/>\n")
    project.write("conf/netrc", "machine git.example.com login ada password lovelace\n")
    key = project.source / "conf/id_ed25519"
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key])
    monkeypatch.setenv("TEAM_GOPROXY", "off")
    project.write(
        "importer.cpp", "#include <vector>\nint main() { return std::vector<int>{}.size(); }\n"
    )
    tests = {"schemaVersion": "2.0.0", "fileExistenceTests": [{"name": "Root", "path": "/"}]}
    project.write("tests/api.yaml", json.dumps(tests))  # which is YAML, too
    project.write("tests/config.json", '{"WorkingDir": "/srv"}')
    project.write("vulndb/index/db.json", '{"modified": "2026-11-01T00:00:00Z"}')
    project.write("vulndb/index/modules.json", "[]")
    project.cmakelists(
        "enable_language(C)\nenable_language(CXX)\n"
        f"add_executable(importer importer.cpp)\n{example}"
    )
    # The one that has PyYAML.
    project.configure("-D", f"Python3_EXECUTABLE={sys.executable}", **arguments)
    if "PACKAGES" in example:
        return  # there is no repository of Alpine here; ../build/test_packages.py installs
    project.build()
    if "MAX_GROWTH" in example:
        project.build("image-baselines")
    assert "100% tests passed" in project.ctest().stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_an_entry_and_an_example(command):
    signature = next(block for block in BLOCKS if f"{command}(<name>" in block)
    options = set(re.findall(r"\b[A-Z][A-Z0-9_]*[A-Z0-9]\b", signature)) - VALUES
    table = (REPOSITORY / "cmake/GoContainer" / COMMANDS[command]).read_text()
    assert options == set(re.findall(r"\b([A-Z0-9_]+):(?:flag|one|many|list)\b", table))
    entries = REFERENCE.split(f".. command:: {command}\n")[1].split(".. command::")[0]
    for option in options:
        assert f"``{option}" in entries, option
        assert any(re.search(rf"\b{option}\b", example) for example in EXAMPLES), option
