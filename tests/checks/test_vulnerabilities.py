"""VULNERABILITIES: what is told of vulnerable functions that are called, and which exceptions count."""

import json
import re

import pytest
from gocontainer.checks import CheckError, vulnerabilities
from gocontainer.go.govulncheck import scan_of
from image_in_memory import check_on, image_of
from messages import without_see

YAML = "gopkg.in/yaml.v2"
TODAY = "2026-11-29"
# The symbols of the real entries, as far as they matter here (golang.org/x/vulndb, CC BY 4.0).
ENTRIES = {
    "GO-2020-0036": ("CVE-2019-11254", "2.2.8", "Excessive resource consumption in YAML parsing"),
    "GO-2021-0061": ("CVE-2021-4235", "2.2.3", "Denial of service"),
}


def entry(name):
    alias, fixed, summary = ENTRIES[name]
    events = [{"introduced": "0"}, {"fixed": fixed}]
    symbols = {"path": YAML, "symbols": ["Decoder.Decode", "Unmarshal", "UnmarshalStrict"]}
    return {
        "schema_version": "1.3.1",
        "id": name,
        "modified": "2026-11-01T00:00:00Z",
        "published": "2021-04-14T20:04:52Z",
        "aliases": [alias],
        "summary": f"{summary} in {YAML}",
        "details": "It takes long.",
        "affected": [
            {
                "package": {"name": YAML, "ecosystem": "Go"},
                "ranges": [{"type": "SEMVER", "events": events}],
                "ecosystem_specific": {"imports": [symbols]},
            }
        ],
        "database_specific": {"url": f"https://pkg.go.dev/vuln/{name}"},
    }


def place(module, package="", function="", line=0, version="", **more):
    found = {"module": module, "version": version, "package": package, "function": function, **more}
    if line:
        found["position"] = {"filename": "main.go", "line": line, "column": 1, "offset": 0}
    return {key: value for key, value in found.items() if value}


def finding(name, *trace, fixed="v2.2.8"):
    return {"finding": {"osv": name, "fixed_version": fixed, "trace": list(trace)}}


VULNERABLE = place(YAML, YAML, "Unmarshal", version="v2.2.2")
MAIN = place("example.com/api", "example.com/api", "main", 9)
SERVE = place("example.com/api", "example.com/api", "Serve", 30, receiver="*Server")
STANDARD = place("stdlib", "net/http", "ListenAndServe", version="v1.22.1")
MESSAGES = [
    {"config": {"scanner_version": "v1.9.0", "db_last_modified": "2026-11-05T23:49:57Z"}},
    *({"osv": entry(name)} for name in ENTRIES),
    {"osv": {"id": "GO-2024-2687", "summary": "HTTP/2 CONTINUATION flood"}},
    {"osv": {"id": "GO-2022-0603", "details": "Panic.\nIt ends."}},
    finding("GO-2020-0036", place(YAML, version="v2.2.2")),
    finding("GO-2020-0036", place(YAML, YAML, version="v2.2.2")),
    finding("GO-2020-0036", VULNERABLE, *[SERVE] * 6, MAIN),
    finding("GO-2020-0036", VULNERABLE, SERVE, MAIN),
    finding("GO-2021-0061", place(YAML, YAML, version="v2.2.2"), fixed="v2.2.3"),
    finding("GO-2022-0603", place("gopkg.in/yaml.v3", version="v3.0.0"), fixed=""),
    finding("GO-2024-2687", STANDARD, *[SERVE] * 6, MAIN, fixed="v1.22.2"),
]


def output(*messages):
    return "\n".join(map(json.dumps, messages))


@pytest.fixture
def check(tmp_path, monkeypatch):
    """A function that does the check with these exceptions, on TODAY, with what govulncheck said."""
    monkeypatch.setattr(vulnerabilities, "today", lambda: TODAY)
    programs = [{"package": ".", "path": "/api", "file": "api"}]

    def do(*allow, messages=MESSAGES, programs=programs):
        monkeypatch.setattr(
            vulnerabilities, "scan_sources", lambda test, scratch: scan_of(output(*messages))
        )
        number = len(list((tmp_path / "index").glob("*"))) if (tmp_path / "index").exists() else 0
        test = check_on(
            tmp_path, f"{number}", image_of({"api": b""}), {"allow": list(allow)}, programs=programs
        )
        return vulnerabilities.check_vulnerabilities(test)

    return do


