"""The sizes of an image, and what its layers waste."""

import gzip
import json
import re

import jsonschema
import pytest
from gocontainer.checks import CheckError, budget, check_of, growth
from harness import REPOSITORY
from image_in_memory import check_on, image_of, tar_of

# On a base with a file that it removes, a file that is written twice, and one that is in one layer.
BASE = {"opt/old/a": b"a" * 3000, "etc/conf": b"b" * 2000}
ADDED = {"opt/.wh.old": b"", "etc/conf": b"c" * 5000, "srv/": None, "srv/data": b"d" * 10000}
PROGRAM = {"usr/local/bin/api": b"e" * 7000}
HISTORY = [
    {"created_by": "base"},
    {"created_by": "CA certificates"},
    {"created_by": "ENV", "empty_layer": True},
    {"created_by": "program"},
]


def size(number):
    return {"declared": str(number), "bytes": number}


# check -> the arguments or the plan that it passes with, and those that it fails with; the sizes of
# the layers are 5,000, 15,000 and 7,000 bytes, and of the paths 3,000, 7,000, 10,000 and 7,000 bytes.
BUDGETS = {
    "size": ({"maxSize": size(27000)}, {"maxSize": size(26999)}),
    "layer-size": ({"maxLayerSize": size(15000)}, {"maxLayerSize": size(6999)}),
    "compressed-size": ({"maxCompressedSize": size(10240)}, {"maxCompressedSize": size(300)}),
    # (2000 + 10000 + 7000) / 27000
    "efficiency": ({"efficiency": "70.37"}, {"efficiency": "70.4"}),
    "max-wasted": ({"maxWasted": size(10000)}, {"maxWasted": size(9999)}),
}


@pytest.mark.parametrize("check", BUDGETS)
def test_an_image_that_fits_and_one_that_does_not(tmp_path, golden, check):
    image = image_of(BASE, ADDED, PROGRAM, history=HISTORY)
    right, wrong = BUDGETS[check]
    asserted = check in ("efficiency", "max-wasted")
    plan, arguments = ({}, {**right}) if asserted else ({**right}, {})
    passes = check_on(tmp_path, check, image, arguments, **plan)
    text = check_of(check)(passes)
    (passes.arguments if asserted else passes.plan).update(wrong)
    with pytest.raises(CheckError) as error:
        check_of(check)(passes)
    lines = f"{text}\n{error.value}\n"
    if check == "compressed-size":  # zlib's versions differ by a few bytes
        lines = re.sub(r"(?<![A-Z] )\b\d[\d,]*", "<bytes>", lines)
    golden.check(f"checks/{check}-budget.txt", lines)


@pytest.mark.parametrize("check", ["size", "compressed-size"])
def test_the_configuration_is_blamed_where_a_program_has_debug_information(tmp_path, check):
    _, wrong = BUDGETS[check]
    image = image_of(BASE, ADDED, PROGRAM, history=HISTORY)
    go = {"flags": ["-trimpath", "-ldflags=-X main.a=-w-", "-tags=w"]}
    with pytest.raises(CheckError, match=r"remedy +build a configuration without debug"):
        check_of(check)(check_on(tmp_path, check, image, go=go, **wrong))


def test_the_base_has_no_budget_of_a_layer(tmp_path):
    history = [{"created_by": "base"}, {"created_by": "CA certificates"}]
    image = image_of({"base": b"x" * 5000}, {"added": b"y" * 10}, history=history)
    test = check_on(tmp_path, "layer-size", image, maxLayerSize=size(10))
    assert check_of("layer-size")(test).startswith("10 of 10 bytes")


@pytest.mark.parametrize(
    ("layers", "score", "wasted"),
    [
        ([{"a": b"1"}, {"b": b"2"}], 100, 0),
        ([{"a": b"1"}, {"a": b"22"}], 100 / 3, 3),
        # Removed and written anew: nothing of it had to be there.
        ([{"a": b"1"}, {".wh.a": b""}, {"a": b"1"}], 0, 2),
        # An opaque directory removes what is in it, not what it gets itself.
        ([{"d/": None, "d/a": b"1"}, {"d/.wh..wh..opq": b"", "d/b": b"2"}], 50, 1),
        # Neither directories nor empty files weigh anything.
        ([{"d/": None, "e": b""}, {"d/": None, "e": b""}], 100, 0),
        # A file in place of a directory hides what was in it, which dive does not count.
        ([{"d/": None, "d/a": b"1"}, {"d": b"2"}], 100, 0),
    ],
)
def test_what_is_wasted(tmp_path, layers, score, wasted):
    test = check_on(tmp_path, "waste", image_of(*layers), {"efficiency": "0"})
    assert float(check_of("efficiency")(test).split(" ")[0]) == pytest.approx(score, abs=1e-4)
    test.arguments["maxWasted"] = size(wasted)
    assert check_of("max-wasted")(test).startswith(f"{wasted:,} of {wasted:,} bytes")
    if wasted:
        test.arguments["maxWasted"] = size(wasted - 1)
        with pytest.raises(CheckError):
            check_of("max-wasted")(test)


def test_an_empty_image_is_efficient(tmp_path):
    test = check_on(tmp_path, "waste", image_of({}), {"efficiency": "100"})
    assert check_of("efficiency")(test) == "100 % of 0 bytes (EFFICIENCY 100)"


def test_the_compressed_size_is_that_of_gzip_and_kept(tmp_path):
    tar = tar_of(PROGRAM)
    test = check_on(tmp_path, "compressed", image_of(PROGRAM), maxCompressedSize=size(20000))
    wanted = len(gzip.compress(tar, 6))
    assert check_of("compressed-size")(test).startswith(f"{wanted:,} of ")
    kept = test.index.directory / "compressed.json"
    assert json.loads(kept.read_text()) == [wanted]
    kept.write_text("[7]")
    assert check_of("compressed-size")(test).startswith("7 of ")


