"""Which column goes in and which is to come out, as people say it: "message in, category out", "predict stars"."""

import re
from collections.abc import Sequence

_SIDE = "label|answer|output|completion|target|class|reply|response"
_IN = (
    r"{c}(?: column| field)?(?: that)?(?: goes| comes| is| are| stands)? in\b(?! (?:the|a|an|my|our|column)\b)",
    r"{c}(?: column| field)?(?: is| are)? (?:as |for )(?:the |an? )?(?:input|text|prompt|source)\b",
    r"{c}(?: column| field)? (?:is|are|holds|has) "
    r"(?:the (?:input|text|prompt)|what (?:\w+ ){{1,3}}(?:says?|writes?|asks?))",
    r"(?:from|reads?|reading|given|sees?|gets?|takes?|shown|input|prompt|text)(?:[:=]| is| are| in)?"
    r"(?: the| a| column| it)* {c}",
)
_OUT = (
    r"{c}(?: column| field)?(?: that)?(?: goes| comes| is| are)? out\b",
    rf"{{c}}(?: column| field)?(?: is| are)? (?:as |for )(?:the |an? )?(?:{_SIDE})\b",
    rf"{{c}}(?: column| field)? (?:is|are|holds|has) the (?:{_SIDE})\b",
    r"(?:predict(?:s|ing)?|guess(?:es|ing)?|(?:answers?|answering|repl(?:y|ies)|responds?)(?: with)?|outputs?|labels?"
    r"|completion|target|class|returns?|out comes?|comes? out)(?:[:=]| is| are| in)?(?: the| a| column| its)* {c}",
)
_PAIR = r"{a}(?: column)?(?:,? and(?: the)?|,? then|[,/]| ?-+> ?| ?→ ?| to(?: the)?| into(?: the)?)\s*{b}"


def roles(text: str, columns: Sequence[str]) -> dict[str, str]:
    """The columns that are told to be the text and the label; empty if nothing tells.

    Args:
        text: The message.
        columns: The columns it names, in their order.
    """
    text = text.lower()
    goes_in = [column for column in columns if _told(_IN, text, column)]
    comes_out = [column for column in columns if _told(_OUT, text, column)]
    found = {}
    if len(goes_in) == 1 and goes_in != comes_out:
        found["text"] = goes_in[0]
    if len(comes_out) == 1 and comes_out != goes_in:
        found["label"] = comes_out[0]
    if len(columns) != 2 or len(found) == 2:
        return found
    if not found:
        pair = _PAIR.format(a=_spelled(columns[0]), b=_spelled(columns[1]))
        return dict(zip(("text", "label"), columns, strict=True)) if re.search(pair, text) else {}
    other = "label" if "text" in found else "text"
    return found | {other: next(column for column in columns if column not in found.values())}


def _told(patterns: Sequence[str], text: str, column: str) -> bool:
    return any(re.search(pattern.format(c=_spelled(column)), text) for pattern in patterns)


def _spelled(column: str) -> str:
    return r"[\"'“”‘’`]?\b" + r"[\s_-]*".join(map(re.escape, re.split(r"[\s_-]+", column.lower()))) + r"\b[\"'“”‘’`]?"
