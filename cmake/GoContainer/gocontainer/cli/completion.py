"""The command that prints a script by which a shell completes the words of this command."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace

from gocontainer.cli.help import PEOPLE

# Words that are not options are names of files, which each shell completes by itself.
BASH = """\
_gocontainer() {
    local word="${COMP_WORDS[COMP_CWORD]}" words=""
    if [ "$COMP_CWORD" = 1 ]; then
        words="@commands@"
    else
        case "${COMP_WORDS[1]}" in
@cases@
        esac
        case "$word" in -*) ;; *) return ;; esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _gocontainer gocontainer
"""
# It may be sourced, or be a file of fpath.
ZSH = """\
#compdef gocontainer
_gocontainer() {
    local -a commands options
    commands=(
@commands@
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    case "$words[2]" in
@cases@
    esac
    if [[ "$words[CURRENT]" == -* ]]; then
        compadd -- $options
    else
        _files
    fi
}
if [[ "${funcstack[1]-}" == _gocontainer ]]; then
    _gocontainer "$@"
else
    compdef _gocontainer gocontainer
fi
"""


def command_completion(arguments: SimpleNamespace) -> int:
    if arguments.shell not in SCRIPTS:
        raise ValueError(
            f"there is no completion for {arguments.shell}. Give {', '.join(SCRIPTS)}."
        )
    print(SCRIPTS[arguments.shell](), end="")
    return 0


def bash() -> str:
    cases = lines(f'        {name}) words="{" ".join(options_of(name))}" ;;' for name in PEOPLE)
    return BASH.replace("@commands@", " ".join(PEOPLE)).replace("@cases@", cases)


def zsh() -> str:
    commands = lines(f"        {quoted(f'{name}:{purpose_of(name)}')}" for name in PEOPLE)
    cases = lines(f"        {name}) options=({' '.join(options_of(name))}) ;;" for name in PEOPLE)
    return ZSH.replace("@commands@", commands).replace("@cases@", cases)


def fish() -> str:
    first = "complete -c gocontainer -n __fish_use_subcommand -f"
    script = [f"{first} -a {name} -d {quoted(purpose_of(name))}" for name in PEOPLE]
    for name in PEOPLE:
        after = f"complete -c gocontainer -n '__fish_seen_subcommand_from {name}' -l "
        script += [after + option[2:] for option in options_of(name)]
    return lines(script) + "\n"


SCRIPTS = {"bash": bash, "zsh": zsh, "fish": fish}


def lines(each: Iterable[str]) -> str:
    return "\n".join(each)


def quoted(text: str) -> str:
    """As a word of zsh and of fish."""
    return "'" + text.replace("'", "'\\''") + "'"


def purpose_of(name: str) -> str:
    from gocontainer.cli.commands import COMMANDS

    return COMMANDS[name][3]


def options_of(name: str) -> list[str]:
    from gocontainer.cli.commands import COMMANDS

    return ["--help", *(option.rstrip("?*") for option in COMMANDS[name][2].split())]
