"""Documents of structure tests, made by chance from a seed: every member of the schema, with values that fit
it and with such as YAML, JSON or the members are odd about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from gocontainer.checks.document import BOOLEAN, NUMBER, STRING
from gocontainer.checks.structure import SCHEMA

# What is in the image that the documents are held against, and what is not.
PATHS = [
    "/",
    "/etc",
    "/etc/",
    "/etc/app.conf",
    "etc/app.conf",
    "/etc/app.conf/",
    "/etc/../etc/app.conf",
    "/etc/none",
    "/data",
    "/data/x",
    "/srv",
    "/srv/deep",
    "/link",
    "/link/",
    "/directory",
    "/directory/",
    "/directory/app.conf",
    "/loop",
    "/loop/x",
    "/fifo",
    "/half",
    "/suid",
    "/sticky",
    "$A",
    "$NONE",
    "${NONE}",
    "${B}/app.conf",
    "$NONE/etc",
    "/bin/tool",
    "/usr/share/doc/free/copyright",
]
READABLE = ["/etc/app.conf", "/half", "/link", "/directory/app.conf", "/etc", "/etc/none", "/fifo"]
EXPRESSIONS = [
    r"port",
    r"^port",
    r"(?m)^port$",
    r".+",
    r"a.{2}x",
    r"^a(?s:.)+x$",
    r"\x{FFFD}{2}",
    r"[^a]{3}",
    r"(?i)PORT",
    r"(?i)i",
    r"(?U).*",
    r"\Qa.\E",
    r"\bport\b",
    r"\pN",
    r"\p{Greek}",
    r"\p{^Lu}",
    r"[[:alpha:]]+",
    r"\z",
    r"^",
    r"$",
    r"\Z",
    r"(?=p)",
    r"(a+)+$",
    r"a**",
    r"[b-a]",
    r"x{1001}",
    r"(?P<n>o)",
    r"(?<n>r)",
    r"\1",
    r"\d{4}",
    r"\W\S",
    r"\C",
    r"(",
    r"[",
]
NAMES = [
    "name",
    "'two words'",
    "=",
    "<<",
    "no",
    "010",
    "7",
    "1.5",
    "!!str 7",
    "2001-01-01",
    '"\\t"',
    "\ttab",
    "-x",
]
WORDS = {
    STRING: [
        *NAMES,
        "~",
        "''",
        "null",
        '"null"',
        "[a]",
        "{a: b}",
        "0x1F",
        "é",
        "NULL",
        "a\tb",
        "? a",
    ],
    NUMBER: [
        "0",
        "7",
        "010",
        "0o7",
        "0x1F",
        "1_0",
        '"0"',
        "'7'",
        "+1",
        "-1",
        "08",
        "1e1",
        "1.5",
        "~",
        ".inf",
        "yes",
        "99999999999999999999",
        "0b11",
        "root",
        "[1]",
        "''",
        "1:30",
        "2001-01-01",
        "-0x1",
        "1__0",
        "0_7",
        '!!int "7"',
        "!!float 7",
        "!!str 7",
    ],
    BOOLEAN: [
        "true",
        "yes",
        "no",
        "off",
        "Y",
        "N",
        '"no"',
        "'true'",
        "0",
        "1",
        "~",
        "null",
        "maybe",
        "True",
        "TRUE",
        "tRUE",
        "on",
        "[]",
        "{}",
        "''",
        "!!bool yes",
        '!!bool "no"',
        "!!str yes",
    ],
}
LISTS = ["[]", "~", "[~]", "''", "a", "{}", "[[]]", "{a: b}", "[~, ~]", "[null, '']"]
OBJECTS = ["~", "{}", "[]", "a", "''", "{~: a}", "{nane: a}"]
JSON_WORDS: list[Any] = [
    None, "", "a", "7", 7, 0, -1, 1.5, 1e2, True, False, [], [None], {}, [[]], ["a"], "a\ud83d", "é", 2**70,
]  # fmt: skip


def value(random: Random, schema: Any, member: str) -> str:
    """YAML that fits a member, in one line."""
    if isinstance(schema, list):
        if member == "args":
            return random.choice(
                ["[id]", "[say, a, '$A']", "[warn, x]", "[env, A]", "[say]", "[say, 'a\\x']"]
            )
        items = (value(random, schema[0], member) for _ in range(random.choice([1, 1, 2])))
        return f"[{', '.join(items)}]"
    if isinstance(schema, dict):
        return made_object(random, schema)
    if schema == NUMBER:
        return random.choice(["0", "7", "3", "-1", "010"])
    if schema == BOOLEAN:
        return random.choice(["true", "no", "yes", "false"])
    choices: dict[str, list[str]] = {
        "path": PATHS,
        "permissions": ["-rw-r-----", "drwxr-xr-x", "Lrwxrwxrwx", "urwxr-xr-x", "dtrwxrwxrwx"],
        "isExecutableBy": ["owner", "group", "other", "any", "nobody"],
        "command": ["/bin/tool", "tool", "$A", "/none"],
        "key": ["A", "B", "vendor", "NONE"],
        "value": ["tool", "ACME", "/etc", "^/bin", "A.+E"],
        "exposedPorts": ["8080", "53", "53/udp"],
        "unexposedPorts": ["80", "8080"],
        "volumes": ["/data", "/date"],
        "unmountedVolumes": ["/data", "/srv"],
        "entrypoint": ["/bin/tool", "say"],
        "cmd": ["a", "b"],
        "workdir": ["/srv/deep", "/"],
        "user": ["'7:8'", "root"],
        "files": ["/etc/app.conf", "/usr/share/doc/bad/copyright", "/none"],
        "bindMounts": ["/usr:/mnt"],
        "setup": ["/bin/tool"],
        "teardown": ["/bin/tool"],
    }
    if member.startswith(("expected", "excluded")):
        return quoted(random.choice(EXPRESSIONS))
    found = random.choice(choices.get(member, NAMES))
    return quoted(found) if member == "path" else found


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def made_object(random: Random, schema: dict[str, Any], odd: bool = False) -> str:
    """YAML of an object; an odd one has one value by chance that does not fit."""
    needed = {"name", "path", "command", "key"} & schema.keys()
    chosen = [name for name in schema if name in needed or random.random() < 0.3]
    chosen = chosen or [random.choice(list(schema))]
    texts = {name: value(random, schema[name], name) for name in chosen}
    if odd:
        # What can't be mounted fails all tests of the tool (docs/reference/checks.rst).
        name = random.choice([name for name in chosen if name != "bindMounts"] or ["user"])
        texts[name] = odd_value(random, schema[name])
    return "{" + ", ".join(f"{name}: {text}" for name, text in texts.items()) + "}"


def odd_value(random: Random, schema: Any) -> str:
    if isinstance(schema, list):
        return (
            random.choice(LISTS) if random.random() < 0.7 else f"[{odd_value(random, schema[0])}]"
        )
    if isinstance(schema, dict):
        return random.choice(OBJECTS)
    return random.choice(WORDS[schema])


def yaml_document(random: Random, section: str) -> str:
    schema = SCHEMA[section]
    odd = random.random() < 0.5
    if isinstance(schema, list):
        items = [made_object(random, schema[0], odd) for _ in range(random.choice([1, 2, 3]))]
        if section == "commandTests":
            items = items[:1]
        lines = [f"{section}:", *(f"- {item}" for item in items)]
        if odd and random.random() < 0.15:
            lines = [f"{section}: {random.choice(LISTS)}"]
    else:
        lines = [f"{section}: {made_object(random, schema, odd)}"]
    if section == "containerRunOptions" or section == "globalEnvVars":
        lines.append("fileExistenceTests: [{name: a, path: $A}]")
    version = "schemaVersion: 2.0.0"
    if random.random() < 0.05:
        version = random.choice([
            "schemaVersion: '2.0.0'", "schemaVersion: 1.0.0", "schemaVersion: 2", "schemaVersion: ~", "a: b",
            "---\nschemaVersion: 2.0.0", "schemaVersion:\t2.0.0", "schemaVersion: 2.0.0\nschemaVersion: 2.0.0",
            "schemaVersion: [2.0.0]", "? schemaVersion\n: 2.0.0", "schemaVersion: &v 2.0.0",
        ])  # fmt: skip
    last = (
        random.choice(["", "---", "---\n[", "...", "# the end", "\t# the end"])
        if random.random() < 0.1
        else ""
    )
    return "\n".join([version, *lines, last])


def json_document(random: Random, section: str) -> str:
    """As the members of JSON may not have the defaults of YAML (docs/reference/checks.rst), those are given."""
    schema = SCHEMA[section]
    members = schema[0] if isinstance(schema, list) else schema
    fitting: dict[str, Any] = {
        "name": "a", "path": random.choice(PATHS), "command": "/bin/tool", "key": "A",
        "shouldExist": random.random() < 0.7, "uid": 0, "gid": random.choice([0, -1]),
    }  # fmt: skip
    made = {name: fitting[name] for name in members if name in fitting}
    name = random.choice([n for n in members if n != "allocateTty"])
    if random.random() < 0.7:
        made[name] = random.choice(JSON_WORDS)
        if made[name] is None and name in ("shouldExist", "uid", "gid"):
            made[name] = "7"
    if random.random() < 0.2:
        made = {name.upper(): member for name, member in made.items()}
    document = {"schemaVersion": "2.0.0", section: [made] if isinstance(schema, list) else made}
    if section in ("containerRunOptions", "globalEnvVars"):
        document["fileContentTests"] = [{"name": "a", "path": "/etc/app.conf"}]
    return json.dumps(document)


def documents(seed: int) -> Iterator[tuple[str, str]]:
    """File names and texts, without end."""
    random = Random(seed)
    sections = {
        "metadataTest": 60, "fileExistenceTests": 12, "fileContentTests": 8, "commandTests": 2,
        "licenseTests": 2, "globalEnvVars": 1, "containerRunOptions": 1,
    }  # fmt: skip
    number = 0
    while True:
        section = random.choices(list(sections), list(sections.values()))[0]
        make, kind = (json_document, "json") if random.random() < 0.15 else (yaml_document, "yaml")
        yield f"{number:04}-{section}.{kind}", make(random, section)
        number += 1
