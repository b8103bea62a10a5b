"""SBOM: the targets that write what is in an image, the test of it, and what CMake knows of libraries."""

import json
import re
from pathlib import Path

import pytest
from harness import run
from module_proxy import module_proxy
from native import MAIN as NATIVE
from native import declare

GO_MOD = """\
module example.com/program

go 1.22

require (
\texample.com/cached v1.0.0
\texample.com/near v0.1.0
\texample.com/old v1.0.0
)

replace example.com/near => ./near
replace example.com/old => example.com/new v1.5.0
"""
MAIN = """\
package main

import (
\t_ "example.com/cached"
\t_ "example.com/near"
\t_ "example.com/old"
)

func main() {}
"""


def module(path):
    return {"go.mod": f"module {path}\n", "m.go": f"package {path.rpartition('/')[2]}\n"}


@pytest.fixture
def modules(tmp_path):
    """The environment with a proxy of its own."""
    names = ("example.com/cached@v1.0.0", "example.com/cached@v1.0.1", "example.com/new@v1.5.0")
    found = {name: module(name.partition("@")[0]) for name in names}
    found["example.com/new@v1.5.0"] = {**module("example.com/old"), "m.go": "package old\n"}
    return module_proxy(tmp_path, found)


def declare_modules(project, modules, call):
    project.write("go.mod", GO_MOD)
    project.write("main.go", MAIN)
    for name, text in module("example.com/near").items():
        project.write(f"near/{name}", text)
    run(["go", "mod", "tidy"], cwd=project.source, env=modules)
    project.cmakelists(call)
    project.configure(engine="builtin")


def document(project, form="spdx", name="api"):
    return json.loads((project.binary / f"{name}.container/{name}.{form}.json").read_text())


def packages(project):
    return {each["name"]: each.get("versionInfo", "") for each in document(project)["packages"]}


def linked(program):
    """What the go command says of the modules of a program, with their versions: as what they were replaced by."""
    said = run(["go", "version", "-m", program]).stdout
    lines = [line.split("\t")[1:] for line in said.splitlines()[1:]]
    found = []
    for kind, *words in lines:
        if kind == "=>":
            found[-1] = (found[-1][0], words[1]) if words[0][0] == "." else (words[0], words[1])
        elif kind == "dep":
            found.append((words[0], words[1]))
    return dict(found)


def test_the_modules_that_are_linked(project, modules):
    declare_modules(
        project, modules, "add_go_container(api BASE scratch SBOM spdx spdx3 cyclonedx)"
    )
    project.build("image-sbom", env=modules)
    program = linked(project.binary / "api.container/context/out/api")
    assert program == {
        "example.com/cached": "v1.0.0",
        "example.com/near": "(devel)",
        "example.com/new": "v1.5.0",
    }
    found = packages(project)
    go = run(["go", "env", "GOVERSION"]).stdout.strip().removeprefix("go")
    assert {**program, "stdlib": go}.items() < found.items()
    names = {"api", "example.com/program", "/etc/ssl/certs/ca-certificates.crt"}
    assert set(found) == {*program, *names, "stdlib", "/etc/passwd", "/etc/group"}
    of_others = {each["name"] for each in document(project, "cdx")["components"]}
    assert of_others == set(found) - {"api"}
    said = project.ctest("-V", "-R", "^api[.]sbom$", env=modules).stdout
    assert "sbom: 9 components in spdx, spdx3, cyclonedx" in said


def test_the_check_sees_the_sbom_of_another_image(project, modules):
    declare_modules(project, modules, "add_go_container(api BASE scratch SBOM spdx)")
    project.ctest("-R", "^api[.]sbom$", env=modules)
    file = project.binary / "api.container/api.spdx.json"
    right = file.read_text()
    project.write("go.mod", GO_MOD.replace("cached v1.0.0", "cached v1.0.1"))
    run(["go", "mod", "tidy"], cwd=project.source, env=modules)
    project.build("api", env=modules)
    file.write_text(right)  # that of the image before
    failed = project.ctest("-V", "-FS", ".*", "-R", "^api[.]sbom$", expect_failure=True).stdout
    for line in (
        "sbom: FAILED: an SBOM does not list what is in the image",
        "declared  SBOM spdx: api.spdx.json",
        "example.com/cached v1.0.1",
        "build the target api-sbom again, and leave its files as they are",
    ):
        assert line in failed
    assert file.read_text() == right
    project.ctest("-R", "^api[.]sbom$", env=modules)
    assert packages(project)["example.com/cached"] == "v1.0.1"


