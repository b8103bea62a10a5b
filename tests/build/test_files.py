"""FILES: what is staged, what is refused, what the test <name>.files sees, and several builds at once."""

import fcntl
import os
import shutil
import socket
import stat
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.read.dockerignore import Ignore, context_paths
from gocontainer.read.layer import Layer
from gocontainer.read.layout import open_image
from gocontainer.read.source import ImageError
from gocontainer.read.tree import Tree
from gocontainer.write.layers import new_layers
from harness import REPOSITORY, run
from images import archive, entry, image, layer, link, one_program, write_plan
from rootfs import entries

SCRIPTS = REPOSITORY / "cmake/GoContainer/scripts"
BOUNDARY = "=====\n"


class Stage:
    """A container's directory, and what stage.sh makes of a list of FILES there."""

    def __init__(self, directory: Path):
        self.directory = directory / "api.container"
        self.source = directory / "source"
        self.source.mkdir()
        self.staged = self.directory / "context/files/0"

    def command(self, *lines, mode="-", kind="files"):
        place = self.directory / "stage" / kind
        place.mkdir(parents=True, exist_ok=True)
        text = b"".join(os.fsencode(line) + b"\n" for line in [mode, self.source, *lines])
        if not (place / "0.txt").exists() or (place / "0.txt").read_bytes() != text:
            (place / "0.txt").write_bytes(text)
        return ["sh", str(SCRIPTS / "stage.sh"), "add_go_container(api)", str(self.directory)]

    def __call__(self, *lines, expect_failure=False, **options):
        return run(self.command(*lines, **options), expect_failure=expect_failure)

    def found(self):
        """path -> (mode, content or target) of all that is staged"""
        top = os.fsencode(self.staged)
        paths = [
            root + b"/" + name
            for root, directories, names in os.walk(top)
            for name in [*directories, *names]
        ]
        return {os.path.relpath(path, top): described(path) for path in paths}


def described(path):
    status = os.lstat(path)
    mode = f"{stat.S_IMODE(status.st_mode):04o}"
    if stat.S_ISLNK(status.st_mode):
        return "link", os.fsdecode(Path(os.fsdecode(path)).readlink())
    return mode, None if stat.S_ISDIR(status.st_mode) else Path(os.fsdecode(path)).read_bytes()


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


ODD = [b"a b", b"-n", b"$HOME", b"a;b", b"#x", b"[y]", b"back\\slash", b"\xff\xfe", b"x" * 250]


def test_what_is_staged(stage):
    """Content as it is, modes of two kinds, links followed where they are named and kept elsewhere."""
    top = stage.source
    (top / "assets/sub").mkdir(parents=True)
    (top / "assets/sub/two\nlines").write_text("lines")
    (top / "assets/inside").symlink_to("sub/nothing")
    (top / "assets/run.sh").write_text("run")
    (top / "assets/run.sh").chmod(0o4711)
    (top / "assets/run.sh").chmod(0o6711)
    (top / "assets/sub").chmod(0o3775)
    (top / "assets").chmod(0o2700)
    (top / "secret").write_text("secret")
    (top / "secret").chmod(0o600)
    (top / "to-file").symlink_to("secret")
    (top / "to-directory").symlink_to("assets")
    for name in ODD:
        Path(os.fsdecode(os.fsencode(top) + b"/" + name)).write_bytes(name)
    # As in a project that belongs to a group: directories hand the bit on.
    stage.directory.mkdir()
    stage.directory.chmod(0o2775)
    directory = {
        b"sub": ("0755", None),
        b"sub/two\nlines": ("0644", b"lines"),
        b"inside": ("link", "sub/nothing"),
        b"run.sh": ("0755", b"run"),
    }
    below = {b"to-directory/" + path: what for path, what in directory.items()}

    odd = [os.fsencode(top) + b"/" + name for name in ODD]
    stage(*odd, top / "to-file", top / "to-directory", ";", f";{top}/secret;assets/run.sh;")
    assert stage.found() == {
        **{name: ("0644", name) for name in ODD},
        b"to-file": ("0644", b"secret"),
        b"to-directory": ("0755", None),
        **below,
        b"secret": ("0644", b"secret"),
        b"run.sh": ("0755", b"run"),
    }
    assert described(stage.staged) == ("0755", None)

    stage(f"{top}/to-directory/", mode="0640")
    files = {path: ("0640", what[1]) for path, what in directory.items() if what[0] != "link"}
    assert stage.found() == {**directory, **files, b"sub": ("0755", None)}
    stage(";")
    assert stage.found() == {}