def failure(check, *allow):
    with pytest.raises(CheckError) as error:
        check(*allow)
    return f"{error.value}\n"


def test_what_is_called(check, golden, tmp_path):
    golden.check("checks/vulnerabilities.txt", failure(check))
    golden.check("checks/vulnerabilities.vex.json", (tmp_path / "api.vex.json").read_text())


def test_exceptions(check, golden, tmp_path):
    """By each name, until the end of their day, several in one. One that is not needed is told."""
    http = {"ids": ["GO-2024-2687"], "reason": "HTTP/2 is off"}
    both = {"ids": ["CVE-2019-11254", "GO-2021-0061"], "until": TODAY, "reason": "tests only"}
    said = check(http, both)
    golden.check("checks/vulnerabilities-allowed-passes.txt", f"{said}\n")
    statements = json.loads((tmp_path / "api.vex.json").read_text())["statements"]
    assert [each.get("status_notes") for each in statements] == [
        f"ALLOW CVE-2019-11254 GO-2021-0061 UNTIL {TODAY}: tests only",
        None,
        None,
        "ALLOW GO-2024-2687: HTTP/2 is off",
    ]


def test_an_exception_that_ended(check, golden, tmp_path):
    http = {"ids": ["GO-2024-2687"]}
    ended = {"ids": ["GO-2020-0036"], "until": "2026-11-28", "reason": "tests only"}
    golden.check("checks/vulnerabilities-ended.txt", failure(check, http, ended))
    assert "tests only" not in (tmp_path / "api.vex.json").read_text()
    assert check(http, ended, {"ids": ["GO-2020-0036"], "until": "2026-11-30"})


def test_nothing_is_called(check):
    assert check(messages=MESSAGES[:1]) == "the program calls no known vulnerability"
    imported = [each for each in MESSAGES if "function" not in str(each)]
    assert check(messages=imported) == (
        "the program calls no known vulnerability; in its modules, but not called: GO-2020-0036, GO-2021-0061, GO-2022-0603"
    )
    assert check(programs=[]) == "the image has no Go program of this build"


def database(directory):
    """A database of these entries (https://go.dev/security/vuln/database)."""
    modified = entry("GO-2020-0036")["modified"]
    known = [{"id": name, "modified": modified, "fixed": ENTRIES[name][1]} for name in ENTRIES]
    files = {
        "index/db": {"modified": modified},
        "index/modules": [{"path": YAML, "vulns": known}],
        "index/vulns": [
            {"id": name, "modified": modified, "aliases": [ENTRIES[name][0]]} for name in ENTRIES
        ],
        **{f"ID/{name}": entry(name) for name in ENTRIES},
    }
    for name, content in files.items():
        file = directory / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))


CALL = """\
package main

import "gopkg.in/yaml.v2"

func init() {
\tread = func(text []byte) (v any) { yaml.Unmarshal(text, &v); return }
}
"""


