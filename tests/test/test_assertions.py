"""add_go_container_test(): its errors, its values, and what CTest says of its tests."""

import json
import re
import xml.etree.ElementTree

import pytest
from harness import Project
from messages import error_of, without_see

DECLARED = "add_go_container(api BASE scratch)\n"
ERRORS = {
    "test-of-no-container": "add_go_container_test(web NO_SHELL)",
    "test-of-another-target": "add_custom_target(web)\nadd_go_container_test(web NO_SHELL)",
    "test-of-nothing": "add_go_container_test(api)",
    "test-unknown-keyword": "add_go_container_test(api NOSHELL)",
    "test-flag-with-a-value": "add_go_container_test(api NO_SHELL yes)",
    "test-keyword-twice": "add_go_container_test(api MAX_LAYERS 3 MAX_LAYERS 4)",
    "test-file-without-a-path": "add_go_container_test(api FILE)",
    "test-file-path-is-relative": "add_go_container_test(api FILE etc/passwd)",
    "test-file-path-on-two-lines": 'add_go_container_test(api FILE "/etc/a\\nb")',
    "test-mode-before-file": "add_go_container_test(api MODE 0644 FILE /etc/passwd)",
    "test-mode-behind-run": "add_go_container_test(api FILE /a RUN MODE 0644)",
    "test-mode-twice": "add_go_container_test(api FILE /a MODE 0644 MODE 0600)",
    "test-mode-is-no-number": "add_go_container_test(api FILE /a MODE rw-r--r--)",
    "test-mode-is-too-long": "add_go_container_test(api FILE /a MODE 100644)",
    "test-mode-is-not-octal": "add_go_container_test(api FILE /a MODE 0689)",
    "test-owner-is-a-name": "add_go_container_test(api FILE /a OWNER root:root)",
    "test-owner-without-a-group": "add_go_container_test(api FILE /a OWNER 0:)",
    "test-type-unknown": "add_go_container_test(api FILE /a TYPE symlink)",
    "test-digest-is-too-short": "add_go_container_test(api FILE /a SHA256 abc123)",
    "test-digest-with-a-prefix": f"add_go_container_test(api FILE /a SHA256 sha256:{'0' * 64})",
    "test-absent-with-more": "add_go_container_test(api FILE /a ABSENT MODE 0644)",
    "test-matches-nothing": 'add_go_container_test(api FILE /a MATCHES "x" "")',
    "test-excludes-nothing": 'add_go_container_test(api FILE /a EXCLUDES "")',
    "test-exit-code-behind-file": "add_go_container_test(api FILE /a EXIT_CODE 1)",
    "test-exit-code-before-run": "add_go_container_test(api EXIT_CODE 1 RUN)",
    "test-exit-code-is-no-number": "add_go_container_test(api RUN EXIT_CODE -1)",
    "test-env-without-a-value": "add_go_container_test(api RUN ENV DEBUG)",
    "test-env-twice": "add_go_container_test(api RUN ENV DEBUG=1 DEBUG=2)",
    "test-timeout-is-no-number": "add_go_container_test(api RUN TIMEOUT 3s)",
    "test-output-matches-nothing": 'add_go_container_test(api RUN OUTPUT_MATCHES "")',
    "test-max-layers-is-no-number": "add_go_container_test(api MAX_LAYERS few)",
    "test-max-layers-without-a-number": "add_go_container_test(api MAX_LAYERS)",
    "test-only-files-of-nothing": "add_go_container_test(api ONLY_FILES)",
    "test-database-alone": "add_go_container_test(api DATABASE vulndb)",
    "test-allow-alone": "add_go_container_test(api ALLOW GO-2024-2687)",
    "test-allow-is-no-id": "add_go_container_test(api VULNERABILITIES ALLOW GO-2024-2687 2024-2687)",
    "test-until-is-no-date": "add_go_container_test(api VULNERABILITIES ALLOW GO-2024-2687 UNTIL 31.1.2027)",
    "test-until-before-allow": "add_go_container_test(api VULNERABILITIES UNTIL 2027-01-31)",
    "tests-unknown": "add_go_container(web BASE scratch TESTS size secrets)",
    "tests-none-and-more": "add_go_container(web BASE scratch TESTS NONE size)",
}


