"""Links are a way into the network that this program runs in: every spelling of an inner address is refused."""

import socket
from typing import Any

import pytest

from store import Workspace
from tests.data.test_links import MAILS, Server, web
from tools import TOOLS, ToolError
from tools.data import _address
from tools.data._address import ALLOW, is_public

__all__ = ["web"]
INSIDE = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0x7f000001", "0x7f.0.0.1", "017700000001",
    "0177.0.0.1", "2130706433", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "0xc0a80001", "3232235521",
    "169.254.169.254", "169.254.170.2", "0xa9fea9fe", "2852039166", "100.100.100.200", "100.64.0.1", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
    "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::]", "[fe80::1]", "[fc00::1]",
    "[fd00:ec2::254]", "[ff02::1]", "[::127.0.0.1]", "①②⑦.⓪.⓪.①", "127。0。0。1",
]  # fmt: skip
"""Hosts of links that lead inside: short, octal, hexadecimal, in one number, in IPv6, with other digits and dots."""


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
def test_an_inner_address_is_refused_however_it_is_spelled(empty: Workspace, host: str, scheme: str) -> None:
    with pytest.raises(ToolError, match="private network|no answer about|not a link"):
        TOOLS["load_dataset"].show_first(empty, {"source": f"{scheme}://{host}/latest/meta-data/x.csv"})


@pytest.mark.parametrize(
    "inner", ["::127.0.0.1", "::7f00:1", "64:ff9b:1::7f00:1", "2001:0:7f00:1::", "fec0::1", "2001:db8::1"]
)
def test_addresses_within_addresses_and_old_ones_are_not_public(inner: str) -> None:
    assert not is_public(inner)


def test_a_name_that_means_an_inner_address_is_refused(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _means("169.254.169.254"))
    with pytest.raises(ToolError, match="leads into a private network"):
        TOOLS["load_dataset"].show_first(empty, {"source": "http://metadata.attacker.example/x.csv"})


def test_one_inner_address_among_public_ones_is_enough_to_refuse(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _means("93.184.215.14", "127.0.0.1"))
    with pytest.raises(ToolError, match="leads into a private network"):
        TOOLS["load_dataset"].show_first(empty, {"source": "http://both.attacker.example/x.csv"})


def test_a_name_that_means_something_else_a_moment_later_gains_nothing(
    empty: Workspace, web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is looked up once: the connection goes to the address that was checked, though the name has moved."""
    monkeypatch.delenv(ALLOW)
    monkeypatch.setattr(_address, "is_public", lambda address: address == "127.0.0.1")
    asked: list[str] = []

    def rebinding(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if host == "rebinding.attacker.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return looked_up(host, port, *more, **named)

    looked_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setenv("no_proxy", "*")
    url = web.add("/mails.csv", MAILS).replace("127.0.0.1", "rebinding.attacker.example")
    TOOLS["load_dataset"].show_first(empty, {"source": url})
    assert len(asked) == 1
    assert web.asked == ["/mails.csv"]


def test_a_server_that_redirects_into_the_metadata_of_the_cloud_is_not_followed(
    empty: Workspace, web: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ALLOW)
    monkeypatch.setattr(_address, "is_public", lambda address: address == "127.0.0.1")
    for place in (
        "http://169.254.169.254/latest/",
        "http://[::ffff:169.254.169.254]/",
        "//10.0.0.1/x",
        "file:///etc/passwd",
    ):
        with pytest.raises(ToolError, match="private network|must begin with https"):
            TOOLS["load_dataset"].show_first(empty, {"source": web.add("/x.csv", b"", 302, Location=place)})


def _means(*addresses: str) -> Any:
    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up
