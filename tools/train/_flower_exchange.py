"""Messages between the server and the clients: all are answered, counted and told of."""
# pyright: basic, reportMissingImports=false

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flwr.app import Message, RecordDict
from flwr.serverapp import Grid

from store import StoreError
from store.worker import write_last

POLL_SECONDS = 0.1


class Exchange:
    """Sends messages to the clients and waits for all of them; counts the bytes, and tells how many have answered.

    Args:
        grid: Flower's.
        names: Of the clients, by partition.
        now: A file that says what is going on: {"text", "answered", "of"}.
    """

    def __init__(self, grid: Grid, names: list[str], now: Path) -> None:
        self._grid, self.names, self._now = grid, names, now
        self.bytes = 0
        self.doing = ""

    def get_node_ids(self) -> Iterable[int]:
        """As `Grid` has it."""
        return self._grid.get_node_ids()

    def all(self, kind: str, record: dict[str, Any]) -> list[Message]:
        """Send one record to every client, and have all the answers."""
        nodes = list(self._grid.get_node_ids())
        return self.send_and_receive(
            [Message(RecordDict(record), dst_node_id=node, message_type=kind) for node in nodes]
        )

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:
        """As `Grid` has it, but that a client that fails ends the round.

        Raises:
            StoreError: A client failed; the message is its own sentence.
        """
        messages = list(messages)
        self.bytes += sum(_bytes(message) for message in messages)
        waiting = set(self._grid.push_messages(messages))
        replies: list[Message] = []
        self._tell(0, len(messages))
        while waiting:
            for reply in self._grid.pull_messages(list(waiting)):
                if reply.has_error():
                    raise StoreError(_sentence(str(reply.error.reason)))
                waiting.discard(reply.metadata.reply_to_message_id)
                replies.append(reply)
                self.bytes += _bytes(reply)
                self._tell(len(replies), len(messages))
            time.sleep(POLL_SECONDS)
        return replies

    def _tell(self, answered: int, of: int) -> None:
        write_last(self._now, {"text": self.doing, "answered": answered, "of": of})


def _bytes(message: Message) -> int:
    """The payload; lists in a configuration are counted by their items, which `count_bytes` does not do."""
    content = message.content
    counted = [*content.array_records.values(), *content.metric_records.values()]
    settings = [value for record in content.config_records.values() for value in record.values()]
    parts = [part for value in settings for part in (value if isinstance(value, list) else [value])]
    return sum(record.count_bytes() for record in counted) + sum(map(_size, parts))


def _size(value: object) -> int:
    return len(value.encode()) if isinstance(value, str) else len(value) if isinstance(value, bytes) else 8


def _sentence(reason: str) -> str:
    """What a client said, without the marks that Ray and Flower put around it."""
    said = re.findall(r"StoreError: (.+?)(?:'>|\n|$)", reason)
    return said[-1] if said else f"A client failed: {reason.strip().splitlines()[-1][:300]}"