@pytest.mark.parametrize("case", ERRORS)
def test_error(project, golden, case):
    project.go_module(".")
    project.cmakelists(DECLARED + ERRORS[case])
    result = project.configure(engine="builtin", expect_failure=True)
    golden.check(f"errors/{case}.txt", error_of(result.stderr))


def names(project, *arguments):
    listing = json.loads(project.ctest("--show-only=json-v1", *arguments).stdout)
    return [test["name"] for test in listing["tests"]]


SPOKEN = ("Test ", "Working Directory: ", "Environment variables: ")


def said(result, test):
    """What the CTest test printed, behind the directory that CTest names."""
    number = re.search(rf"^ *(\d+)/\d+ Test +#(\d+): {re.escape(test)} ", result.stdout, re.M)[2]
    lines = re.findall(rf"^{number}: (.*)", result.stdout, re.M)
    return "\n".join(line for line in lines if not line.startswith(SPOKEN))


ODD = [
    "a b",
    "semi;colon",
    "[bracket",
    "]",
    "$<CONFIG>",
    "${CMAKE_VERSION}",
    "$ENV{HOME}",
    'quo"te',
    "back\\slash",
    "trailing\\",
    "@x@",
    "ä€😀",
    "#hash",
    "100%",
    "'",
    "a,b",
    "$<$<CONFIG:x>:y>",
]


def quoted(value):
    """A bracket argument: CMake takes it as it is."""
    return f"[==[{value}]==]"


def test_values_arrive_as_they_are(project):
    """As paths, as expressions and as globs; a test that finds them, and one that does not."""
    project.go_module(".")
    for number, odd in enumerate(ODD):
        (project.source / f"srv/{number}").mkdir(parents=True)
        (project.source / f"srv/{number}/{odd}").write_text(f"<{odd}>")
    body = "add_go_container(api BASE scratch FILES srv DESTINATION /)\n"
    for number, odd in enumerate(ODD):
        path, regex = f"/srv/{number}/{odd}", f"^<{re.escape(odd)}>$"
        body += f"add_go_container_test(api FILE {quoted(path)} MATCHES {quoted(regex)}\n"
        body += f"  SAME_AS {quoted(project.source / 'srv' / str(number) / odd)}\n" * (
            "$<" not in odd
        )
        body += f"  FILE {quoted(path + '?')} ABSENT\n"
        body += f"  FILE {quoted(path)} EXCLUDES {quoted(re.escape(odd))})\n"
    globs = " ".join(quoted(f"/srv/{n}/{odd}") for n, odd in enumerate(ODD))
    body += f"add_go_container_test(api ONLY_FILES {globs} /etc/** /usr/** /tmp /srv)\n"
    project.cmakelists(body)
    project.configure(engine="builtin")
    result = project.ctest("-V", "-j", "4", "-R", "file|build", expect_failure=True)
    for number, odd in enumerate(ODD):
        documents = [
            json.loads((project.binary / f"api.container/tests/{3 * number + n}.json").read_text())
            for n in range(3)
        ]
        assert documents[0]["path"] == documents[2]["path"] == f"/srv/{number}/{odd}"
        found, absent, excluded = (said(result, document["name"]) for document in documents)
        assert found.startswith(f"file: /srv/{number}/{odd}, a file of "), found
        assert absent == f"file: /srv/{number}/{odd}? is not there"
        assert f"FAILED: /srv/{number}/{odd} is not as declared" in excluded
    assert said(result, "api.only-files").startswith("only-files: ")
    assert f"{len(ODD)} tests failed out of" in result.stdout


