"""The names of images in the docker daemon, which all files of tests share: what one of them builds, no other one may build
under the same name, as that may just run it. The tests of a file follow each other."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from harness import Project


class ImageNames:
    """A plugin of pytest: the run fails where two files of tests have a name. The workers of pytest-xdist tell theirs at the end."""

    def __init__(self):
        self.files: dict[str, set[str]] = defaultdict(set)

    @pytest.hookimpl(tryfirst=True)  # while the projects are there
    def pytest_runtest_teardown(self, item, nextitem):
        file = item.nodeid.partition("::")[0]
        for project in Project.configured:
            for identity in project.binary.glob("*.container/image.id"):
                plan = json.loads(identity.with_name("plan.json").read_text())
                if plan["engine"] == "docker":
                    for name in plan["tags"]:
                        self.files[name].add(file)
        if nextitem is None or nextitem.path != item.path:
            Project.configured.clear()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        for name, files in getattr(node, "workeroutput", {}).get("image_names", {}).items():
            self.files[name].update(files)

    def pytest_sessionfinish(self, session, exitstatus):
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["image_names"] = {name: sorted(files) for name, files in self.files.items()}
        elif exitstatus == pytest.ExitCode.OK and any(self.shared()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        for line in self.shared():
            terminalreporter.write_line(f"FAILED: {line}", red=True)

    def shared(self):
        for name, files in sorted(self.files.items()):
            if len(files) > 1:
                yield f"several files of tests build {name} with docker: {', '.join(sorted(files))}"
