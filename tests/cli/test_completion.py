"""gocontainer completion: bash completes commands and options."""

import shlex

import pytest
from gocontainer.cli.commands import main
from gocontainer.cli.help import PEOPLE
from harness import run


@pytest.fixture
def complete(capsys):
    """What bash offers for the last of the words."""
    assert main(["completion"]) == 0
    script = capsys.readouterr().out

    def complete(*words):
        typed = " ".join(map(shlex.quote, ["gocontainer", *words]))
        ask = f"COMPREPLY=(); COMP_WORDS=({typed}); COMP_CWORD={len(words)}; _gocontainer; echo ${{COMPREPLY[*]}}"
        return run(["bash", "-uc", f"{script}\n{ask}"]).stdout.split()

    return complete


def test_commands(complete):
    assert complete("") == list(PEOPLE)
    assert complete("d") == ["diff", "doctor"]


def test_options(complete):
    assert complete("show", "--") == ["--help", "--engine-command", "--platform", "--all", "--json"]
    assert complete("check", "api.tar", "--max-s") == ["--max-size"]
    assert complete("check", "--struct") == ["--structure-test"]


def test_files_are_left_to_the_shell(complete):
    assert complete("show", "api") == []
    assert complete("nothing", "--x") == []
