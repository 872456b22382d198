"""Texts with insults, slurs, threats or obscenities."""

from collections.abc import Iterator

from tools.clean._contents import contents, streamed
from tools.clean._edits import Edit, saved
from tools.clean._examined import Examined
from tools.clean._proposal import Proposal

GROUP = "text"
CALLED = "toxic toxicity abusive abuse hate hateful offensive profanity profane swearing insult insults rude slur"
"""What people call it."""

LOOKED_AT = 5_000
"""Characters of a text that are looked at."""
SIGNS_SHOWN = 3


def find(data: Examined) -> Proposal | str:
    """Propose dropping rows whose signs of abuse add up."""
    if not data.here.written:
        return "no column with words in it"
    return Proposal(
        found="{rows:row holds|rows hold} insults, slurs, threats or obscenities",
        sentence="Drop {rows:row that holds|rows that hold} insults, slurs, threats or obscenities.",
        done="Dropped {rows:row that held|rows that held} insults, slurs, threats or obscenities.",
        why="A model writes as it was taught. It goes by a list of English words and phrases, whose points add up.",
        doubt="It cannot tell a quotation from an insult and knows no irony, and it misses contempt in polite words:"
        " decline this if a model shall learn to recognise abuse.",
        edits="from abusive",
        views={"abusive": saved(data, "toxic_text", _abusive(data))},
    )


def _abusive(data: Examined) -> Iterator[Edit]:
    from tools.clean._toxic import TOXIC, score, suspect  # noqa: PLC0415  its patterns take a moment to compile

    seen: set[int] = set()
    for row, column, text in streamed(data, data.here.written, suspect):
        points, signs = score(contents(text)[:LOOKED_AT])
        if points >= TOXIC and row not in seen:
            seen.add(row)
            told = [f"{kind} ({', '.join(words[:SIGNS_SHOWN])})" for kind, words in signs.items()]
            yield Edit(row, column, text, None, "; ".join(told[:SIGNS_SHOWN]), "drop")
