"""image-why and gocontainer why: what is told of real builds, and the trace that they leave."""

import json
import re

from gocontainer.cli.commands import main
from images import archive, entry, image, layer

CALLS = """
    add_go_container(api BASE {base} FILES never.txt DESTINATION /motto {more})
    add_go_container(worker BASE scratch SOURCE_DIR worker)
    """


def declare(project, base, more="", **options):
    project.cmakelists(CALLS.format(base=base, more=more))
    project.configure(**options)


def publish(tmp_path, capsys, reference, content):
    file = tmp_path / "base.tar"
    file.write_bytes(archive(image([layer(entry("of-base", content))])))
    assert main(["push", str(file), reference]) == 0
    capsys.readouterr()


def why(project, capsys):
    """What is told by container, without times of day."""
    capsys.readouterr()
    assert main(["why", str(project.binary)]) == 0
    said = re.sub(r"\d{4}-\S+ [\d:]+", "<time>", capsys.readouterr().out)
    return dict(line.split(": ", 1) for line in said.splitlines())


def built(reason):
    number = r"\d+\.\d s"
    return (
        rf"built at <time>, because {reason}; {number}, of which go build {number}, image {number}"
    )


def trace(project):
    text = (project.binary / "GoContainer/trace.json").read_text()
    return json.loads(text.rstrip(",\n") + "]")


def test_each_change_is_told(project, capsys, tmp_path, registry):
    project.go_module(".")
    project.go_module("worker")
    (project.source / "never.txt").write_text("Go")
    base = f"{registry}/why-{tmp_path.name.lower().replace('_', '-')}:1"
    publish(tmp_path, capsys, base, b"1")
    declare(project, base, engine="builtin")
    assert why(project, capsys) == {"api": "not built yet", "worker": "not built yet"}
    project.build("image")
    first = why(project, capsys)
    for each in first.values():
        assert re.fullmatch(built("it was never built"), each)
    count = len(trace(project))
    project.build("image")
    assert len(trace(project)) == count

    def change(reason):
        """After a change only api is to be built, then it is; the worker keeps what was said of it."""
        assert why(project, capsys)["api"] == f"to be built, because {reason}"
        project.build("image")
        said = why(project, capsys)
        assert re.fullmatch(built(re.escape(reason)), said["api"])
        assert said["worker"] == first["worker"]

    main_go = project.source / "main.go"
    main_go.write_text(main_go.read_text() + "\n// changed\n")
    change("main.go changed")
    (project.source / "never.txt").write_text("Go on")
    change("never.txt changed")
    declare(project, base, "ENV A=1")
    change("its call changed")
    (project.binary / "api.container/api.tar").unlink()
    change("its image was gone")
    publish(tmp_path, capsys, base, b"2")
    project.build("image-refresh")
    said = why(project, capsys)["api"]
    assert re.search("because its base changed", said)
    lines = project.build("image-why").stdout.splitlines()
    assert any(line.startswith("worker: built at ") for line in lines)


def test_the_trace_is_in_the_format_of_chrome(project):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)\nadd_go_container(b BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    steps = trace(project)
    assert sorted((step["cat"], step["name"]) for step in steps) == [
        (container, name) for container in ("api", "b") for name in ("build", "go build", "image")
    ]
    for step in steps:
        assert step["ph"] == "X"
        assert all(type(step[member]) is int for member in ("ts", "dur", "pid", "tid"))
    for container in ("api", "b"):
        own = {step["name"]: step for step in steps if step["cat"] == container}
        whole = own.pop("build")
        assert whole["args"]["why"] == "it was never built"
        for step in own.values():
            assert whole["ts"] <= step["ts"]
            assert step["ts"] + step["dur"] <= whole["ts"] + whole["dur"] + 2  # rounded


def test_an_engine_that_compiles(project, capsys, docker):
    """The trace has when and why it was started."""
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch TAGS why-docker)")
    project.configure(engine="docker")
    project.build("api")
    assert why(project, capsys) == {"api": "built at <time>, because it was never built"}
    main_go = project.source / "main.go"
    main_go.write_text(main_go.read_text() + "\n// changed\n")
    project.build("api")
    assert why(project, capsys) == {"api": "built at <time>, because main.go changed"}
