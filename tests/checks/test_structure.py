"""STRUCTURE_TEST and METADATA: files with the tests and the config that an image is held against."""

import json
import re
import shutil
import sys
import textwrap
import venv

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.checks.commands import (
    expand,
    flags_of,
    outer_environment,
    read_env_file,
    shortened,
)
from gocontainer.checks.file_tests import permissions
from gocontainer.common.skip import Skip
from gocontainer.read.squash import Entry
from harness import Project, run
from images import archive, entry, layer, write_plan
from images import image as image_files
from obliging import PROGRAM

DECLARATION = """
    add_go_container(tool
      TAGS tested-tool BASE scratch ENTRYPOINT /usr/local/bin/tool say CMD ENV TOOL=/usr/local/bin/tool PATH=/usr/local/bin
      A=1 "B=x y" EMPTY= EXPOSE 8080 53/udp LABELS vendor=ACME "empty=" "when=2026-11-24"
      USER 7:8 WORKDIR /srv VOLUMES /data STOPSIGNAL SIGINT HEALTHCHECK /healthy
      FILES app.conf DESTINATION /etc CHMOD 640 CHOWN 7:8
      FILES script DESTINATION /bin CHMOD 750
      FILES doc DESTINATION /usr/share
      FILES link DESTINATION /srv)
    """


def built(directory, engine):
    project = Project(directory)
    project.go_module(".", main=PROGRAM)
    project.write("app.conf", "# settings\nport = 8080\nhost = example.org\n")
    project.write("script", "#!/bin/tool\n")
    project.write("doc/libc6/copyright", "This is free: LGPL.\n")
    project.write("doc/libgnutls30/copyright", "Mentions the AGPL, and is trusted.\n")
    (project.source / "link").mkdir()
    (project.source / "link/conf").symlink_to("/etc/app.conf")
    project.cmakelists(DECLARATION)
    project.configure(engine=engine)
    project.build("image")
    directory = project.binary / "tool.container"
    plan = json.loads((directory / "plan.json").read_text())
    command = None if engine == "builtin" else engine
    return checks.Test("tool.test", plan, directory, {}, command)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return built(tmp_path_factory.mktemp("structure"), "builtin")


# Buildah runs an image as builtin does: ../run/test_run_target.py shows it.
@pytest.fixture(scope="module", params=["builtin", "docker", "podman"])
def on_each_engine(request, own_store, tmp_path_factory):
    return built(tmp_path_factory.mktemp("structure"), request.param)


@pytest.fixture
def check(tmp_path):
    """A function that holds an image against a file with a text; it gives what the check says."""

    def do(image, text, *, name="api.yaml", check="structure-test"):
        file = tmp_path / name
        file.write_text(textwrap.dedent(text))
        image.arguments["file"] = str(file)
        return check_of(check)(image)

    return do


def structure(text):
    return 'schemaVersion: "2.0.0"\n' + textwrap.dedent(text)


