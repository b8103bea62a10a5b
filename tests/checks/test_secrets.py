"""NO_SECRETS: what it finds, wherever it is, and what it does not take for a secret."""

import base64
import gzip
import json
import os
import re
import struct
import tarfile

import pytest
import zstandard
from gocontainer import checks
from gocontainer.checks import CheckError, check_of, secrets
from harness import run
from image_in_memory import check_on, image_of
from images import archive, entry, image, layer, link, raw, write_plan

ASSERTED = {"name": "api.no-secrets"}
check = check_of("no-secrets")
# What openssl and ssh-keygen write, in all but the key; put together here, as this file is not a secret.
BEGIN = "-----BEGIN {}PRIVATE KEY-----\n"
DER = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
KEY = BEGIN.format("RSA ") + DER + "\n"
TOKEN = "tok-49152"


def plan(*names, env=()):
    return {"go": {"passEnv": list(names), "env": list(env)}}


def on(directory, image, **plan):
    return check_on(directory, "no-secrets", image, ASSERTED, **plan)


def found(error):
    return re.sub(
        r"^found +", "", str(error.value).split("\n  remedy")[0].split("\n", 1)[1].strip()
    )


# name -> the layers and the config of an image that is wrong in just that respect
WRONG = {
    "value": ([{"opt/conf": f"x{TOKEN}y".encode()}], {}),
    "value-that-is-hidden": ([{"opt/conf": TOKEN.encode()}, {"opt/.wh.conf": b""}], {}),
    "value-that-is-replaced": ([{"conf": TOKEN.encode()}, {"conf": b""}], {}),
    "value-in-a-name": ([{"opt/a": b"1", f"opt/{TOKEN}": b"", "opt/z": b"2"}], {}),
    "value-in-env": ([{}], {"Env": ["A=1", f"B=x{TOKEN}"]}),
    "value-in-a-label": ([{}], {"Labels": {"a": TOKEN}}),
    "value-in-cmd": ([{}], {"Cmd": ["api", "--token", TOKEN]}),
    "password": ([{"a": b"s3cret-word"}], {}),
    "key": ([{"etc/tls.pem": b"some text\n" + KEY.encode()}], {}),
    "key-in-env": ([{}], {"Env": [f"KEY={KEY}"]}),
    "key-of-ssh": ([{"k": (BEGIN.format("OPENSSH ") + base64.b64encode(b"openssh-key-v1\0" + b"\1" * 60).decode()).encode()}], {}),
    "key-encrypted": ([{"k": (BEGIN.format("EC ") + "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n").encode()}], {}),
    "key-in-json": ([{"k.json": json.dumps({"private_key": KEY}).encode()}], {}),
    "key-in-yaml": ([{"k.yaml": b"key: |\n  " + KEY.replace("\n", "\r\n    ").encode()}], {}),
    "git": ([{"src/.git/": None, "src/.git/HEAD": b"ref", "src/.git/config": b"x"}], {}),
    "env-file": ([{"srv/.env": b"A=1"}], {}),
    "env-file-of-a-stage": ([{"srv/.env.production": b"A=1"}], {}),
    "go-source": ([{"src/main.go": b"package main"}, {"src/.wh..wh..opq": b""}], {}),
    "netrc": ([{"root/.netrc": b"machine x"}], {}),
    "aws": ([{"root/.aws/credentials": b"x"}], {}),
    "user-key": ([{"root/.ssh/id_ed25519": b"x"}], {}),
    "docker-config": ([{"root/.docker/config.json": b'{"auths": {"x": {"auth": "eDp5"}}}'}], {}),
    "npmrc": ([{"root/.npmrc": b"//registry.example.com/:_authToken=abc\n"}], {}),
}  # fmt: skip


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("TOKEN", TOKEN)
    monkeypatch.setenv("GOPROXY", "https://ada:s3cret-word@proxy.example.com")
    return plan("TOKEN", "GOPROXY")


