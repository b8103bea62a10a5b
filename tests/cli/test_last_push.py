"""A push after a push: what is as it was is not read again, and nothing is said to be there that is not."""

import json
import os
import subprocess
import sys

import pytest
from gocontainer.cli import last_push, push_archive
from gocontainer.cli.commands import main
from gocontainer.read.source import ImageError
from harness import GOCONTAINER
from hostile import HostileRegistry, answers, cut, digest_of, lies_about_digests
from images import archive
from pushing import one, push, pushed, several, write

TAGS = ["1.4", "latest"]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(last_push, "SETTLED", 0)


@pytest.fixture
def registry():
    with HostileRegistry() as registry:
        yield registry


@pytest.fixture
def opened(monkeypatch):
    """The plans whose archives were opened."""
    found = []
    really = push_archive.push_archive

    def noted(plan, *rest):
        found.append(plan)
        really(plan, *rest)

    monkeypatch.setattr(push_archive, "push_archive", noted)
    return found


@pytest.fixture
def plan(tmp_path, registry, opened, capsys):
    """The plan of an image that was pushed."""
    plan = write(tmp_path / "api", one(), [f"{registry.host}/team/api:{tag}" for tag in TAGS])
    push(plan)
    assert opened == [str(plan)]
    opened.clear()
    capsys.readouterr()
    registry.requests.clear()
    return plan


def shown(registry):
    return [f"{asked.method} {asked.path}" for asked in registry.requests]


def rewrite(file, data):
    """Write the file in place, so that neither its size nor its time tells."""
    before = file.stat()
    while file.stat().st_ctime_ns == before.st_ctime_ns:  # within a step of the kernel's clock
        file.write_bytes(data)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_ino) == (before.st_size, before.st_ino)


def test_an_image_as_it_was_is_not_opened(plan, registry, opened, capsys):
    push(plan)
    assert opened == []
    assert shown(registry) == [f"HEAD /v2/team/api/manifests/{tag}" for tag in TAGS]
    digest = registry.tags["team/api"]["1.4"]
    told = [f"{registry.host}/team/api:{tag} {digest} is there\n" for tag in TAGS]
    assert capsys.readouterr().out == "".join(told)


def test_neither_is_an_index(tmp_path, registry, opened):
    plan = write(tmp_path, several("amd64", "arm64"), [f"{registry.host}/api:1"])
    for _ in range(3):
        push(plan)
    assert opened == [str(plan)]


def test_another_archive_of_the_same_size_and_time(plan, registry, opened):
    old = registry.tags["team/api"]["1.4"]
    rewrite(plan.with_name("api.tar"), archive(one("2")))
    push(plan)
    assert opened == [str(plan)]
    assert old not in registry.tags["team/api"].values()
    assert registry.missing() == []


def test_another_plan_of_the_same_size_and_time(plan, registry, opened):
    rewrite(plan, plan.read_bytes().replace(b":1.4", b":1.5"))
    push(plan)
    assert opened == [str(plan)]
    assert registry.tags["team/api"]["1.5"] == registry.tags["team/api"]["latest"]
    assert pushed(plan)[0]["tags"] == ["1.5", "latest"]


def test_an_archive_that_is_gone(plan):
    plan.with_name("api.tar").unlink()
    with pytest.raises(ImageError, match="can't be opened"):
        push(plan)


@pytest.mark.parametrize("text", [None, b"", b"{}\n"])
def test_pushed_json_is_written_again(plan, opened, text):
    file = plan.with_name("pushed.json")
    before = file.read_bytes()
    file.unlink()
    if text is not None:
        file.write_bytes(text)
    push(plan)
    assert (file.read_bytes(), opened) == (before, [str(plan)])
    push(plan)
    assert len(opened) == 1


def test_a_damaged_record_tells_nothing(plan, registry, opened):
    file = plan.with_name("pushed.last")
    data = file.read_bytes()
    assert last_push.last_push(str(plan)) is not None
    for place in range(0, len(data), 5):
        for damaged in (data[:place], data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]):
            file.write_bytes(damaged)
            assert last_push.last_push(str(plan)) is None
    push(plan)
    assert opened == [str(plan)]
    assert file.read_bytes() == data


def test_neither_does_one_of_another_version(plan, opened, monkeypatch):
    monkeypatch.setattr(last_push, "VERSION", "of others")
    push(plan)
    assert opened == [str(plan)]
    push(plan)
    assert len(opened) == 1


def test_a_whole_record_that_has_other_lines_tells_nothing(plan):
    file = plan.with_name("pushed.last")
    _, _, rest = file.read_bytes().partition(b"\n")
    text, _, told = rest.partition(b"\n\n")
    for damaged in (b"", b"\n" + text, text + b"\nx", text + b"\na b c d", b"\xff" + text):
        rest = damaged + b"\n\n" + told
        file.write_bytes(last_push.head_of(rest) + b"\n" + rest)
        assert last_push.last_push(str(plan)) is None


