"""gocontainer show, diff and check, on images of every kind that they read."""

import json
import sys

import pytest
from gocontainer.cli import showing
from gocontainer.cli.commands import main, parse
from harness import GOCONTAINER, run
from images import archive, build_info, elf, entry, function_table, image, layer, link, write_plan

CODE = {"main.main": 16, "fmt.Println": 48, "example.com/dep/a.F": 160, "example.com/dep/b.F": 8}
CONFIG = {
    "User": "65532:65532",
    "Entrypoint": ["/api", "a b"],
    "Cmd": ["serve"],
    "Env": ["PATH=/bin", "MODE=quiet"],
    "ExposedPorts": {"8080/tcp": {}},
    "Labels": {"vendor": "ACME"},
}


def program(code=None, version="v1.2.3", go="go1.26.1"):
    info = build_info(go).replace(b"v1.2.3", version.encode())
    return elf(info=info, functions=function_table(code or CODE, 8, "<", 0xFFFFFFF1))


def files_of(content=None, config=None, *more):
    base = layer(entry("etc"), entry("etc/hosts", b"x" * 90))
    top = layer(
        entry("api", content or program(), mode=0o755),
        entry("etc/app.conf", b"port=1", mode=0o640, uid=7),
        link("lib", "usr/lib"),
        *more,
    )
    return image([base, top], config=CONFIG if config is None else config)


@pytest.fixture
def first(tmp_path):
    file = tmp_path / "first.tar"
    file.write_bytes(archive(files_of()))
    return file


@pytest.fixture
def second(tmp_path):
    code = {**CODE, "main.main": 32, "example.com/dep/a.F": 200, "example.com/new.F": 4}
    files = files_of(
        program(code, "v1.3.0", "go1.26.2"),
        {**CONFIG, "Env": ["PATH=/bin", "MODE=loud"], "Cmd": ["serve", "-v"], "Labels": {}},
        entry("etc/hosts", b"y" * 90),
        entry("etc/new", b"1234"),
    )
    file = tmp_path / "second.tar"
    file.write_bytes(archive(files))
    return file


def said(capsys, *words):
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def test_show(first, capsys, golden):
    text = said(capsys, "show", first)
    golden.check("report/show.txt", text)
    assert len(text.splitlines()) < 25


def test_show_tells_programs_all(first, capsys):
    facts = json.loads(said(capsys, "show", "--json", first))
    assert facts["config"] == CONFIG
    assert facts["files"]["/lib"]["target"] == "usr/lib"
    assert facts["files"]["/etc/app.conf"] == {
        "kind": "file",
        "size": 6,
        "mode": "0640",
        "owner": "7:0",
        "layer": 1,
    }
    (found,) = facts["programs"]
    assert (found["path"], found["go"], found["package"]) == ("/api", "go1.26.1", "example.com/api")
    assert found["modules"] == {
        "example.com/api": {"version": "(devel)", "code": 16},
        "example.com/dep": {"version": "v1.2.3", "code": 168},
        "std": {"version": "", "code": 48},
    }
    assert found["packages"]["example.com/dep/a"] == 160


def test_what_is_long_is_cut_unless_all_is_asked_for(tmp_path, capsys):
    more = [entry(f"srv/{number}", b"x" * number) for number in range(1, 30)]
    file = tmp_path / "many.tar"
    labels = {str(number): "x" for number in range(20)}
    file.write_bytes(archive(files_of(None, {"Labels": labels}, *more)))
    text = said(capsys, "show", file)
    assert "\n          and 14 more\n" in text
    assert " in 26 more files\n" in text
    assert "root, as none is named" in text
    everything = said(capsys, "show", "--all", file)
    assert "more" not in everything
    assert len(everything.splitlines()) > 60


def test_names_of_an_image(tmp_path, first, capsys):
    """A file, a layout, a container's directory and its plan are one image each, and so is a name with its transport."""
    layout = tmp_path / "layout"
    for name, data in files_of().items():
        (layout / name).parent.mkdir(parents=True, exist_ok=True)
        (layout / name).write_bytes(data)
    plan = write_plan(tmp_path / "api.container", archive(files_of()))
    plan.update(tags=["latest"], platform={"os": "linux", "architecture": "amd64"}, tests=[])
    (tmp_path / "api.container/plan.json").write_text(json.dumps(plan))
    names = [first, f"oci-archive:{first}", layout, f"oci:{layout}"]
    names += [tmp_path / "api.container", tmp_path / "api.container/plan.json"]
    assert len({said(capsys, "show", name) for name in names}) == 1


@pytest.mark.parametrize("name", ["./no", "/no/such", "no.tar"])
def test_a_file_that_is_not_there(name, capsys):
    assert main(["show", name]) == 1
    assert capsys.readouterr().err == (
        f"GoContainer: {name}: there is no such file. Build the image, or correct the path.\n"
    )


def test_an_image_of_a_registry(registry, capsys):
    facts = json.loads(said(capsys, "show", "--json", f"{registry}/alpine"))
    assert "/bin/busybox" in facts["files"]
    assert facts == {
        **json.loads(said(capsys, "show", "--json", f"docker://{registry}/alpine")),
        "name": f"{registry}/alpine",
    }