def test_what_is_wrong(tmp_path, golden, token):
    """Each image is wrong in one respect; what is said of it is a line of the golden file."""
    lines = []
    for name, (layers, config) in WRONG.items():
        test = on(tmp_path / name, image_of(*layers, config=config), **token)
        with pytest.raises(CheckError) as error:
            check(test)
        lines.append(f"{name}: {found(error)}\n")
        assert TOKEN not in str(error.value)
        assert DER not in str(error.value)
        assert "s3cret" not in str(error.value)
    golden.check("checks/no-secrets-found.txt", "".join(lines))


def test_the_whole_text(tmp_path, golden, token):
    history = [{"created_by": f"RUN fetch --token {TOKEN}"}]
    image = image_of({".env": b"", "a": KEY.encode()}, history=history)
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, image, **token))
    golden.check("checks/no-secrets-fails.txt", f"{error.value}\n")


def test_what_is_no_secret(tmp_path, token, monkeypatch):
    monkeypatch.setenv("GOPRIVATE", "example.com")
    monkeypatch.setenv("SHORT", "a")
    token["go"]["passEnv"] += ["GOPRIVATE", "SHORT", "UNSET"]
    layer = {
        "program": (BEGIN + "invalid" + BEGIN.format("EC ") + "x" * 80).encode()
        + f"{DER}example.com {TOKEN[:-1]}".encode(),
        "etc/ssl/certs/ca.pem": f"-----BEGIN CERTIFICATE-----\n{DER}\n".encode(),
        "key.pub": f"-----BEGIN PUBLIC KEY-----\n{DER}\n".encode(),
        **dict.fromkeys([".gitignore", "a.env", ".env.example", "x.gox", "id_rsa.pub", "go"], b""),
        "root/.npmrc": b"//registry.example.com/:_authToken=${NPM_TOKEN}\n",
        "root/.docker/config.json": b'{"auths": {}, "credsStore": "pass"}',
    }
    image = image_of(layer, config={"Env": ["PATH=/bin"], "Labels": {"a": "b"}})
    text = check(on(tmp_path, image, **token))
    assert text == (
        "none in 11 files of 1 layers, config and history, 3 values that were handed to the build; "
        "not looked for, as they are not set here: UNSET"
    )


@pytest.mark.parametrize("cut", [1, 5, len(TOKEN) - 1])
@pytest.mark.parametrize("secret", [TOKEN, KEY], ids=["value", "key"])
def test_where_two_chunks_meet(tmp_path, monkeypatch, token, secret, cut):
    monkeypatch.setattr(secrets, "CHUNK", 4096)
    first = 4096 - 512  # bytes of the file that are in the first chunk
    image = image_of({"big": b"\0" * (first - cut) + secret.encode() + b"\0" * 9000})
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, image, **token))
    kind = "a private key" if secret == KEY else "the value of TOKEN"
    assert found(error) == f"/big in layer 1 of 1: {kind}"


def test_a_value_longer_than_a_chunk(tmp_path, monkeypatch, token):
    monkeypatch.setattr(secrets, "CHUNK", 512)
    value = base64.b64encode(os.urandom(3000)).decode()
    monkeypatch.setenv("TOKEN", value)
    with pytest.raises(CheckError):
        check(on(tmp_path, image_of({"a": b"x" * 700 + value.encode()}), **token))


@pytest.mark.parametrize("chunk", [600, 4096, 1 << 20])
def test_each_secret_is_named_by_its_file(tmp_path, monkeypatch, token, chunk):
    """Wherever in its file it is, and whatever stands around that."""
    monkeypatch.setattr(secrets, "CHUNK", chunk)
    value, filler = TOKEN.encode(), b"\0" * 3000
    first = {
        "first": value + filler,
        "d/": None,
        "middle": filler + value + filler,
        "empty": b"",
        "full": b"\0" * 512,
        TOKEN: b"",  # its header stands right behind the content before
        "clean": filler,
        "last": filler + value,
    }
    second = {"clean": filler, "other": filler * 3 + value, "end": filler}
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, image_of(first, second), **token))
    assert [line.strip() for line in found(error).splitlines()] == [
        f"/{name} of 2: the value of TOKEN"
        for name in (
            *("first in layer 1", "middle in layer 1", "*** in layer 1", "last in layer 1"),
            "other in layer 2",
        )
    ]


