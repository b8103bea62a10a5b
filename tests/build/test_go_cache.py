"""GO_CACHE: what one machine compiled, another one does not compile again. A machine is a home, the caches of go and a build
tree of its own."""

import base64
import hashlib
import json
import os
import shutil
import tarfile
import threading
import uuid
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from daemons import free_port
from harness import Project, run

MAIN = """
    package main

    import "example.com/dependency"

    func main() { println(dependency.Name, "GREETING") }
    """


class Machine:
    """A machine that has only the sources."""

    def __init__(self, directory, proxy, place, greeting="hello"):
        self.directory = directory
        self.project = Project(directory)
        self.project.write("go.mod", "module example.com/api\n\ngo 1.22\n\nrequire example.com/dependency v1.0.0\n")  # fmt: skip
        self.project.write("go.sum", (proxy / "go.sum").read_text())
        self.greet(greeting)
        self.env = {
            "HOME": str(directory / "home"),
            "GOCACHE": str(directory / "cache"),
            "GOMODCACHE": str(directory / "modules"),
            "GOPROXY": f"file://{proxy}",
            "GOSUMDB": "off",
            "GOFLAGS": "-modcacherw",
            "VERBOSE": "1",  # go names all that it compiles
            "XDG_RUNTIME_DIR": str(directory),
        }
        (directory / "home").mkdir()
        self.place = place
        self.project.cmakelists(f'add_go_container(api BASE scratch GO_CACHE "{place}")'.replace(' READ_ONLY"', '" READ_ONLY'))  # fmt: skip
        self.project.configure(engine="builtin", env=self.env)

    def greet(self, text):
        self.project.write("main.go", MAIN.replace("GREETING", text))

    def build(self, **env):
        """What the build says; the image is made."""
        said = self.project.build("api", env={**self.env, **env}).output
        assert self.digest()
        return said

    def digest(self):
        """That of the image, as the archive has the same bytes everywhere."""
        archive = self.project.binary / "api.container/api.tar"
        return hashlib.sha256(archive.read_bytes()).hexdigest()

    def packs(self):
        return sorted(self.place_directory().glob("*"))

    def place_directory(self):
        return Path(self.place.partition(" ")[0])


