"""PUSH and TAG_SETS: which references a registry gets."""

import json

import pytest
from harness import run

GIT = ["-c", "user.name=t", "-c", "user.email=t@example.com"]


def declare(project, calls, **options):
    """What each container pushes, by its name; None without a list."""
    project.go_module()
    project.cmakelists(calls)
    project.configure(engine="builtin", **options)
    plans = [json.loads(file.read_text()) for file in project.binary.glob("*.container/plan.json")]
    return {plan["name"]: plan.get("push") for plan in plans}


def git(project, *words):
    return run(["git", "-C", project.source, *GIT, *words]).stdout.strip()


def repository(project):
    project.go_module()
    git(project, "init", "--quiet", "--initial-branch=feature/log+in")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "one")
    return git(project, "rev-parse", "HEAD")


def test_tags_with_a_registry_and_the_same_tags_in_other_repositories(project):
    pushed = declare(
        project,
        """
        add_go_container(api BASE scratch TAGS example.com/team/api:1.4 api:2
          PUSH localhost:5000/api example.com/team/ example.com/team/api)
        add_go_container(named BASE scratch TAGS localhost/named team/named example.com/n docker.io/team/n:3)
        add_go_container(local BASE scratch)
        set(GO_CONTAINER_PUSH example.com/all/)
        add_go_container(Web BASE scratch VARIANTS alpine=alpine)
        """,
    )
    assert pushed == {
        "api": [
            "example.com/team/api:1.4",
            "example.com/team/api:2",
            "localhost:5000/api:1.4",
            "localhost:5000/api:2",
        ],
        "named": ["example.com/n:latest", "docker.io/team/n:3"],
        "local": None,
        "Web": ["example.com/all/web:latest"],
        "Web-alpine": ["example.com/all/web:alpine"],
    }


SEMVER = {
    "1.4.2": ["1.4.2", "1.4", "1", "latest"],
    "v10.0.0": ["10.0.0", "10.0", "10", "latest"],
    "services/api/v1.4.2": ["1.4.2", "1.4", "1", "latest"],
    "0.9.1": ["0.9.1", "0.9", "latest"],
    "1.5.0-rc.1": ["1.5.0-rc.1"],
    "1.4.2-3-g5ea1b3c": ["1.4.2-3-g5ea1b3c"],
    "1.4.2+5.a": ["1.4.2_5.a", "1.4.2", "1.4", "1", "latest"],
    "1.5.0-rc.1+5": ["1.5.0-rc.1_5"],
}


def test_tags_of_a_semantic_version(project):
    calls = [
        f"""add_go_container(a{number} BASE scratch VERSION {version} TAG_SETS SEMVER
        TAGS example.com/a{number})"""
        for number, version in enumerate(SEMVER)
    ]
    pushed = declare(project, "\n".join(calls))
    for number, (version, tags) in enumerate(SEMVER.items()):
        assert pushed[f"a{number}"] == [f"example.com/a{number}:{tag}" for tag in tags], version


def test_variants_have_their_suffix(project):
    pushed = declare(
        project,
        """
        add_go_container(api BASE scratch VERSION 1.4.2 TAG_SETS SEMVER PUSH example.com/api TAGS api:dev)
        add_go_container_variant(api shell)
        add_go_container_variant(api-shell debug VERSION 2.0.0-rc.1)
        add_go_container_variant(api own TAGS example.com/own)
        add_go_container_variant(api-own debug)
        add_go_container(new BASE scratch VERSION 2.0.0-rc.1 TAG_SETS SEMVER TAGS example.com/new:latest)
        add_go_container_variant(new shell)
        add_go_container_variant(new-shell debug)
        """,
    )
    assert pushed["api"] == [f"example.com/api:{t}" for t in ("dev", "1.4.2", "1.4", "1", "latest")]
    assert pushed["api-shell"] == [
        f"example.com/api:{tag}"
        for tag in ("dev-shell", "1.4.2-shell", "1.4-shell", "1-shell", "shell")
    ]
    assert pushed["api-shell-debug"] == [
        "example.com/api:dev-shell-debug",
        "example.com/api:2.0.0-rc.1-shell-debug",
    ]
    assert pushed["api-own"] == [
        f"example.com/{repository}:{tag}"
        for repository in ("own", "api")
        for tag in ("1.4.2-own", "1.4-own", "1-own", "own")
    ]
    assert pushed["new"] == ["example.com/new:latest", "example.com/new:2.0.0-rc.1"]
    assert pushed["new-shell"] == ["example.com/new:shell", "example.com/new:2.0.0-rc.1-shell"]
    assert pushed["new-shell-debug"][0] == "example.com/new:shell-debug"