def test_files_that_are_just_written_may_change_unnoticed(tmp_path, registry, opened, monkeypatch):
    monkeypatch.setattr(last_push, "SETTLED", 10**15)
    plan = write(tmp_path, one(), [f"{registry.host}/api:1"])
    push(plan)
    push(plan)
    assert opened == [str(plan)] * 2
    assert not plan.with_name("pushed.last").exists()


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("where", ["elsewhere", "nowhere"])
def test_a_tag_that_somebody_moved_is_moved_back(plan, registry, opened, capsys, tag, where):
    tags = registry.tags["team/api"]
    before = dict(tags)
    if where == "nowhere":
        del tags[tag]
    else:
        tags[tag] = digest_of(b"{}")
        registry.manifests["team/api"][tags[tag]] = ("application/json", b"{}")
    push(plan)
    assert (tags, opened) == (before, [str(plan)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.endswith(" is there") for line in lines] == [each != tag for each in TAGS]


NO_ANSWERS = {
    **{str(status): answers(status) for status in (400, 401, 403, 404, 429, 500, 503)},
    "later": answers(429, Retry_After="86400"),
    "elsewhere": answers(307, Location="https://127.0.0.2/elsewhere"),
    "itself": answers(307, Location="/v2/"),
    "no digest": answers(200),
    "another": answers(200, Docker_Content_Digest=digest_of(b"{}")),
    "lies": lies_about_digests,
    "cut": cut,
}


@pytest.mark.parametrize("fault", NO_ANSWERS)
def test_any_other_answer_is_not_taken_for_there(plan, registry, capsys, fault):
    before = dict(registry.tags["team/api"])
    registry.faults.append(
        lambda asked, handler: (
            NO_ANSWERS[fault](asked, handler) if asked.method in ("GET", "HEAD") else None
        )
    )
    try:
        push(plan)
    except ImageError as error:
        assert "\n" not in str(error)
    assert "is there" not in capsys.readouterr().out
    registry.faults.clear()
    push(plan)
    assert registry.tags["team/api"] == before


def test_a_registry_that_is_gone_leaves_no_record(plan, registry, opened, capsys):
    port = registry.port
    registry.__exit__()
    assert main(["push", str(plan)]) == 1
    told = capsys.readouterr()
    assert "is there" not in told.out
    assert f"127.0.0.1:{port}" in told.err
    assert not plan.with_name("pushed.json").exists()
    assert last_push.last_push(str(plan)) is None


@pytest.mark.parametrize("known", [True, False], ids=["not-opened", "opened"])
def test_others_take_layers_over_from_an_image_that_is_there(
    tmp_path, plan, registry, opened, known
):
    if not known:
        plan.with_name("pushed.last").unlink()
    other = write(tmp_path / "other", one("2"), [f"{registry.host}/team/other:1"])
    push(plan, other)
    assert opened == [str(other)] if known else [str(plan), str(other)]
    mounts = [asked.query["from"][0] for asked in registry.requests if "from" in asked.query]
    assert mounts == ["team/api"] * 2
    sent = [asked for asked in registry.requests if "digest" in asked.query]
    assert len(sent) == 2  # its config, and the layer that only it has
    assert registry.missing() == []


def test_an_archive_that_can_not_be_read_mounts_nothing(tmp_path, plan, registry, monkeypatch):
    def fails(*_):
        raise ImageError("it is gone")

    monkeypatch.setattr(push_archive, "image_of", fails)
    other = write(tmp_path / "other", one("2"), [f"{registry.host}/team/other:1"])
    push(plan, other)
    assert not [asked for asked in registry.requests if "from" in asked.query]
    assert registry.missing() == []


@pytest.mark.parametrize("auth", ["basic", "bearer", "identity"])
def test_it_says_who_it_is_and_keeps_no_secret(tmp_path, opened, auth):
    with HostileRegistry(auth=auth) as registry:
        environ = registry.credentials(tmp_path / "docker")
        plan = write(tmp_path / "api", one(), [f"{registry.host}/api:1"])
        push(plan, environ=environ)
        push(plan, environ=environ)
        assert opened == [str(plan)]
        text = plan.with_name("pushed.last").read_text()
        assert not any(secret in text for secret in registry.secrets())
        registry.password = registry.identity = "another"
        registry.tokens.clear()
        with pytest.raises(ImageError, match="ogin"):
            push(plan, environ=environ)


def test_a_file_names_the_plans_that_are_pushed(tmp_path, plan, capsys):
    listed = tmp_path / "plans with a space.txt"
    listed.write_text(f"{plan}\n{plan}\n")
    assert main(["push", f"@{listed}"]) == 0
    assert capsys.readouterr().out.count(" is there\n") == 2 * len(TAGS)


# Each takes longer to load than a registry to answer.
HEAVY = """argparse asyncio base64 collections concurrent contextlib email functools hashlib http json pathlib random re
    shutil socket ssl subprocess tarfile tempfile threading typing urllib"""
START = "import sys; sys.path.append(sys.argv[1]); from gocontainer.cli.commands import main; main(sys.argv[2:])"


def test_it_loads_nothing_that_takes_long(plan, registry):
    code = f"{START}; print(' '.join(sys.modules))"
    words = [sys.executable, "-I", "-S", "-B", "-c", code, GOCONTAINER.parent, "push", plan]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={})
    assert done.stderr == ""
    *told, modules = done.stdout.splitlines()
    assert [line.endswith(" is there") for line in told] == [True] * len(TAGS)
    assert set(HEAVY.split()).isdisjoint(modules.split())


def test_what_it_remembers_is_what_it_pushed(plan, registry):
    last = last_push.last_push(str(plan))
    assert last.archive == str(plan.with_name("api.tar"))
    assert [str(reference) for reference in last.references] == json.loads(plan.read_text())["push"]
    assert last.digest == registry.tags["team/api"]["latest"]
