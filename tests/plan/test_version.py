"""VERSION GIT and STAMP: whatever changes what git says of the sources makes CMake configure again, and nothing else does."""

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

    def plan(self):
        self.project.build("build.ninja")
        return json.loads((self.project.binary / "api.container/plan.json").read_text())

    def version(self):
        plan = self.plan()
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


FACTS = """add_go_container(api BASE scratch STAMP main.commit=COMMIT main.state=TREE_STATE main.date=COMMIT_DATE
    "main.motto=a, 'b' = $c")"""
LABEL = "org.opencontainers.image."
# A time before 2001-09-09, another zone, and a leap day.
DATE = "2000-03-01T00:30:00+0200"


def stamped(repository):
    """What the stamps put into the program, and the labels."""
    plan = repository.plan()
    (flag,) = [flag for flag in plan["go"]["flags"] if flag.startswith("-ldflags=")]
    labels = {k[len(LABEL) :]: v for k, v in plan["config"]["Labels"].items()}
    found = dict(re.findall(r"main\.(commit|state|date)=(\S+)", flag))
    assert """-X "main.motto=a, 'b' = $c\"""" in flag
    return {**found, **{k: labels[k] for k in ("revision", "created", "source") if k in labels}}


@pytest.fixture
def facts(repository):
    """The repository, with a call that asks for all facts, and what they are."""
    project = repository.project
    project.cmakelists(FACTS)
    project.write(".git_archival.txt", "node: $Format:%H$\nnode-date: $Format:%cI$\n")
    project.write(".gitattributes", ".git_archival.txt export-subst\n")
    repository.git("add", ".")
    run(
        ["git", "-C", project.source, *IDENTITY, "commit", "--quiet", "--message", "two"],
        env={**project.environment(), "GIT_COMMITTER_DATE": DATE},
    )
    commit, date = repository.git("rev-parse", "HEAD"), "2000-02-29T22:30:00Z"
    return repository, {"commit": commit, "revision": commit, "date": date, "created": date, "state": "clean"}  # fmt: skip


def test_the_facts_of_a_commit(facts):
    repository, expected = facts
    project = repository.project
    assert stamped(repository) == expected
    url = "https://ada:secret@git.example.com/team/api.git"
    repository.git("remote", "add", "origin", url)
    project.configure(engine="builtin", env={"SOURCE_DATE_EPOCH": "1"})
    assert stamped(repository) == {**expected, "source": "https://git.example.com/team/api"}
    repository.git("remote", "set-url", "origin", "git@git.example.com:team/api.git")
    assert stamped(repository)["source"] == "https://git.example.com/team/api"

    repository.wait()
    project.go_module(greeting="bye")
    assert stamped(repository)["state"] == "dirty"
    repository.git("commit", "--quiet", "--all", "--message", "three")
    after = stamped(repository)
    assert after["commit"] == repository.git("rev-parse", "HEAD") != expected["commit"]
    assert after["state"] == "clean"
    assert not repository.configured()


def test_the_facts_of_a_source_archive(facts, tmp_path):
    repository, expected = facts
    project = repository.project
    repository.git("archive", "--output", tmp_path / "a.tar", "HEAD")
    (tmp_path / "unpacked").mkdir()
    run(["tar", "-xf", tmp_path / "a.tar", "-C", tmp_path / "unpacked"])
    shutil.rmtree(project.binary)
    project.source = tmp_path / "unpacked"
    project.configure(engine="builtin")
    assert stamped(repository) == {**expected, "state": "archive"}


def test_the_facts_of_a_shallow_clone_of_a_work_tree(facts, tmp_path):
    repository, expected = facts
    project = repository.project
    tree, clone = tmp_path / "tree", tmp_path / "clone"
    repository.git("worktree", "add", "--quiet", tree)
    run(["git", *IDENTITY, "clone", "--quiet", "--depth=1", f"file://{tree}", clone])
    for project.source in (tree, clone):
        shutil.rmtree(project.binary)
        project.configure(engine="builtin")
        assert stamped(repository) == expected


def test_facts_that_git_does_not_tell(facts):
    project = facts[0].project
    shutil.rmtree(project.binary)
    strict = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    output = project.configure(engine="builtin", env=strict, expect_failure=True).output
    assert f"git config --global --add safe.directory {project.source}" in " ".join(output.split())
    shutil.rmtree(project.source / ".git")
    run(["git", "-C", project.source, "init", "--quiet"])
    output = " ".join(project.configure(engine="builtin", expect_failure=True).output.split())
    assert "STAMP main.commit is COMMIT, but git describes no commit of" in output
    assert "Commit something, or give STAMP a text." in output