VOCABULARY = """
    add_go_container(api BASE scratch FILES conf/api.toml DESTINATION /etc CHMOD 640 CHOWN 3:4)
    add_go_container_test(api {0})
    """
# What passes, and what is wrong in just that respect: test -> (arguments, wrong arguments).
PASSES = {
    "file:/etc/api.toml": ("FILE /etc/api.toml", "FILE /etc/api.tml"),
    "file:/etc/shadow": ("FILE /etc/shadow ABSENT", "FILE /etc/shadow"),
    "file:/tmp": ("FILE /tmp TYPE directory", "FILE /tmp TYPE file"),
    "file:/etc/api.toml.2": (
        "FILE /etc/api.toml MODE 0640 OWNER 3:4 SAME_AS conf/api.toml MATCHES ^port",
        "FILE /etc/api.toml MODE 0644 OWNER 3:4 SAME_AS conf/api.toml MATCHES ^port",
    ),
    "file:/etc/api.toml.3": (
        "FILE /etc/api.toml SAME_AS $<1:${CMAKE_CURRENT_SOURCE_DIR}/conf/api.toml>",
        "FILE /etc/api.toml SAME_AS $<1:${CMAKE_CURRENT_SOURCE_DIR}/go.mod>",
    ),
    "file:/etc/api.toml.4": (
        "FILE /etc/api.toml EXCLUDES secret",
        'FILE /etc/api.toml MATCHES "("',
    ),
    "static": ("STATIC", None),
    "no-shell": ("NO_SHELL", None),
    "no-package-manager": ("NO_PACKAGE_MANAGER", None),
    "no-setuid": ("NO_SETUID", None),
    "max-layers": ("MAX_LAYERS 3", "MAX_LAYERS 2"),
    "only-files": (
        "ONLY_FILES /etc/** /usr/local/bin/api /tmp",
        "ONLY_FILES /etc/* /usr/local/bin/api /tmp",
    ),
}


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    """A project with all that can be asserted, which passes, and the same with all of it wrong."""
    projects = []
    for wrong in (0, 1):
        project = Project(tmp_path_factory.mktemp("vocabulary"))
        project.go_module(".")
        project.write("conf/api.toml", "port = 8080\n")
        words = [pair[wrong] or pair[0] for pair in PASSES.values()]
        project.cmakelists(VOCABULARY.format(" ".join(words)))
        project.configure(engine="builtin")
        projects.append(project)
    return projects


def test_all_of_it_passes(vocabulary):
    result = vocabulary[0].ctest("-j", "8")
    assert "100% tests passed, 0 tests failed out of 21" in result.stdout
    assert [n[4:] for n in names(vocabulary[0])][-len(PASSES) :] == list(PASSES)
    assert names(vocabulary[0], "-L", "image") == names(vocabulary[0])


def test_all_of_it_can_fail(vocabulary, golden, tmp_path):
    """With the same text on the terminal and in the JUnit file; the call's line among it."""
    result = vocabulary[1].ctest(
        "-j", "8", "--output-junit", tmp_path / "junit.xml", expect_failure=True
    )
    # The paths that are wrong have tests of other names.
    there = [name[4:] for name in names(vocabulary[1])][-len(PASSES) :]
    wrong = [f"api.{name}" for name, pair in zip(there, PASSES.values()) if pair[1]]
    assert f"{len(wrong)} tests failed out of 21" in result.stdout
    # The file is CTest's own, of a run of our own tests.
    suite = xml.etree.ElementTree.parse(tmp_path / "junit.xml").getroot()
    texts = {case.get("name"): case.findtext("system-out") for case in suite}
    statuses = {case.get("name"): case.get("status") for case in suite}
    assert {name for name, status in statuses.items() if status == "fail"} == set(wrong)
    text = without_see("".join(texts[name] for name in wrong))
    text = text.replace(str(vocabulary[1].source), "<source>")
    golden.check("checks/vocabulary.txt", re.sub(r"[\d,]+ bytes", "<n> bytes", text))
    assert all(f"{vocabulary[1].source}/CMakeLists.txt:" in texts[name] for name in wrong)


