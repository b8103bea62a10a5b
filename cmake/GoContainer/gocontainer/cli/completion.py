"""The command that prints a script by which bash completes the words of this command; zsh does by bashcompinit."""

from __future__ import annotations

from types import SimpleNamespace

from gocontainer.cli.help import PEOPLE

# Words that are no options are names of files, which the shell completes by itself.
SCRIPT = """\
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


def command_completion(_: SimpleNamespace) -> int:
    from gocontainer.cli.commands import COMMANDS

    cases = "\n".join(
        f'        {name}) words="{" ".join(["--help", *options_of(COMMANDS[name][2])])}" ;;'
        for name in PEOPLE
    )
    print(SCRIPT.replace("@commands@", " ".join(PEOPLE)).replace("@cases@", cases), end="")
    return 0


def options_of(options: str) -> list[str]:
    return [option.rstrip("?*") for option in options.split()]