def test_there_is_none_by_default(project):
    project.go_module()
    project.cmakelists("add_go_container(api BASE scratch)\n")
    project.configure(engine="builtin")
    targets = run(["ninja", "-C", project.binary, "-t", "targets", "all"]).stdout
    assert "\napi-run: phony\n" in targets
    assert "-sbom" not in targets


LIBRARIES = """
    find_package(ZLIB REQUIRED)
    set_target_properties(core PROPERTIES VERSION 2.5)
    add_library(shared SHARED core/shared.c)
    add_library(unused SHARED core/shared.c)
    set_target_properties(shared PROPERTIES VERSION 3.1.4 SOVERSION 3)
    target_link_libraries(core PUBLIC ZLIB::ZLIB PRIVATE m)
    add_library(Name::core ALIAS core)
    add_go_container(api SOURCE_DIR static BASE scratch SBOM spdx LINK_LIBRARIES Name::core)
    add_go_container(web SOURCE_DIR service BASE scratch SBOM spdx RUNTIME_LIBRARIES ON
      LINK_LIBRARIES core shared unused)
    """
USING = NATIVE.replace('#include "core.h"', '#include "core.h"\n    // int shared(void);').replace(
    "C.core_add(2, 3)", "C.core_add(2, 3)+C.shared()"
)


def test_libraries_of_c(project):
    declare(project, LIBRARIES, main=USING)
    project.go_module("static", main=NATIVE)
    project.write("core/shared.c", "int shared(void) { return 1; }\n")
    project.configure(engine="builtin")
    project.build("image-sbom")
    zlib = re.search('ZLIB_VERSION "(.*)"', Path("/usr/include/zlib.h").read_text())[1]
    linked = {("core", "2.5"), ("ZLIB::ZLIB", zlib), ("m", "")}
    assert libraries(project, "api", "STATIC_LINK") == linked
    assert libraries(project, "web", "STATIC_LINK") == {("core", "2.5")}
    assert libraries(project, "web", "DYNAMIC_LINK") == {("shared", "3.1.4")}
    found = {each["name"]: each for each in document(project, name="web")["packages"]}
    (file,) = (name for name in found if "/libshared.so.3" in name)
    assert found[file]["versionInfo"] == "3.1.4"
    assert found[file]["comment"] == "It is the CMake target shared."
    project.ctest("-R", "^(api|web)[.]sbom$")


def libraries(project, name, kind):
    found = document(project, name=name)
    named = {each["SPDXID"]: each for each in found["packages"]}
    targets = [
        named[each["relatedSpdxElement"]]
        for each in found["relationships"]
        if each["relationshipType"] == kind
    ]
    return {(each["name"], each.get("versionInfo", "")) for each in targets}


def test_several_platforms(project):
    project.go_module(main="package main\n\nfunc main() {}\n")
    project.cmakelists(
        "add_go_container(api BASE scratch PLATFORMS linux/amd64 linux/arm64 SBOM cyclonedx)\n"
    )
    project.configure(engine="builtin")
    said = project.ctest("-R", "[.]sbom$").stdout
    assert all(f"api.{platform}.sbom" in said for platform in ("amd64", "arm64"))
    layout = run(["tar", "-xOf", project.binary / "api.container/api.tar", "index.json"]).stdout
    whole = document(project, "cdx")
    (index,) = json.loads(layout)["manifests"]
    assert whole["metadata"]["component"]["version"] == index["digest"]
    parts = [f"api-linux-{platform}.cdx.json" for platform in ("amd64", "arm64")]
    texts = [(project.binary / "api.container" / part).read_text() for part in parts]
    tops = [json.loads(text)["metadata"]["component"]["bom-ref"] for text in texts]
    assert [each["bom-ref"] for each in whole["components"]] == tops
    assert whole["dependencies"][0]["dependsOn"] == sorted(tops)
