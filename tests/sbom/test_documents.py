"""SBOMs of images that tests write: what they list, that the tools of the formats find no error, and that the check sees
what is wrong."""

import hashlib
import json

import pytest
from gocontainer import checks
from gocontainer.checks.sbom import check_sbom
from gocontainer.cli.commands import main
from gocontainer.sbom.formats import FORMATS
from harness import REPOSITORY
from images import archive, build_info, descriptor, digest, elf, encoded, entry, image, layer
from sbom_tools import cyclonedx_errors, errors_in, ntia_errors, spdx3_errors, spdx_errors

ISC = REPOSITORY / "cmake/GoContainer/gocontainer/report/assets/d3-hierarchy/LICENSE"
APK = b"""\
C:Q1abc
P:busybox
V:1.36.1-r2
A:x86_64
L:GPL-2.0-only

P:musl
V:1.2.5-r0
A:x86_64
L:MIT
"""
DPKG = b"""\
Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u4

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""
ALPINE = b"NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID='3.19.1'\n"
DEBIAN = b'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n'
BASES = {
    "scratch": [],
    "alpine": [entry("lib/apk/db/installed", APK), entry("etc/os-release", ALPINE)],
    "debian": [entry("var/lib/dpkg/status", DPKG), entry("usr/lib/os-release", DEBIAN)],
    "distroless": [
        entry("var/lib/dpkg/status.d/tzdata", b"Package: tzdata\nVersion: 2024a-0+deb12u1\n"),
        entry("var/lib/dpkg/status.d/tzdata.md5sums", b"0 Package: x\n"),
    ],
}
MODULES = (
    "dep\tgithub.com/BurntSushi/toml\tv1.3.2\th1:toml=",
    "dep\tgithub.com/docker/cli\tv27.1.1+incompatible\th1:cli=",
    "dep\tgolang.org/x/old\tv1.0.0\n=>\tgithub.com/us/fork/v2\tv2.0.1\th1:fork=",
    "dep\texample.com/near\tv0.1.0\n=>\t./near by\t(devel)\t",
    "dep\texample.com/workspace\t(devel)\t",
)
VENDOR = {"org.opencontainers.image.vendor": "Team"}


def program(modules=MODULES, **settings):
    return elf(info=build_info("go1.26.1 X:none", modules=modules, **settings))


def files_of(base="alpine", programs=None, labels=VENDOR, licenses=(), **configuration):
    """The files of an image that GoContainer made on the base."""
    programs = {"usr/local/bin/api": program()} if programs is None else programs
    layers = [layer(*BASES[base])] if BASES[base] else []
    layers.append(layer(entry("etc/ssl/certs/ca-certificates.crt", b"certificates")))
    layers.append(layer(*(entry(path, data, mode=0o755) for path, data in programs.items())))
    layers.append(layer(entry("etc/motto", b"x"), *licenses))
    makers = ["CA certificates", "program", "FILES"]
    history = [{"created_by": "base"}] * bool(BASES[base]) + [{"created_by": m} for m in makers]
    labels = {**labels, "org.opencontainers.image.version": "1.4"}
    if base != "scratch":
        labels["org.opencontainers.image.base.name"] = f"{base}:1"
        labels["org.opencontainers.image.base.digest"] = digest(b"base")
    configuration = {"history": history, "created": "2026-01-02T03:04:05.678Z", **configuration}
    return image(layers, config={"Labels": labels}, configuration=configuration)


@pytest.fixture
def sbom(tmp_path, capsys):
    """A function that gives the SBOM of an image in a format."""

    def write(form="spdx", files=None, **how):
        file = tmp_path / "api.tar"
        file.write_bytes(archive(files or files_of(**how)))
        assert main(["sbom", "--format", form, str(file)]) == 0
        return capsys.readouterr().out

    return write


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def listed(text):
    """The name, version and purl of each package of an SPDX document."""
    return [
        (each["name"], each.get("versionInfo"), purl_of(each))
        for each in json.loads(text)["packages"]
    ]


def purl_of(package):
    found = {r["referenceType"]: r["referenceLocator"] for r in package.get("externalRefs", [])}
    return found.get("purl")


def test_all_that_is_in_the_image_is_listed(sbom):
    top, *rest = listed(sbom())
    assert top[0] == "api"
    assert top[2] == f"pkg:oci/api@{top[1]}?arch=amd64"
    motto, certificates = sha256(b"x"), sha256(b"certificates")
    base = f"pkg:oci/alpine@{digest(b'base')}?repository_url=docker.io%2Flibrary%2Falpine"
    system = "?arch=x86_64&distro=alpine-3.19.1"
    assert sorted(rest, key=str) == sorted(
        [
            ("alpine:1", digest(b"base"), base),
            ("alpine", "3.19.1", None),
            ("busybox", "1.36.1-r2", f"pkg:apk/alpine/busybox@1.36.1-r2{system}"),
            ("musl", "1.2.5-r0", f"pkg:apk/alpine/musl@1.2.5-r0{system}"),
            ("/etc/motto", f"sha256:{motto}", None),
            ("/etc/ssl/certs/ca-certificates.crt", f"sha256:{certificates}", None),
            ("example.com/api", "1.4", None),
            ("stdlib", "1.26.1", "pkg:golang/stdlib@1.26.1"),
            (
                "github.com/BurntSushi/toml",
                "v1.3.2",
                "pkg:golang/github.com/burntsushi/toml@v1.3.2",
            ),
            (
                "github.com/docker/cli",
                "v27.1.1+incompatible",
                "pkg:golang/github.com/docker/cli@v27.1.1%2Bincompatible",
            ),
            ("github.com/us/fork/v2", "v2.0.1", "pkg:golang/github.com/us/fork/v2@v2.0.1"),
            ("example.com/near", "(devel)", None),
            ("example.com/workspace", "(devel)", None),
        ],
        key=str,
    )


def test_what_was_replaced_is_told(sbom):
    packages = {each["name"]: each for each in json.loads(sbom())["packages"]}
    assert packages["github.com/us/fork/v2"]["comment"] == "It replaces golang.org/x/old v1.0.0."
    near = packages["example.com/near"]
    assert near["comment"] == "A directory of the build replaces example.com/near v0.1.0."
    assert near["supplier"] == "NOASSERTION"  # whose it is, nobody says
    assert packages["example.com/workspace"]["comment"] == "It is a directory of the build."


def test_the_hash_of_a_list_is_no_hash_of_a_file(sbom):
    packages = {each["name"]: each for each in json.loads(sbom())["packages"]}
    with_hash = {name for name, each in packages.items() if "checksums" in each}
    files = {"/etc/motto", "/etc/ssl/certs/ca-certificates.crt"}
    assert with_hash == {*files, "example.com/api"}
    assert packages["github.com/us/fork/v2"]["externalRefs"][1] == {
        "referenceCategory": "OTHER",
        "referenceType": "go.sum",
        "referenceLocator": "h1:fork=",
    }
    components = {c["name"]: c for c in json.loads(sbom("cyclonedx"))["components"]}
    assert {name for name, each in components.items() if "hashes" in each} == with_hash
    toml = components["github.com/BurntSushi/toml"]
    assert toml["properties"] == [{"name": "gocontainer:go.sum", "value": "h1:toml="}]
    graph = json.loads(sbom("spdx3"))["@graph"]
    assert {each["name"] for each in graph if "verifiedUsing" in each} == with_hash


def relations(text):
    document = json.loads(text)
    names = {each["SPDXID"]: each["name"] for each in document["packages"]}
    names["SPDXRef-DOCUMENT"] = "document"
    return {
        (names[r["spdxElementId"]], r["relationshipType"], names[r["relatedSpdxElement"]])
        for r in document["relationships"]
    }


def test_relations(sbom):
    others = {"usr/bin/other": elf(info=build_info(path="example.com/api/other", modules=()))}
    found = relations(sbom(programs={"usr/local/bin/api": program(), **others}))
    modules = {
        "stdlib",
        "github.com/BurntSushi/toml",
        "github.com/docker/cli",
        "github.com/us/fork/v2",
        "example.com/near",
        "example.com/workspace",
    }
    contained = {
        *("alpine", "busybox", "musl", "/etc/motto", "/etc/ssl/certs/ca-certificates.crt"),
        *("example.com/api", "example.com/api/other"),
    }
    assert found == {
        ("document", "DESCRIBES", "api"),
        ("api", "DESCENDANT_OF", "alpine:1"),
        *(("api", "CONTAINS", name) for name in contained),
        *(("example.com/api", "DEPENDS_ON", name) for name in modules),
        ("example.com/api/other", "DEPENDS_ON", "stdlib"),
    }


@pytest.mark.parametrize(
    ("base", "packages"),
    [
        ("scratch", []),
        (
            "debian",
            [("libc6", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4?arch=amd64&distro=debian-12")],
        ),
        ("distroless", [("tzdata", "pkg:deb/debian/tzdata@2024a-0%2Bdeb12u1?distro=debian")]),
    ],
)
def test_packages_of_other_bases(sbom, base, packages):
    found = [(name, purl) for name, _, purl in listed(sbom(base=base)) if "pkg:deb/" in str(purl)]
    assert found == packages


def test_files_of_an_image_of_others_are_not_ours(sbom):
    """Nothing tells which of them are in the base. Its Go programs are found all the same."""
    names = [each[0] for each in listed(sbom(history=[]))]
    assert "/etc/motto" not in names
    assert {"example.com/api", "stdlib", "musl"} < set(names)


def test_the_same_image_gives_the_same_bytes(sbom, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    texts = {form: sbom(form) for form in FORMATS}
    assert {form: sbom(form) for form in FORMATS} == texts
    assert all("2026-01-02T03:04:05Z" in text for text in texts.values())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for form, text in texts.items():
        assert sbom(form) == text.replace("2026-01-02T03:04:05Z", "2023-11-14T22:13:20Z")
    other = json.loads(sbom(labels={}))
    assert other["documentNamespace"] != json.loads(texts["spdx"])["documentNamespace"]


@pytest.mark.parametrize("created", [None, "today", "2026-01-02T03:04:05+01:00"])
def test_a_time_that_is_none(sbom, created, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert json.loads(sbom(created=created))["creationInfo"]["created"] == "1970-01-01T00:00:00Z"


def test_a_format_that_is_none(capsys):
    assert main(["sbom", "--format", "spdx4", "api.tar"]) == 1
    says = "there is no format spdx4. Give one of spdx, spdx3, cyclonedx."
    assert says in capsys.readouterr().err
    assert main(["sbom", "--format", "spdx", "--format", "spdx3", "api.tar"]) == 1
    assert "one format can be printed" in capsys.readouterr().err


COPYING = "usr/share/doc/api/"
# Beside another licence it counts, too: it is for one file.
LIMITED = b"This license applies to internal/list.go\n\n"
LICENSED = [
    entry(
        f"{COPYING}github.com/BurntSushi/toml@v1.3.2/COPYING", (REPOSITORY / "LICENSE").read_bytes()
    ),
    entry(f"{COPYING}github.com/BurntSushi/toml@v1.3.2/COPYING.part", LIMITED + ISC.read_bytes()),
    entry(f"{COPYING}github.com/BurntSushi/toml@v1.3.2/internal/LICENSE", ISC.read_bytes()),
    entry(f"{COPYING}github.com/BurntSushi/toml@v1.3.2/NOTICE", b"Copyright of Ada"),
    entry(f"{COPYING}golang.org/x/old@v1.0.0/LICENSE", ISC.read_bytes()),
    entry(f"{COPYING}github.com/docker/cli@v27.1.1+incompatible/LICENSE", b"Ask me."),
    entry(f"{COPYING}go@1.26.1/LICENSE-ISC", ISC.read_bytes()),
    entry(f"{COPYING}go@1.26.1/LICENSE-APACHE", (REPOSITORY / "LICENSE").read_bytes()),
]


def test_licences_of_the_files_of_modules(sbom):
    """Of each directory one, and of all directories each; else nobody knows which of them count."""
    files = files_of(licenses=LICENSED)
    assert {
        each["name"]: each["licenseDeclared"]
        for each in json.loads(sbom(files=files))["packages"]
        if each["licenseDeclared"] != "NOASSERTION"
    } == {"github.com/BurntSushi/toml": "Apache-2.0 AND ISC", "github.com/us/fork/v2": "ISC"}
    components = json.loads(sbom("cyclonedx", files))["components"]
    licenses = {each["name"]: each["licenses"] for each in components if "licenses" in each}
    assert licenses["github.com/us/fork/v2"][0]["license"]["id"] == "ISC"
    assert licenses["github.com/BurntSushi/toml"][0]["expression"] == "Apache-2.0 AND ISC"
    graph = {each.get("spdxId"): each for each in json.loads(sbom("spdx3", files))["@graph"]}
    declared = [
        each for each in graph.values() if each.get("relationshipType") == "hasDeclaredLicense"
    ]
    assert {
        graph[each["from"]]["name"]: graph[each["to"][0]]["simplelicensing_licenseExpression"]
        for each in declared
    } == {"github.com/BurntSushi/toml": "Apache-2.0 AND ISC", "github.com/us/fork/v2": "ISC"}


ODD = {
    "usr/bin/odd name": elf(
        info=build_info(path="a b/\u00e4<&>\u202e", modules=("dep\tx y\tv 1",))
    ),
    "srv/\udcff\n": b"not text",
}
CASES = {
    "scratch": {"base": "scratch"},
    "alpine": {},
    "debian": {"base": "debian"},
    "distroless": {"base": "distroless", "labels": {}},
    "nothing": {"base": "scratch", "programs": {}, "history": []},
    "licences": {"licenses": LICENSED},
    "odd names": {"programs": ODD, "labels": {"org.opencontainers.image.vendor": "a\nb (c): d"}},
}


@pytest.fixture
def written(tmp_path):
    """A function that writes the SBOMs of an image, and gives the directory."""

    def write(files, *words):
        (tmp_path / "api.tar").write_bytes(archive(files))
        forms = [word for form in FORMATS for word in ("--format", form)]
        output = tmp_path / "sbom"
        words = ["sbom", *forms, "--output", str(output), *words, str(tmp_path / "api.tar")]
        assert main(words) == 0
        return output

    return write


@pytest.mark.parametrize("case", CASES)
def test_the_tools_of_the_formats_find_no_error(written, case):
    pytest.importorskip("spdx_tools", reason="spdx-tools needs Python 3.10")
    assert errors_in(written(files_of(**CASES[case])), "api") == []


def test_the_tools_would_find_errors(written):
    """Each of them, so that the test above means something."""
    pytest.importorskip("spdx_tools", reason="spdx-tools needs Python 3.10")
    directory = written(files_of())
    for name, old, new in (
        ("spdx", '"downloadLocation": "NOASSERTION"', '"downloadLocation": "nowhere"'),
        ("cdx", '"alg": "SHA-256"', '"alg": "SHA-255"'),
        ("spdx3", '"relationshipType": "contains"', '"relationshipType": "holds"'),
    ):
        file = directory / f"api.{name}.json"
        file.write_text(file.read_text().replace(old, new))
    assert spdx_errors(directory / "api.spdx.json") != []
    assert cyclonedx_errors(directory / "api.cdx.json") != []
    with pytest.raises(ValueError, match="holds"):
        spdx3_errors(directory / "api.spdx3.json")


@pytest.mark.parametrize("form", ["spdx", "spdx3"])
def test_the_minimum_elements_of_ntia(written, form):
    """Where the image has a vendor, and no module is a directory of somebody else."""
    pytest.importorskip("ntia_conformance_checker", reason="it needs Python 3.10")
    programs = {"usr/local/bin/api": program(MODULES[:3])}
    file = written(files_of(programs=programs)) / f"api.{form}.json"
    assert ntia_errors(file, form) == []


def test_an_index_has_one_for_each_platform_and_one_of_itself(written, tmp_path):
    pytest.importorskip("spdx_tools", reason="spdx-tools needs Python 3.10")
    files, manifests = {}, []
    for architecture in ("amd64", "arm64"):
        one = files_of(architecture=architecture)
        (top,) = json.loads(one.pop("index.json"))["manifests"]
        manifests.append({**top, "platform": {"os": "linux", "architecture": architecture}})
        files.update(one)
    kind = "application/vnd.oci.image.index.v1+json"
    index = encoded({"schemaVersion": 2, "mediaType": kind, "manifests": manifests})
    files["blobs/" + digest(index).replace(":", "/")] = index
    files["index.json"] = encoded({"schemaVersion": 2, "manifests": [descriptor(kind, index)]})
    directory = written(files)
    suffixes = ("cdx.json", "spdx.json", "spdx3.json")
    parts = ("api", "api-linux-amd64", "api-linux-arm64")
    names = {f"{part}.{suffix}" for part in parts for suffix in suffixes}
    assert {file.name for file in directory.iterdir()} == names
    assert [errors_in(directory, part) for part in parts] == [[], [], []]
    whole = json.loads((directory / "api.spdx.json").read_text())
    versions = [each["versionInfo"] for each in whole["packages"]]
    assert versions == [digest(index), *(each["digest"] for each in manifests)]
    kinds = [each["relationshipType"] for each in whole["relationships"]]
    assert kinds == ["DESCRIBES", "CONTAINS", "CONTAINS"]
    one = json.loads((directory / "api-linux-arm64.spdx.json").read_text())
    assert one["packages"][0]["versionInfo"] == manifests[1]["digest"]


@pytest.fixture
def checked(tmp_path):
    """A function that checks the SBOMs of a container, whose files another one may have changed."""

    def check(change=lambda file: None, form="spdx"):
        plan = {"name": "api", "engine": "builtin", "tags": ["api:latest"], "sbom": list(FORMATS)}
        (tmp_path / "api.tar").write_bytes(archive(files_of()))
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        assert main(["sbom", "--output", str(tmp_path), str(tmp_path / "plan.json")]) == 0
        suffix = {"spdx": "spdx", "spdx3": "spdx3", "cyclonedx": "cdx"}[form]
        change(tmp_path / f"api.{suffix}.json")
        return check_sbom(checks.Test("api.sbom", plan, tmp_path))

    return check


def test_sboms_as_they_were_written(checked):
    assert checked() == "14 components in spdx, spdx3, cyclonedx"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("v1.3.2", "v1.3.3", ["missing   github.com/BurntSushi/toml v1.3.2", "too many  github."]),
        ('"name": "musl"', '"name": "evil"', ["missing   musl 1.2.5-r0", "too many  evil"]),
        (sha256(b"x"), sha256(b"y"), ["missing   /etc/motto sha256:2d71", "too many  /etc/motto"]),
    ],
)
def test_an_sbom_of_something_else(checked, form, old, new, says):
    def change(file):
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    with pytest.raises(
        checks.CheckError, match="an SBOM does not list what is in the image"
    ) as caught:
        checked(change, form)
    assert all(each in str(caught.value) for each in says)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_a_file_that_is_no_sbom(checked, form, content):
    def change(file):
        file.unlink() if content is None else file.write_text(content)

    with pytest.raises(checks.CheckError, match="an SBOM can't be read"):
        checked(change, form)
