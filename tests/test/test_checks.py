"""What the CTest tests of an image say, when they pass and when they fail."""

import copy
import json
import re

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.read.layout import open_image
from harness import Project
from messages import without_see

LIMIT = "add_go_container(api BASE scratch TAGS checked MAX_SIZE {})"


# Buildah is asked for its images as podman is: ../engines/test_parity.py reads those of both.
# What does not ask for an image, or asks as others here do, is done with builtin alone.
ON_EACH_ENGINE = pytest.mark.parametrize("built", ["builtin", "docker", "podman"], indirect=True)


@pytest.fixture(params=["builtin"])
def built(request, project):
    """A project with the image api, which has tests for its size and its CMD."""
    arguments = {"engine": request.param}
    if request.param == "docker":
        arguments["docker"] = request.getfixturevalue("docker")
    project.go_module(".")
    project.cmakelists(LIMIT.format("15MB"))
    project.configure(**arguments)
    project.configure_arguments = arguments
    return project


def output_of(result, check):
    """What the check printed, without sizes, which depend on the Go version."""
    lines = [line for line in result.stdout.splitlines() if re.match(r"\d+: ", line)]
    text = "\n".join(line.split(": ", 1)[1] for line in lines)
    assert f"{check}: " in text, result.output
    text = text[text.index(f"{check}: ") :]
    text = text[: text.index("\n\n") if "\n\n" in text else None]
    text = re.sub(r"(layers +).*", r"\1<layers>", text)  # how many there are is the engine's own
    return without_see(re.sub(r"\d{1,3}(,\d{3})+", "<bytes>", text).rstrip() + "\n")


@ON_EACH_ENGINE
def test_they_pass(built, golden):
    result = built.ctest("-V", "-R", "size|cmd")
    golden.check("checks/size-passes.txt", output_of(result, "size").splitlines()[0] + "\n")
    golden.check("checks/cmd-passes.txt", output_of(result, "cmd").splitlines()[0] + "\n")
    numbers = re.search(r"size: ([\d,]+) of ([\d,]+) bytes .*, ([\d,]+) left", result.stdout)
    size, budget, left = (int(n.replace(",", "")) for n in numbers.groups())
    assert size + left == budget == 15_000_000


@ON_EACH_ENGINE
def test_a_size_over_the_budget_fails(built, golden):
    built.cmakelists(LIMIT.format("1MB"))
    result = built.ctest("-V", "-R", "size", expect_failure=True)
    golden.check("checks/size-fails.txt", output_of(result, "size"))


@ON_EACH_ENGINE
def test_another_cmd_than_declared_fails(built, golden):
    """Somebody else's image under the id that the build wrote down."""
    built.build("image")
    plan = built.binary / "api.container/plan.json"
    document = json.loads(plan.read_text())
    document["config"]["Cmd"] = ["/usr/local/bin/api", "serve", "ä b"]
    plan.write_text(json.dumps(document))
    result = built.ctest("-V", "-R", "cmd", "-FS", "api", expect_failure=True)
    golden.check("checks/cmd-fails.txt", output_of(result, "cmd"))


EVERYTHING = """
    add_go_container(api
      BASE scratch ENTRYPOINT /usr/local/bin/api CMD serve ENV A=1 "B=x y" EXPOSE 8080 53/udp
      LABELS a=b USER 7:8 WORKDIR /x/..//srv/./ VOLUMES /data STOPSIGNAL SIGINT HEALTHCHECK /usr/local/bin/api
      HEALTHCHECK_RETRIES 3)
    """
# check -> what another image would have there
WRONG = {
    "entrypoint": {"Entrypoint": ["/other"]},
    "cmd": {"Cmd": None},
    "env": {"Env": ["A=1", "B=x"]},
    "user": {"User": ""},
    "workdir": {"WorkingDir": "/"},
    "expose": {"ExposedPorts": {"8080/tcp": {}}},
    "labels": {"Labels": {"a": "c"}},
    "volumes": {"Volumes": {"/date": {}}},
    "stopsignal": {"StopSignal": "SIGTERM"},
    "healthcheck": {"Healthcheck": {"Test": ["CMD", "/usr/local/bin/api"]}},
}


@pytest.fixture(scope="module")
def declared(tmp_path_factory):
    """The test of a plan that declares everything, and of the image that it gives."""
    project = Project(tmp_path_factory.mktemp("declared"))
    project.go_module(".")
    project.cmakelists(EVERYTHING)
    project.configure(engine="builtin")
    assert "100% tests passed, 0 tests failed out of 14" in project.ctest().stdout
    directory = project.binary / "api.container"
    return checks.Test("api.test", json.loads((directory / "plan.json").read_text()), directory)


def with_config(test, config):
    """The same test of an image with another config."""
    other = copy.copy(test)
    other.index = copy.copy(test.index)
    other.index.config = config
    return other


@pytest.mark.parametrize("check", WRONG)
def test_what_is_declared_is_asserted(declared, golden, check):
    """Each check passes on the image, and fails on one that is wrong in just that respect."""
    assert check_of(check)(declared)
    config = declared.index.config
    wrong = with_config(declared, {**config, "config": {**config["config"], **WRONG[check]}})
    with pytest.raises(CheckError) as error:
        check_of(check)(wrong)
    golden.check(f"checks/{check}-differs.txt", f"{error.value}\n")
    for other in set(WRONG) - {check}:
        assert check_of(other)(wrong)


