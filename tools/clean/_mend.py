"""Mend texts one by one in Python, streamed, for what SQL cannot do."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.clean._contents import streamed
from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined

Mend = Callable[[str], str]


def mended(
    data: Examined,
    kind: str,
    reason: str,
    suspect: Callable[[str], str],
    mend: Mend,
    cells: Mapping[str, Mend] | None = None,
) -> Path:
    """Save an edit for every cell that mending changes. What would leave nothing is left as it is.

    Args:
        data: The dataset; its columns with words in them are mended.
        kind: Names the file.
        reason: Goes with every edit.
        suspect: From SQL for a cell, SQL for whether it is worth a look.
        mend: From a text, the mended text.
        cells: For further columns, of other than words, how to mend each.

    Returns:
        A Parquet file with the columns of `store.edits.EDITS`.
    """
    return saved(data, kind, _edits(data, reason, suspect, mend, cells or {}))


def _edits(
    data: Examined, reason: str, suspect: Callable[[str], str], mend: Mend, further: Mapping[str, Mend]
) -> Iterator[Edit]:
    for column in [*data.here.written, *further]:
        mend_one = further.get(column, mend)
        whole = _in_messages(mend_one) if data.here.version.roles.get(column) == "messages" else mend_one
        worth = "{} <> ''".format if column in further else suspect
        for row, _, text in streamed(data, [column], worth):
            if (new := whole(text)) != text and new:
                yield Edit(row, column, text, new, reason)


def _in_messages(mend: Mend) -> Mend:
    """The same for the contents of messages in JSON."""

    def whole(text: str) -> str:
        messages: list[dict[str, Any]] = json.loads(text)
        for message in messages:
            for name, value in message.items():
                if name != "role" and isinstance(value, str):
                    message[name] = mend(value)
        return json.dumps(messages, ensure_ascii=False, separators=(",", ":"))

    return whole
