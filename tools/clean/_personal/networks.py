"""IP and MAC addresses."""

import ipaddress
import re

from tools.clean._personal.spans import Span, apart, said_before

IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:)[0-9A-Fa-f:.]{3,45}(?<![.])(?![\w:])")
MAC = re.compile(
    r"(?<![\w:-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![\w:-])"
)
VERSION = re.compile(r"\b(?:v|ver|version|release|build|firmware|section|chapter|clause|§)\.?\s*$", re.IGNORECASE)
MADE_UP_MAC = "020000"
"""Locally administered, so that no maker gives it out."""


def network_spans(text: str) -> list[Span]:
    """Addresses of machines that could be a person's: none that are reserved for examples or mean the machine itself.

    Example:
        >>> text = "from 86.121.97.248 and 3c:22:fb:01:02:03, not 127.0.0.1, not version 1.2.3.4"
        >>> [text[start:end] for start, end in network_spans(text)]
        ['86.121.97.248', '3c:22:fb:01:02:03']
    """
    found = [each.span() for each in IPV4.finditer(text) if _is_meant(text, each)] if "." in text else []
    if ":" in text or "-" in text or "." in text:
        macs = [each.span() for each in MAC.finditer(text) if not _hex(each[0]).startswith(MADE_UP_MAC)]
        found += [span for span in macs if len(set(_hex(text[slice(*span)]))) > 1]
        found += [each.span() for each in IPV6.finditer(text) if _is_meant(text, each)]
    return apart(found)


def _hex(mac: str) -> str:
    return re.sub(r"[:.-]", "", mac).lower()


def _is_meant(text: str, found: re.Match[str]) -> bool:
    try:
        address = ipaddress.ip_address(found[0])
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified or address.is_multicast or address in _EXAMPLES[address.version]:
        return False
    if address.version == 6:
        return bool(re.search(r"\d", found[0])) and len(found[0]) > 4
    return not said_before(text, found.start(), VERSION, 20) and not found[0].startswith("0.")


class _Examples:
    def __init__(self, *networks: str) -> None:
        self._networks = [ipaddress.ip_network(network) for network in networks]

    def __contains__(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address in network for network in self._networks)


_EXAMPLES = {
    4: _Examples("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"),
    6: _Examples("2001:db8::/32"),
}
"""RFC 5737, 2544 and 3849: they belong to nobody."""
