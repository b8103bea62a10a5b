"""OVERLAY: sources that the build generates lie over the module's own, which are not written to."""

import hashlib
import json
import os
import shutil

import pytest
from gocontainer.read.layout import open_image
from harness import GENERATORS, run
from rootfs import entries

# Like stringer: constants to a method, by a script that CMake runs.
GENERATE = """
    file(STRINGS "${input}" names)
    file(WRITE "${output}" "package color\\n\\nfunc (c Color) String() string { return [...]string{")
    foreach(name IN LISTS names)
      file(APPEND "${output}" "\\"${name}\\",")
    endforeach()
    file(APPEND "${output}" "}[c] }\\n")
    """
CALL = """
    add_custom_command(
      OUTPUT color_string.go
      COMMAND "${CMAKE_COMMAND}" -D "input=${CMAKE_CURRENT_SOURCE_DIR}/colors.txt" -D output=color_string.go
        -P "${CMAKE_CURRENT_SOURCE_DIR}/generate.cmake"
      DEPENDS colors.txt generate.cmake
      VERBATIM
    )
    add_go_container(@name@ BASE scratch OVERLAY color_string.go DESTINATION internal/color)
    """


def colors(project, name, *names):
    project.write("go.mod", "module example.com/colors\n\ngo 1.22\n")
    project.write(
        "main.go",
        'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/colors/internal/color"\n)\n\n'
        "func main() { fmt.Println(color.Color(1)) }\n",
    )
    project.write("internal/color/color.go", "package color\n\ntype Color int\n")
    # An old one in the source tree does not count.
    project.write("internal/color/color_string.go", "package color\n\nthis is not Go\n")
    project.write("generate.cmake", GENERATE)
    project.write("colors.txt", "\n".join(names) + "\n")
    project.cmakelists(CALL.replace("@name@", name))


def engine_of(request, name):
    docker = {
        "docker": request.getfixturevalue("docker"),
        "docker-buildx": request.getfixturevalue("docker_buildx"),
    }
    if name.startswith("docker"):
        return {"engine": "docker", "docker": docker[name]}
    return {"engine": name}


def output(project, name):
    """What the program says."""
    lines = project.build(f"{name}-run").stdout.splitlines()
    return [line for line in lines if line in ("red", "green", "blue")]


CASES = [
    *(("builtin", g) for g in GENERATORS),
    ("docker", "Unix Makefiles"),
    ("docker-buildx", "Ninja"),
]


@pytest.mark.parametrize(
    ("engine", "generator"), [*CASES, ("podman", "Ninja"), ("buildah", "Unix Makefiles")]
)
def test_generated_sources_are_built_and_rebuilt(request, project, engine, generator):
    name = f"overlaid-{engine}-{GENERATORS.index(generator)}"
    colors(project, name, "red", "green")
    before = project.snapshot(project.source)
    project.configure(generator=generator, **engine_of(request, engine))
    project.build("image")
    assert output(project, name) == ["green"]
    assert project.snapshot(project.source) == before

    project.write("colors.txt", "red\nblue\n")
    assert output(project, name) == ["blue"]
    if generator == "Ninja":
        assert "Building image" not in project.build("image").output


def test_files_that_go_embeds_may_be_generated(project, docker_buildx):
    """They lie over the module's directories, too, in a builder image as on this machine."""
    project.write("go.mod", "module example.com/embedded\n\ngo 1.22\n")
    project.write(
        "main.go",
        'package main\n\nimport _ "embed"\n\n//go:embed data/version.txt\nvar version string\n\n'
        "func main() { print(version) }\n",
    )
    project.cmakelists(
        'file(GENERATE OUTPUT generated/version.txt CONTENT "1.2.3")\n'
        "add_go_container(embedded BASE scratch OVERLAY generated/ DESTINATION data)"
    )
    project.configure(engine="docker", docker=docker_buildx)
    project.build("image")
    said = docker_buildx("run", "--rm", "embedded:latest", "/usr/local/bin/embedded")
    assert said.stderr == "1.2.3"
    shutil.rmtree(project.binary)
    project.configure(engine="builtin")
    project.build("image")
    assert run([project.binary / "embedded.container/context/out/embedded"]).stderr == "1.2.3"


BUNDLE = """
    file(READ "${input}" text)
    string(SHA256 hash "${text}")
    file(REMOVE_RECURSE dist)
    file(WRITE "dist/assets/app-${hash}.js" "${text}")
    file(WRITE "dist/.well known/a b" "x")
    file(CREATE_LINK "assets/app-${hash}.js" dist/app.js SYMBOLIC)
    file(TOUCH bundled)
    """
BUNDLED = """
    set(bundle "${CMAKE_COMMAND}" -D "input=${CMAKE_CURRENT_SOURCE_DIR}/app.js"
      -P "${CMAKE_CURRENT_SOURCE_DIR}/bundle.cmake")
    add_go_container(app BASE scratch OVERLAY dist/ DESTINATION web DEPENDS @depends@
      FILES "${CMAKE_CURRENT_BINARY_DIR}/dist" DESTINATION /srv DEPENDS @depends@)
    add_custom_command(OUTPUT bundled COMMAND ${bundle} DEPENDS app.js)
    add_custom_target(bundle COMMAND ${bundle})
    """


