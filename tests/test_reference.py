"""The examples in the reference documentation: each is built, and every option stands in one."""

import re
import textwrap

import pytest
from harness import REPOSITORY

REFERENCE = (REPOSITORY / "cmake/GoContainer.cmake").read_text().split("]===")[0]
BLOCKS = re.findall(r"code-block:: cmake\n\n((?:    .*\n|\n)+)", REFERENCE)
EXAMPLES = [textwrap.dedent(block).strip() for block in BLOCKS if "add_go_container(api" in block]
SIGNATURE = next(block for block in BLOCKS if "add_go_container(<name>" in block)


@pytest.fixture(params=["docker", "podman", "buildah", "builtin"])
def engine(request):
    arguments = {"engine": request.param}
    if request.param == "docker":
        arguments["docker"] = request.getfixturevalue("docker")
    return arguments


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split()[2].lower())
def test_example(project, engine, example):
    project.go_module(".")
    project.go_module("services/api", package="cmd/api")
    project.write("conf/api.toml", "motto = 'as you like it'\n")
    project.write("assets/logo.svg", "<svg/>\n")
    project.write(
        "importer.cpp", "#include <vector>\nint main() { return std::vector<int>{}.size(); }\n"
    )
    project.cmakelists(f"enable_language(CXX)\nadd_executable(importer importer.cpp)\n{example}")
    project.configure(**engine)
    assert "100% tests passed" in project.ctest().stdout


def test_every_option_has_an_entry_and_an_example():
    options = set(re.findall(r"\b[A-Z][A-Z_]+[A-Z]\b", SIGNATURE)) - {
        "NONE",
        "OFF",
        "PROJECT",
        "GIT",
    }
    keywords = (REPOSITORY / "cmake/GoContainer/plan.cmake").read_text()
    assert options == set(re.findall(r"\b([A-Z_]+):(?:one|many|list|group|of|flag)\b", keywords))
    for option in options:
        assert f"``{option}" in REFERENCE, option
        assert any(re.search(rf"\b{option}\b", example) for example in EXAMPLES), option
