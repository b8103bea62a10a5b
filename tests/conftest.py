"""Fixtures; see harness.py for the classes behind them."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from harness import (
    GENERATORS,
    REPOSITORY,
    Command,
    Golden,
    Project,
    clean_environment,
    light,
    needs_engine,
)
from image_names import ImageNames
from machine import Machines, Unprivileged
from oci import Schemas
from spent import Spent


def pytest_addoption(parser):
    parser.addoption("--regenerate", action="store_true", help="write the golden files anew")
    parser.addoption("--spent", action="store_true", help="tell the processor time of tests")


def pytest_configure(config):
    state = os.environ.get("GO_CONTAINER_TEST_STATE")
    if not state:
        pytest.exit("the tests need their engines: sh tests/run.sh [arguments of pytest]", 4)
    environment = clean_environment(Path(state))
    # A shell lets what it starts in the background ignore interrupts, and so would all that is started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment, PYTHONDONTWRITEBYTECODE="1")
    config.pluginmanager.register(ImageNames())
    if config.getoption("spent"):
        config.pluginmanager.register(Spent())
    sys.dont_write_bytecode = True  # tests import the image piece where it stands


def pytest_xdist_auto_num_workers():
    """Two for each processor: half of the time of most tests is waiting, for engines and for what must not happen."""
    return 2 * len(os.sched_getaffinity(0))


# The files that take minutes begin first: one that is left over at the end would have a single worker.
LONG = [
    *("engines/test_parity.py", "whole/test_real_programs.py", "whole/test_from_dockerfile.py"),
    *("whole/test_examples.py", "run/test_service.py", "build/test_rebuild.py"),
    *("go/test_link_libraries.py", "go/test_go_library.py", "whole/test_reference.py"),
    *("checks/test_reproducible.py", "build/test_build.py", "house/test_benchmarks.py"),
    *("go/test_monorepo.py", "whole/test_go_layouts.py", "run/test_service_network.py"),
    *("checks/test_structure.py", "build/test_private_modules.py", "run/test_run.py"),
    *("engines/test_platforms.py", "test/test_checks.py", "dockerfile/test_context.py"),
]


def pytest_collection_modifyitems(items):
    order = {REPOSITORY / "tests" / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def skipped_and_allowed(reporter) -> tuple[int, int]:
    allowed = (REPOSITORY / "tests/expected-skips").read_text().split()[0]
    return 0 if light() else len(reporter.stats.get("skipped", [])), int(allowed)


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return  # a worker of pytest-xdist, which knows of its own tests only
    skipped, allowed = skipped_and_allowed(reporter)
    if skipped > allowed and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    skipped, allowed = skipped_and_allowed(terminalreporter)
    if skipped > allowed:
        terminalreporter.write_line(
            f"FAILED: {skipped} tests were skipped; tests/expected-skips allows {allowed}", red=True
        )


@pytest.fixture(scope="session")
def state() -> Path:
    """The directory of the private engines."""
    return Path(os.environ["GO_CONTAINER_TEST_STATE"])


@pytest.fixture(scope="session")
def registry() -> str:
    """host:port of the tests' registry, which holds the stand-in bases; it speaks plain HTTP."""
    needs_engine("registry")
    return os.environ["GO_CONTAINER_TEST_REGISTRY"]


@pytest.fixture(params=GENERATORS)
def generator(request) -> str:
    return request.param


@pytest.fixture
def project_at(tmp_path):
    """A function that makes a project in a directory."""
    return Project


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def golden(request, tmp_path) -> Golden:
    places = {tmp_path: "<dir>", REPOSITORY: "<repo>"}
    return Golden(places, request.config.getoption("regenerate"))


@pytest.fixture(scope="session")
def docker() -> Command:
    """The docker CLI without buildx: builds need DOCKER_BUILDKIT=1."""
    needs_engine("docker")
    return Command("docker")


@pytest.fixture(scope="session")
def docker_buildx(state) -> Command:
    """The same CLI, with the buildx plugin."""
    needs_engine("docker")
    return Command("docker", env={"DOCKER_CONFIG": str(state / "buildx-config")})


@pytest.fixture(scope="session")
def podman() -> Command:
    return Command("podman")


@pytest.fixture(scope="session")
def buildah() -> Command:
    return Command("buildah")


