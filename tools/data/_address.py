"""Where a link may lead: public addresses, checked before a connection is made to just these."""

import ipaddress
import os
import socket
import threading
import urllib.request
from dataclasses import dataclass
from typing import Any

import httpx

from tools.tool import ToolError

ALLOW = "TUNEWRIGHT_PRIVATE_LINKS"
"""Set to `on`, links may lead into the own network and to this machine; never do that on a public server."""
LOOKUP_SECONDS = 10.0
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to the open internet; old ways of writing an IPv4 address within one lie outside."""
SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23")))
"""For protocols, not for servers; a cloud answers about itself in the first. Python counts parts of them as global."""
MOST_ADDRESSES = 4


@dataclass(frozen=True)
class Target:
    """One request as it goes out.

    Attributes:
        url: The link, with the checked address in the place of the name, unless a proxy looks the name up.
        headers: The name, for the server.
        extensions: The name, for its certificate.
        by_proxy: Whether a proxy makes the connection.
    """

    url: httpx.URL
    headers: dict[str, str]
    extensions: dict[str, Any]
    by_proxy: bool


def targets(link: str) -> list[Target]:
    """The addresses behind a link, to be tried in turn.

    Raises:
        ToolError: It is no http(s) link, its server is not known, or it leads to an address that is not public.
    """
    url = _parsed(link)
    host, port = url.raw_host.decode(), url.port or {"http": 80, "https": 443}[url.scheme]
    by_proxy = url.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host)
    found = _addresses(host, port)
    if os.environ.get(ALLOW, "").lower() != "on" and (
        host == "localhost" or not all(is_public(each) for each in found)
    ):
        raise ToolError(
            f"{shown(link)} leads into a private network or to this very machine, and such links are not followed. "
            f"Upload the file; or, on a machine of your own, set {ALLOW}=on."
        )
    headers = {"Host": url.netloc.decode(), "Accept-Encoding": "identity", "User-Agent": "tunewright"}
    if by_proxy:
        return [Target(url, headers, {}, by_proxy=True)]
    if not found:
        raise ToolError(
            f"There is no answer about {host}: no such server, or this machine is not connected to the internet. "
            "Check the link, or upload the file."
        )
    return [
        Target(url.copy_with(host=address), headers, {"sni_hostname": host}, by_proxy=False)
        for address in found[:MOST_ADDRESSES]
    ]


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet; an address inside an address counts."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in UNICAST:
            return False
    special = any(ip.version == each.version and ip in each for each in SPECIAL)
    return ip.is_global and not special and not ip.is_multicast


def shown(link: str) -> str:
    """A link without what may be a secret in it."""
    plain = link.partition("?")[0].partition("#")[0]
    return plain if len(plain) <= 120 else f"{plain[:117]}..."


def _parsed(link: str) -> httpx.URL:
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, ValueError) as error:
        raise ToolError(f"{shown(link)} is not a link that can be followed: {error}.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ToolError(f"{shown(link)} is not a link to a file: it must begin with https:// and name a server.")
    if url.userinfo:
        raise ToolError(
            "A link with a user name or password in it is not followed, since it would be kept. Upload the file."
        )
    return url


def _addresses(host: str, port: int) -> list[str]:
    """What a name stands for; a name server that is silent does not hold us."""
    found: list[str] = []

    def look_up() -> None:
        try:
            found.extend(
                dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            )
        except (OSError, UnicodeError):
            return

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(LOOKUP_SECONDS)
    return list(found)
