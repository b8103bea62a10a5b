"""LICENSES: the licence files of the modules that the programs are made of."""

import uuid

import pytest
from gocontainer.read.layout import open_image
from harness import run
from module_proxy import module_proxy
from rootfs import entries

GO_MOD = """\
module example.com/shop

go 1.22

require (
\texample.com/bare v0.1.0
\texample.com/cached v1.0.0
\texample.com/fork v1.2.3
\texample.com/unused v1.0.0
)

replace example.com/fork => ./fork
replace example.com/bare => ./bare
replace example.com/unused => ./unused
"""
MAIN = """\
package main

import (
\t_ "example.com/bare"
\t_ "example.com/cached"
\t_ "example.com/fork/deep/er"
)

func main() {}
"""
EXPECTED = {
    "example.com/cached@v1.0.0/Copying.Lesser",
    "example.com/fork@v1.2.3/MIT-License.txt",
    "example.com/fork@v1.2.3/deep/NOTICE",
    "example.com/shop/LICENCE",
}
WITHOUT = "add_go_container(api): LICENSES: example.com/bare@v0.1.0 has no licence file."


@pytest.fixture
def modules(tmp_path):
    """The environment with a module cache and a proxy of its own, which has example.com/cached."""
    files = {
        "go.mod": "module example.com/cached\n",
        "c.go": "package cached\n",
        "Copying.Lesser": "free\n",
        "license.go": "package cached\n",
    }
    return module_proxy(tmp_path, {"example.com/cached@v1.0.0": files})


@pytest.fixture
def shop(project, modules):
    files = {
        "go.mod": GO_MOD,
        "main.go": MAIN,
        "LICENCE": "mine\n",
        "bare/go.mod": "module example.com/bare\n",
        "bare/b.go": "package bare\n",
        "fork/go.mod": "module example.com/fork\n",
        "fork/MIT-License.txt": "MIT\n",
        "fork/deep/NOTICE": "notice\n",
        "fork/deep/er/e.go": "package er\n",
        "fork/other/LICENSE": "of no package in the program\n",
        "unused/go.mod": "module example.com/unused\n",
        "unused/LICENSE": "of no module in the program\n",
    }
    for name, text in files.items():
        project.write(name, text)
    run(["go", "mod", "tidy"], cwd=project.source, env=modules)
    project.cmakelists("add_go_container(api BASE scratch LICENSES ON)\n")
    return project


def licenses(project):
    with open_image(f"oci-archive:{project.binary}/api.container/api.tar") as archive:
        image = entries(archive)
    top = "/usr/share/doc/api/"
    found = {
        path[len(top) :]
        for path, entry in image.items()
        if path.startswith(top) and entry.type == b"0"
    }
    of_go = {path for path in found if path.startswith("go@1.")}
    assert {path.rpartition("/")[2] for path in of_go} == {"LICENSE", "PATENTS"}
    return found - of_go


def test_of_the_module_cache_and_of_directories(shop, modules):
    shop.configure(engine="builtin")
    assert WITHOUT in shop.build("api", env=modules).output
    assert licenses(shop) == EXPECTED
    said = shop.ctest("-V", "-R", "api.licenses", env=modules).stdout
    assert (
        "3 of 4 modules have their licences in /usr/share/doc/api; without: example.com/bare@v0.1.0"
        in said
    )
    # A file that comes, goes or changes counts.
    assert "Building image" not in shop.build("api", env=modules).stdout
    shop.write("bare/COPYING", "mine\n")
    shop.write("fork/deep/NOTICE", "another\n")
    (shop.source / "LICENCE").unlink()
    assert "has no licence file" not in shop.build("api", env=modules).output
    assert licenses(shop) == EXPECTED - {"example.com/shop/LICENCE"} | {
        "example.com/bare@v0.1.0/COPYING"
    }
    assert "Building image" not in shop.build("api", env=modules).stdout


def test_of_vendor_and_of_several_programs_together(shop, modules):
    shop.write("go.mod", (shop.source / "go.mod").read_text())
    shop.write("cmd/two/main.go", "package main\n\nfunc main() {}\n")
    shop.write("cmd/three/main.go", MAIN)
    run(["go", "mod", "vendor"], cwd=shop.source, env=modules)
    calls = [
        f"add_go_container({name} BASE scratch LICENSES ON PACKAGE ./cmd/{name})\n"
        for name in ("two", "three")
    ]
    shop.cmakelists("add_go_container(api BASE scratch LICENSES ON)\n" + "".join(calls))
    shop.configure(engine="builtin")
    shop.build("image", env=modules)
    vendored = {path for path in EXPECTED if "MIT" not in path and "Copying" not in path}
    assert vendored <= licenses(shop) <= EXPECTED
    three, two = (
        shop.binary / f"{name}.container/context/licenses/example.com" for name in ("three", "two")
    )
    assert sorted(path.name for path in two.iterdir()) == ["shop"]
    assert "fork@v1.2.3" in [path.name for path in three.iterdir()]


def test_in_a_container(shop, podman):
    """Of the cache mount, where the builder has no proxy of the tests, the module comes from a directory."""
    text = (shop.source / "go.mod").read_text()
    shop.write("go.mod", text + "replace example.com/cached => ./cached\n")
    shop.write("cached/go.mod", "module example.com/cached\n")
    shop.write("cached/c.go", "package cached\n")
    shop.write("cached/Copying.Lesser", "free\n")
    shop.write(
        "main.go", f"{MAIN}\n// {uuid.uuid4()}\n"
    )  # else the layers of another run may be taken, without a word
    shop.configure(engine="podman")
    assert WITHOUT in shop.build("api").output
    shop.build("api-archive")
    with open_image(f"docker-archive:{shop.binary}/api.container/api.tar") as archive:
        image = {path for path, entry in entries(archive).items() if entry.type == b"0"}
    assert {f"/usr/share/doc/api/{path}" for path in EXPECTED} <= image
