"""The words of the image piece's command line."""

import os
import sys

import pytest
from gocontainer.cli.commands import COMMANDS, main, parse
from harness import GOCONTAINER, run


def test_words_and_options():
    found = parse(["test", "--test", "t.json", "size", "plan.json"])
    assert vars(found) == {
        "check": "size",
        "plan": "plan.json",
        "test": "t.json",
        "engine_command": None,
        "on_skip": None,
        "platform": None,
        "checked": None,
    }


def test_the_last_word_takes_all_that_follow():
    found = parse(["go", "plan.json", "test", "--short", "a"])
    assert (found.plan, found.words) == ("plan.json", ["test", "--short", "a"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("show", "gocontainer show: image is missing. Usage: gocontainer show "),
        ("show --image a", "gocontainer show: --image is not expected. Usage: "),
        ("show a b", "gocontainer show: b is not expected. Usage: "),
        ("show a --engine-command", "gocontainer show: --engine-command is not expected. Usage: "),
    ],
)
def test_what_a_command_does_not_take(words, says):
    with pytest.raises(SystemExit) as caught:
        parse(words.split())
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("words", [[], ["biuld", "plan.json"]])
def test_no_such_command(words):
    with pytest.raises(SystemExit) as caught:
        parse(words)
    assert all(f"\n  {name} " in str(caught.value) for name in COMMANDS)


def test_the_cache_of_the_user_is_cleared(tmp_path):
    blobs = tmp_path / "go-container/blobs"
    blobs.mkdir(parents=True)
    (blobs / ("a" * 64)).write_text("1234")
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    said = run([sys.executable, GOCONTAINER, "clear"], env=environ).stdout
    assert said == f"1 blobs removed, 4 bytes: {blobs}\n"
    assert list(blobs.iterdir()) == []


def test_a_check_of_a_plan_is_a_test(capsys):
    """As scripts call it that were written before images could be checked without CMake."""
    said = []
    for name in ("check", "test"):
        assert main([name, "size", "/nonexistent/plan.json"]) == 1
        said.append(capsys.readouterr().err)
    assert said[0] == said[1]
    assert "/nonexistent/plan.json" in said[0]
