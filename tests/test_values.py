"""Any value arrives in the image byte for byte, on every engine, or the configure stops and names it."""

import tarfile
import tempfile
from pathlib import Path

import pytest
from gocontainer.read.layout import open_image
from harness import Project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# What shells, CMake, Dockerfiles, JSON, Ninja and make treat specially, and some letters.
SPECIAL = " \"'`;$\\#[]{}()<>%@*?!&|~^=,:ab0-ä→" + "\t"
TEXT = st.one_of(
    st.text(SPECIAL, max_size=24),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(
        ["${x}", "$<CONFIG>", "$ENV{HOME}", "@VAR@", "\\;", "\\", "\\\\", '\\"', "]]", "]=]"]
    ),
)
# A word of a command may hold line breaks, too.
WORD = st.one_of(TEXT, st.text(SPECIAL + "\n\r", max_size=16))
PATH = st.text(SPECIAL.replace("\t", ""), min_size=1, max_size=16).map(
    lambda t: "/v/x" + t.replace("/", "") + "x"
)
KEYWORDS = {"CMD", "ENV", "LABELS", "ENTRYPOINT", "WORKDIR", "VOLUMES", "FILES"}


def words(strategy):
    return st.lists(strategy.filter(lambda t: t not in KEYWORDS), max_size=8)


DECLARATION = st.fixed_dictionaries(
    {
        "entrypoint": words(WORD),
        "cmd": words(WORD),
        "env": words(TEXT),
        "labels": words(TEXT),
        "workdir": PATH,
        "volumes": st.lists(PATH, max_size=3, unique=True),
        "destination": PATH,
    }
)


def argument(text):
    """The text as a bracket argument of CMake, which holds every character as it is."""
    equals = "=" * next(n for n in range(1, 9) if f"]{'=' * n}]" not in text + "]")
    return f"[{equals}[\n{text}]{equals}]"


def call(values):
    def many(keyword, texts):
        return " ".join([keyword, *map(argument, texts)]) if texts else ""

    return "\n".join(
        [
            "add_go_container(values BASE scratch",
            " ".join(["ENTRYPOINT", *map(argument, values["entrypoint"])]),
            " ".join(["CMD", *map(argument, values["cmd"])]),
            many("ENV", [f"E{i}={text}" for i, text in enumerate(values["env"])]),
            many("LABELS", [f"l{i}={text}" for i, text in enumerate(values["labels"])]),
            many("WORKDIR", [values["workdir"]]),
            many("VOLUMES", values["volumes"]),
            many("FILES CMakeLists.txt DESTINATION", [values["destination"]]),
            ")",
        ]
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["builtin", "docker", "podman", "buildah"])
def test_values_arrive(engine, docker):
    @settings(
        max_examples=12 if engine == "builtin" else 4,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(DECLARATION)
    def arrives(values):
        with tempfile.TemporaryDirectory() as directory:
            config, paths = build(Path(directory), engine, docker, values)
        assert (config.get("Entrypoint") or []) == values["entrypoint"]
        assert (config.get("Cmd") or []) == values["cmd"]
        for i, text in enumerate(values["env"]):
            assert f"E{i}={text}" in config["Env"]
        for i, text in enumerate(values["labels"]):
            assert config["Labels"][f"l{i}"] == text
        assert config["WorkingDir"] == values["workdir"]
        assert set(config.get("Volumes") or {}) == set(values["volumes"])
        assert values["destination"] + "/CMakeLists.txt" in paths

    arrives()


def build(directory, engine, docker, values):
    project = Project(directory)
    project.go_module(".")
    project.write("CMakeLists.txt", "")
    project.cmakelists("")
    with (project.source / "CMakeLists.txt").open("a", newline="") as lists:
        lists.write(call(values) + "\n")
    project.configure(engine=engine, docker=docker)
    project.build("image")
    container = project.binary / "values.container"
    where = f"oci-archive:{container / 'values.tar'}"
    if engine != "builtin":
        store = "docker-daemon" if engine == "docker" else "containers-storage"
        where = f"{store}:{(container / 'image.id').read_text().strip()}"
    with open_image(where, None if engine == "builtin" else engine) as image:
        paths = set()
        for layer in image.layers:
            with layer.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
                paths.update("/" + member.name.lstrip("./") for member in tar)
        return image.config["config"], paths