@pytest.fixture
def shop(project):
    """A program that imports a module with vulnerabilities; it calls them on arm64, and with a build tag."""
    project.write("go.mod", f"module example.com/shop\n\ngo 1.22\n\nrequire {YAML} v2.2.2\n")
    project.write(
        "go.sum",
        """\
        gopkg.in/check.v1 v0.0.0-20161208181325-20d25e280405 h1:yhCVgyC4o1eVCa2tZl7eS0r+SDo693bJlVdllGtEeKM=
        gopkg.in/check.v1 v0.0.0-20161208181325-20d25e280405/go.mod h1:Co6ibVJAznAaIkqp8huTwlJQCZ016jof/cbN4VW5Yz0=
        gopkg.in/yaml.v2 v2.2.2 h1:ZCJp+EgiOT7lHqUV2J862kp8Qj64Jo6az82+3Td9dZw=
        gopkg.in/yaml.v2 v2.2.2/go.mod h1:hI93XBmqTisBFMUTm0b8Fm+jr3Dg1NNxqwp+5A1VGuI=
        """,
    )
    project.write(
        "main.go",
        """\
        package main

        import "gopkg.in/yaml.v2"

        var read = func(text []byte) any { return text }

        func main() {
        \tout, _ := yaml.Marshal(read(nil))
        \tprintln(string(out))
        }
        """,
    )
    project.write("read_arm64.go", CALL)
    project.write("more/legacy.go", f"//go:build legacy\n\n{CALL}")
    database(project.source / "database")
    return project


def test_only_what_the_build_calls(shop, golden):
    """The tags, the platform and the generated sources of the build decide what is called."""
    shop.cmakelists(
        """
        set(data VULNERABILITIES DATABASE database)
        add_go_container(legacy BASE scratch BUILD_TAGS legacy OVERLAY more/legacy.go DESTINATION .)
        add_go_container_test(legacy ${data})
        add_go_container(api BASE scratch PLATFORMS linux/amd64 linux/arm64)
        add_go_container_test(api ${data} ALLOW GO-2020-0036 CVE-2021-4235 UNTIL 2999-12-31 REASON "no; use")
        """
    )
    shop.configure(engine="builtin")
    said = shop.ctest("-R", "vulnerabilities", "-V", expect_failure=True).stdout
    lines = lines_of(said, "legacy.vulnerabilities")
    first = next(i for i, line in enumerate(lines) if "FAILED" in line)
    text = without_see("\n".join(lines[first:]) + "\n")
    golden.check("checks/vulnerabilities-whole.txt", text)
    (line,) = (
        line for line in lines_of(said, "api.amd64.vulnerabilities") if "program calls" in line
    )
    assert line.endswith(
        "the program calls no known vulnerability; in its modules, but not called: GO-2020-0036, GO-2021-0061"
    )
    assert lines_of(said, "api.arm64.vulnerabilities")[-2:] == [
        "vulnerabilities: the program calls 2 known vulnerabilities, all allowed",
        "ALLOW GO-2020-0036 CVE-2021-4235 UNTIL 2999-12-31: no; use",
    ]
    assert "2 tests failed" not in said
    document = json.loads((shop.binary / "api.container/api-linux-arm64.vex.json").read_text())
    assert document["statements"][0]["status"] == "affected"
    (module,) = document["statements"][0]["products"][0]["subcomponents"]
    assert module == {"@id": "pkg:golang/gopkg.in/yaml.v2@v2.2.2"}


def lines_of(said, test):
    number = re.search(rf"Test +#(\d+): {re.escape(test)} ", said)[1]
    return re.findall(rf"^{number}: (.*)", said, re.MULTILINE)


def test_without_govulncheck_or_database(shop):
    shop.cmakelists(
        """
        add_go_container(api BASE scratch)
        add_go_container_test(api VULNERABILITIES DATABASE empty)
        set(GO_CONTAINER_GOVULNCHECK ${CMAKE_SOURCE_DIR}/none)
        add_go_container_test(api VULNERABILITIES)
        """
    )
    shop.configure(engine="builtin")
    said = shop.ctest("-R", "vulnerabilities", "-V", expect_failure=True).stdout
    assert re.search(r"api\.vulnerabilities \.+\*\*\*Failed", said)
    assert "vulnerabilities: FAILED: govulncheck failed" in said
    assert f"database  file://{shop.source}/empty" in said
    assert re.search(r"api\.vulnerabilities\.2 \.+\*\*\*Skipped", said)
    assert (
        f"GoContainer: skipped, because there is no govulncheck at GO_CONTAINER_GOVULNCHECK, {shop.source}/none. "
        "Install it: go install golang.org/x/vuln/cmd/govulncheck@v1.9.0" in said
    )
