"""Tell another program of an alert: signed, repeated if need be, and without anybody waiting for it."""

import hashlib
import hmac
import ipaddress
import json
import logging
import os
import queue
import threading
from dataclasses import asdict

import httpx

from store.requests import Alert
from tools.data._address import targets
from tools.tool import ToolError

log = logging.getLogger(__name__)
SECRET = "TUNEWRIGHT_WEBHOOK_SECRET"
"""The variable of the environment that holds the secret by which alerts are signed."""
ADDRESS = "TUNEWRIGHT_WEBHOOK"
"""The variable that holds the address of a service's alerts, where its settings name none."""
SIGNATURE = "X-Tunewright-Signature"
PAUSES = (0.0, 2.0, 10.0, 60.0)
"""Seconds before each try."""
SECONDS = 10.0
MOST_WAITING = 100


def signed(body: bytes, at: int, secret: str) -> str:
    """What stands in the header: `t=SECONDS,v1=HEX`, the HMAC-SHA256 (RFC 2104) of the time, a dot and the body."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def refuse_address(address: str) -> None:
    """Let alerts be sent only over https to the open internet, or to a program on this very machine.

    Raises:
        ToolError: The address is another.
    """
    _ways(address)


class Webhook:
    """Sends alerts from a thread of its own, in their order.

    Args:
        address: Where to.
        pauses: Seconds before each try.
    """

    def __init__(self, address: str, pauses: tuple[float, ...] = PAUSES) -> None:
        self._address, self._pauses = address, pauses
        self._waiting: queue.Queue[Alert | None] = queue.Queue(MOST_WAITING)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="webhook", daemon=True)
        self._thread.start()

    def send(self, alert: Alert) -> None:
        """Send it in its turn; if too many wait already, it is left out, and stands in the store alone."""
        try:
            self._waiting.put_nowait(alert)
        except queue.Full:
            log.warning("an alert was not sent, since %s others wait", MOST_WAITING)

    def close(self) -> None:
        """Send no more."""
        self._ended.set()
        self._waiting.put(None)
        self._thread.join(SECONDS)

    def _work(self) -> None:
        while (alert := self._waiting.get()) is not None and not self._ended.is_set():
            for pause in self._pauses:
                if self._ended.wait(pause) or self._sent(alert):
                    break
            else:
                log.warning("an alert was not taken by the webhook after %s tries", len(self._pauses))

    def _sent(self, alert: Alert) -> bool:
        """Whether it was taken, or never will be."""
        body = json.dumps(asdict(alert), sort_keys=True).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "tunewright"}
        if secret := os.environ.get(SECRET):
            headers[SIGNATURE] = signed(body, int(alert.at), secret)
        try:
            url, more, extensions = _ways(self._address)
            with httpx.Client(timeout=SECONDS, follow_redirects=False) as client:
                answer = client.post(url, content=body, headers=headers | more, extensions=extensions)
        except (httpx.HTTPError, ToolError):
            return False
        return answer.status_code < 500 and answer.status_code not in (408, 429)


def _ways(address: str) -> tuple[httpx.URL, dict[str, str], dict[str, str]]:
    """The URL with its checked address in the place of the name, headers and extensions.

    Raises:
        ToolError: It may not be sent there.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise ToolError(f"{address!r} is no address. Name one that begins with https://.") from error
    if url.userinfo or url.fragment:
        raise ToolError("The address of a webhook holds no user, password or fragment; alerts are signed instead.")
    if url.scheme in ("http", "https") and _is_loopback(url.host):
        return url, {}, {}
    if url.scheme != "https":
        raise ToolError("Alerts are sent over https, or to a program on this machine, such as http://127.0.0.1:9000.")
    target = targets(address)[0]
    return target.url, {"Host": target.headers["Host"]}, target.extensions


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