COMPILES = "\nruntime\n"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """A module proxy on disk with one module, and the go.sum for it."""
    directory = tmp_path_factory.mktemp("proxy")
    versions = directory / "example.com/dependency/@v"
    versions.mkdir(parents=True)
    files = {"go.mod": "module example.com/dependency\n\ngo 1.22\n", "x.go": 'package dependency\n\nconst Name = "dependency"\n'}  # fmt: skip
    (versions / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    (versions / "v1.0.0.mod").write_text(files["go.mod"])
    with zipfile.ZipFile(versions / "v1.0.0.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"example.com/dependency@v1.0.0/{name}", text)

    def hash1(names):
        lines = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(names.items()))  # fmt: skip
        return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()

    whole = {f"example.com/dependency@v1.0.0/{name}": text for name, text in files.items()}
    (directory / "go.sum").write_text(
        f"example.com/dependency v1.0.0 {hash1(whole)}\n"
        f"example.com/dependency v1.0.0/go.mod {hash1({'go.mod': files['go.mod']})}\n"
    )
    return directory


@pytest.fixture(scope="module")
def first(tmp_path_factory, proxy):
    """The machine that compiled, with its pack in a directory."""
    directory = tmp_path_factory.mktemp("first")
    machine = Machine(directory / "machine", proxy, str(directory / "shared"))
    said = machine.build()
    assert COMPILES in said
    assert "GO_CACHE: wrote" in said
    return machine


@pytest.fixture
def another(tmp_path, proxy, first):
    """A function that sets up another machine; with ``warm`` it has compiled the same, but knows of no pack."""

    def make(place, greeting="hello", warm=False):
        machine = Machine(tmp_path / uuid.uuid4().hex[:8], proxy, place, greeting)
        if warm:
            shutil.copytree(first.directory / "cache", machine.directory / "cache")
            shutil.copytree(first.directory / "modules", machine.directory / "modules")
            for note in (machine.directory / "cache/00").glob("go-container-*"):
                note.unlink()
        return machine

    return make


def copy_of_packs(first, directory):
    return shutil.copytree(first.place, directory)


def test_a_second_machine_compiles_and_downloads_nothing(first, another):
    before = Project.snapshot(first.place_directory())
    second = another(first.place)
    said = second.build(GOPROXY="off")
    assert "GO_CACHE: unpacked" in said
    assert COMPILES not in said and "example.com/" not in said.replace(str(first.place), "")
    assert second.digest() == first.digest()
    assert Project.snapshot(first.place_directory()) == before
    assert "GO_CACHE" not in second.build()
    run(["go", "clean", "-cache"], cwd=second.project.source, env={**os.environ, **second.env})
    second.greet("good morning")
    assert "GO_CACHE: unpacked" in second.build(GOPROXY="off")


def test_a_changed_line_is_no_reason_to_write_a_pack_and_its_build_fetches_none(first, another):
    second = another(first.place)
    second.build(GOPROXY="off")
    before = Project.snapshot(first.place_directory())
    second.greet("good evening")
    said = second.build(GOPROXY="off")
    assert "GO_CACHE" not in said and "\nexample.com/api\n" in said
    assert Project.snapshot(first.place_directory()) == before


def test_nothing_is_lost_of_what_another_machine_has_written(first, another, tmp_path):
    place = str(copy_of_packs(first, tmp_path / "shared"))
    second = another(place, warm=True)
    (pack,) = second.packs()
    second.build()
    pack.unlink()  # and another machine writes one
    shutil.copy(first.packs()[0], pack)
    os.utime(pack, (1, 1))
    second.project.write("big.go", "package main\n\nimport _ \"embed\"\n\n//go:embed big.txt\nvar big string\n")  # fmt: skip
    second.project.write("big.txt", "x")
    known = next((second.directory / "cache/00").glob("go-container-*[0-9a-f]"))
    note = json.loads(known.read_text())
    gone = sorted(note["actions"])[:20]
    note["actions"] = {k: v for k, v in note["actions"].items() if k not in gone}
    note["size"] = 1  # so that little is enough
    known.write_text(json.dumps(note))
    assert "GO_CACHE: wrote" in second.build()
    assert set(gone) <= set(json.loads(known.read_text())["actions"])


def test_read_only_writes_nothing(first, another, tmp_path):
    machine = another(f"{tmp_path}/shared READ_ONLY", "read only", warm=True)
    assert "GO_CACHE" not in machine.build()
    assert not (tmp_path / "shared").exists()


def test_a_damaged_pack_is_told_and_replaced(first, another, tmp_path):
    place = copy_of_packs(first, tmp_path / "shared")
    (pack,) = place.iterdir()
    whole = pack.read_bytes()
    pack.write_bytes(whole[:1000])
    said = another(str(place), "damaged").build()
    assert said.count("is damaged") == 1
    assert "GO_CACHE: wrote" in said
    third = another(str(place), "damaged")
    assert COMPILES not in third.build(GOPROXY="off")


def test_a_place_that_can_t_be_had_is_one_warning(another, tmp_path):
    (tmp_path / "file").write_text("")
    machine = another(f"{tmp_path}/file/below", warm=True)
    said = machine.build()
    assert said.count("GO_CACHE") == 1 and "can't be" in said


def test_a_registry_that_is_gone_is_one_warning(another):
    machine = another(f"127.0.0.1:{free_port()}/cache", warm=True)
    said = machine.build()
    assert said.count("GO_CACHE") == 1 and "can't be read" in said
    machine.greet("again")
    assert "GO_CACHE" not in machine.build()  # it is not asked again at once


def test_a_pack_has_no_packages_of_other_modules(another, tmp_path):
    """Another module was built a moment before, in the same cache; both have the package runtime."""
    machine = another(str(tmp_path / "shared"), warm=True)
    exported = ["go", "list", "-trimpath", "-export", "-f", "{{.Export}}"]
    runtime, foreign = (
        Path(run([*exported, package], cwd="/", env={**os.environ, **machine.env, "CGO_ENABLED": "0"}).stdout.strip()).name
        for package in ("runtime", "net/http")
    )  # fmt: skip
    machine.build()
    with tarfile.open(machine.packs()[0]) as pack:
        names = pack.getnames()
    assert f"build/{runtime}" in names
    assert f"build/{foreign}" not in names


def test_a_registry_carries_the_pack(another, registry):
    place = f"{registry}/go-cache-{uuid.uuid4().hex[:12]}"
    writer = another(place, "registry", warm=True)
    assert "GO_CACHE: wrote" in writer.build()
    reader = another(place, "registry")
    said = reader.build(GOPROXY="off")
    assert COMPILES not in said and "GO_CACHE: unpacked" in said
    assert reader.digest() == writer.digest()


class Store(SimpleHTTPRequestHandler):
    """GET, HEAD and PUT of files, for those who know the password."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def allowed(self):
        if self.headers["Authorization"] == "Basic " + base64.b64encode(b"ci:hunter2").decode():
            return True
        self.send_error(401)
        return False

    def do_GET(self):
        return self.allowed() and super().do_GET()

    def do_HEAD(self):
        return self.allowed() and super().do_HEAD()

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.allowed():
            Path(self.translate_path(self.path)).write_bytes(data)
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()


@pytest.fixture
def store(tmp_path):
    """A web server, and its directory."""
    directory = tmp_path / "store"
    directory.mkdir()

    def handler(*arguments):
        return Store(*arguments, directory=str(directory))

    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", directory
        server.shutdown()


def test_a_web_server_carries_the_pack_and_no_password_is_shown(another, store):
    url, directory = store
    writer, reader = another(url, "web", warm=True), another(url, "web")
    stranger = another(url, "web", warm=True)
    said = stranger.build()
    assert said.count("GO_CACHE") == 1 and "it answers 401" in said
    for machine in (writer, reader):
        netrc = machine.directory / "home/.netrc"
        netrc.write_text("machine 127.0.0.1 login ci password hunter2\n")
        netrc.chmod(0o600)
    said = writer.build()
    assert "GO_CACHE: wrote" in said
    assert len(list(directory.iterdir())) == 1
    said += reader.build(GOPROXY="off")
    assert COMPILES not in said and "GO_CACHE: unpacked" in said
    assert reader.digest() == writer.digest()
    assert "hunter2" not in said


def test_two_machines_at_once_leave_a_pack_that_both_can_use(another, tmp_path):
    place = str(tmp_path / "shared")
    machines = [another(place, "at once", warm=True) for _ in range(2)]
    builds = [threading.Thread(target=machine.build) for machine in machines]
    for build in builds:
        build.start()
    for build in builds:
        build.join()
    assert len(list((tmp_path / "shared").iterdir())) == 1
    third = another(place, "at once")
    assert COMPILES not in third.build(GOPROXY="off")
    assert {machine.digest() for machine in [*machines, third]} == {third.digest()}


def test_the_programs_of_a_module_share_one_pack(another, tmp_path):
    place = str(tmp_path / "shared")
    for place_of_two, warm in ((place, True), (place, False)):
        machine = another(place_of_two, warm=warm)
        for name in ("one", "two"):
            machine.project.write(f"cmd/{name}/main.go", f'package main\n\nfunc main() {{ println("{name}") }}\n')  # fmt: skip
        machine.project.cmakelists(f"""
            set(GO_CONTAINER_GO_CACHE {place})
            add_go_container(one BASE scratch PACKAGE ./cmd/one)
            add_go_container(two BASE scratch PACKAGE ./cmd/two)
            """)
        machine.project.configure(engine="builtin", env=machine.env)
        said = machine.project.build("image", env={**machine.env, "GOPROXY": "off"}).output
        assert said.count("GO_CACHE") == 1
    assert COMPILES not in said and "example.com/api/cmd" not in said
    assert len(list((tmp_path / "shared").iterdir())) == 1
