"""NO_SECRETS: what it finds, wherever it is, and what it does not take for a secret."""

import base64
import json
import os
import re

import pytest
from checks import CheckError, check_of, secrets
from harness import run
from layered import check_on, image_of

ASSERTED = {"name": "api.no-secrets"}
check = check_of("no-secrets")
# What openssl and ssh-keygen write, in all but the key; put together here, as this file is no secret.
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
        ("netrc", "machine a.example.com login x\n  password s3cret-word\n", "s3cret-word", "a password in the secret netrc"),
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