def test_how_short_a_secret_may_be(tmp_path, monkeypatch):
    image = image_of({"a": b"word-12"})
    monkeypatch.setenv("TOKEN", "word-")
    assert check(on(tmp_path / "short", image, **plan("TOKEN")))
    monkeypatch.setenv("TOKEN", "word-1")
    with pytest.raises(CheckError):
        check(on(tmp_path / "long", image, **plan("TOKEN")))


@pytest.mark.parametrize(
    ("secret", "text", "word", "kind"),
    [
        ("netrc", "machine a.example.com login x\n  password s3cret-word\n", "s3cret-word", "the password in the secret netrc"),
        ("git-credentials", "https://x:s3cret-word@example.com\n", "s3cret-word", "the password in the secret git-credentials"),
        ("GOPROXY", "https://x:s3cret-word@example.com\n", "s3cret-word", "the password in the secret GOPROXY"),
        ("TOKEN", "s3cret-word\n", "s3cret-word", "the secret TOKEN"),
    ],
    ids=["netrc", "git-credentials", "proxy", "token"],
)  # fmt: skip
def test_the_values_of_secrets(tmp_path, monkeypatch, secret, text, word, kind):
    file = tmp_path / "secret"
    file.write_text(text)
    given = {**plan(), "secrets": [{"id": secret, "src": str(file)}]}
    image = image_of({"a": f"x {word} y".encode()})
    with pytest.raises(CheckError) as error:
        check(on(tmp_path / "src", image, **given))
    assert kind in str(error.value)
    assert word not in str(error.value)
    assert "handed to the build" in check(on(tmp_path / "clean", image_of({"a": b"x"}), **given))
    file.unlink()
    assert f"not set here: the secret {secret}" in check(on(tmp_path / "gone", image, **given))
    given["secrets"] = [{"id": secret, "env": "WORDS"}]
    monkeypatch.setenv("WORDS", text)
    with pytest.raises(CheckError):
        check(on(tmp_path / "env", image, **given))


def test_a_password_of_the_plan(tmp_path):
    env = ["GOFLAGS=-tags=a", "GOPROXY=https://ada:word=12@proxy.example.com,direct"]
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, image_of({"a": b"word=12"}), **plan(env=env)))
    assert found(error) == "/a in layer 1 of 1: the password in GOPROXY"