@pytest.mark.parametrize(
    ("generator", "depends"),
    [("Ninja", "bundled"), ("Ninja", "bundle"), ("Unix Makefiles", "bundled")],
)
def test_a_front_end_whose_names_have_hashes(project, generator, depends):
    """Built first, again when it changed, and only then; names that are gone are gone."""
    project.write("go.mod", "module example.com/app\n\ngo 1.22\n")
    project.write(
        "main.go",
        'package main\n\nimport (\n\t"embed"\n\t"fmt"\n\t"io/fs"\n)\n\n//go:embed all:web\nvar web embed.FS\n\n'
        'func main() {\n\tfs.WalkDir(web, ".", func(path string, _ fs.DirEntry, _ error) error {\n'
        "\t\t_, err := fmt.Println(path)\n\t\treturn err\n\t})\n}\n",
    )
    project.write("bundle.cmake", BUNDLE)
    project.cmakelists(BUNDLED.replace("@depends@", depends))
    former = ""
    for text in ("one", "two"):
        project.write("app.js", text)
        if not former:
            project.configure(generator=generator, engine="builtin")
        project.build("image")
        app = f"app-{hashlib.sha256(text.encode()).hexdigest()}.js"
        paths = [
            ".",
            "web",
            "web/.well known",
            "web/.well known/a b",
            "web/assets",
            f"web/assets/{app}",
        ]
        program = project.binary / "app.container/context/out/app"
        assert run([program]).stdout.splitlines() == paths
        image = project.binary / "app.container/app.tar"
        found = {path for path in entries_of(image) if path.startswith("srv/dist/")}
        assert found == {"srv/dist/.well known", "srv/dist/.well known/a b", "srv/dist/app.js",
                         "srv/dist/assets", f"srv/dist/assets/{app}"}  # fmt: skip
        assert app != former
        former = app
    before = image.stat().st_mtime_ns
    again = project.build("image").output
    assert image.stat().st_mtime_ns == before
    assert generator != "Ninja" or "Building image" not in again


def entries_of(image):
    with open_image(f"oci-archive:{image}") as made:
        return {path.lstrip("/") for path in entries(made)}


def test_a_second_build_has_the_same_generated_sources(project, docker_buildx):
    colors(project, "again", "red", "green")
    with (project.source / "CMakeLists.txt").open("a") as lists:
        lists.write("add_go_container_test(again REPRODUCIBLE)\n")
    for engine in ({"engine": "builtin"}, {"engine": "docker", "docker": docker_buildx}):
        project.configure(**engine)
        assert "100% tests passed" in project.ctest("-R", "reproducible").stdout


def test_a_file_that_is_not_there_is_named(project):
    project.go_module(".")
    project.cmakelists(
        "add_custom_target(generated)\nadd_go_container(api BASE scratch OVERLAY $<TARGET_PROPERTY:generated,FILE>)\n"
        'set_target_properties(generated PROPERTIES FILE "${CMAKE_BINARY_DIR}/none.go")'
    )
    project.configure(generator="Unix Makefiles", engine="builtin")
    result = project.build("image", expect_failure=True)
    assert "none.go" in result.output


def test_the_plan_tells_where_the_files_lie(project):
    colors(project, "planned", "red")
    project.configure(engine="builtin")
    plan = json.loads((project.binary / "planned.container/plan.json").read_text())
    assert plan["overlay"] == [{"directory": "context/overlay/0", "destination": "internal/color"}]


PROTOBUF = "google.golang.org/protobuf"
PROTOBUF_VERSION = "v1.36.6"


@pytest.fixture(scope="module")
def protoc_gen_go(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bin")
    install = ["go", "install", f"{PROTOBUF}/cmd/protoc-gen-go@{PROTOBUF_VERSION}"]
    run(install, env={**os.environ, "GOBIN": str(directory)})
    return directory / "protoc-gen-go"


@pytest.mark.parametrize("engine", ["builtin", "docker-buildx"])
def test_protobuf_by_a_custom_command(request, project, protoc_gen_go, engine):
    project.write("go.mod", f"module example.com/proto\n\ngo 1.23\n\nrequire {PROTOBUF} {PROTOBUF_VERSION}\n")  # fmt: skip
    project.write(
        "main.go",
        'package main\n\nimport "example.com/proto/internal/greetpb"\n\n'
        'func main() { println((&greetpb.Greeting{Text: "hello by protobuf"}).GetText()) }\n',
    )
    project.write(
        "proto/greet.proto",
        'syntax = "proto3";\npackage greet;\noption go_package = "example.com/proto/internal/greetpb";\n'
        "message Greeting { string text = 1; }\n",
    )
    project.cmakelists(f"""\
        set(gen "${{CMAKE_CURRENT_BINARY_DIR}}/gen")
        file(MAKE_DIRECTORY "${{gen}}")
        add_custom_command(
          OUTPUT "${{gen}}/greet.pb.go"
          COMMAND protoc "--plugin=protoc-gen-go={protoc_gen_go}" "--go_out=${{gen}}"
            --go_opt=paths=source_relative -I "${{CMAKE_CURRENT_SOURCE_DIR}}/proto" greet.proto
          DEPENDS proto/greet.proto
          VERBATIM
        )
        add_go_container(proto BASE scratch OVERLAY "${{gen}}/greet.pb.go" DESTINATION internal/greetpb)
        """)  # fmt: skip
    # `go mod tidy` knows no overlay, so go.sum is made of all that the module needs.
    run(["go", "mod", "download", PROTOBUF], cwd=project.source)
    run(["go", "get", f"{PROTOBUF}/proto@{PROTOBUF_VERSION}"], cwd=project.source)
    before = project.snapshot(project.source)
    project.configure(**engine_of(request, engine))
    project.build("image")
    assert project.snapshot(project.source) == before
    assert "hello by protobuf" in project.build("proto-run").output