def test_an_image_in_the_store_of_docker(docker, capsys):
    facts = json.loads(said(capsys, "show", "--json", "docker-daemon:alpine"))
    known = docker("image", "inspect", "alpine", "--format", "{{.Id}} {{.Size}}").stdout.split()
    assert [facts["id"], str(facts["size"])] == known


def test_a_diff(first, second, capsys, golden, monkeypatch):
    monkeypatch.chdir(first.parent)
    text = said(capsys, "diff", first.name, second.name)
    golden.check("report/diff.txt", text)
    found = json.loads(said(capsys, "diff", "--json", first.name, second.name))
    assert set(found["files"]) == {"/api", "/etc/hosts", "/etc/new"}
    assert found["files"]["/etc/hosts"] == {"size": [90, 90], "content": True}
    assert found["config"]["Env.MODE"] == ["quiet", "loud"]
    (program,) = found["programs"]
    assert program["packages"]["example.com/dep/a"] == [160, 200]
    assert found["sameLayers"] == 1


def test_a_diff_of_the_same(first, capsys):
    text = said(capsys, "diff", first, first)
    assert "2 of 2 are the same" in text
    assert text.endswith("\nConfig and files are the same.\n")


def test_a_diff_tells_what_else_differs_of_a_file(tmp_path, first, capsys):
    other = tmp_path / "other.tar"
    changed = [entry("etc/app.conf", b"port=1", mode=0o600, uid=8), link("lib", "lib64")]
    other.write_bytes(archive(files_of(None, None, *changed)))
    text = said(capsys, "diff", first, other)
    assert "~ /etc/app.conf (mode 0640 -> 0600, owner 7:0 -> 8:0)\n" in text
    assert "~ /lib (target usr/lib -> lib64)\n" in text


def test_a_check_against_budgets(first, capsys, golden):
    options = ["--max-size", "800B", "--max-layers=5", "--no-shell", "--static", "--efficiency=99"]
    assert main(["check", *options, str(first)]) == 1
    golden.check("report/check.txt", capsys.readouterr().out)
    assert main(["check", "--max-size=1MB", str(first)]) == 0
    capsys.readouterr()
    assert main(["check", "--json", "--max-layers=1", str(first)]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["check"], found["result"]) == ("max-layers", "fail")


def test_a_check_against_structure_tests(tmp_path, first, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    for file, path in ((good, "/etc/hosts"), (bad, "/etc/none")):
        tests = [{"name": "there", "path": path, "shouldExist": True}]
        file.write_text(json.dumps({"schemaVersion": "2.0.0", "fileExistenceTests": tests}))
    assert main(["check", "--structure-test", str(good), str(first)]) == 0
    assert "1 of 1 tests of good.json pass" in capsys.readouterr().out
    both = ["--structure-test", str(good), f"--structure-test={bad}"]
    assert main(["check", *both, str(first)]) == 1
    out = capsys.readouterr().out
    assert "PASS  structure-test: 1 of 1 tests of good.json pass" in out
    assert "remedy  change the image, or the tests in bad.json" in out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "there is nothing to check."),
        (["--max-size=15 MB"], "--max-size 15 MB is not a size."),
    ],
)
def test_what_can_not_be_checked(first, options, says, capsys):
    assert main(["check", *options, str(first)]) == 1
    assert says in capsys.readouterr().err


def test_help(capsys):
    """Each command that people call has a text; its options are all told, and those of the text are options."""
    from gocontainer.cli.commands import COMMANDS
    from gocontainer.cli.help import PEOPLE

    for name in PEOPLE:
        with pytest.raises(SystemExit) as end:
            parse([name, "--help"])
        assert end.value.code == 0
        text = capsys.readouterr().out
        assert text.startswith(f"Usage: gocontainer {name}")
        for option in COMMANDS[name][2].split():
            flag = option.rstrip("?*")
            assert text.count(flag) > 1, f"{name} {flag}"
        assert max(map(len, text.splitlines()[1:])) <= 120
    with pytest.raises(SystemExit) as end:
        parse(["--help"])
    assert end.value.code == 0
    assert "\n  show " in capsys.readouterr().out


def test_little_is_loaded_before_the_image_is_read():
    """The help needs next to nothing, and no look at an archive what only engines, registries and runs need."""
    code = "import sys, {}; print(*sys.modules)"
    slow = {
        "subprocess",
        "ssl",
        "http.client",
        "argparse",
        "socket",
        "tempfile",
        "asyncio",
        "dataclasses",
        "inspect",
    }
    for module in ("gocontainer.cli.commands", "gocontainer.cli.showing"):
        words = [sys.executable, "-I", "-S", "-B", "-c", f"import sys; sys.path.append({str(GOCONTAINER.parent)!r}); {code.format(module)}"]  # fmt: skip
        loaded = set(run(words).stdout.split())
        assert showing.__name__ in loaded or module.endswith("commands")
        assert slow & loaded == set()
        assert ("json" in loaded) == module.endswith("showing")
