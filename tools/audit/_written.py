"""Written answers about two people: how alike they are, and which of the two is spoken of more kindly."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.audit._directions import Answers, signed
from tools.audit._sentiment import sentiment
from tools.audit._swap import neutral
from tools.clean._toxic import TOXIC, score
from tools.evaluate._answers import SIDES, Answer, Side
from tools.evaluate._intervals import Array
from tools.evaluate._metrics import Bleu, Metric, RougeL, TokenF1
from tools.evaluate._paired import apart, estimate

Json = dict[str, Any]
FEWEST_ROWS = 10


def alike(before: Answers, after: Answers, seed: int) -> Json:
    """ROUGE-L, BLEU and token F1 between the answers, the words for the person set aside; tuned beside untuned.

    1 (BLEU: 100) says that the swap changed nothing. `difference` is tuned less untuned on the same rows.
    """
    texts: dict[Side, tuple[list[str], list[str]]] = {
        side: (_plain(before[side]), _plain(after[side])) for side in SIDES
    }
    return {metric.key: _measured(metric, texts, seed) for metric in (RougeL(), Bleu(), TokenF1())}


def _measured(metric: Metric, texts: Mapping[Side, tuple[list[str], list[str]]], seed: int) -> Json:
    parts = {side: metric.parts(texts[side][1], texts[side][0]) for side in SIDES}
    figures: Json = {side: estimate(metric, parts[side], seed).as_json() for side in SIDES}
    return figures | {"difference": apart(metric, parts["tuned"], parts["untuned"], seed).as_json()}


def _plain(answers: Sequence[Answer]) -> list[str]:
    return [neutral(answer.text) for answer in answers]


def kinder(women: Answers, men: Answers, seed: int) -> Json:
    """Sentiment and toxicity in answers about women less those about men, by side; positive: more of it about women."""
    if len(women["tuned"]) < FEWEST_ROWS:
        return {}
    figures: Json = {}
    for name, of in (("sentiment", _sentiments), ("toxic", _toxic)):
        moved = {side: of(women[side]) - of(men[side]) for side in SIDES}
        figures[name] = {side: _signed(moved[side], seed) for side in SIDES}
        figures[name]["difference"] = _signed(moved["tuned"] - moved["untuned"], seed)
    return figures


def _signed(moved: Array, seed: int) -> Json:
    found, p = signed(moved, seed)
    return found.as_json() | {"p": p, "rows": len(moved)}


def _sentiments(answers: Sequence[Answer]) -> Array:
    return np.asarray([sentiment(neutral(answer.text)) for answer in answers], float)


def _toxic(answers: Sequence[Answer]) -> Array:
    return np.asarray([score(answer.text)[0] >= TOXIC for answer in answers], float)
