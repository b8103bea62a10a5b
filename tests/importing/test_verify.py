"""gocontainer import --verify: the Dockerfile and the call are both built, and their images compared."""

import json
import os
import sys

import pytest
from harness import GOCONTAINER, run

pytest.importorskip("dockerfile")
pytestmark = pytest.mark.timeout(600)
DOCKERFILE = """\
FROM golang:alpine AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/hello .
FROM alpine AS final
COPY --from=build /out/hello /usr/bin/
COPY conf /etc/hello
ENV A=b
ENTRYPOINT ["/usr/bin/hello"]
FROM scratch
"""


@pytest.fixture
def project(tmp_path):
    files = {
        "go.mod": "module example.com/hello\n\ngo 1.22\n",
        "main.go": "package main\n\nfunc main() {}\n",
        "conf/a b": "x\n",
        "Dockerfile": DOCKERFILE,
    }
    for name, text in files.items():
        file = tmp_path / "project" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "project"


def verify(project, tmp_path, *words, expect_failure=False, **variables):
    env = {**os.environ, "TMPDIR": str(tmp_path / "scratch"), **variables}
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, GOCONTAINER, "import", "--verify", "--target", "final", *words]
    result = run([*command, project / "Dockerfile"], env=env, expect_failure=expect_failure)
    assert not list((tmp_path / "scratch").iterdir())
    return result


def test_how_the_images_differ(docker, project, tmp_path):
    before = docker("images", "--quiet", "gocontainer-import").stdout
    found = json.loads(verify(project, tmp_path, "--json").stdout)["difference"]
    assert set(found["files"]) == {"/usr/bin/hello"}
    assert {each for each in found["config"] if not each.startswith("Labels.")} == {"User"}
    assert found["sameLayers"] >= 1
    assert docker("images", "--quiet", "gocontainer-import").stdout == before
    assert not (project / "CMakeLists.txt").exists()


@pytest.mark.parametrize("what", ["text", "dockerfile"])
def test_what_can_not_be_built(docker, project, tmp_path, what, golden):
    if what == "text":
        (project / "go.mod").unlink()
    else:
        text = DOCKERFILE.replace("WORKDIR", "RUN false\nWORKDIR")
        (project / "Dockerfile").write_text(text)
    said = verify(project, tmp_path, expect_failure=True).stderr
    error = said[said.index("GoContainer: import ") :].replace(str(project), "<project>")
    golden.check(f"errors/import-verify-{what}.txt", error)


def test_there_is_no_engine(project, tmp_path, golden):
    nowhere = {"DOCKER_HOST": "unix:///nonexistent", "CONTAINERS_CONF": "/nonexistent"}
    said = verify(project, tmp_path, expect_failure=True, **nowhere).stderr
    error = said[said.index("GoContainer: import ") :].replace(str(project), "<project>")
    golden.check("errors/import-verify-no-engine.txt", error)
