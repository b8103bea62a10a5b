"""A container is built when, and only when, what goes into it changed."""

import io
import os
import signal
import subprocess
import tarfile
import time

import pytest
from harness import GENERATORS, Project

pytestmark = pytest.mark.usefixtures("own_store")

MAIN = """\
package main

import (
\t_ "embed"
\t"fmt"

\t"example.com/m/used"
)

//go:embed assets
var assets embed.FS

func main() { fmt.Println(used.Word, assets) }
"""


@pytest.fixture
def services(request, tmp_path, project):
    """Two containers of one module, of which only the first one uses the package `used` and assets,
    and has a file; a function builds them and tells which of them were built."""
    generator, engine = request.param
    project.write("go.mod", "module example.com/m\n\ngo 1.22\n")
    project.write("one/main.go", MAIN.replace('_ "embed"', '"embed"'))
    project.write("one/main_test.go", "package main\n")
    project.write("one/assets/a.txt", "a")
    project.write("two/main.go", "package main\n\nfunc main() {}\n")
    project.write("used/used.go", 'package used\n\nconst Word = "word"\n')
    project.write("unused/unused.go", "package unused\n")
    project.write("conf/a.conf", "a")
    project.write("README.md", "read me\n")
    project.write(".dockerignore", "unused\n*.md\nCMakeLists.txt\n")
    project.cmakelists(
        "add_go_container(one BASE scratch PACKAGE ./one FILES conf/ DESTINATION /etc/one)\n"
        "add_go_container(two BASE scratch PACKAGE ./two)"
    )
    return Services(project, generator, engine, request)


class Services:
    def __init__(self, project: Project, generator, engine, request):
        self.project = project
        self.write = project.write
        self.path = project.source
        self.engine = engine
        docker = request.getfixturevalue("docker") if engine == "docker" else None
        project.configure(generator=generator, engine=engine, docker=docker)
        self.config = ["Release"] if "Multi" in generator else []
        assert self.build() == {"one", "two"}
        assert self.build() == set()

    def images(self):
        """What tells one image from another, and when it was written."""
        found = {}
        for name in ("one", "two"):
            directory = self.project.binary / f"{name}.container" / "/".join(self.config)
            file = directory / ("image.id" if self.engine != "builtin" else f"{name}.tar")
            if file.exists():
                found[name] = (file.stat().st_mtime_ns, file.stat().st_size)
        return found

    def build(self):
        """The names of the containers of which there is another image afterwards."""
        before = self.images()
        self.output = self.project.build("image", config="".join(self.config) or None).output
        return {name for name, image in self.images().items() if before.get(name) != image}

    def file(self, path):
        """The content of a file in the image `one` of builtin."""
        (archive,) = self.project.binary.glob("one.container/**/one.tar")
        with tarfile.open(archive) as image:
            for blob in image:
                data = image.extractfile(blob).read()
                if data[257:262] == b"ustar":
                    with tarfile.open(fileobj=io.BytesIO(data)) as layer:
                        if path in layer.getnames():
                            return layer.extractfile(path).read()
        return None


EVERYWHERE = [(generator, "builtin") for generator in GENERATORS]
everywhere = pytest.mark.parametrize("services", EVERYWHERE, indirect=True, ids=lambda p: p[0])
# Ninja Multi-Config has the rules of Ninja, in each configuration: some edits show that.
by_ninja_and_make = pytest.mark.parametrize(
    "services", [EVERYWHERE[0], EVERYWHERE[2]], indirect=True, ids=lambda p: p[0]
)


@everywhere
def test_edits(services):
    services.write("used/used.go", 'package used\n\nconst Word = "other"\n')
    assert services.build() == {"one"}
    services.write("two/main.go", 'package main\n\nfunc main() { println("x") }\n')
    assert services.build() == {"two"}
    services.write("one/assets/a.txt", "b")
    assert services.build() == {"one"}
    services.write("conf/a.conf", "b")
    assert services.build() == {"one"}
    services.write("unused/unused.go", "package unused\n\nconst X = 1\n")
    services.write("one/main_test.go", "package main\n\nconst x = 1\n")
    services.write("README.md", "read me\n")
    assert services.build() == set()
    assert services.build() == set()


