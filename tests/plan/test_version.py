"""VERSION GIT: whatever changes what git says of the sources makes CMake configure again, and nothing else does."""

import json
import re
import shutil

import pytest
from harness import run

IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"]  # fmt: skip


class Repository:
    """A project in a repository of git; ``version`` is that of its plan after what a build does first."""

    def __init__(self, project):
        self.project = project
        project.go_module()
        project.cmakelists("add_go_container(api BASE scratch VERSION GIT)")
        project.write(".gitignore", "/ignored\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "one")
        self.git("tag", "services/api/v1.0.0")

    def git(self, *words, cwd=None):
        self.wait()
        return run(["git", "-C", cwd or self.project.source, *IDENTITY, *words]).stdout.strip()

    def wait(self):
        """Until the clock of the file system is behind the last time that CMake ran."""
        built = self.project.binary / "build.ninja"
        probe = self.project.source / "ignored"
        probe.touch()
        while built.exists() and probe.stat().st_mtime_ns <= built.stat().st_mtime_ns:
            probe.touch()

    def configured(self):
        """Whether CMake runs again where a build begins."""
        return "Re-running CMake" in self.project.build("build.ninja").output

    def version(self):
        self.project.build("build.ninja")
        plan = json.loads((self.project.binary / "api.container/plan.json").read_text())
        version = plan["config"]["Labels"]["org.opencontainers.image.version"]
        assert not self.configured()
        return version


@pytest.fixture
def repository(project):
    found = Repository(project)
    project.configure(engine="builtin")
    assert found.version() == "services/api/v1.0.0"
    return found


def commit(repository, message, **where):
    repository.git("commit", "--quiet", "--allow-empty", "--message", message, **where)


def test_tags_commits_and_edits(repository):
    git, project = repository.git, repository.project
    commit(repository, "two")
    assert re.fullmatch("services/api/v1.0.0-1-g[0-9a-f]+", repository.version())
    git("tag", "v1.1.0")
    assert repository.version() == "v1.1.0"
    git("tag", "--delete", "v1.1.0")
    assert repository.version().startswith("services/api/v1.0.0-1-g")
    git("tag", "services/api/v1.2.0")
    assert repository.version() == "services/api/v1.2.0"
    git("tag", "--force", "services/api/v1.0.0")
    git("tag", "--delete", "services/api/v1.2.0")
    assert repository.version() == "services/api/v1.0.0"
    git("pack-refs", "--all")
    commit(repository, "three")
    assert repository.version().startswith("services/api/v1.0.0-1-g")
    git("tag", "v2.0.0")
    git("pack-refs", "--all")
    assert repository.version() == "v2.0.0"
    git("tag", "--delete", "v2.0.0")
    assert repository.version().startswith("services/api/v1.0.0-1-g")
    git("tag", "v3.0.0")
    assert repository.version() == "v3.0.0"

    main = project.source / "main.go"
    text = main.read_text()
    repository.wait()
    main.write_text(text.replace("hello", "bye"))
    assert repository.version() == "v3.0.0-dirty"
    main.write_text(text.replace("hello", "other"))
    assert not repository.configured()
    git("checkout", "--quiet", "main.go")
    assert repository.version() == "v3.0.0"
    (project.source / "ignored").write_text("x")
    project.write("untracked.txt", "x")
    assert not repository.configured()


def test_a_work_tree_of_several(repository, tmp_path):
    tree = tmp_path / "tree"
    repository.git("worktree", "add", "--quiet", tree)
    project = repository.project
    shutil.rmtree(project.binary)
    project.source = tree
    project.configure(engine="builtin")
    commit(repository, "two")
    assert repository.version().startswith("services/api/v1.0.0-1-g")
    repository.git("tag", "v2.0.0")
    assert repository.version() == "v2.0.0"


def test_a_shallow_clone_and_a_submodule(repository, tmp_path):
    project = repository.project
    origin, clone = project.source, tmp_path / "clone"
    commit(repository, "two")
    run(["git", *IDENTITY, "clone", "--quiet", "--depth=1", f"file://{origin}", clone])
    shutil.rmtree(project.binary)
    project.source = clone
    project.configure(engine="builtin")
    assert re.fullmatch("[0-9a-f]+", repository.version())
    repository.git("fetch", "--quiet", "--unshallow", "--tags")
    assert repository.version().startswith("services/api/v1.0.0-1-g")

    outer = tmp_path / "outer"
    run(["git", "init", "--quiet", outer])
    run(["git", "-C", outer, *IDENTITY, "submodule", "--quiet", "add", f"file://{origin}", "sub"])
    shutil.rmtree(project.binary)
    project.source = outer / "sub"
    project.configure(engine="builtin")
    assert repository.version().startswith("services/api/v1.0.0-1-g")
    repository.git("tag", "v4.0.0")
    assert repository.version() == "v4.0.0"


def test_a_source_archive(repository, tmp_path):
    project = repository.project
    project.write(".git_archival.txt", "describe-name: $Format:%(describe:tags=true)$\n")
    project.write(".gitattributes", ".git_archival.txt export-subst\n")
    repository.git("add", ".")
    commit(repository, "two")
    repository.git("tag", "v5.0.0")
    assert repository.version() == "v5.0.0"
    repository.git("archive", "--output", tmp_path / "a.tar", "HEAD")
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    run(["tar", "-xf", tmp_path / "a.tar", "-C", unpacked])
    shutil.rmtree(project.binary)
    project.source = unpacked
    project.configure(engine="builtin")
    assert repository.version() == "v5.0.0"

    (unpacked / ".git_archival.txt").unlink()
    lists = unpacked / "CMakeLists.txt"
    shutil.rmtree(project.binary)
    output = project.configure(engine="builtin", expect_failure=True).output
    assert "is in no repository of git" in " ".join(output.split())
    lists.write_text(lists.read_text().replace("project(t ", "project(t VERSION 6.1 "))
    project.configure(engine="builtin")
    assert repository.version() == "6.1"


def test_a_repository_of_another_user(repository):
    project = repository.project
    shutil.rmtree(project.binary)
    strict = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    output = project.configure(engine="builtin", env=strict, expect_failure=True).output
    words = " ".join(output.split())
    assert f"git config --global --add safe.directory {project.source}" in words
    assert "Commit something" not in words
    assert "\\n" not in output
