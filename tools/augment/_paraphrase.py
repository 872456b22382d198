"""Rows in other words, and new rows for a label, by the language model that the assistant thinks with."""

import random
from collections.abc import Sequence
from typing import Any

from tools.augment._kept import NUMBER, named
from tools.augment._queue import Source
from tools.augment._rows import label_words
from tools.augment._translation import Drafts, Drawn, Hear
from tools.augment._writer import Json, Writer, writer

SHOWN = 4
"""Rows of a label that are shown as examples."""
LONGEST = 2_000
"""Characters of a row that is shown; longer ones are not rewritten."""
PARAPHRASE = (
    "Say the text in other words. Every wording must mean exactly the same, ask for the same and be in the same "
    "language; keep everything in 'keep' letter by letter. Make the wordings differ from each other."
)
EXAMPLES = (
    "Write new texts of the same kind as the examples: somebody else wants the same, said in another way. Keep to "
    "their language, length and tone, and let every text fit the label. Copy none of the examples."
)


def paraphrased(drawn: Drawn, hear: Hear, seed: int) -> tuple[Drafts, str]:
    """Other wordings of each row, and what made them."""
    found: Drafts = {}
    with writer() as model:
        for done, (source, count) in enumerate(drawn):
            hear(done / len(drawn), f"Paraphrased {done:,} of {len(drawn):,} rows")
            if len(source.text) <= LONGEST:
                asked = {"text": source.text, "keep": _keep(source), "how_many": count}
                found[source.row] = _texts(model, PARAPHRASE, asked, count, 2 * len(source.text) + 20, seed)
        return found, model.name


def exemplified(drawn: Drawn, rows: Sequence[Source], hear: Hear, seed: int) -> tuple[Drafts, str]:
    """New rows after each row and others of its label, and what made them.

    Args:
        drawn: The rows to begin with, and how many texts to write after each.
        rows: All training rows. What is held out is never shown.
        hear: Told how far it is.
        seed: Chooses the rows that are shown.
    """
    alike: dict[str | None, list[str]] = {}
    for row in rows:
        if len(row.text) <= LONGEST and not row.was_made:
            alike.setdefault(row.label, []).append(row.text)
    found: Drafts = {}
    with writer() as model:
        for done, (source, count) in enumerate(drawn):
            hear(done / len(drawn), f"Wrote examples after {done:,} of {len(drawn):,} rows")
            if len(source.text) > LONGEST:
                continue
            others = [text for text in alike[source.label] if text != source.text]
            some = random.Random(f"{seed} {source.row}").sample(others, min(SHOWN - 1, len(others)))
            asked: Json = {"label": source.label, "examples": [source.text, *some], "how_many": count}
            longest = 2 * max(len(text) for text in asked["examples"]) + 20
            found[source.row] = _texts(model, EXAMPLES, asked, count, longest, seed + source.row)
        return found, model.name


def _keep(source: Source) -> list[str]:
    said = source.text.lower()
    words = [word for word in label_words(source.label) if word in said.split()]
    return sorted({*words, *named(source.text), *NUMBER.findall(source.text)})


def _texts(model: Writer, told: str, asked: Json, count: int, longest: int, seed: int) -> list[str]:
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": longest}
    schema: Json = {
        "type": "object",
        "properties": {"texts": {"type": "array", "items": text, "minItems": count, "maxItems": count}},
        "required": ["texts"],
        "additionalProperties": False,
    }
    answer = model.write(told, asked, schema, seed=seed, most_tokens=64 + count * longest)
    return list(dict.fromkeys(text.strip() for text in answer["texts"] if text.strip())) if answer else []
