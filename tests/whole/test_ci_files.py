"""examples/ci: each file fits the schema of its CI system, and its commands build, test and push an image."""

import json
import os
import re
import shutil
import sys

import pytest
import yaml
from harness import REPOSITORY, run

FILES = REPOSITORY / "examples/ci"
LINTS = {
    "github-actions.yml": ["--builtin-schema", "vendor.github-workflows"],
    "gitlab-ci.yml": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    "buildkite.yml": ["--builtin-schema", "vendor.buildkite"],
}
# No linter of Jenkinsfiles is in the package registries. A shell script is linted with all others.
SYSTEMS = [*LINTS, "Jenkinsfile", "ci.sh"]


@pytest.mark.parametrize("name", LINTS)
def test_it_fits_the_schema(name):
    run([sys.executable, "-m", "check_jsonschema", *LINTS[name], FILES / name])


def steps(name):
    """(variables, commands) of a file, but for those that install tools."""
    text = (FILES / name).read_text()
    if name == "ci.sh":
        return {}, [text]
    if name == "Jenkinsfile":
        pairs = re.findall(r"^ +(?:environment \{ )?([A-Z_]+) = ['\"](.*?)['\"]", text, re.M)
        return dict(pairs), re.findall(r"\bsh '(.*)'$", text, re.M)
    read = yaml.safe_load(text)
    if name == "github-actions.yml":
        commands = [step["run"] for step in read["jobs"]["images"]["steps"] if "run" in step]
        return read["env"], [each for each in commands if not each.startswith("sudo ")]
    if name == "gitlab-ci.yml":
        return read["images"]["variables"], read["images"]["script"]
    (step,) = read["steps"]
    return read["env"], [each.replace("$$", "$") for each in step["command"]]


def test_all_give_the_same_commands():
    wanted = re.findall(r"^ *((?:cmake|ctest) .*)$", (FILES / "ci.sh").read_text(), re.M)
    wanted = [each.replace("${IMAGES:-}", "$IMAGES") for each in wanted]
    assert len(wanted) == 4
    for name in SYSTEMS[:-1]:
        _, commands = steps(name)
        lines = [line.strip() for command in commands for line in command.splitlines()]
        assert [each for each in lines if each.startswith(("cmake", "ctest"))] == wanted


@pytest.mark.parametrize("name", SYSTEMS)
def test_its_commands_build_test_and_push(name, registry, docker, go_environment, tmp_path):
    """With the cache that a former job left."""
    (tmp_path / "cmake").symlink_to(REPOSITORY / "cmake")
    project = shutil.copytree(REPOSITORY / "examples/hello", tmp_path / "examples/hello")
    (project / ".cache").mkdir()
    (project / ".cache/go-build").symlink_to(go_environment["GOCACHE"])
    images = f"{registry}/{name.lower()}/"
    variables, commands = steps(name)
    lines = [f'export {name}="{value}"' for name, value in variables.items()]
    text = "\n".join([*lines, *commands]).replace("${{ github.workspace }}", str(project))
    text = text.replace("registry.example.com/team/", images)
    text = text.replace("registry.example.com", registry)
    run(["sh", "-euc", text], cwd=project, env=environment(project, registry, images))
    assert "hello.size" in (project / "build/junit.xml").read_text()
    (pushed,) = (project / "build").rglob("pushed.json")
    (image,) = json.loads(pushed.read_text())["images"]
    assert image["reference"].startswith(f"{images}hello@sha256:")
    docker("pull", "--quiet", image["reference"])


def environment(project, registry, images):
    """What each of the systems sets, and the secrets."""
    return {
        **os.environ,
        "CI_PROJECT_DIR": str(project),
        "CI_COMMIT_TAG": "v1",
        "CI_REGISTRY": registry,
        "CI_REGISTRY_IMAGE": images.rstrip("/"),
        "CI_REGISTRY_USER": "somebody",
        "CI_REGISTRY_PASSWORD": "secret",
        "BUILDKITE_TAG": "v1",
        "WORKSPACE": str(project),
        "WORKSPACE_TMP": f"{project}.tmp",
        "NAME": "somebody",
        "TOKEN": "secret",
        "REGISTRY": registry,
        "REGISTRY_USER": "somebody",
        "REGISTRY_TOKEN": "secret",
        "CACHE": f"{project}/.cache",
        "IMAGES": images,
        "DOCKER_CONFIG": f"{project}.docker",
    }