@everywhere
def test_files_that_come_go_and_move(services):
    services.write("one/assets/deep/b.txt", "b")
    assert services.build() == {"one"}
    services.write("one/assets/deep/c.txt", "c")
    assert services.build() == {"one"}
    (services.path / "one/assets/deep/c.txt").rename(services.path / "one/assets/deep/d.txt")
    assert services.build() == {"one"}
    (services.path / "one/assets/deep/d.txt").unlink()
    assert services.build() == {"one"}
    services.write("conf/sub/b.conf", "b")
    assert services.build() == {"one"}
    (services.path / "conf/sub").rename(services.path / "conf/bus")
    assert services.build() == {"one"}
    services.write("used/more.go", 'package used\n\nfunc init() { println("more") }\n')
    assert services.build() == {"one"}
    (services.path / "used/more.go").unlink()
    assert services.build() == {"one"}
    assert services.build() == set()


@by_ninja_and_make
def test_names_that_build_tools_take_for_something_else(services):
    names = ["a b.txt", "a$b.txt", "a$(b).txt", "a#b.txt", "ä.txt", "a%b.txt", "a=b,c.txt"]
    for name in names:
        services.write(f"conf/{name}", "a")
    assert services.build() == {"one"}
    assert services.build() == set()
    for name in names:
        services.write(f"conf/{name}", "b")
        assert services.build() == {"one"}, name
    for name in names:
        (services.path / "conf" / name).unlink()
    assert services.build() == {"one"}
    assert services.build() == set()


@by_ninja_and_make
def test_modes_and_links(services):
    (services.path / "conf/a.conf").chmod(0o755)
    assert services.build() == {"one"}
    assert services.build() == set()
    (services.path / "conf/a.conf").chmod(0o644)
    assert services.build() == {"one"}
    (services.path / "conf/link").symlink_to("a.conf")
    assert services.build() == {"one"}
    (services.path / "conf/link").unlink()
    (services.path / "conf/link").symlink_to("b.conf")
    assert services.build() == {"one"}
    assert services.build() == set()


@by_ninja_and_make
def test_a_file_in_the_place_of_another_that_is_newer(services):
    """As `cp -p` and `rsync` leave it: another content, an older time, the same directory."""
    file = services.path / "conf/a.conf"
    file.write_text("older")
    os.utime(file, (1, 1))
    assert services.build() == {"one"}
    assert services.build() == set()


@by_ninja_and_make
def test_a_touch_makes_no_other_image(services):
    for path in services.path.rglob("*"):
        os.utime(path)
    assert services.build() == set()
    assert services.build() == set()


@by_ninja_and_make
def test_git_to_and_fro(services):
    def git(*words):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *identity, *words], cwd=services.path, check=True)

    git("init", "--quiet", "--initial-branch=main")
    git("add", "--all")
    git("commit", "--quiet", "--message=one")
    git("checkout", "--quiet", "-b", "other")
    services.write("used/used.go", 'package used\n\nconst Word = "branch"\n')
    git("commit", "--quiet", "--all", "--message=other")
    assert services.build() == {"one"}
    git("checkout", "--quiet", "main")
    assert services.build() == {"one"}
    git("checkout", "--quiet", "other")
    assert services.build() == {"one"}


@by_ninja_and_make
def test_arguments(services):
    lists = services.path / "CMakeLists.txt"
    lists.write_text(lists.read_text().replace("./two)", "./two ENV A=1)"))
    assert services.build() == {"two"}
    lists.write_text(lists.read_text().replace("conf/ DEST", "conf DEST"))
    assert services.build() == {"one"}
    assert services.build() == set()


@by_ninja_and_make
def test_modules_and_workspaces(services):
    services.write("../local/go.mod", "module example.com/local\n\ngo 1.22\n")
    services.write("../local/local.go", 'package local\n\nconst Word = "a"\n')
    services.write(
        "go.mod",
        "module example.com/m\n\ngo 1.22\n\nrequire example.com/local v0.0.0\n\n"
        "replace example.com/local => ../local\n",
    )
    main = 'package main\n\nimport "example.com/local"\n\nfunc main() { println(local.Word) }\n'
    services.write("two/main.go", main)
    assert services.build() == {"two"}
    services.write("../local/local.go", 'package local\n\nconst Word = "b"\n')
    assert services.build() == {"two"}
    assert services.build() == set()


