"""Addresses on this machine, the only ones that rows are sent to by a tool that asks for no yes."""

import ipaddress
import os

import httpx

from tools.tool import ToolError


def local(url: str) -> str:
    """The address of an OpenAI-compatible server on this machine, with /v1 at its end.

    Raises:
        ToolError: It is no address, it names another machine, or this is a shared machine.
    """
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise ToolError(f"{url[:100]!r} is no address ({error}). It looks like http://localhost:8080/v1.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ToolError(f"{url[:100]!r} is no address of a server. It looks like http://localhost:8080/v1.")
    if parsed.userinfo or parsed.query:
        raise ToolError("Leave keys out of the address; set TUNEWRIGHT_ENDPOINT_KEY instead.")
    if not _here(parsed.host):
        raise ToolError(
            f"{parsed.host} is not this machine. A comparison sends the texts of your rows to the server, and this "
            "tool only reads, so it sends them to no address but localhost. Nothing was sent."
        )
    if "SPACE_ID" in os.environ:
        raise ToolError("On a Space no server of yours runs on this machine, so there is none to compare with.")
    plain = str(parsed).rstrip("/").removesuffix("/chat/completions")
    return plain if plain.endswith("/v1") else f"{plain}/v1"


def _here(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
