"""Dockerfiles in the manners of many projects, and the CMakeLists.txt that each becomes."""

import csv
import io
import re

import pytest
from corpus import NAMES, make_context
from gocontainer.importing.dockerfile import import_dockerfile
from harness import REPOSITORY, run

pytest.importorskip("dockerfile")
# What no call replaces.
NOT_REPLACEABLE = {"go-install-tool", "makefile-hidden"}


@pytest.fixture
def imported(tmp_path, request):
    name = request.param
    context = make_context(name, tmp_path / name)
    found = import_dockerfile((context / "Dockerfile").read_text(), "Dockerfile", context)
    return name, context, found


@pytest.mark.parametrize("imported", NAMES, indirect=True, ids=NAMES)
def test_the_text_and_what_is_said(imported, golden):
    name, _, found = imported
    said = "".join(f"# {each.line}: {each.kind}: {each.text}\n" for each in found.findings)
    golden.check(f"importing/{name}.txt", found.text + "\n" + said)
    assert bool(found.text) == (name not in NOT_REPLACEABLE)


@pytest.mark.parametrize("imported", [n for n in NAMES if n not in NOT_REPLACEABLE], indirect=True)
def test_the_text_configures(imported, tmp_path):
    _, context, found = imported
    (context / "CMakeLists.txt").write_text(found.text)
    command = ["cmake", "-S", context, "-B", tmp_path / "build", "-G", "Ninja", "-Werror=dev"]
    modules = REPOSITORY / "cmake"
    run([*command, f"-DCMAKE_MODULE_PATH={modules}", "-DGO_CONTAINER_ENGINE=builtin"])


def row(name, directory):
    context = make_context(name, directory / name)
    found = import_dockerfile((context / "Dockerfile").read_text(), "Dockerfile", context)
    calls = found.text.partition("add_go_container(")[2]
    keywords = dict.fromkeys(re.findall(r"^  ([A-Z_]+)(?= |$)", calls, re.MULTILINE))
    commands = [each for each in ("add_custom_command", "CACHE STRING") if each in found.text]
    lost = [
        f"line {each.line}: {each.text}"
        for each in found.findings
        if each.kind in ("not carried over", "not replaceable")
    ]
    return [name, ", ".join([*keywords, *commands]) or "none", "; ".join(lost) or "nothing"]


def test_the_table_of_the_docs(tmp_path, golden):
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for name in NAMES:
        rows.writerow(
            f"``{cell}``" if i == 0 else cell.replace("*", "\\*")
            for i, cell in enumerate(row(name, tmp_path))
        )
    golden.check("../../docs/guide/from-dockerfile.csv", text.getvalue())


@pytest.mark.parametrize("imported", ["scratch-passwd", "shop-frontend"], indirect=True)
def test_the_text_builds(imported, tmp_path):
    _, context, found = imported
    (context / "CMakeLists.txt").write_text(found.text)
    command = ["cmake", "-S", context, "-B", tmp_path / "build", "-G", "Ninja"]
    modules = REPOSITORY / "cmake"
    run([*command, f"-DCMAKE_MODULE_PATH={modules}", "-DGO_CONTAINER_ENGINE=builtin"])
    run(["cmake", "--build", tmp_path / "build", "--target", "image"])