@by_ninja_and_make
def test_an_interrupted_build_is_done_again(services):
    services.write("used/used.go", "package used\n\nconst Word = broken\n")
    services.project.build("image", config="".join(services.config) or None, expect_failure=True)
    services.write("used/used.go", 'package used\n\nconst Word = "word"\n')
    services.build()
    services.write("used/used.go", 'package used\n\nconst Word = "mended"\n')
    assert services.build() == {"one"}
    assert services.build() == set()


@pytest.mark.parametrize(
    "services", [*EVERYWHERE, ("Ninja", "docker")], indirect=True, ids=lambda p: "-".join(p)
)
def test_nothing_is_stale_after_builds_that_were_killed(services):
    project, config = services.project, "".join(services.config) or None
    command = ["cmake", "--build", project.binary, "--target", "image"]
    command += ["--config", config] if config else []
    for milliseconds in (20, 80, 160, 250, 350, 500, 700):
        services.write("used/used.go", f'package used\n\nconst Word = "after {milliseconds}"\n')
        services.write("conf/a.conf", f"after {milliseconds}")
        process = subprocess.Popen(command, env=project.environment(), start_new_session=True)
        time.sleep(milliseconds / 1000)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    services.build()
    assert "after 700" in project.build("one-run", config=config).output
    if services.engine == "builtin":
        assert b"after 700" in services.file("etc/one/a.conf")
        assert [p.name for p in project.binary.rglob("*.tar.*.new")] == []
    # What was there before the last of them is an edit, too.
    services.write("used/used.go", 'package used\n\nconst Word = "before"\n')
    assert services.build() == {"one"}
    assert "before" in project.build("one-run", config=config).output
    assert services.build() == set()


@by_ninja_and_make
def test_an_archive_that_somebody_removed_is_made_again(services):
    (archive,) = services.project.binary.glob("two.container/**/two.tar")
    archive.unlink()
    assert services.build() == {"two"}
    assert services.build() == set()


@pytest.mark.parametrize("services", [("Ninja", "builtin")], indirect=True)
def test_nothing_runs_when_nothing_changed(services):
    services.build()
    assert services.output == "[1/5] Looking for changes where Ninja sees no work\n"
    assert "Building" not in services.project.build("two").output


@pytest.mark.parametrize("services", [("Ninja", "docker")], indirect=True, ids=str)
def test_the_store_is_asked_for_an_image_that_is_new(services, docker):
    lists = services.path / "CMakeLists.txt"
    lists.write_text(lists.read_text() + "add_go_container(three BASE scratch PACKAGE ./two)\n")
    services.build()
    services.build()  # the question has all three now
    lists.write_text(
        lists.read_text() + "add_go_container(four BASE scratch PACKAGE ./two ENV A=1)\n"
    )
    services.build()
    assert "Building image four" in services.output
    docker("rmi", "--force", "four:latest")
    services.build()
    assert "Building image four" in services.output
    services.build()
    assert "Building image" not in services.output
    docker("rmi", "--force", "three:latest", "four:latest")


@pytest.mark.parametrize(
    "services", [("Ninja", e) for e in ("docker", "podman", "buildah")], indirect=True, ids=str
)
def test_the_build_context(services, request):
    """Files of the context, without what the ignore file leaves out; images that were removed."""
    services.write("used/used.go", 'package used\n\nconst Word = "context"\n')
    assert "one" in services.build()
    services.write("unused/unused.go", "package unused\n\nconst X = 2\n")
    services.write("README.md", "read it\n")
    assert services.build() == set()
    assert "Building image" not in services.output

    engine = request.getfixturevalue(services.engine)
    engine("rmi", "--force", "one:latest")
    assert services.build() <= {"one"}
    assert "Building image one" in services.output
    assert "Building image two" not in services.output
    engine("inspect", *(["--type", "image"] if services.engine == "buildah" else []), "one:latest")
    assert services.build() == set()
    assert "Building image" not in services.output