def test_tags_of_the_commit_and_the_branch(project):
    commit = repository(project)
    calls = "add_go_container(api BASE scratch TAGS example.com/a TAG_SETS COMMIT BRANCH)"
    pushed = declare(project, calls)["api"]
    assert pushed == [f"example.com/a:{commit}", "example.com/a:feature-log-in"]
    project.go_module(greeting="edited")
    project.build("build.ninja")
    pushed = json.loads((project.binary / "api.container/plan.json").read_text())["push"]
    assert pushed[0] == f"example.com/a:{commit}-dirty"


@pytest.mark.parametrize(
    ("variables", "tag"),
    [
        ({}, None),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "-dev/1"}, "dev-1"),
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"}, None),
        ({"CI_COMMIT_BRANCH": "main"}, "main"),
        ({"BRANCH_NAME": "x" * 200}, "x" * 128),
        ({"BRANCH_NAME": "v1", "TAG_NAME": "v1"}, None),
    ],
)
def test_a_commit_without_a_branch_has_the_one_of_the_ci(project, variables, tag):
    repository(project)
    git(project, "checkout", "--quiet", "--detach")
    calls = """add_go_container(api BASE scratch TAGS api:1 PUSH example.com/a TAG_SETS BRANCH)
        add_go_container(web BASE scratch TAG_SETS BRANCH PUSH example.com/b)"""
    pushed = declare(project, calls, env=variables)
    more = [f"example.com/a:{tag}"] if tag else []
    assert pushed["api"] == ["example.com/a:1", *more]
    assert len(pushed["web"]) == len(more)
    if not tag:
        said = project.build("web-push", expect_failure=True).output
        assert "GoContainer: web has no tag to push: TAG_SETS give none" in said


def test_git_describes_a_version_or_none(project):
    repository(project)
    calls = "add_go_container(api BASE scratch TAGS example.com/a VERSION GIT TAG_SETS SEMVER)"
    assert declare(project, calls) == {"api": []}
    git(project, "commit", "--quiet", "--allow-empty", "--message", "two")
    git(project, "tag", "v1.4.2")
    project.build("build.ninja")
    pushed = json.loads((project.binary / "api.container/plan.json").read_text())["push"]
    assert [reference.partition(":")[2] for reference in pushed] == ["1.4.2", "1.4", "1", "latest"]


def test_how_it_is_attached_and_signed(project):
    declare(
        project,
        """
        set(GO_CONTAINER_SIGN_COMMAND sh sign.sh)
        set(GO_CONTAINER_PUSH example.com/all/)
        add_go_container(api BASE scratch SIGN_COMMAND cosign sign "--key=a;b" ATTEST both)
        add_go_container(web BASE scratch ATTEST referrers VARIANTS alpine=alpine)
        add_go_container(off BASE scratch SIGN_COMMAND ATTEST none)
        unset(GO_CONTAINER_PUSH)
        add_go_container(local BASE scratch)
        """,
    )
    here = str(project.source)
    plans = [json.loads(file.read_text()) for file in project.binary.glob("*.container/plan.json")]
    found = {plan["name"]: (plan.get("attest"), plan.get("sign")) for plan in plans}
    script = {"command": ["sh", "sign.sh"], "directory": here}
    assert found == {
        "api": ("both", {"command": ["cosign", "sign", "--key=a;b"], "directory": here}),
        "web": (None, script),
        "web-alpine": (None, script),
        "off": ("none", None),
        "local": (None, None),
    }
