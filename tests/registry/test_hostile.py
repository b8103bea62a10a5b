"""Each fault at each request of a push: the push completes, or says in one line what failed and what to do; the next
one repairs it; and at no moment a tag points to content that is missing."""

import pytest
from gocontainer.read.source import ImageError
from gocontainer.registry import upload
from hostile import (
    HostileRegistry,
    answers,
    cut,
    cut_after,
    cut_answer,
    cut_inside,
    delay,
    drip,
    endless,
    forgets,
    from_then,
    lies_about_digests,
    lies_about_lengths,
    lies_about_ranges,
    no_http,
    once_at,
)
from pushing import push, several, write

TAGS = ["1.4", "latest"]
FAULTS = {
    "cut": cut,
    "cut-inside": cut_inside,
    "cut-after": cut_after,
    "cut-answer": cut_answer,
    "delay": delay,
    "drip": drip,
    "endless": endless,
    "no-http": no_http,
    "forgets": forgets,
    "digests": lies_about_digests,
    "lengths": lies_about_lengths,
    "ranges": lies_about_ranges,
    "no-location": answers(202),
    "other-host": answers(307, Location="https://127.0.0.2/elsewhere"),
    "itself": answers(307, Location="/v2/"),
    "challenge": answers(401, WWW_Authenticate='Basic realm="x"'),
    "later": answers(429, Retry_After="1"),
    "much-later": answers(429, Retry_After="86400"),
    **{str(status): answers(status) for status in (400, 401, 403, 404, 408, 416, 500, 503)},
}


# Seconds, where a fault is that something takes long.
LIMITS = {"delay": {"idle": 0.03}, "drip": {"whole": 0.03}}


def run(directory, files, fault, limits=(), **registry):
    """One push with the fault, and one without; returns how many requests there were."""
    limits = dict(limits)
    with HostileRegistry(**registry) as here:
        environ = here.credentials(directory) if here.auth else {}
        plan = write(directory / "api", files, [f"{here.host}/team/api:{tag}" for tag in TAGS])
        missing = []
        here.faults.append(lambda asked, handler: missing.extend(here.missing()))
        if fault:
            here.faults.append(fault)
        told = ""
        try:
            push(plan, environ=environ, **limits)
        except ImageError as error:
            told = str(error)
            assert "\n" not in told and told.count(". ") >= 1, told
            assert not any(secret in told for secret in here.secrets())
            assert not plan.with_name("pushed.json").exists()
        else:
            assert len(here.tags["team/api"]) == 2
        missing += here.missing()
        count = len(here.requests)
        del here.faults[1:]
        push(plan, environ=environ)
        assert sorted(here.tags["team/api"]) == TAGS
        assert plan.with_name("pushed.json").exists()
        assert missing + here.missing() == []
        return count, told


@pytest.mark.parametrize("mode", [once_at, from_then], ids=["once", "always"])
@pytest.mark.parametrize("fault", FAULTS)
def test_each_request_in_turn(tmp_path, monkeypatch, capsys, fault, mode):
    files = several("amd64")
    clean, _ = run(tmp_path / "0", files, None)
    for number in range(1, clean + 1):
        limits = LIMITS.get(fault, {})
        run(tmp_path / str(number), files, mode(number, FAULTS[fault]), limits)


# What passes is no reason to fail.
PASSING = ["cut", "cut-inside", "cut-after", "cut-answer", "lengths", "no-http", "408", "later"]


@pytest.mark.parametrize("fault", [*PASSING, "500", "503"])
@pytest.mark.parametrize("auth", [None, "bearer"])
def test_a_fault_that_passes_is_got_over(tmp_path, monkeypatch, fault, auth):
    files = several("amd64")
    clean, _ = run(tmp_path / "0", files, None, auth=auth)
    for number in range(1, clean + 1):
        once = once_at(number, FAULTS[fault])
        assert run(tmp_path / str(number), files, once, auth=auth)[1] == ""


@pytest.mark.parametrize("fault", ["cut-inside", "416", "404", "ranges", "cut-after"])
def test_pieces_of_a_blob(tmp_path, monkeypatch, fault):
    monkeypatch.setattr(upload, "WHOLE", 100)
    monkeypatch.setattr(upload, "CHUNK", 100)
    files = several("amd64")
    clean, _ = run(tmp_path / "0", files, None)
    for number in range(1, clean + 1):
        run(tmp_path / str(number), files, once_at(number, FAULTS[fault]))
