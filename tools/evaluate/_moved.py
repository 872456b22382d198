"""How a training by preference moved the model: towards the better answer of a pair, or the worse."""

from collections.abc import Mapping
from typing import Any

from tools.evaluate._answers import Answered, Side
from tools.evaluate._figures import between, number
from tools.evaluate._intervals import wilson
from tools.evaluate._rows import Exam

Json = dict[str, Any]


def moved(exam: Exam, answered: Mapping[Side, Answered]) -> Json:
    """The share of pairs for which the better answer gained more likelihood than the worse, and the mean gain.

    It is the accuracy and the margin of the implicit reward of Rafailov et al. 2023, without the factor beta.
    """
    tuned, untuned = answered["tuned"].margins, answered["untuned"].margins
    if not tuned or len(tuned) != len(untuned):
        return {}
    gains = [after - before for after, before in zip(tuned, untuned, strict=True)]
    share = wilson(sum(gain > 0 for gain in gains) / len(gains), len(gains))
    return {"moved": {"share": share.as_json(), "mean": sum(gains) / len(gains), "rows": len(exam.questions)}}


def moved_sentence(body: Mapping[str, Any]) -> list[str]:
    """The same in words; none where there are no pairs."""
    if "moved" not in body:
        return []
    share = body["moved"]["share"]
    told, interval = number("accuracy", share["value"]), between("accuracy", share)
    return [f"Beside the untuned model it moved towards the better answer in {told} of the pairs ({interval})."]
