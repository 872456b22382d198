"""Translate rows into another language and back: other words for the same, most of the time.

By two Marian models of the Hub (Tiedemann and Thottingal 2020); without the Hub by the language model that the
assistant thinks with, which is slower and loses more.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.augment._queue import Source
from tools.augment._writer import Writer, is_here, writer
from tools.data._language import language
from tools.tool import ToolError
from tools.weights import hub
from tools.weights.bases import resolve_base
from tools.weights.errors import FetchError
from tools.weights.folder import models_folder

REPOSITORY = "Helsinki-NLP/opus-mt-{}-{}"
PIVOTS = {"en": ("de", "fr", "es")}
"""The languages to go through, the first whose models can be had; from all but English it is English."""
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
READ = 4_000
"""Characters of the rows that tell the language."""
Drawn = Sequence[tuple[Source, int]]
Hear = Callable[[float, str], None]
Drafts = dict[int, list[str]]


def back_translated(drawn: Drawn, hear: Hear, seed: int) -> tuple[Drafts, str]:
    """Texts for each row, and what made them.

    Raises:
        ToolError: Neither the models of the Hub nor a language model can be had.
    """
    own = language(" ".join(source.text for source, _ in drawn)[:READ]) or "en"
    try:
        there, back, through = _models(own)
    except FetchError as error:
        if not is_here():
            raise ToolError(
                f"There is nothing to translate with: {str(error).rstrip('.')}. Connect to the internet once so that"
                " the models are loaded, or set TUNEWRIGHT_LLM_URL to a language model; or take synonyms or typos."
            ) from error
        return _by_writer(drawn, hear, own, seed)
    from tools.augment._marian import Pair  # noqa: PLC0415  (torch)

    return Pair(there, back).back(drawn, hear), f"Marian models through {NAMES.get(through, through)}"


def _models(own: str) -> tuple[Path, Path, str]:
    """Folders of the models there and back, and the language between."""
    pivots = PIVOTS.get(own, ("en",))
    for pivot in pivots:
        try:
            there, back = (
                resolve_base(REPOSITORY.format(*pair), models_folder()).folder for pair in ((own, pivot), (pivot, own))
            )
            return there, back, pivot
        except FetchError as error:
            first = error
            if pivot == pivots[-1]:
                raise
        try:
            hub.reach()
        except FetchError:
            raise first from None
    raise AssertionError("there is always a pivot")


def _by_writer(drawn: Drawn, hear: Hear, own: str, seed: int) -> tuple[Drafts, str]:
    found: Drafts = {}
    pivot = PIVOTS.get(own, ("en",))[0]
    with writer() as model:
        for done, (source, count) in enumerate(drawn):
            hear(done / len(drawn), f"Translating row {source.row} there and back")
            for number in range(count):
                abroad = _translated(model, source.text, pivot, seed + number)
                home = _translated(model, abroad, own, seed + number) if abroad else None
                if home:
                    found.setdefault(source.row, []).append(home)
        return found, f"{model.name} through {NAMES.get(pivot, pivot)}"


def _translated(model: Writer, text: str, into: str, seed: int) -> str | None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"translation": {"type": "string", "minLength": 1, "maxLength": 3 * len(text) + 20}},
        "required": ["translation"],
        "additionalProperties": False,
    }
    told = f"Translate the text into {NAMES.get(into, into)}. Keep numbers, names and what is said as they are."
    answer = model.write(told, {"text": text}, schema, seed=seed, most_tokens=64 + len(text))
    return answer["translation"].strip() if answer else None