@pytest.fixture(scope="session")
def store_of_bases(state, registry, tmp_path_factory, worker_id):
    """A store of podman with the stand-in bases, which those of own_store read: copying them takes seconds."""
    directory = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        directory = directory.parent  # one for all workers
    directory /= "store-of-bases"
    directory.mkdir(exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            with store(own_settings(state, directory, worker_id), directory):
                podman = Command("podman")
                for image in ("alpine:latest", "golang:alpine"):
                    podman("pull", "--quiet", f"{registry}/{image}")
                    podman("tag", f"{registry}/{image}", f"localhost/{image}")
            (directory / "complete").touch()
    return directory / "images"


@pytest.fixture(scope="module")
def own_store(state, store_of_bases, tmp_path_factory, worker_id):
    """Podman and buildah of this module's tests have a store of their own, with the stand-in bases. Where
    an image is removed, others that build in the same store fail: "layer not known"."""
    directory = tmp_path_factory.mktemp("store")
    with store(own_settings(state, directory, worker_id, store_of_bases), directory):
        yield
    bridge = next(directory.glob("networks/gw*.json")).stem
    subprocess.run(["ip", "link", "delete", bridge], capture_output=True)


@contextlib.contextmanager
def store(settings, directory):
    """Podman and buildah take the store in the directory, which gets the files of the settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, text in settings:
            (directory / name).parent.mkdir(exist_ok=True)
            (directory / name).write_text(text)
        patch.setenv("CONTAINERS_STORAGE_CONF", str(directory / "storage.conf"))
        patch.setenv("CONTAINERS_CONF", str(directory / "containers.conf"))
        yield
    subprocess.run(["umount", "--lazy", directory / "images/overlay"], capture_output=True)


def own_settings(state, directory, worker_id, *read_only):
    """The files that engines.sh writes, by name, for a store and a network in the directory. Images of the read-only
    stores are there, too."""
    yield (
        "storage.conf",
        f"""\
        [storage]
        driver = "overlay"
        graphroot = "{directory}/images"
        runroot = "{directory}/run"
        [storage.options]
        additionalimagestores = {json.dumps(list(map(str, read_only)))}
        """,
    )
    (file,) = (state / "podman/networks").glob("gcp-*.json")  # not those that tests make
    network = json.loads(file.read_text())
    number = int(worker_id.replace("master", "0").lstrip("gw"))
    name = f"gw{number}-{file.stem.removeprefix('gcp-')}"
    subnet = int(network["subnets"][0]["subnet"].split(".")[2])
    subnet = f"198.19.{(subnet + 1 + number) % 256}"
    settings = (state / "containers.conf").read_text()
    settings = re.sub("tmp_dir = .*", f'tmp_dir = "{directory}/libpod"', settings)
    settings = settings.replace(f"{state}/podman/networks", f"{directory}/networks")
    yield "containers.conf", settings.replace(file.stem, name)
    network["name"] = network["network_interface"] = name
    network["id"] = hashlib.sha256(name.encode()).hexdigest()
    network["subnets"] = [{"subnet": f"{subnet}.0/24", "gateway": f"{subnet}.1"}]
    yield f"networks/{name}.json", json.dumps(network)


@pytest.fixture(scope="session")
def skopeo() -> Command:
    return Command("skopeo")


@pytest.fixture(scope="session")
def umoci() -> Command:
    return Command("umoci")


@pytest.fixture(scope="session")
def path_without(tmp_path_factory):
    """A function that gives a PATH of a machine without the programs that match the patterns."""
    return Machines(tmp_path_factory.mktemp("machines")).without


@pytest.fixture
def path_without_docker(path_without) -> str:
    return path_without("docker*")


@pytest.fixture
def path_without_engines(path_without) -> str:
    return path_without("docker*", "podman*", "buildah*", "buildctl*")


@pytest.fixture
def path_without_go(path_without) -> str:
    return path_without("go", "gofmt")


@pytest.fixture
def path_without_python(path_without) -> str:
    return path_without("python*")


@pytest.fixture
def path_docker_without_buildx(path_without, tmp_path) -> str:
    """A PATH with a docker CLI of version 23 or later, which needs the plugin to build, and lacks it."""
    for place in ("/usr/local/bin", "/usr/bin"):
        cli = shutil.which("docker", path=place)
        if not cli:
            continue
        ask = [cli, "version", "--format", "{{.Client.Version}}"]
        version = subprocess.run(ask, capture_output=True, text=True).stdout.split(".")[0]
        plugin = subprocess.run([cli, "buildx", "version"], capture_output=True)
        if version.isdigit() and int(version) >= 23 and plugin.returncode != 0:
            directory = tmp_path / "docker-cli"
            directory.mkdir()
            (directory / "docker").symlink_to(cli)
            return f"{directory}:{path_without('docker*')}"
    pytest.skip("no docker CLI of version 23 or later without buildx is here")


@pytest.fixture(scope="session")
def go_environment() -> dict[str, str]:
    """Go's caches by name, for tests that change HOME."""
    ask = ["go", "env", "GOCACHE", "GOMODCACHE"]
    values = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(zip(ask[2:], values))


@pytest.fixture
def unprivileged():
    """The user nobody, who can build an image: `unprivileged.build_image(project.source, umask=0o077)`."""
    with Unprivileged() as user:
        yield user


@pytest.fixture(scope="session")
def oci_schema():
    """A function that checks a document against a schema of the OCI image specification, by file name."""
    return Schemas().check
