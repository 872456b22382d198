"""The ways to make a new row: what each does, how far it may go, and what `benchmarks/augment.py` measured of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tools.augment import _counterfactual, _synonyms, _typos
from tools.augment._gates import Limits
from tools.augment._rows import Rewrite

Method = Literal["synonyms", "typos", "counterfactual", "back_translation", "paraphrase", "new_examples"]

NOT_MEASURED = (
    "What such rows do for a model was not measured, as it depends on the model that writes: train with and without, "
    "and compare the runs."
)


@dataclass(frozen=True)
class Way:
    """One way.

    Attributes:
        by: How the rows came about, for the history: "Added 5 training rows by ...".
        does: The same for the card, with what stays.
        cannot: What is said of rows that it can do nothing with, after "has" or "have".
        limits: What the gates hold it to.
        measured: What it did for a model that was trained with it, told on the card.
        rewrite: Makes one text; None for those whose texts a model writes in a process of its own.
    """

    by: str
    does: str
    cannot: str
    limits: Limits
    measured: str = ""
    rewrite: Rewrite | None = None


WAYS: Mapping[Method, Way] = {
    "synonyms": Way(
        "replacing words with synonyms",
        "replacing one to three words with synonyms",
        "no word that the English word list replaces",
        Limits(),
        "Do not expect better answers from it: where it was measured (banking77, 10 rows of each of 77 labels, a "
        "linear head on MiniLM's vectors, three seeds) it changed accuracy by +0.1 points (-0.2 to +0.4). "
        "Ten more real rows of each label gave +5.9 (static vectors).",
        rewrite=_synonyms.rewrite,
    ),
    "typos": Way(
        "typing errors",
        "putting in one to three typing errors; numbers, names and the words of the labels stay",
        "no word that a typing error may touch",
        Limits(most=0.6, meaning=0.0),
        "It is for people who type in a hurry: where it was measured (banking77, 10 rows of each of 77 labels, linear "
        "heads, three seeds) it changed accuracy on mistyped texts by +1.2 points (+0.6 to +1.9, static vectors), and "
        "on clean ones by -0.3 (-0.7 to 0.0, MiniLM's vectors).",
        rewrite=_typos.rewrite,
    ),
    "counterfactual": Way(
        "swapping genders and first names",
        "swapping gendered words, or first names for those of another origin",
        "no gendered word and no first name that is known",
        Limits(most=0.6, meaning=0.5, names=False),
        "It is for fairness, not for accuracy: look at audit_bias before and after.",
        rewrite=_counterfactual.rewrite,
    ),
    "back_translation": Way(
        "translating there and back",
        "translating a row into another language and back",
        "no translation that differs",
        Limits(most=1.0, meaning=0.6, longer=1.6, written=True),
        NOT_MEASURED,
    ),
    "paraphrase": Way(
        "paraphrasing with a language model",
        "having the language model say a row in other words",
        "no paraphrase",
        Limits(most=1.0, meaning=0.55, longer=2.0, written=True),
        NOT_MEASURED,
    ),
    "new_examples": Way(
        "examples that a language model wrote",
        "having the language model write more examples of a label, after some of its rows",
        "no example that was written after them",
        Limits(most=1.0, meaning=0.0, longer=4.0, same=False, written=True),
        NOT_MEASURED,
    ),
}
