"""What a build depends on: the inputs of a host build, and the build context of a Dockerfile."""

import os
import subprocess
from pathlib import Path

import pytest
from gocontainer.go.depfile import write_depfile
from gocontainer.go.inputs import inputs_of
from gocontainer.go.list_packages import start_list
from gocontainer.read.dockerignore import Ignore, context_paths
from images import one_program


@pytest.fixture
def module(tmp_path):
    """A function that makes a module of files; it gives the inputs of the package, relative to it."""
    root = tmp_path / "module"

    def make(files, package=".", flags=(), **variables):
        for name, text in {"go.mod": "module example.com/m\n\ngo 1.22\n", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        plan = {
            "name": "m",
            "source": str(root),
            "programs": one_program("/m", package),
            "go": {"flags": list(flags)},
        }
        caches = subprocess.run(
            ["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=True
        )
        environment = {
            **os.environ,
            "GOMODCACHE": caches.stdout.strip(),
            "GOWORK": "off",
            "CGO_ENABLED": "1",
            **variables,
        }
        paths = inputs_of(plan, start_list(plan, "go", environment), environment)
        goroot = [path for path in paths if path.endswith(("/VERSION", "/bin/go"))]
        assert len(goroot) == 2
        return {os.path.relpath(path, root) for path in paths if path not in goroot}

    make.root = root
    return make


MAIN = 'package main\n\nimport _ "example.com/m/used"\n\nfunc main() {}\n'


def test_the_packages_that_are_imported(module):
    found = module(
        {
            "cmd/main.go": MAIN,
            "cmd/main_test.go": "package main\n",
            "cmd/windows.go": "//go:build windows\n\npackage main\n",
            "used/used.go": "package used\n",
            "unused/unused.go": "package unused\n",
            "go.sum": "",
        },
        package="./cmd",
    )
    assert found == {
        *(".", "go.mod", "go.sum", "cmd", "cmd/main.go", "cmd/windows.go", "used", "used/used.go"),
    }


def test_embedded_files_and_the_directories_where_more_would_count(module):
    found = module(
        {
            "main.go": 'package main\n\nimport "embed"\n\n//go:embed all:static tpl/*/a.txt\nvar f embed.FS\n\n'
            "func main() { _ = f }\n",
            "static/.hidden": "",
            "static/deep/er/x": "",
            "tpl/one/a.txt": "",
            "tpl/one/b.txt": "",
            "tpl/two/b.txt": "",
            "other/x": "",
        }
    )
    assert found == {
        *(".", "go.mod", "main.go", "static", "static/.hidden", "static/deep", "static/deep/er"),
        *("static/deep/er/x", "tpl", "tpl/one", "tpl/one/a.txt", "tpl/two"),
    }


def test_c_files_of_a_cgo_package(module):
    found = module(
        {
            "main.go": 'package main\n\n// #include "a.h"\nimport "C"\n\nfunc main() { C.f() }\n',
            "a.h": "void f(void);\n",
            "a.c": "void f(void) {}\n",
            "b.s": "",
            "c.syso": "",
        }
    )
    assert found == {".", "go.mod", "main.go", "a.h", "a.c", "b.s", "c.syso"}


def test_replacements_and_vendored_modules(module):
    (module.root.parent / "local").mkdir()
    (module.root.parent / "local/go.mod").write_text("module example.com/local\n\ngo 1.22\n")
    (module.root.parent / "local/l.go").write_text("package local\n")
    require = (
        "module example.com/m\n\ngo 1.22\n\nrequire example.com/local v0.0.0\n\n"
        "replace example.com/local => ../local\n"
    )
    main = 'package main\n\nimport _ "example.com/local"\n\nfunc main() {}\n'
    found = module({"go.mod": require, "main.go": main})
    assert found == {".", "go.mod", "main.go", "../local", "../local/go.mod", "../local/l.go"}

    subprocess.run(["go", "mod", "vendor"], cwd=module.root, check=True, capture_output=True)
    found = module({"go.mod": require, "main.go": main})
    assert {"vendor/modules.txt", "vendor/example.com/local/l.go"} <= found
    assert "../local/l.go" not in found


def test_a_workspace(module):
    (module.root.parent / "other").mkdir()
    (module.root.parent / "other/go.mod").write_text("module example.com/other\n\ngo 1.22\n")
    (module.root.parent / "other/o.go").write_text("package other\n")
    work = "go 1.22\n\nuse (\n\t.\n\t../other // beside\n)\n"
    main = 'package main\n\nimport _ "example.com/other"\n\nfunc main() {}\n'
    found = module({"go.work": work, "main.go": main}, GOWORK=str(module.root / "go.work"))
    assert found == {
        *(".", "go.mod", "go.work", "main.go", "../other", "../other/go.mod", "../other/o.go"),
    }


def test_profiles(module):
    main = "package main\n\nfunc main() {}\n"
    found = module({"main.go": main, "default.pgo": ""}, flags=["-pgo=off"])
    assert found == {".", "go.mod", "main.go"}
    # go could not read an empty profile, but go list does not look into it
    assert "cpu.pgo" in module({"main.go": main, "cpu.pgo": ""}, flags=["-pgo=cpu.pgo"])


def test_a_package_that_is_not_there(module):
    with pytest.raises(ValueError, match="go list failed"):
        module({"main.go": "package main\n"}, package="./nowhere")


def test_names_that_make_and_ninja_would_take_for_something_else(tmp_path):
    names = ["plain.go", "a b.go", "a$b.go", "a#b.go", "ä.go", "a:b.go", "a\\b.go"]
    for name in names:
        (tmp_path / name).write_text(name)
    write_depfile(tmp_path / "x.d", [str(tmp_path / name) for name in names], 1_000_000_000)
    assert (tmp_path / "built.new").stat().st_mtime == 1
    target, *words = (tmp_path / "x.d").read_text().replace("\\ ", "\0").split(" \\\n ")
    assert target == f"{tmp_path}/built:"
    read = []
    for word in words:
        path = Path(word.strip().replace("\0", " "))
        read.append(path.read_text())
        assert not set(path.name) & set("$#:\\")
    assert sorted(read) == sorted(names)


def test_ninja_knows_what_is_in_its_build_tree_by_relative_names(tmp_path):
    tree = tmp_path / "a$b"
    (tree / "sub").mkdir(parents=True)
    for file in ("build.ninja", "made.txt", "sub/made$.txt"):
        (tree / file).touch()
    (tmp_path / "a.go").touch()
    paths = [tree / "made.txt", tree / "sub/made$.txt", tmp_path / "a.go"]
    write_depfile(tree / "sub/x.d", map(str, paths), 1)
    target, *words = (tree / "sub/x.d").read_text().rstrip("\n").split(" \\\n ")
    assert target == "sub/built:"
    assert sorted(words) == sorted(["made.txt", str(tmp_path / "a.go"), "sub/x.d.links/1"])
    assert (tree / "sub/x.d.links/1").resolve() == tree / "sub/made$.txt"


@pytest.mark.parametrize(
    ("pattern", "ignored", "kept"),
    [
        ("**/.git", [".git", ".git/config", "a/.git", "a/b/.git/x"], ["a.git", ".gitignore"]),
        ("/build/", ["build", "build/x"], ["a/build", "builds"]),
        ("*.md\n!README.md", ["a.md"], ["README.md", "a/a.md"]),
        ("a?c/[b-d]x", ["abc/cx", "abc/cx/deep"], ["abc/ex", "a/c/cx", "ac/bx"]),
        ("**/*.tmp", ["a.tmp", "a/b/c.tmp"], ["a.tmpl"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "b"]),
        ("foo\\[1\\] \n# comment", ["foo[1]", "foo[1]/x"], ["foo1", "# comment"]),
        ("*\n!src", ["x", "a/b"], ["src", "src/a/b"]),
        ("./a/../b", ["b"], ["a"]),
        (
            "[a&&b]x\n[[a]y\n[+--]z\n[\\[]w",
            ["&x", "bx", "[y", ",z", "[w"],
            ["x", "by", "az", "\\w"],
        ),
    ],
)
@pytest.mark.filterwarnings("error")
def test_ignore_files(pattern, ignored, kept):
    ignore = Ignore(pattern)
    assert [p for p in ignored if not ignore.ignores(p)] == []
    assert [p for p in kept if ignore.ignores(p)] == []


@pytest.mark.parametrize("pattern", ["[z-a]", "src/[b--c]*"])
def test_a_pattern_that_is_none_is_told(pattern):
    """Go's path/filepath.Match takes it for a bad pattern, too."""
    with pytest.raises(ValueError, match="which is not a pattern"):
        Ignore(pattern)


def test_the_paths_of_a_context(tmp_path):
    for name in ("a.go", "sub/b.go", "sub/c.md", "node_modules/x/y.js", ".git/HEAD"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "link").symlink_to("sub")
    paths = context_paths(tmp_path, Ignore("node_modules\n**/.git\n**/*.md"))
    found = {os.path.relpath(path, tmp_path) for path in paths}
    assert found == {".", "a.go", "link", "sub", "sub/b.go"}
