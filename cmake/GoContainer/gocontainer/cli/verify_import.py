"""Builds a Dockerfile, and the call that replaces it, and tells how the images differ."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gocontainer.common.engines import ENGINES
from gocontainer.read.source import ImageError
from gocontainer.report.difference import difference_of
from gocontainer.report.named import open_named

MODULES = Path(__file__).parents[3]
CALL = re.compile(r"^add_go_container\(\n {2}(\S+)\n", re.MULTILINE)


@dataclass
class Verification:
    """A Dockerfile, and the CMakeLists.txt that replaces it.

    :param target: the stage that is wanted, empty for the last one.
    """

    dockerfile: Path
    context: Path
    target: str
    text: str

    def run(self) -> dict[str, Any]:
        """How the image of the call differs from that of the Dockerfile, as ``gocontainer diff --json`` tells it. All that
        is built is removed again, but for what the engine keeps in its cache.

        :raises ImageError: one of them can't be built here.
        """
        tag = f"gocontainer-import:{secrets.token_hex(8)}"
        with tempfile.TemporaryDirectory(prefix="go-container-") as scratch:
            source, build = Path(scratch, "source"), Path(scratch, "build")
            shutil.copytree(self.context, source, symlinks=True)
            text = CALL.sub(lambda call: f"{call[0]}  TAGS {tag}-{call.start()}\n", self.text)
            (source / "CMakeLists.txt").write_text(text, encoding="utf-8")
            container = self.configured(source, build)
            plan = json.loads((container / "plan.json").read_bytes())
            engine = Store(plan["engine"], build)
            if engine.engine.store is None:
                raise self.error("there is no engine here", "Install docker, podman or buildah")
            try:
                self.call(engine.build(self, tag), "the Dockerfile can't be built")
                targets = ["--target", plan["name"]]
                self.call(["cmake", "--build", str(build), *targets], "the call can't be built")
                by_hand = open_named(engine.name_of(tag), engine.command)
                with by_hand as one, open_named(str(container), engine.command) as other:
                    difference = difference_of(one, other)
            finally:
                engine.remove([tag, *plan["tags"]])
        difference["name"] = [str(self.dockerfile), "the call"]
        return difference

    def configured(self, source: Path, build: Path) -> Path:
        """The directory of the first container of the text.

        :raises ImageError: CMake does not take it, or there is no engine.
        """
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        modules = f"-DCMAKE_MODULE_PATH={MODULES}"
        command = ["cmake", "-S", str(source), "-B", str(build), modules, *generator]
        self.call(command, "CMake does not take the text")
        found = CALL.search(self.text)
        assert found, self.text
        return build / f"{found[1]}.container"

    def call(self, command: Sequence[str], problem: str) -> None:
        """Run a command, which tells what it does on standard error.

        :param problem: what is wrong if it fails.
        :raises ImageError: it fails.
        """
        env = {**os.environ, "DOCKER_BUILDKIT": "1", "BUILDX_BUILDER": "default"}
        print(f"GoContainer: {' '.join(command)}", file=sys.stderr, flush=True)
        try:
            code = subprocess.run(command, env=env, stdout=sys.stderr, check=False).returncode
        except FileNotFoundError:
            raise self.error(f"there is no {command[0]}", "Install it") from None
        if code:
            remedy = "Read what is printed above; without --verify, nothing is built"
            raise self.error(problem, remedy)

    def error(self, problem: str, remedy: str) -> ImageError:
        return ImageError(f"import {self.dockerfile} --verify: {problem}. {remedy}.")


class Store:
    """The engine that CMake chose for a build tree, and what it keeps."""

    def __init__(self, engine: str, build: Path) -> None:
        self.engine = ENGINES[engine]
        cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
        found = re.search(rf"^GO_CONTAINER_{engine.upper()}:\w+=(.+)$", cache, re.MULTILINE)
        self.command = found[1] if found else engine

    def build(self, of: Verification, tag: str) -> list[str]:
        """The command that builds a Dockerfile."""
        target = ["--target", of.target] if of.target else []
        words = ["build", "--tag", tag, "--file", str(of.dockerfile), *target, str(of.context)]
        return [self.command, *words]

    def name_of(self, tag: str) -> str:
        return f"{self.engine.store}:{tag}"

    def remove(self, tags: list[str]) -> None:
        for tag in tags:
            command = [self.command, *self.engine.remove_image, tag]
            with suppress(OSError):
                subprocess.run(command, capture_output=True, check=False)
