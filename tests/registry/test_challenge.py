"""Challenges of registries."""

import pytest
from gocontainer.registry.challenge import challenges_of, pick


@pytest.mark.parametrize(
    "headers, scheme, parameters",
    [
        (['Basic realm="x"'], "basic", {"realm": "x"}),
        (["Basic"], "basic", {}),
        (
            ['Bearer realm="https://a/t",service="s",scope="repository:a:pull,push"'],
            "bearer",
            {"realm": "https://a/t", "service": "s", "scope": "repository:a:pull,push"},
        ),
        (["bearer realm=https://a/t"], "bearer", {"realm": "https://a/t"}),
        (['Basic realm="x", Bearer realm="y"'], "bearer", {"realm": "y"}),
        (['Basic realm="x"', 'Bearer realm="y"'], "bearer", {"realm": "y"}),
        (["Negotiate", 'Basic realm="x"'], "basic", {"realm": "x"}),
        (
            ['Bearer realm="a, Basic b",service="s"'],
            "bearer",
            {"realm": "a, Basic b", "service": "s"},
        ),
        ([r'Basic realm="a\"b"'], "basic", {"realm": 'a"b'}),
    ],
)
def test_one_is_picked(headers, scheme, parameters):
    found = pick(challenges_of(headers))
    assert (found.scheme, found.parameters) == (scheme, parameters)


@pytest.mark.parametrize("headers", [[], [""], ["Negotiate"], ['"'], ["=" * 9000], ["," * 9000]])
def test_none_is_understood(headers):
    assert pick(challenges_of(headers)) is None