def test_the_line_of_the_call(project):
    """In a directory below, in a function, in a loop, in an included file: the user's own line."""
    project.go_module(".")
    project.write("sub dir/CMakeLists.txt", "\nadd_go_container_test(api FILE /sub)\n")
    project.write("more.cmake", "\n\nadd_go_container_test(api FILE /included)\n")
    project.cmakelists(
        """\
        add_go_container(api BASE scratch TESTS NONE)
        function(mine name)
          add_go_container_test(${name} FILE /function)
        endfunction()
        mine(api)
        foreach(i RANGE 1 2)
          add_go_container_test(api FILE /loop${i}
            FILE "/b [x];y")
        endforeach()
        include(more.cmake)
        add_subdirectory("sub dir")
        """
    )
    project.configure(engine="builtin")
    result = project.ctest("-V", expect_failure=True)
    top = (project.source / "CMakeLists.txt").read_text().splitlines()

    def line(text):
        return 1 + next(n for n, one in enumerate(top) if text in one)

    wanted = {
        "function": f"CMakeLists.txt:{line('/function')}",
        "loop1": f"CMakeLists.txt:{line('/loop')}",
        "loop2": f"CMakeLists.txt:{line('/loop')}",
        "included": "more.cmake:3",
        "sub": "sub dir/CMakeLists.txt:2",
        "b_x_y": f"CMakeLists.txt:{line('/loop')}",
        "b_x_y.2": f"CMakeLists.txt:{line('/loop')}",
    }
    for test, place in wanted.items():
        text = said(result, f"api.file:/{test}")
        assert f"call      add_go_container_test(api) in {project.source}/{place}" in text, text


@pytest.mark.parametrize("generator", ["Ninja Multi-Config", "Unix Makefiles"])
def test_other_generators(project, generator):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(api BASE scratch TESTS platform)\n"
        "add_go_container_test(api NO_SHELL FILE /etc/passwd TYPE file FILE /none)"
    )
    project.configure(engine="builtin", generator=generator)
    for config in ("Debug", "Release"):
        result = project.ctest("-V", "-j", "8", config=config, expect_failure=True)
        assert "1 tests failed out of 5" in result.stdout
        assert "add_go_container_test(api) in" in said(result, "api.file:/none")
    assert not (project.binary / "api.container/Debug/index.json").exists()


PICKED = {
    "NONE": [],
    "size": ["size"],
    "size cmd": ["cmd"],
    "certificates platform": ["certificates", "platform"],
    "ALL": ["platform", "binary", "certificates", "cmd", "user", "workdir", "labels"],
}


def test_tests_picks(project):
    project.go_module(".")
    lines = ["set(GO_CONTAINER_BASE scratch)"]
    for number, picked in enumerate(PICKED):
        size = "MAX_SIZE 9MB" if picked == "size" else ""
        lines.append(f"add_go_container(c{number} TESTS {picked} {size} CMD serve)")
    project.cmakelists("\n".join(lines))
    project.configure(engine="builtin")
    found = names(project)
    for number, wanted in enumerate(PICKED.values()):
        mine = {n.split(".", 1)[1] for n in found if n.startswith(f"c{number}.")}
        assert mine == {"build", *wanted}


def test_without_python_they_are_skipped_and_say_why(project, path_without_python):
    """Never passed: there is nothing that could look into the image."""
    project.go_module(".")
    project.cmakelists(DECLARED + "add_go_container_test(api NO_SHELL FILE /a ABSENT)")
    project.configure(
        "-Wno-error=dev",
        "-D",
        "GO_CONTAINER_TAGS=asserted",
        engine="docker",
        path=path_without_python,
    )
    result = project.ctest("-V", "-FA", "api")
    assert result.stdout.count("***Skipped") == len(names(project)) - 1
    assert "GoContainer: skipped, because there is no Python 3.9" in said(result, "api.no-shell")
