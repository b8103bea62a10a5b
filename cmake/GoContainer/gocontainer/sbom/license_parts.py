"""What a file with several licences says of the parts that each is for: headings, and sentences between the licences.
Without them, the rest of the file is licences, which all count.
"""

from __future__ import annotations

import re

ENDS = (".go", ".c", ".h", ".s", "/*")
FILE = re.compile(r"\w[\w./*-]*(\.(go|c|h|s)|/\*)")
RULE = re.compile(r"\s*[-=]{4,}\s*$")
# A heading that lets a reader choose is no heading of a part.
CHOICE = re.compile(
    r"\b(or|either|choose|choice|option|optional|alternatively|dual)\b", re.IGNORECASE
)
MODIFICATIONS = re.compile(r"\W*Modifications:\s*$")
# Words of those who took over files of others. The first ones are those of the readers of YAML.
LIMITS = (
    "the following files were ported to go from c files of libyaml and thus are still covered by their original "
    "(?:copyright and license|mit license with the additional copyright staring in 2011 when the project was ported over)",
    "this license applies to [a-z0-9 ]{1,60} go",
)
SENTENCES = (
    *LIMITS,
    r"(?:this project|the forked go yaml v\d library under this project) is covered by two different licenses mit and apache",
    r"the forked go yaml v\d library under the project is covered by an apache license",
    "all the remaining project files are covered by the apache license",
    "based on http [a-z0-9 ]{1,60} which has the following license",
)


def without_headings(lines: list[str]) -> list[str]:
    """The lines without those that say what part of a module comes next."""
    text = [line for line in lines if line.strip()]
    between = zip(["", *text], text, [*text[1:], ""])
    return [
        line
        for before, line, after in between
        if not (names_files(line) or MODIFICATIONS.match(line))
        and not (RULE.match(before) and before == after and not CHOICE.search(line))
    ]


def names_files(line: str) -> bool:
    """Whether nothing else is in the line."""
    if not line.rstrip(" \t,").endswith(ENDS):
        return False
    words = line.replace(",", " ").split()
    return all(map(FILE.fullmatch, words[words[0] in ("File:", "Files:") :]))


def without_sentences(words: str) -> str:
    """The words (``license_text.words_of``) without sentences about parts."""
    for sentence in SENTENCES:
        if may_match(sentence, words):
            words = re.sub(sentence, " ", words)
    return " ".join(words.split())


def may_match(pattern: str, words: str) -> bool:
    """Whether the words have the longest piece of a pattern that is no expression: to look for that takes less than to
    compile the pattern."""
    return max(re.findall("[a-z0-9 ]+", pattern), key=len) in words


def is_for_files(text: str) -> bool:
    """Whether a text says which files it is for: then it counts beside another licence, and not in place of it."""
    begin = " ".join(re.findall("[a-z0-9]+", text[:1000].lower()))
    return any(may_match(each, begin) and re.match(each, begin) for each in LIMITS)