def test_what_can_not_be_staged(stage, golden):
    """What was staged before stays."""
    top = stage.source
    (top / "good").write_text("good")
    (top / "tree/sub").mkdir(parents=True)
    (top / "tree/sub/.wh.passwd").write_text("")
    (top / "pipes").mkdir()
    os.mkfifo(top / "pipes/pipe")
    (top / "nowhere").symlink_to("nothing")
    (top / "tree/good").write_text("another")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(top / "socket"))
    stage(top / "good")
    said = []
    for lines in (
        ["tree/"],
        [";tree/sub/.wh.passwd"],
        ["pipes"],
        ["socket"],
        ["missing.conf"],
        ["nowhere"],
        ["good", "tree/good"],
    ):
        of_source = [line if line.startswith(";") else top / line for line in lines]
        of_source[0] = f"{of_source[0]}/" if lines == ["tree/"] else of_source[0]
        said.append(stage(*of_source, expect_failure=True).stderr)
        assert stage.found() == {b"good": ("0644", b"good")}
    stage(top / "good")
    said.append(stage(top / "tree/sub/.wh.passwd", kind="overlay", expect_failure=True).stderr)
    golden.check("errors/files-staged.txt", BOUNDARY.join(said))


def test_where_nothing_changed_nobody_waits(stage):
    """One look tells it, without the lock; each change is seen."""
    target, other = stage.source / "a", stage.source / "b"
    link = stage.source / "link"
    target.write_text("a")
    other.write_text("b")
    other.chmod(0o755)
    for path in (target, other):
        os.utime(path, (1, 1))
    link.symlink_to("a")
    (stage.source / "sub").mkdir()
    (stage.source / "sub/c").write_text("c")
    words = ("link", "sub")
    stage(*(stage.source / word for word in words))

    def staged_again(*lines):
        inode = stage.staged.stat().st_ino
        stage(*(stage.source / word for word in lines or words))
        return stage.staged.stat().st_ino != inode

    with (stage.directory / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not staged_again()
    link.unlink()
    link.symlink_to("b")  # of the same size and time
    assert staged_again()
    assert stage.found()[b"link"] == ("0755", b"b")
    other.chmod(0o644)
    assert staged_again()
    other.write_text("x")
    os.utime(other, (1, 1))
    assert staged_again()
    (stage.source / "sub/d").write_text("d")
    assert staged_again()
    (stage.source / "sub/c").unlink()
    assert staged_again()
    assert staged_again("sub")
    assert staged_again()
    assert not staged_again()
    shutil.rmtree(stage.staged)
    stage(*(stage.source / word for word in words))
    assert set(stage.found()) == {b"link", b"sub", b"sub/d"}
    stage(other, kind="overlay")
    assert (stage.directory / "context/overlay/0/b").read_text() == "x"
    (stage.directory / "stage/overlay/0.txt").unlink()
    stage(*(stage.source / word for word in words))
    assert not (stage.directory / "context/overlay/0").exists()
    link.unlink()
    failed = stage(*(stage.source / word for word in words), expect_failure=True)
    assert "there is no" in failed.output


def test_the_only_file_is_renamed(stage, golden):
    top = stage.source
    (top / "production.toml").write_text("motto = ''")
    (top / "to-it").symlink_to("production.toml")
    (top / "conf").mkdir()
    (top / "conf/b").write_text("b")
    for name in [b"config.toml", b"to-it", *ODD]:
        if name != b"\xff\xfe":
            stage(top / "to-it", mode=f"0640 {os.fsdecode(name)}")
            assert stage.found() == {name: ("0640", b"motto = ''")}
    stage(";;", mode="- config.toml")
    assert stage.found() == {}
    said = [
        stage(line, mode="- config.toml", expect_failure=True).stderr
        for line in (";to-it;conf/b", ";conf", f"{top}/conf/")
    ]
    golden.check("errors/files-renamed.txt", BOUNDARY.join(said))


def test_nothing_is_staged_while_somebody_reads(stage):
    (stage.source / "a").write_text("a")
    command = stage.command(stage.source / "a")
    with (stage.directory / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(command) as process:
            number = f":{os.fstat(lock.fileno()).st_ino} "
            while not any("->" in line and number in line for line in locks()):
                assert process.poll() is None
                time.sleep(0.01)
            assert not stage.staged.exists()
            fcntl.flock(lock, fcntl.LOCK_UN)
    assert process.returncode == 0
    assert stage.found() == {b"a": ("0644", b"a")}


def locks():
    return Path("/proc/locks").read_text().splitlines()


def test_two_builds_look_at_the_modes_at_once(stage, tmp_path):
    """The second one does all it does just before the first one renames its file."""
    (stage.source / "a").write_text("a")
    stage(stage.source / "a")
    (tmp_path / "containers.txt").write_text(f"0{stage.directory}\n")
    watch = ["sh", SCRIPTS / "watch.sh", tmp_path / "watch", tmp_path / "containers.txt"]
    move = tmp_path / "bin/mv"
    move.parent.mkdir()
    move.write_text(
        '#!/bin/sh\nmv() { PATH=/usr/bin:/bin command mv "$@"; }\n'
        f'[ -n "$INNER" ] || INNER=1 sh {" ".join(map(str, watch[1:]))} || exit\nmv "$@"\n'
    )
    move.chmod(0o755)
    run(watch, env={"PATH": f"{move.parent}:/usr/bin:/bin"})
    assert (tmp_path / "watched/0").exists()


class Engine:
    """An engine that writes down what it is told, and fails where it is told to."""

    def __init__(self, directory: Path):
        self.said = directory / "said"
        self.directory = directory / "api.container"
        self.directory.mkdir()
        self.command = directory / "engine"
        self.command.write_text(
            f'#!/bin/sh\nfor word; do printf "%s|" "$word"; done >>{self.said}\necho >>{self.said}\n'
            'case $1 in fail) exit 3 ;; id) echo "$2" >"$3" ;; end) kill -TERM "$PPID" ;; esac\n'
        )
        self.command.chmod(0o755)

    def build(self, make, *command, listing=(), expect_failure=False):
        result = self.run(make, *command, listing=listing, expect_failure=expect_failure)
        assert result.output == ""
        told = self.said.read_text().splitlines()
        self.said.unlink()
        return told

    def run(self, make, *command, listing, expect_failure=False):
        words = ["sh", SCRIPTS / "build.sh", self.directory]
        if make:
            words += ["files:tree", self.command, self.command, *make]
        words += ["--", *listing, "--", self.command, *command]
        return run(words, expect_failure=expect_failure)


def test_the_image_of_files_goes_in_the_end(tmp_path):
    engine = Engine(tmp_path)
    odd = ["make", "a b", "$HOME", "'\"", "*", ";"]
    removed = "rmi|files:tree|"
    told = ["|".join(odd) + "|", "build|it|", removed]
    assert engine.build(odd, "build", "it") == told
    assert engine.build(odd, "fail", expect_failure=True) == [told[0], "fail|", removed]
    assert engine.build(["fail"], "build", expect_failure=True) == ["fail|", removed]
    assert engine.build(odd, "end", expect_failure=True) == [told[0], "end|", removed]
    assert engine.build([], "build") == ["build|"]


def test_an_id_that_is_the_same_keeps_its_time(tmp_path):
    engine = Engine(tmp_path)
    identity = engine.directory / "image.id"
    engine.build([], "id", "one", f"{identity}.new")
    os.utime(identity, ns=(1, 1))
    engine.build([], "id", "one", f"{identity}.new")
    assert (identity.read_text(), identity.stat().st_mtime_ns) == ("one\n", 1)
    engine.build([], "id", "two", f"{identity}.new")
    assert identity.read_text() == "two\n"
    (engine.directory / "image.id.new").write_text("of a build that was killed\n")
    engine.build([], "build")
    assert identity.read_text() == "two\n"


def test_what_lists_the_inputs_speaks_after_a_build_that_worked(tmp_path):
    engine = Engine(tmp_path)
    identity = engine.directory / "image.id"
    says = ["sh", "-c", 'echo "$1" && exit "$2"', "sh", "a  *"]
    done = engine.run([], "id", "one", f"{identity}.new", listing=[*says, "0"])
    assert (done.stderr, identity.read_text()) == ("a  *\n", "one\n")
    done = engine.run([], "id", "two", f"{identity}.new", listing=[*says, "4"], expect_failure=True)
    assert (done.returncode, done.stderr, identity.read_text()) == (4, "a  *\n", "one\n")
    done = engine.run([], "fail", listing=[*says, "4"], expect_failure=True)
    assert (done.returncode, done.stderr) == (3, "")


def test_two_trees_have_images_of_their_own(project_at, docker, tmp_path):
    """With a docker that knows no second context, FILES go through the store, which both trees use."""
    projects = [project_at(tmp_path / name) for name in ("one", "two")]
    for number, project in enumerate(projects):
        project.go_module(".")
        project.write("who.txt", f"{number}\n")
        project.cmakelists(
            "add_go_container(apart BASE scratch CMD /usr/local/bin/apart FILES who.txt DESTINATION /etc\n"
            f"  TAGS apart/{number} TESTS files)"
        )
        project.configure(engine="docker", docker=docker)

    with ThreadPoolExecutor() as pool:
        for build in [pool.submit(project.build, "image") for project in projects]:
            build.result()
    for number, project in enumerate(projects):
        identity = (project.binary / "apart.container/image.id").read_text().strip()
        with open_image(f"docker-daemon:{identity}", "docker") as made:
            found = entries(made)["/etc/who.txt"]
        (wanted,) = (project.source / "who.txt").read_text().split()
        assert wanted == str(number)
        project.ctest("-R", "apart.files$")
        assert found.mode == 0o644
    assert "go-container-files/apart" not in docker("images").stdout
    docker("rmi", "--force", "apart/0", "apart/1")


COMMANDS = """
    add_custom_command(
      OUTPUT  early.json
      COMMAND "${CMAKE_COMMAND}" -E copy "${CMAKE_CURRENT_SOURCE_DIR}/in.json" early.json
      DEPENDS in.json
      VERBATIM
    )
    set(here "${CMAKE_CURRENT_BINARY_DIR}")
    add_go_container(api BASE scratch TESTS files
      FILES "${here}/early.json" "${here}/./later.json" DESTINATION /etc/api
      FILES "$<1:${here}/listed.json;in.json>" "$<0:nothing>" "$<$<TARGET_EXISTS:no>:$<TARGET_FILE:no>>"
      FILES $<TARGET_PROPERTY:late,OUT> DESTINATION /late
      RUNTIME_LIBRARIES OFF
    )
    foreach(name later listed)
      add_custom_command(
        OUTPUT  ${name}.json
        COMMAND "${CMAKE_COMMAND}" -E copy early.json ${name}.json
        DEPENDS "${here}/early.json"
        VERBATIM
      )
    endforeach()
    add_custom_target(late COMMAND "${CMAKE_COMMAND}" -E touch late.txt BYPRODUCTS late.txt VERBATIM)
    set_target_properties(late PROPERTIES OUT "${here}/late.txt")
    """


@pytest.mark.parametrize("generator", ["Ninja", "Unix Makefiles"])
def test_what_commands_of_the_build_make(project, generator):
    """Declared before and behind the container, named alone and in generator expressions."""
    project.go_module(".")
    project.write("in.json", "1\n")
    project.cmakelists(COMMANDS)
    project.configure(engine="builtin", generator=generator)
    project.build("image")
    assert of_image(project) == {
        **dict.fromkeys(["/etc/api/early.json", "/etc/api/later.json"], "1\n"),
        **dict.fromkeys(["/listed.json", "/in.json"], "1\n"),
        "/late/late.txt": "",
    }
    if generator == "Ninja":
        project.write("in.json", "2\n")
        project.build("image")
        assert set(of_image(project).values()) == {"2\n", ""}
        project.ctest("-R", "^api.files$")


def of_image(project):
    """path -> content of the JSON and text files in the image"""
    contents = {}
    with open_image(f"oci-archive:{project.binary}/api.container/api.tar") as made:
        for each in made.layers:
            with each.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                for member in tar:
                    if member.name.endswith((".json", ".txt")):
                        contents[f"/{member.name}"] = tar.extractfile(member).read().decode()
    return contents


def test_builds_of_one_tree_at_once(project):
    project.go_module(".")
    project.write("conf/1", "0")
    project.write("conf/sub/2", "2")
    project.cmakelists("add_go_container(api BASE scratch FILES conf/ DESTINATION /etc/api)")
    project.configure(engine="builtin")
    for number in range(2):
        project.write("conf/1", str(number))
        with ThreadPoolExecutor() as pool:
            for build in [pool.submit(project.build, "image") for _ in range(4)]:
                build.result()
    staged = project.binary / "api.container/context/files/0/1"
    assert staged.read_text() == "1"
    assert project.ctest("-R", "^api.files$")


@pytest.fixture
def base():
    """What a base has, whose files and directories FILES may meet."""
    tree = Tree()
    data = layer(
        entry("etc"),
        entry("etc/passwd", b"root"),
        entry("data/x"),
        link("lib", "usr/lib"),
        link("conf", "etc/passwd"),
        entry("usr/local/bin/api"),
    )
    tree.add_layer(Layer("sha256:0", lambda: nullcontext(BytesIO(data)), len(data)))
    return tree


MISFITS = {
    "/etc/passwd": {},
    "/etc/passwd/below": {},
    "/conf/below": {},
    "/": {"files/data": b"a file"},
    "/etc": {"files/passwd/x": b"a directory"},
    "/nothing": {},
}


def test_what_does_not_fit_on_the_base(base, tmp_path, golden):
    said = []
    for number, (destination, files) in enumerate(MISFITS.items()):
        directory = tmp_path / str(number)
        (directory / "files").mkdir(parents=True)
        for name, content in files.items():
            (directory / name).parent.mkdir(exist_ok=True)
            (directory / name).write_bytes(content)
        group = {"directory": "files", "destination": destination, "user": "0:0"}
        plan = {"name": "api", "base": "base", "files": [group], "config": {"WorkingDir": "/conf"}}
        if destination == "/nothing":
            plan["files"] = []
        with pytest.raises(ImageError) as error:
            whole = {**plan, "programs": one_program("/usr/local/bin/api")}
            for layer in new_layers(whole, [tmp_path], tmp_path, directory, base):
                list(layer.entries)
        said.append(f"{error.value}\n")
    plan = {
        "name": "api",
        "base": "base",
        "config": {},
        "programs": one_program("/usr/local/bin/api"),
    }
    with pytest.raises(ImageError) as error:
        list(new_layers(plan, [tmp_path], tmp_path, tmp_path, base))
    golden.check("errors/files-misfit.txt", BOUNDARY.join([*said, f"{error.value}\n"]))


def test_a_link_to_a_directory_is_a_place(base, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files/libx.so").write_bytes(b"x")
    group = {"directory": "files", "destination": "/lib/x", "user": "0:0"}
    plan = {
        "name": "api",
        "base": "base",
        "files": [group],
        "config": {},
        "programs": one_program("/bin/api"),
    }
    paths = [
        e.path
        for new in new_layers(plan, [tmp_path], tmp_path, tmp_path, base)
        for e in new.entries
    ]
    assert "usr/lib/x/libx.so" in paths


def test_the_files_of_an_image(stage, tmp_path, golden):
    """Each difference is found, and told with where the file comes from."""
    (stage.source / "tree").mkdir()
    (stage.source / "tree/a.conf").write_text("as it is\n")
    (stage.source / "tree/link").symlink_to("a.conf")
    (stage.source / "api").write_text("no program\n")
    (stage.source / "b.conf").write_text("b")
    stage(f"{stage.source}/tree", stage.source / "b.conf", stage.source / "api")
    right = {
        "a": entry("srv/tree/a.conf", b"as it is\n", uid=7, gid=8),
        "link": link("srv/tree/link", "a.conf", uid=7, gid=8),
        "b": entry("srv/b.conf", b"b", uid=7, gid=8),
        "api": entry("srv/api", b"no program\n", uid=7, gid=8),
    }

    def check(**wrong):
        made = {**right, **wrong}
        data = archive(image([layer(*[e for e in made.values() if e])]))
        directory = tmp_path / "api.container"
        plan = write_plan(directory, data)
        group = {"directory": "context/files/0", "destination": "/srv", "user": "7:8"}
        plan.update(
            {
                "files": [group],
                "programs": one_program("/srv/api" if "api" in wrong else "/bin/api"),
            }
        )
        return check_of("files")(checks.Test("api.files", plan, directory))

    assert check() == "5 paths are in the image as they were staged"
    said = []
    for wrong in (
        {"a": entry("srv/tree/a.conf", b"as it was\n", uid=7, gid=8), "b": None},
        {"a": entry("srv/tree/a.conf", b"as it is\n", mode=0o600, uid=7, gid=8)},
        {"b": entry("srv/b.conf", b"b")},
        {"b": None},
        {"b": entry("srv/b.conf")},
        {"link": link("srv/tree/link", "b.conf", uid=7, gid=8)},
        {"api": entry("srv/api", b"\x7fELF", uid=7, gid=8)},
    ):
        with pytest.raises(CheckError) as error:
            check(**wrong)
        said.append(f"{error.value}\n")
    golden.check("checks/files-differ.txt", BOUNDARY.join(said))
    stage(stage.source / "b.conf", mode="- renamed.conf")
    for name in list(right):
        del right[name]
    with pytest.raises(CheckError, match=r"b\.conf"):
        check()


def test_no_build_reads_sockets_and_pipes(tmp_path):
    (tmp_path / "main.go").write_text("")
    (tmp_path / "link").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    paths = {str(Path(p).relative_to(tmp_path)) for p in context_paths(tmp_path, Ignore(""))}
    assert paths == {".", "main.go", "link"}