GHP = "ghp_0123456789abcdef"
BASIC = base64.b64encode(f"{GHP}:x-oauth-basic".encode()).decode()
# What SECRETS may hold a token in.
FORMS = [
    f"https://{GHP}@github.com/\n",
    f"https://{GHP}:@github.com/\n",
    f"https://{GHP}:x@github.com/\n",
    f"https://{GHP}:x-oauth-basic@github.com/\n",
    f"https://oauth2:{GHP}@gitlab.com/\n",
    f"https://x-token-auth:{GHP}@bitbucket.org/\n",
    f"https://me:{GHP.replace('_', '%5F')}@github.com\n",
    f'[url "https://{GHP}@github.com/"]\n\tinsteadOf = https://github.com/\n',
    f'[http "https://github.com/"]\n\textraheader = "AUTHORIZATION: basic {BASIC}"\n',
    f"[http]\n\textraHeader = Authorization: Bearer {GHP}\n",
    f"machine github.com login {GHP} password x-oauth-basic\n",
    f"machine github.com\n\tlogin me\n\tpassword {GHP}\n",
    f'machine github.com login me account x password "{GHP}"\n',
    f"protocol=https\nhost=github.com\nusername=me\npassword={GHP}\n",
    f"github.com:\n    oauth_token: {GHP}\n    user: me\n",
    f"//registry.example.com/:_authToken={GHP}\n",
    f'{{"auths": {{"x": {{"auth": "{BASIC}"}}}}}}',
    f"{GHP}\n",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_token_in_any_form(tmp_path, text):
    (tmp_path / "secret").write_text(text)
    given = {**plan(), "secrets": [{"id": "gitconfig", "src": str(tmp_path / "secret")}]}
    with pytest.raises(CheckError, match="in the secret gitconfig") as error:
        check(on(tmp_path, image_of({"a": f"x {GHP} y".encode()}), **given))
    assert GHP not in str(error.value)


def test_what_is_no_token(tmp_path):
    """Users and hosts, and what stands beside a token."""
    texts = [
        "ssh://deploy-2024@example.com/\nhttps://company@dev.example.com/\n",
        f"https://{GHP}:x-oauth-basic@example.com/\nhttps://oauth2:{GHP}@example.com/\n",
        "machine example.com login somebody-42 password s3cret-word\n",
        "[credential]\n\thelper = store\npassword = $PASSWORD\ntoken: prompt\n",
    ]
    words = (
        b"deploy-2024 company example.com x-oauth-basic oauth2 somebody-42 store $PASSWORD prompt"
    )
    files = [tmp_path / str(number) for number in range(len(texts))]
    for file, text in zip(files, texts):
        file.write_text(text)
    given = {**plan(), "secrets": [{"id": f"s{file.name}", "src": str(file)} for file in files]}
    assert check(on(tmp_path, image_of({"a": words}), **given))


def write_image(directory, *layers, stored=None, **more):
    """An image of tars, and its test."""
    directory.mkdir()
    plan = write_plan(directory, archive(image(list(layers), stored=stored, **more)))
    plan["go"] = {"passEnv": ["TOKEN"], "env": []}
    return checks.Test("api.no-secrets", plan, directory, ASSERTED)


def gzipped(tar, extra=b"", name=b"", comment=b"", behind=b""):
    """With all that a header may have (RFC 1952)."""
    flags = 4 * bool(extra) | 8 * bool(name) | 16 * bool(comment)
    head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(4) + b"\0\3"
    if extra:
        head += struct.pack("<H", len(extra) + 4) + b"ab" + struct.pack("<H", len(extra)) + extra
    head += b"".join(part + b"\0" for part in (name, comment) if part)
    packed = gzip.compress(tar)
    return head + packed[10:] + behind


WORD = TOKEN.encode()
EMPTY = layer(entry("a", b""))
END = bytes(1024)
# Where nobody looks -> the layers of an image, and how they are stored.
HIDDEN = {
    "content of a whiteout": ([layer(entry(".wh.a", WORD))], None, "/.wh.a in layer 1 of 1"),
    "whiteouts alone": ([EMPTY, layer(entry(".wh.a", KEY.encode()))], None, "/.wh.a in layer 2 of 2"),
    "opaque whiteout": ([layer(entry("d/.wh..wh..opq", WORD))], None, "/d/.wh..wh..opq in layer 1"),
    "name of a whiteout": ([layer(entry(f".wh.{TOKEN}", b""))], None, "/.wh.*** in layer 1"),
    "behind the end": ([EMPTY + WORD.ljust(512, b"\0")], None, "behind the files of layer 1 of 1"),
    "a layer of nothing": ([layer() + WORD.ljust(512)], None, "behind the files of layer 1"),
    "padding": ([raw(b"a", b"x") [:600] + WORD.ljust(424, b"\0") + raw(b"b", b"") + END], None, "/b in layer 1"),
    "header": ([raw(b"a\0" + WORD, b"x") + END], None, "/a in layer 1"),
    "long name": ([layer(entry("x" * 200 + TOKEN, b""))], None, "in layer 1"),
    "PAX record": ([layer(entry("a", b"", pax_headers={"comment": TOKEN}))], None, "/a in layer 1"),
    "attribute": ([layer(entry("a", b"", pax_headers={"SCHILY.xattr.user.x": TOKEN}))], None, "/a in layer 1"),
    "owner": ([layer(entry("a", b"", uname=TOKEN))], None, "/a in layer 1"),
    "target": ([layer(link("a", f"/x/{TOKEN}"))], None, "/a in layer 1"),
    "device": ([layer(entry(TOKEN, type=tarfile.FIFOTYPE))], None, "/*** in layer 1"),
    "extra field of gzip": ([EMPTY], [gzipped(EMPTY, extra=WORD)], "of the archive"),
    "name of gzip": ([EMPTY], [gzipped(EMPTY, name=WORD)], "of the archive"),
    "comment of gzip": ([EMPTY], [gzipped(EMPTY, comment=WORD)], "of the archive"),
    "frame of zstd": ([EMPTY], [zstandard.compress(EMPTY) + b"\x50\x2a\x4d\x18" + struct.pack("<I", len(WORD)) + WORD], "of the archive"),
}  # fmt: skip


@pytest.mark.parametrize("case", HIDDEN)
def test_where_nobody_looks(tmp_path, token, case):
    layers, stored, where = HIDDEN[case]
    with pytest.raises(CheckError) as error:
        check(write_image(tmp_path / "d", *layers, stored=stored))
    assert where in str(error.value)
    assert TOKEN not in str(error.value)


# Members of the documents of an image -> where the secret is.
MEMBERS = {
    "author": ({"configuration": {"author": TOKEN}}, "author"),
    "comment": ({"configuration": {"history": [{"comment": TOKEN}]}}, "history 1 comment"),
    "container": ({"configuration": {"container_config": {"Env": [f"A={TOKEN}"]}}}, "container_config Env A"),
    "anything": ({"configuration": {"x": [{"y": {TOKEN: 1}}]}}, "x 1 y"),
    "annotation": ({"manifest": {"annotations": {"a": TOKEN}}}, "of the archive"),
}  # fmt: skip


@pytest.mark.parametrize("case", MEMBERS)
def test_documents_of_the_image(tmp_path, token, case):
    arguments, where = MEMBERS[case]
    with pytest.raises(CheckError, match=f"{where}: the value of TOKEN"):
        check(write_image(tmp_path / "d", EMPTY, **arguments))


def test_nothing_is_found_in_a_clean_image(tmp_path, token):
    assert check(write_image(tmp_path / "d", EMPTY, stored=[gzipped(EMPTY, extra=b"x")]))


def test_a_directory_has_no_credentials_in_it(tmp_path):
    assert check(on(tmp_path, image_of({"root/.npmrc/": None}), **plan()))


@pytest.mark.parametrize(
    ("algorithm", "form"),
    [
        ("rsa", "PEM"),
        ("rsa", "PKCS8"),
        ("ecdsa", "PEM"),
        ("ecdsa", "PKCS8"),
        ("ed25519", "RFC4716"),
    ],
)
def test_keys_that_ssh_keygen_makes(tmp_path, algorithm, form):
    key = tmp_path / "key"
    run(["ssh-keygen", "-q", "-N", "", "-t", algorithm, "-m", form, "-f", key])
    with pytest.raises(CheckError) as error:
        check(on(tmp_path, image_of({"k": key.read_bytes()}), **plan()))
    assert found(error) == "/k in layer 1 of 1: a private key"


def test_a_program_that_reads_keys_is_none(project):
    """The strings of crypto/x509, crypto/tls and so on; and the whole way of a value that is handed on."""
    project.go_module(".", main="""
        package main

        import (
        \t"crypto/tls"
        \t"crypto/x509"
        \t"encoding/pem"
        \t"fmt"
        )

        const block = "-----BEGIN RSA PRIVATE KEY-----\\n"

        func main() {
        \t_, err := tls.X509KeyPair(nil, nil)
        \tfmt.Println(err, x509.NewCertPool(), block, pem.Encode(nil, &pem.Block{Type: "PRIVATE KEY"}))
        }
        """)  # fmt: skip
    project.write("conf/token", f"token = {TOKEN}\n")
    project.cmakelists("""
        add_go_container(tidy BASE scratch GO_ENV TOKEN)
        add_go_container(api BASE scratch GO_ENV TOKEN FILES conf/token)
        add_go_container_test(tidy NO_SECRETS)
        add_go_container_test(api NO_SECRETS)
        """)
    project.configure(engine="builtin")
    result = project.ctest("-V", "-R", "secrets", env={"TOKEN": TOKEN}, expect_failure=True)
    assert re.findall(r"(\S+) \(Failed\)", result.stdout) == ["api.no-secrets"]
    assert "/token in layer 2 of 3: the value of TOKEN" in result.stdout
    assert TOKEN not in result.stdout
