"""What training and test rows share, as figures and as the sentence that stands beside the score."""

from collections.abc import Mapping
from typing import Any

from tools.evaluate._rows import Exam
from tools.words import counted

Json = dict[str, Any]
EXAMPLES = 10


def leakage(exam: Exam) -> Json:
    """The figures of an exam that `_leakage.with_near` has looked at; nothing of another."""
    if exam.repeated is None:
        return {}
    count = {kind: sum(found.kind == kind for found in exam.near) for kind in ("leak", "other answer", "template")}
    ranked = sorted(exam.near, key=lambda found: (found.kind != "leak", -found.likeness))
    return {
        "leakage": {
            "repeated": len(exam.repeated),
            "near": count["leak"],
            "similar": count["other answer"] + count["template"],
            "least": exam.least,
            "examples": [
                {"row": found.row, "text": found.text, "trained": found.trained, "trained_text": found.trained_text,
                 "likeness": found.likeness, "kind": found.kind}
                for found in ranked[:EXAMPLES]
            ],
        }
    }  # fmt: skip


def seen_sentence(body: Mapping[str, Any], title: str, without: str | None) -> str:
    """How many rows the run has seen, and the score without them.

    Args:
        body: Of an evaluation.
        title: The metric that comes first.
        without: Its score with its interval on the rows that were not seen; None if all were.
    """
    found, rows = body.get("leakage", {}), body["rows"]
    repeated, near = found.get("repeated", body["seen_in_training"]), found.get("near", 0)
    told: list[str] = []
    of = f" of the {counted(rows, 'row')}"
    if repeated:
        told.append(f"{repeated:,}{of} {_repeat(repeated)} a training row, case and punctuation aside")
    if near:
        least = f"{100 * found['least']:.0f} % or more in common"
        told.append(f"{near:,}{'' if repeated else of} nearly {_repeat(near)} one with the same answer ({least})")
    if without is None:
        return f"{', and '.join(told)}: this is no test."
    return f"{', and '.join(told)}; without them {title} is {without}."


def _repeat(rows: int) -> str:
    return "repeats" if rows == 1 else "repeat"


def cautions(body: Mapping[str, Any]) -> list[str]:
    """What else has to be said beside the scores: that the rows are unseen, and what the training took."""
    unseen = unseen_sentence(body)
    return [*([unseen] if unseen else []), *body.get("lost", ())]


def unseen_sentence(body: Mapping[str, Any]) -> str | None:
    """That nothing was found, where it was looked for: a score says more with it."""
    found = body.get("leakage")
    if not found or body["seen_in_training"] or body["split"] == "train":
        return None
    none = "None of the rows repeats or nearly repeats a training row"
    if not found["similar"]:
        return f"{none}."
    one = found["similar"] == 1
    are = "is similar to one but has" if one else "are similar to one but have"
    return f"{none}; {found['similar']:,} {are} another answer or other words in a common template."
