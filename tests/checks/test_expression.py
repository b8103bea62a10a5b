"""Whatever takes a regular expression takes Go's, and no text makes it slow."""

import re

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.checks.expression import compiled, line_found
from gocontainer.run.invocation import Completed
from gocontainer.run.readiness import not_ready
from harness import REPOSITORY
from image_in_memory import check_on, image_of

# By Python's own expressions it would take years with this text.
SLOW, TEXT = "^(a+)+$", "a" * 64 + "b"


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Whether the text is as the option wants it: what the check says, or the error."""

    def of_a_file(member, expression, text):
        arguments = {"name": "api.file", "path": "/a", member: [expression]}
        return check_on(tmp_path, "file", image_of({"a": text.encode()}), arguments)

    def of_a_run(member, expression, text):
        said = Completed(0, *(text.encode() if s in member else b"" for s in ("output", "error")))
        monkeypatch.setattr("gocontainer.checks.run.run_image", lambda *_: said)
        plan = {"name": "api", "config": {}}
        return checks.Test("api.run", plan, tmp_path, {"run": [], member: [expression]}, "docker")

    def of_a_log(_, expression, text):
        (tmp_path / "log").write_text(text)
        why = not_ready({"log": expression}, None, tmp_path / "log")
        if why:
            raise CheckError(why)
        return "ready"

    makers = {
        "MATCHES": ("file", of_a_file, "matches"),
        "EXCLUDES": ("file", of_a_file, "excludes"),
        "OUTPUT_MATCHES": ("run", of_a_run, "outputMatches"),
        "OUTPUT_EXCLUDES": ("run", of_a_run, "outputExcludes"),
        "ERROR_MATCHES": ("run", of_a_run, "errorMatches"),
        "READY_LOG": (None, of_a_log, ""),
    }

    def do(option, expression, text):
        name, make, member = makers[option]
        made = make(member, expression, text)
        return check_of(name)(made) if name else made

    return do


def options():
    """All that the reference has behind ``<regex>``."""
    text = (REPOSITORY / "cmake/GoContainer.cmake").read_text()
    return sorted(set(re.findall(r"([A-Z_]+) <regex>", text)))


@pytest.mark.parametrize("option", options())
def test_no_text_makes_it_slow(told, option):
    if "EXCLUDES" in option:
        assert told(option, SLOW, TEXT)
    else:
        with pytest.raises(CheckError, match=r"match|as declared"):
            told(option, SLOW, TEXT)


@pytest.mark.parametrize("option", options())
def test_lines_have_ends(told, option):
    if "EXCLUDES" in option:
        with pytest.raises(CheckError, match=r"must not|as declared") as error:
            told(option, "^a+$", "b\naa\nb")
        assert "line 2: aa" in str(error.value)
    else:
        assert told(option, "^a+$", "b\naa\nb")


BAD = [r"(?=a)", r"a\Z", r"(a)\1", r"(?<=b)", "(a"]


def test_what_is_none_of_gos(told, tmp_path, golden):
    """Each option tells of it, before anything runs; READY_LOG where the service is started."""
    texts = []
    for option in (o for o in options() if o != "READY_LOG"):
        with pytest.raises(CheckError) as error:
            told(option, BAD[len(texts) % len(BAD)], "a")
        texts.append(f"{error.value}\n")
        for file in tmp_path.glob("index/*"):
            file.rename(tmp_path / f"index-{len(texts)}")
    arguments = {"port": 8080, "timeout": 30, "ready": {"log": r"\y["}}
    plan = {"name": "api", "engine": "builtin"}
    with pytest.raises(CheckError) as error:
        check_of("start")(checks.Test("api.start", plan, tmp_path, arguments))
    golden.check("checks/expressions.txt", "".join([*texts, f"{error.value}\n"]))


@pytest.mark.parametrize(
    ("expression", "text", "line"),
    [
        ("b", "a\nabc\nb", "line 2: abc"),
        ("b\n", "a\nb\nc", "line 2: b"),
        ("^$", "a\n\nb", "line 2: "),
        ("^$", "", "line 1: "),
        ("a\\nb", "a\nb", "line 2: b"),
        ("$", "ab", "line 1: ab"),
        ("x", "ab", None),
    ],
)
def test_the_line_of_a_match(expression, text, line):
    assert line_found(compiled("MATCHES", expression), text) == line
