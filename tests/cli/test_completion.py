"""gocontainer completion: shells complete commands and options."""

import shlex
import shutil

import pytest
from gocontainer.cli.commands import main
from gocontainer.cli.help import PEOPLE
from harness import run


def script_for(shell, capsys):
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.fixture
def complete(capsys):
    """What bash offers for the last of the words."""
    script = script_for("bash", capsys)

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


def test_a_shell_that_is_none_of_them(capsys):
    assert main(["completion", "csh"]) == 1
    assert capsys.readouterr().err == (
        "GoContainer: there is no completion for csh. Give bash, zsh, fish.\n"
    )


# What zsh's completion system has; it can't run without a terminal.
ZSH = """
compdef() { [ "$*" = "_gocontainer gocontainer" ] }
_describe() { print -rl -- ${(P)2} }
compadd() { shift; print -rl -- "$@" }
_files() { print files }
"""


@pytest.mark.skipif(not shutil.which("zsh"), reason="there is no zsh")
def test_zsh(capsys):
    script = ZSH + script_for("zsh", capsys)

    def offered(*words):
        ask = f"words=({' '.join(map(shlex.quote, words))} ''); CURRENT={len(words)}; _gocontainer"
        return run(["zsh", "-fuc", f"{script}\n{ask}"]).stdout.splitlines()

    commands = offered("gocontainer", "")
    assert [line.partition(":")[0] for line in commands] == list(PEOPLE)
    assert "show:tell what is in an image: its config, layers, Go programs and files" in commands
    assert "--json" in offered("gocontainer", "show", "--")
    assert offered("gocontainer", "show", "api") == ["files"]


@pytest.mark.skipif(not shutil.which("fish"), reason="there is no fish")
def test_fish(capsys, tmp_path):
    script = script_for("fish", capsys)

    def offered(typed):
        said = run(
            ["fish", "--no-config", "-c", f"{script}\ncomplete -C {shlex.quote(typed)}"],
            cwd=tmp_path,
        )
        return said.stdout.splitlines()

    commands = offered("gocontainer ")
    assert sorted(line.partition("\t")[0] for line in commands) == sorted(PEOPLE)
    assert (
        "doctor\ttell what works on this machine, engine by engine, and how to mend it" in commands
    )
    assert "--max-size" in offered("gocontainer check api.tar --max")
    (tmp_path / "api.tar").touch()
    assert offered("gocontainer show api") == ["api.tar"]
