"""The targets that write reports, and the test that attaches one."""

import json

from harness import run

BOTH = """
    add_go_container(api BASE scratch MAX_SIZE 50MB)
    add_subdirectory(below)
"""


def declare(project):
    project.go_module(".")
    project.write("below/CMakeLists.txt", "add_go_container(tool SOURCE_DIR .. BASE scratch)\n")
    project.cmakelists(BOTH)


def listed(project):
    words = ["ctest", "--test-dir", project.binary, "--show-only=json-v1"]
    return {test["name"]: test for test in json.loads(run(words).stdout)["tests"]}


def test_reports_of_one_container_and_of_all(project):
    declare(project)
    project.configure("-D", "GO_CONTAINER_REPORT=ON", engine="builtin")
    project.build("tool-report")
    page = project.binary / "below/tool.container/tool.html"
    assert page.read_text().count("<article") == 1
    project.build("image-report")
    page = project.binary / "image-report.html"
    assert page.read_text().count("<article") == 2
    properties = {
        each["name"]: each["value"] for each in listed(project)["image-report"]["properties"]
    }
    assert properties["ATTACHED_FILES"] == [str(page)]
    assert properties["FIXTURES_REQUIRED"] == ["api.image", "tool.image"]
    assert properties["LABELS"] == ["image"]
    page.unlink()
    run(["ctest", "--test-dir", project.binary, "-R", "^image-report$"])
    assert page.exists()


def test_by_default_there_is_one_target_and_no_test(project):
    declare(project)
    project.configure(engine="builtin")
    targets = run(["ninja", "-C", project.binary, "-t", "targets", "all"]).stdout
    assert "\nimage-report: phony\n" in targets
    assert "api-report" not in targets
    assert "image-report" not in listed(project)


def test_the_engines_commands_are_handed_on(project, tmp_path):
    """They are what the project says, and not what is on PATH."""
    declare(project)
    project.configure("-D", "GO_CONTAINER_DOCKER=/bin/true", engine="builtin")
    text = (project.binary / "build.ninja").read_text()
    assert "report --engines docker=/bin/true --output" in text