def test_a_registry_stores_the_compressed_size(project, docker, skopeo, registry):
    """What docker push leaves in a registry; and a base that comes from there counts as it is."""
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch MAX_COMPRESSED_SIZE 10MB)")
    project.configure(engine="builtin")
    checked = compressed(project)
    reference = f"{registry}/budgets"
    loaded = docker("load", "--input", project.binary / "api.container/api.tar").stdout
    docker("tag", re.search(r"Loaded image: (\S+)", loaded)[1], reference)
    docker("push", reference)
    manifest = skopeo("inspect", "--tls-verify=false", "--raw", f"docker://{reference}").stdout
    stored = sum(layer["size"] for layer in json.loads(manifest)["layers"])
    assert checked == pytest.approx(stored, rel=0.02)

    layout = f"oci:{project.source}/base"
    skopeo("copy", "--src-tls-verify=false", f"docker://{reference}", f"{layout}:latest")
    project.cmakelists("add_go_container(api BASE oci:base MAX_COMPRESSED_SIZE 10MB)")
    compressed(project)
    sizes = json.loads(next(project.binary.rglob("compressed.json")).read_text())
    assert sum(sizes[:2]) == stored


def compressed(project):
    result = project.ctest("-V", "-R", "compressed-size")
    found = re.search(r"compressed-size: ([\d,]+) of 10,000,000 bytes compressed", result.stdout)
    return int(found[1].replace(",", ""))


def test_a_file_that_is_written_twice(project):
    """The whole path: the keywords, the build, the verdicts."""
    project.go_module(".")
    project.write("conf/api.toml", "x" * 1000)
    project.cmakelists("""
        add_go_container(api BASE scratch MAX_LAYER_SIZE 1MB
          FILES conf/api.toml DESTINATION /etc FILES conf/api.toml DESTINATION /etc)
        add_go_container_test(api EFFICIENCY 99 MAX_WASTED 1kB)
        add_go_container_test(api EFFICIENCY 100 MAX_WASTED 2kB)
        """)
    project.configure(engine="builtin")
    result = project.ctest("-V", expect_failure=True)
    failed = re.findall(r"(api\.\S+) \(Failed\)", result.stdout)
    assert sorted(failed) == ["api.efficiency.2", "api.layer-size", "api.max-wasted"]
    assert "/etc/api.toml, 2,000 bytes in layer 2, 3" in result.stdout
    assert "/usr/local/bin/api, " in result.stdout


EXPRESSIONS = """
    add_go_container(api
      BASE scratch
      MAX_SIZE $<IF:$<CONFIG:Debug>,30MB,2.5MiB>
      MAX_COMPRESSED_SIZE $<$<CONFIG:Debug>:3kB>
      MAX_LAYER_SIZE $<IF:$<CONFIG:Debug>,x,7>
      MAX_GROWTH $<IF:$<CONFIG:Debug>,2.5%,10kB>
      BASELINE sizes/$<CONFIG>.json)
    add_go_container_test(api
      MAX_LAYERS $<IF:$<CONFIG:Debug>,4,>
      EFFICIENCY $<$<NOT:$<CONFIG:Debug>>:70.37>
      MAX_WASTED $<IF:$<CONFIG:Debug>,10000,9999>)
    """
# check -> what it says in Debug and in Release, of the image above.
SAID = {
    "size": ("of 30,000,000 bytes unpacked (MAX_SIZE 30MB)", "of 2,621,440 bytes unpacked"),
    "compressed-size": ("of 3,000 bytes compressed", "(no MAX_COMPRESSED_SIZE in this"),
    "layer-size": (
        "MAX_LAYER_SIZE is not a budget in this configuration",
        "MAX_LAYER_SIZE 7, 7 bytes",
    ),
    "max-layers": ("3 of 4 layers", "3 layers (no MAX_LAYERS in this configuration)"),
    "efficiency": ("bytes (no EFFICIENCY in this configuration)", "(EFFICIENCY 70.37)"),
    "max-wasted": ("10,000 of 10,000 bytes wasted", "MAX_WASTED 9999, 9,999 bytes"),
    "growth": ("(MAX_GROWTH 2.5%)", "(MAX_GROWTH 10kB)"),
}


def test_a_budget_of_each_configuration(project, tmp_path):
    project.go_module(".")
    project.cmakelists(EXPRESSIONS)
    project.configure(generator="Ninja Multi-Config", engine="builtin")
    schema = json.loads((REPOSITORY / "docs/plan.schema.json").read_text())
    image = image_of(BASE, ADDED, PROGRAM, history=HISTORY)
    for number, config in enumerate(("Debug", "Release")):
        directory = project.binary / "api.container" / config
        plan = json.loads((directory / "plan.json").read_text())
        jsonschema.validate(plan, schema)
        files = [json.loads(file.read_text()) for file in (directory / "tests").glob("*.json")]
        arguments = {file["name"].partition(".")[2]: file for file in files}
        for check, said in SAID.items():
            test = check_on(tmp_path, f"{check}-{config}", image, arguments.get(check), **plan)
            test.directory = directory
            if check == "growth":
                (project.source / "sizes").mkdir(exist_ok=True)
                written = growth.write_baseline(test)
                assert written == project.source / f"sizes/{config}.json"
            try:
                text = check_of(check)(test)
            except CheckError as error:
                text = str(error)
            assert said[number] in text, (check, config)


@pytest.mark.parametrize(
    "text", ["", "MB", "1.5", "1.5B", "15mb", "9999999999", "1.000000000GB", "-1"]
)
def test_what_is_no_size(text):
    assert budget.bytes_of(text) is None