@pytest.mark.parametrize("check", ["env", "expose", "labels", "volumes"])
def test_what_the_base_adds_is_no_fault(declared, check):
    more = copy.deepcopy(declared.index.config)
    more["config"]["Env"].append("FROM_BASE=1")
    for member in ("ExposedPorts", "Labels", "Volumes"):
        more["config"][member]["from-base"] = {}
    assert check_of(check)(with_config(declared, more))


def test_a_changed_cmd_is_built_and_passes(built):
    built.build("image")
    built.cmakelists("add_go_container(api BASE scratch CMD /usr/local/bin/api serve)")
    result = built.ctest("-V", "-R", "cmd")
    assert 'cmd: CMD ["/usr/local/bin/api", "serve"]' in result.stdout


def test_an_empty_cmd(built):
    built.cmakelists("add_go_container(api BASE scratch CMD)")
    assert "cmd: CMD []" in built.ctest("-V", "-R", "cmd").stdout


def test_labels_fixtures_and_names(built):
    listing = json.loads(built.ctest("--show-only=json-v1").stdout)
    properties = {
        t["name"]: {p["name"]: p["value"] for p in t["properties"]} for t in listing["tests"]
    }
    names = [
        "binary",
        "build",
        "certificates",
        "cmd",
        "labels",
        "platform",
        "size",
        "user",
        "workdir",
    ]
    assert sorted(properties) == [f"api.{name}" for name in names]
    assert all(p["LABELS"] == ["api", "image"] for p in properties.values())
    assert properties["api.build"]["FIXTURES_SETUP"] == ["api.image"]
    assert properties["api.build"]["RESOURCE_LOCK"] == ["go_container_build"]
    assert properties["api.size"]["FIXTURES_REQUIRED"] == ["api.image"]
    # The call is where a failing test leads to.
    for test in listing["tests"]:
        node = listing["backtraceGraph"]["nodes"][test["backtrace"]]
        while "parent" in node:
            node = listing["backtraceGraph"]["nodes"][node["parent"]]
        assert listing["backtraceGraph"]["files"][node["file"]] == str(
            built.source / "CMakeLists.txt"
        )


def test_many_containers_side_by_side(project):
    project.go_module(".")
    project.cmakelists(
        "foreach(i RANGE 1 4)\nadd_go_container(c${i} BASE scratch MAX_SIZE 15MB)\nendforeach()"
    )
    project.configure(engine="builtin")
    assert "100% tests passed, 0 tests failed out of 36" in project.ctest("-j", "8").stdout


@ON_EACH_ENGINE
def test_an_image_that_is_not_built_fails_and_says_so(built, golden):
    result = built.ctest("-V", "-R", "cmd", "-FA", "api", expect_failure=True)
    lines = [
        line.split(": ", 1)[1] for line in result.stdout.splitlines() if ": GoContainer:" in line
    ]
    kind = "builtin" if built.configure_arguments["engine"] == "builtin" else "engine"
    golden.check(f"errors/{kind}-image-is-not-built.txt", "\n".join(lines) + "\n")


def test_a_build_that_fails_is_no_passed_test(built):
    built.write("main.go", "package main\n\nfunc main() { undefinedName() }\n")
    result = built.ctest(expect_failure=True)
    assert "undefined: undefinedName" in built.ctest("-V", expect_failure=True).stdout
    assert "api.size (Not Run)" in result.stdout


def test_configurations_are_checked_apart(project):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch MAX_SIZE 15MB)")
    project.configure(engine="builtin", generator="Ninja Multi-Config")
    sizes = {}
    for config in ("Debug", "Release"):
        found = re.search(r"size: ([\d,]+) of", project.ctest("-V", "-C", config).stdout)
        sizes[config] = int(found[1].replace(",", ""))
    assert sizes["Debug"] > sizes["Release"]


def test_one_image_reads_the_same_from_every_store(docker, podman, tmp_path):
    (tmp_path / "Dockerfile").write_text(
        "FROM alpine\nRUN echo a > /a && ln /a /b\n"
        'HEALTHCHECK --interval=5s CMD ["/bin/true"]\nLABEL words="a;b \\"c\\""\n'
    )
    docker("build", "--tag", "stores", tmp_path, env={"DOCKER_BUILDKIT": "1"})
    docker("save", "--output", tmp_path / "stores.tar", "stores:latest")
    podman("load", "--input", tmp_path / "stores.tar")
    identity = docker("image", "inspect", "--format", "{{.Id}}", "stores").stdout.strip()
    found = []
    for transport, command in [
        ("docker-daemon", "docker"),
        ("containers-storage", "podman"),
        ("containers-storage", "buildah"),
    ]:
        with open_image(f"{transport}:{identity}", command) as image:
            layers = [layer.diff_id for layer in image.layers]
            found.append((image.id, image.config, layers, image.layer_sizes()))
    assert found[0] == found[1] == found[2]
    assert found[0][0] == identity
    assert found[0][1]["config"]["Healthcheck"]["Test"] == ["CMD", "/bin/true"]
