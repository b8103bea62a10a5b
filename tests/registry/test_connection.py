"""Which addresses a registry may have its clients ask, whatever their names are."""

import pytest
from gocontainer.registry.address import BadAddressError, origin_of
from gocontainer.registry.connection import Connections

OWN, OTHER = origin_of("https://registry.example"), origin_of("https://storage.example")
ANYWHERE, NETWORK, MACHINE, LINK = "8.8.8.8", "10.1.2.3", "127.0.0.1", "169.254.169.254"


@pytest.mark.parametrize(
    "own, address, refused",
    [
        (ANYWHERE, "1.1.1.1", False),
        (ANYWHERE, NETWORK, True),
        (ANYWHERE, "::ffff:10.1.2.3", True),
        (ANYWHERE, "fd00::1", True),
        (ANYWHERE, MACHINE, True),
        (ANYWHERE, LINK, True),
        (NETWORK, "192.168.1.1", False),
        (NETWORK, MACHINE, True),
        (NETWORK, LINK, True),
        (MACHINE, NETWORK, False),
        (MACHINE, "::1", False),
        (MACHINE, LINK, True),
        (MACHINE, "fe80::1%eth0", True),
    ],
)
def test_none_is_nearer_than_its_own(own, address, refused):
    connections = Connections({})
    connections.admit(own, OWN, OWN)
    if refused:
        with pytest.raises(BadAddressError, match=r"storage\.example is at a private address"):
            connections.admit(address, OTHER, OWN)
    else:
        connections.admit(address, OTHER, OWN)
