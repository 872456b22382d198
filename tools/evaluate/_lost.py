"""What fine-tuning took: tuned beside untuned on the same questions, each ability with its interval and exact test.

All questions together are tested at 5 %. The abilities, the two kinds of requests and the kinds of form are tested as
one family, corrected by Holm's method. Where no fall is found, the size of a fall that would have been found is
computed: absence of evidence is told with how much evidence there could have been.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from tools.evaluate._general_items import ABILITIES, GUESSING
from tools.evaluate._holm import holm
from tools.evaluate._intervals import newcombe, wilson
from tools.evaluate._lost_words import TITLES, sentences
from tools.evaluate._pairs import ALARM, exact_mcnemar

Json = dict[str, Any]
Flags = Mapping[str, Sequence[int]]
POWER = 0.8


@dataclass(frozen=True)
class Lost:
    """The figures, and the sentences for the summary."""

    figures: Json
    sentences: list[str]


def lost(run: str, asked: Mapping[str, Any], form: Mapping[str, Flags]) -> Lost:
    """Compare.

    Args:
        run: Its name, for the sentences.
        asked: `_general`'s flags: for each side, by ability and kind of request, 1 where the answer is as it should be.
        form: For each side, by kind of form, the same of the test's answers.
    """
    tuned, untuned = ({**asked["right"][side], **form.get(side, {})} for side in ("tuned", "untuned"))
    names = [name for name in TITLES if name in tuned and len(tuned[name]) == len(untuned.get(name, ()))]
    rows = [_compared(name, tuned[name], untuned[name], ALARM / len(names)) for name in names]
    corrected = holm([row["p"] for row in rows])
    for row, p in zip(rows, corrected, strict=True):
        row["p_holm"] = p
        row |= _verdict(row, row["p_holm"])
    every = [[flag for ability in ABILITIES for flag in side.get(ability, ())] for side in (tuned, untuned)]
    overall = _compared("overall", every[0], every[1], ALARM)
    overall |= _verdict(overall, overall["p"])
    figures: Json = {"overall": overall, "rows": rows}
    return Lost(figures, sentences(run, figures))


def _compared(name: str, tuned: Sequence[int], untuned: Sequence[int], alarm: float) -> Json:
    one, other = np.asarray(tuned, float), np.asarray(untuned, float)
    worse, better = int(((1 - one) * other).sum()), int((one * (1 - other)).sum())
    return {
        "name": name,
        "rows": len(one),
        "tuned": wilson(float(one.mean()), len(one)).as_json(),
        "untuned": wilson(float(other.mean()), len(other)).as_json(),
        "difference": newcombe(one, other).as_json(),
        "p": exact_mcnemar(one, other).p,
        "right": {"tuned": int(one.sum()), "untuned": int(other.sum())},
        "visible": visible(2 * min(worse, better), int(other.sum()), alarm),
        "guessing": name in (*ABILITIES, "overall") and wilson(float(other.mean()), len(other)).low <= GUESSING,
    }


def _verdict(row: Json, p: float) -> Json:
    there = p < ALARM
    return {"fell": there and row["difference"]["value"] < 0, "rose": there and row["difference"]["value"] > 0}


@cache
def visible(changing: int, right: int, alarm: float) -> int | None:
    """The smallest loss of right answers that McNemar's exact test finds with 80 % probability.

    Args:
        changing: Questions that change either way without any loss, half of them for the worse.
        right: Right answers before: no more can be lost.
        alarm: The level of the test.

    Returns:
        None where even losing all would not do.
    """
    for loss in range(1, right + 1):
        both = changing + loss
        least = _least(both, alarm)
        if least <= both and binom.sf(least - 1, both, (changing / 2 + loss) / both) >= POWER:
            return loss
    return None


@cache
def _least(both: int, alarm: float) -> int:
    """How many of the questions that change must change for the worse, so that the test says so; `both` + 1 if none."""
    counts: NDArray[np.int64] = np.arange(both + 1)
    rejects = 2 * binom.sf(counts - 1, both, 0.5) < alarm
    return int(counts[rejects][0]) if rejects.any() else both + 1