# section and case -> tests that pass, tests that fail
CASES = {
    "content": (
        """
        fileContentTests:
        - name: settings
          path: /etc/app.conf
          expectedContents: ['port = \\d+', '\\A# settings', '(?m)^host = .*\\.org$', "org\\n$"]
          excludedContents: ['(?i)PASSWORD', '^port', 'settings.port', 'settings$']
        - {name: through a link, path: /srv/link/conf, expectedContents: [example]}
        """,
        """
        fileContentTests:
        - name: settings
          path: /etc/app.conf
          expectedContents: ['^port = 8080', 'host = example.com', '(?=port)']
          excludedContents: ['port = \\d+', '(?=never)']
        - {name: directory, path: /etc}
        - {name: missing, path: /etc/app.cfg}
        - {path: /etc/app.conf}
        - {name: no path}
        """,
    ),
    "existence": (
        """
        fileExistenceTests:
        - {name: Root, path: /, shouldExist: true, uid: 0, gid: 0, permissions: drwxr-xr-x}
        - {name: by default it should, path: /etc}
        - {name: a file, path: /etc/app.conf, permissions: -rw-r-----, uid: 7, gid: 8}
        - {name: a script, path: /bin/script, permissions: -rwxr-x---, isExecutableBy: group}
        - {name: any, path: /bin/script, isExecutableBy: any, uid: -1}
        - {name: a link itself, path: /srv/link/conf, permissions: Lrwxrwxrwx}
        - {name: a variable, path: "${TOOL}", isExecutableBy: owner}
        - {name: absent, path: /bin/sh, shouldExist: no}
        - {name: sticky, path: /tmp, permissions: dtrwxrwxrwx}
        """,
        """
        fileExistenceTests:
        - {name: Dummy, path: /etc/apps.conf, shouldExist: true}
        - {name: there, path: /etc/app.conf, shouldExist: false}
        - {name: permissions, path: /etc/app.conf, permissions: -rwxr-xr-x}
        - {name: other, path: /bin/script, isExecutableBy: other}
        - {name: nobody, path: /bin/script, isExecutableBy: everybody}
        - {name: any, path: /etc/app.conf, isExecutableBy: any}
        - {name: owner, path: /etc/app.conf, uid: 0, gid: 0}
        - {path: /etc}
        """,
    ),
    "metadata": (
        """
        metadataTest:
          envVars:
          - {key: A, value: 1}
          - {key: B, value: "x y"}
          - {key: EMPTY, value: ""}
          - {key: TOOL, value: '^/usr/.*/tool$', isRegex: true}
          unboundEnvVars: [{key: HOME}]
          labels:
          - {key: vendor, value: ACME}
          - {key: empty, value: ""}
          - {key: when, value: '^\\d{4}-\\d{2}-\\d{2}$', isRegex: true}
          exposedPorts: ["8080", 53]
          unexposedPorts: ["80"]
          volumes: [/data]
          unmountedVolumes: [/root]
          entrypoint: [/usr/local/bin/tool, say]
          cmd: []
          workdir: /srv
          user: "7:8"
        """,
        """
        metadataTest:
          envVars:
          - {key: A, value: 2}
          - {key: B, value: "^x$", isRegex: true}
          - {key: C, value: ""}
          - {value: 1}
          unboundEnvVars: [{key: A}]
          labels: [{key: vendro, value: ACME}, {key: when, value: 2026}]
          exposedPorts: ["80", ""]
          unexposedPorts: ["8080"]
          volumes: [/date]
          unmountedVolumes: [/data]
          entrypoint: []
          cmd: [serve]
          workdir: /
          user: root
        """,
    ),
    "license": (
        """
        licenseTests:
        - debian: true
          files: [/usr/share/doc/libc6/copyright]
        """,
        """
        licenseTests:
        - debian: false
          files: [/usr/share/doc/libgnutls30/copyright, /usr/share/doc/libc7/copyright]
        """,
    ),
    "command": (
        """
        globalEnvVars: [{key: FROM, value: "${A}-global"}]
        commandTests:
        - {name: say, command: tool, args: [say, a b, c], expectedOutput: ["^a b\\nc\\n$"]}
        - {name: exit code, command: $TOOL, args: [warn, x], exitCode: 3, expectedError: [x]}
        - {name: excluded, command: tool, args: [say, x], excludedOutput: [y], excludedError: [.]}
        - {name: global, command: tool, args: [env, FROM], expectedOutput: ['"1-global"']}
        - name: its own
          command: tool
          args: [env, OWN]
          envVars: [{key: OWN, value: "$FROM+$A"}]
          expectedOutput: ['"1-global\\+1"']
        - {name: in arguments, command: tool, args: [say, $FROM], expectedOutput: [^1-global]}
        - {name: the image's user, command: tool, args: [id], expectedOutput: ["^7 false"]}
        - {name: long, command: tool, args: [flood], expectedOutput: ["x32767\\n$"]}
        """,
        """
        commandTests:
        - {name: output, command: tool, args: [say, hello], expectedOutput: [^hallo, "["]}
        - {name: excluded, command: tool, args: [say, a, panic], excludedOutput: [panic]}
        - {name: exit code, command: tool, args: [warn, oh no]}
        - {name: error, command: tool, args: [warn, x], exitCode: 3, expectedError: [y], excludedError: [x]}
        - {name: no command}
        - {command: tool}
        - {name: empty, command: tool, setup: [[]], teardown: [[]], envVars: [{key: A}]}
        - {name: nothing, command: $NOTHING}
        """,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_section(image, check, golden, case):
    """Passing tests pass, failing ones fail, each of them, and say why."""
    passing, failing = map(structure, CASES[case])
    text = check(image, passing)
    golden.check(f"checks/structure-{case}-passes.txt", f"{text}\n")
    assert "FAIL" not in text
    with pytest.raises(CheckError) as error:
        check(image, failing)
    golden.check(f"checks/structure-{case}-fails.txt", f"{error.value}\n")
    assert "PASS" not in str(error.value)


def test_the_licenses_of_debian(image, check, monkeypatch):
    """One package is trusted; the others are read."""
    text = structure("licenseTests: [{debian: true}]")
    assert check(image, text)
    monkeypatch.setattr("gocontainer.checks.file_tests.TRUSTED_PACKAGE", "libc6")
    with pytest.raises(CheckError, match="libgnutls30/copyright names the licence AGPL"):
        check(image, text)
    monkeypatch.setattr("gocontainer.checks.file_tests.LICENSES", "/usr/share/docs")
    with pytest.raises(CheckError, match="/usr/share/docs is not in the image"):
        check(image, text)


def test_by_whom_a_file_is_executable(check, tmp_path):
    """One bit each; any of them is enough for "any"."""
    bits = {"owner": 0o100, "group": 0o010, "other": 0o001}
    files = [entry(who, b"", mode=0o666 | bit) for who, bit in bits.items()]
    plan = write_plan(tmp_path, archive(image_files([layer(*files)])))
    test = checks.Test("api.test", plan, tmp_path, {})
    for path in bits:
        for who in (*bits, "any"):
            text = f"fileExistenceTests: [{{name: a, path: /{path}, isExecutableBy: {who}}}]"
            if who in (path, "any"):
                assert "1 of 1" in check(test, structure(text))
            else:
                with pytest.raises(CheckError, match=f"is not executable by {who}"):
                    check(test, structure(text))


def test_permissions_are_those_of_go():
    """As its FileMode writes them, which is not as ls does."""
    texts = {
        ("file", 0o4755): "urwxr-xr-x",
        ("file", 0o2644): "grw-r--r--",
        ("directory", 0o1777): "dtrwxrwxrwx",
        ("link", 0o777): "Lrwxrwxrwx",
        ("file", 0o7): "-------rwx",
    }
    for (kind, mode), text in texts.items():
        assert permissions(Entry("a", kind, mode, 0, 0, 0, "", 0, 0, None)) == text


def test_commands_on_each_engine(on_each_engine, check):
    check(on_each_engine, structure(CASES["command"][0]))


def test_setup_on_each_engine(on_each_engine, check):
    """What setup changes is there for its own test only; how it ends does not matter."""
    text = structure("""\
        commandTests:
        - name: with setup
          setup:
          - [tool, write, /tmp/one, "1"]
          - [tool, write, /tmp/two, "2"]
          - [tool, warn]
          teardown: [[tool, write, /tmp/one, "3"]]
          envVars: [{key: OWN, value: own}]
          command: tool
          args: [read, /tmp/one, $OWN]
          expectedOutput: ["^1 <nil>"]
        - {name: without, command: tool, args: [read, /tmp/one], expectedOutput: [no such file]}
        """)
    assert "2 of 2 tests" in check(on_each_engine, text)


def test_setup_leaves_an_image_without_a_tag(on_each_engine, check):
    """Another project may have taken the tag. Nothing but what setup made is removed then."""
    text = structure("""\
        commandTests:
        - {name: with setup, setup: [[tool, warn], [tool, warn]], command: tool}
        """)
    engine = on_each_engine.engine_command
    if engine:
        identity = (on_each_engine.directory / "image.id").read_text().strip()
        run([engine, "build", "--tag", "tested-tool", "-"], stdin="FROM scratch\nLABEL other=1\n")
    assert "1 of 1 tests" in check(on_each_engine, text)
    if engine:
        run([engine, "tag", identity, "tested-tool"])


@pytest.mark.parametrize("setup", ["", "setup: [[/no/such]]"], ids=["command", "setup"])
def test_a_program_that_is_not_there_fails(on_each_engine, check, setup):
    """Whatever exit code the engine makes of it."""
    command = "tool" if setup else "/no/such"
    for code in (1, 126, 127):
        with pytest.raises(CheckError, match="can't be started"):
            check(
                on_each_engine,
                structure(
                    f"commandTests: [{{name: x, command: {command}, exitCode: {code}, {setup}}}]"
                ),
            )


RUN_OPTIONS = """
    commandTests:
    - {{name: id, command: tool, args: [id], expectedOutput: ["^1234 "]}}
    - {{name: file, command: tool, args: [env, FROM_FILE], expectedOutput: ['"a b"']}}
    - {{name: outer, command: tool, args: [env, FROM_OUTER], expectedOutput: ['"outer"']}}
    - {{name: unset, command: tool, args: [env, UNSET], expectedOutput: ['""']}}
    {more}
    containerRunOptions:
      user: 1234
      envFile: some.env
      envVars: [FROM_OUTER, UNSET]
    """


def test_container_run_options_on_each_engine(on_each_engine, check, tmp_path, monkeypatch):
    monkeypatch.setenv("FROM_OUTER", "outer")
    (tmp_path / "some.env").write_text('# a comment\n\nexport FROM_FILE="a b"\nEMPTY=\n')
    assert "4 of 4" in check(on_each_engine, structure(RUN_OPTIONS.format(more="")))


def test_container_run_options_that_are_the_engine_s(on_each_engine, check, tmp_path):
    """A terminal, mounts and so on are had with docker and podman, and are an error else."""
    (tmp_path / "mounted").write_text("from here")
    text = structure(f"""\
        commandTests:
        - {{name: tty, command: tool, args: [id], expectedOutput: ["^0 true"]}}
        - {{name: mount, command: tool, args: [read, /mnt/mounted], expectedOutput: [from here]}}
        containerRunOptions:
          user: root
          allocateTty: true
          capabilities: [NET_BIND_SERVICE]
          bindMounts: ["{tmp_path}:/mnt"]
        """)
    engine = on_each_engine.plan["engine"]
    if engine in ("docker", "podman"):
        assert "2 of 2" in check(on_each_engine, text)
    else:
        with pytest.raises(CheckError, match=f"can't be had with the engine {engine}"):
            check(on_each_engine, text)


def test_privileges_are_flags_of_docker_run():
    """In a container no engine may give them, so that no test can run with them."""
    options = {"privileged": True, "capabilities": ["NET_ADMIN", "SYS_TIME"], "user": "root"}
    assert flags_of(options) == ["--privileged", *("--cap-add=NET_ADMIN", "--cap-add=SYS_TIME")]
    assert flags_of({"privileged": False, "bindMounts": []}) == []


def test_an_env_file_that_can_t_be_read_fails(image, check, tmp_path):
    text = structure(RUN_OPTIONS.format(more=""))
    with pytest.raises(CheckError, match=r"4 of 4 tests(.|\n)*envFile can't be read"):
        check(image, text)
    (tmp_path / "some.env").write_text("A=$B\n")
    with pytest.raises(CheckError, match="envFile: line 1"):
        check(image, text)


def test_what_an_env_file_gives(tmp_path, monkeypatch):
    """Variables without a value are left out; those of this environment go before."""
    (tmp_path / "some.env").write_text(
        "# a comment\n\n  \t\n  # another\nA=1\nexport B = \"x y\" \nC='$5 # \\'\nD=\nE = plain words \nf.1='a\"b'\n"
    )
    given = {"A": "1", "B": "x y", "C": "$5 # \\", "D": "", "E": "plain words", "f.1": 'a"b'}
    assert read_env_file(tmp_path / "some.env") == given
    monkeypatch.setenv("A", "outer")
    monkeypatch.delenv("UNSET", raising=False)
    options = {"envFile": "some.env", "envVars": ["A", "UNSET"]}
    del given["D"]
    assert outer_environment(options, tmp_path) == {**given, "A": "outer"}
    assert outer_environment({}, tmp_path) == {}


@pytest.mark.parametrize(
    "line", ["=x", "A", "A=$B", "A=a\\b", "A=x # y", "1A=x", 'A="x', "A='a'b'"]
)
def test_lines_that_no_env_file_has(tmp_path, line):
    (tmp_path / "some.env").write_text(f"GOOD=1\n{line}\n")
    with pytest.raises(ValueError, match=r"envFile: line 2 of .* is not <name>=<value>"):
        read_env_file(tmp_path / "some.env")


def test_long_texts_are_cut_to_one_line():
    assert shortened("a" * 160) == '"' + "a" * 160 + '"'
    assert shortened("a" * 161) == '"' + "a" * 161 + '"'
    assert shortened("a" * 162) == '"' + "a" * 160 + '…"'
    assert shortened("\n" * 80) == '"' + r"\n" * 80 + '"'
    assert shortened("\n" * 81) == '"' + r"\n" * 80 + '…"'
    assert shortened("a\tb\x1bü") == '"a\tb\\x1bü"'
    assert shortened("abcd", 2) == '"ab…"'


# what is wrong -> (file name, text)
BAD = {
    "unknown-key": ("a.yaml", structure("fileExistenceTest: []")),
    "unknown-member": ("a.yaml", structure("commandTests: [{name: a, expectOutput: [x]}]")),
    "no-version": ("a.yaml", "commandTests: []\n"),
    "old-version": ("a.yaml", 'schemaVersion: "1.0.0"\ncommandTests: [{command: [ls]}]\n'),
    "no-tests": ("a.yaml", structure("commandTests: []\nmetadataTest:\n")),
    "empty": ("a.yaml", ""),
    "no-yaml": ("a.yaml", "a: [\n"),
    "no-json": ("a.json", "{"),
    "key-twice": ("a.yaml", structure("commandTests: []\ncommandTests: []")),
    "json-key-twice": ("a.json", '{"a": 1, "a": 2}'),
    "no-list": ("a.yaml", structure("commandTests: {name: a}")),
    "no-string": ("a.json", '{"schemaVersion": "2.0.0", "metadataTest": {"user": 7}}'),
    "no-number": ("a.yaml", structure("fileExistenceTests: [{name: a, path: /, uid: root}]")),
    "no-boolean": ("a.yaml", structure("fileExistenceTests: [{name: a, shouldExist: maybe}]")),
    "other-name": ("a.txt", structure("")),
    "list": ("a.json", "[1]"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_structure_test(image, check, golden, case):
    name, text = BAD[case]
    with pytest.raises(CheckError) as error:
        check(image, text, name=name)
    golden.check(f"checks/structure-{case}.txt", f"{error.value}\n")


def test_a_file_that_is_no_text(image, check, tmp_path):
    (tmp_path / "latin.yaml").write_bytes("größe: 1\n".encode("latin-1"))
    image.arguments["file"] = str(tmp_path / "latin.yaml")
    with pytest.raises(CheckError, match=r"latin\.yaml can't be read"):
        check_of("structure-test")(image)
    image.arguments["file"] = str(tmp_path / "none.yaml")
    with pytest.raises(CheckError, match=r"none\.yaml can't be read"):
        check_of("structure-test")(image)


def test_where_something_is_given_twice(image, check):
    """The first of what is, by the line where its object begins."""
    text = structure(
        "fileExistenceTests:\n- {name: a, path: /}\n- {uid: 1, path: /, uid: 2, path: /}\n"
    )
    with pytest.raises(CheckError, match="uid is given twice, in line 4"):
        check(image, text)


def test_what_is_no_boolean_is_told_as_it_is_written(image, check):
    with pytest.raises(CheckError, match=r'\[0\].shouldExist is not true or false(.|\n)*"größe"'):
        check(image, structure("fileExistenceTests: [{name: a, shouldExist: größe}]"))


def test_json_needs_no_pyyaml(image, check, golden, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    document = {
        "SchemaVersion": "2.0.0",  # Go's JSON takes any case
        "fileExistenceTests": [{"name": "Root", "path": "/", "uid": 0, "shouldExist": True}],
    }
    assert "1 of 1" in check(image, json.dumps(document), name="api.json")
    with pytest.raises(CheckError) as error:
        check(image, structure(CASES["license"][0]))
    golden.check("checks/structure-no-pyyaml.txt", f"{error.value}\n")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A/${B}$", "1/2$"),
        ("$AB", ""),
        ("$A.${C}", "1."),
        ("$1$?x${*}", "x"),
        ("a${b", "ab"),
        ("${}$ $", "$ $"),
        ("$$A", "A"),
        ("$-$A_", ""),
    ],
)
def test_variables_are_expanded_as_by_go(text, value):
    assert expand(text, {"A": "1", "B": "2"}) == value


METADATA = {
    "User": "7:8",
    "Env": ["TOOL=/usr/local/bin/tool", "PATH=/usr/local/bin", "A=1", "B=x y", "EMPTY="],
    "Entrypoint": ["/usr/local/bin/tool", "say"],
    "Cmd": [],
    "Shell": None,
    "Volumes": {"/data": {}},
    "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
    "WorkingDir": "/srv",
    "StopSignal": "SIGINT",
    "Healthcheck": {"Test": ["CMD", "/healthy"]},
}
# member -> what it is not
OTHER = {
    "User": "root",
    "Env": ["A=2", "PATH=/usr/local/bin", "B=x y", "EMPTY="],
    "Entrypoint": ["say", "/usr/local/bin/tool"],
    "Cmd": ["serve"],
    "Shell": ["/bin/sh"],
    "Volumes": {"/date": {}},
    "ExposedPorts": {"8080/tcp": {}},
    "WorkingDir": None,
    "StopSignal": "SIGTERM",
    "Labels": {"vendro": "ACME", "when": "2025"},
    "Healthcheck": {"Test": ["NONE"], "Retries": 3},
}


def test_metadata(image, check, golden):
    assert check(image, json.dumps(METADATA), name="config.json", check="metadata")
    with pytest.raises(CheckError) as error:
        check(image, json.dumps(OTHER), name="config.json", check="metadata")
    text = re.sub(r'"org\.opencontainers[^"]*"', '"<OCI>"', str(error.value))
    golden.check("checks/metadata-fails.txt", f"{text}\n")
    for member, value in METADATA.items():
        assert check(image, json.dumps({member: value}), name="c.json", check="metadata")
        with pytest.raises(CheckError):
            check(image, json.dumps({member: OTHER[member]}), name="c.json", check="metadata")


def test_metadata_in_yaml(image, check):
    text = "User: '7:8'\nHealthcheck:\n  Test: [CMD, /healthy]\n"
    assert check(image, text, name="c.yaml", check="metadata")
    with pytest.raises(CheckError, match='lacks "Retries"'):
        check(image, f"{text}  Retries: 3\n", name="c.yaml", check="metadata")


@pytest.mark.parametrize(
    ("case", "text"),
    [("unknown", '{"Enviroment": []}'), ("case", '{"user": "7"}'), ("empty", "{}")],
)
def test_what_is_no_metadata(image, check, golden, case, text):
    with pytest.raises(CheckError) as error:
        check(image, text, name="config.json", check="metadata")
    golden.check(f"checks/metadata-{case}.txt", f"{error.value}\n")


def test_a_command_that_can_t_run_here_is_skipped(image, check, monkeypatch):
    """But a test of a file that fails is a failure, with or without it."""

    def refuse(_):
        raise PermissionError(1, "unshare: Operation not permitted")

    monkeypatch.setattr("gocontainer.run.namespace.unshare", refuse)
    text = structure("commandTests: [{name: say, command: tool}]\n") + "fileExistenceTests:\n"
    with pytest.raises(Skip, match=r"1 of 2 tests of api.yaml can't be done here: no name"):
        check(image, text + "- {name: Root, path: /}\n")
    with pytest.raises(CheckError, match=r"1 of 2 tests(.|\n)*SKIP  Command(.|\n)*FAIL  File"):
        check(image, text + "- {name: None, path: /none}\n")


def test_in_a_project(project, golden, tmp_path):
    """From the call to CTest's verdict, with a Python that has PyYAML, and with one that has none."""
    project.go_module(".")
    project.write("api.yaml", structure("fileExistenceTests: [{name: Root, path: /}]"))
    project.write("tests/api.json", json.dumps({"schemaVersion": "2.0.0"}))
    project.write("config.json", '{"WorkingDir": "/"}')
    project.cmakelists("""
        add_go_container(api BASE scratch)
        add_go_container_test(api STRUCTURE_TEST api.yaml tests/api.json METADATA config.json)
        add_go_container_test(api METADATA $<1:${CMAKE_SOURCE_DIR}/config.json>)
        """)
    project.configure("-D", f"Python3_EXECUTABLE={sys.executable}", engine="builtin")
    result = project.ctest("-V", "-R", "metadata|structure", expect_failure=True)
    assert "structure-test: 1 of 1 tests of api.yaml pass" in result.stdout
    assert "PASS  File Existence Test: Root" in result.stdout
    assert "api.json has no tests" in result.stdout
    assert "call  " in result.stdout and "CMakeLists.txt:8" in result.stdout
    verdicts = dict(re.findall(r" (api\.\S+) \.+ *(?:\**)(Passed|Failed)", result.stdout))
    assert verdicts == {
        "api.build": "Passed",
        "api.structure-test:api.yaml": "Passed",
        "api.structure-test:api.json": "Failed",
        "api.metadata:config.json": "Passed",
        "api.metadata:config.json_": "Passed",
    }

    venv.create(tmp_path / "bare", with_pip=False)
    shutil.rmtree(project.binary)
    project.configure("-D", f"Python3_EXECUTABLE={tmp_path}/bare/bin/python", engine="builtin")
    result = project.ctest("-R", "api.yaml", expect_failure=True)
    assert "api.yaml needs PyYAML to be read" in result.stdout
    project.ctest("-R", "config.json$")
