"""What to do next, from what an evaluation found: each with the words that ask for it."""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any, NamedTuple

from store import TrainingRun
from tools.evaluate._figures import top
from tools.evaluate._marks import MISLABELLED
from tools.words import counted, listed

Json = Mapping[str, Any]
WIDE = 0.2
"""Width of an interval, as a share of the scale, above which more test rows come first."""
FEW, FEW_OF = 20, 1 / 3
"""Training rows of a label that are few by themselves; and the share of the label in the middle that is few."""
WEAK = 0.1
"""By how much less than the others a label's recall must be for its few rows to be worth a word."""
ROOM = 0.9
"""Share of the best value below which there is something left to learn."""
MOST = 5


class Step(NamedTuple):
    """Something to do: what was found, and what to say."""

    found: str
    ask: str


def steps(run: TrainingRun, dataset: str, body: Json) -> list[Step]:
    """What to do next, the most urgent first, at most `MOST`."""
    found = [
        *_leak(dataset, body),
        *_labels(run, body),
        *_rows(run, dataset, body),
        *_scarce(run, body),
        *_fit(run, body),
        *_groups(run, body),
        *_confusions(run, body),
    ]
    asked = dict[str, Step]()
    for step in found:
        asked.setdefault(step.ask, step)
    return list(asked.values())[:MOST]


def _leak(dataset: str, body: Json) -> Iterator[Step]:
    if (seen := body["seen_in_training"]) and body["split"] != "train":
        yield Step(
            f"{counted(seen, 'test row')} {_are(seen)} in the training rows too.",
            f"split {dataset} into train, validation and test",
        )


def _labels(run: TrainingRun, body: Json) -> Iterator[Step]:
    if doubtful := [one for one in body["mistakes"] if MISLABELLED in one.get("marks", ())]:
        what = "a wrong label" if len(doubtful) == 1 else "wrong labels"
        found = f"{len(doubtful)} of the {len(body['mistakes'])} mistakes shown may be {what} in the data."
        yield Step(found, f"look for problems in {run.dataset}")


def _rows(run: TrainingRun, dataset: str, body: Json) -> Iterator[Step]:
    scale, interval = top(body["primary"]), body["metrics"][body["primary"]]["tuned"]
    if scale is None or (width := (interval["high"] - interval["low"]) / scale) <= WIDE:
        return
    wanted = round(body["rows"] * (width / WIDE) ** 2, -1 if body["rows"] < 500 else -2)
    usable = body["available"] - body["left_out"]
    found = (
        f"{counted(body['rows'], 'test row')} leave a wide interval; about {wanted:,.0f} would narrow it to a tenth"
        " of the scale either way."
    )
    if usable > body["rows"]:
        yield Step(found, f"evaluate {run.id} on {min(usable, 5000)} rows")
    else:
        yield Step(found, f"split {dataset} with 40 percent for the test")


def _scarce(run: TrainingRun, body: Json) -> Iterator[Step]:
    rows: Mapping[str, int] = body.get("training_rows_by_label") or {}
    if len(rows) < 2:
        return
    few = min(FEW_OF * median(rows.values()), max(rows.values()) - 1)
    recalls = {label["label"]: label["recall"]["value"] for label in body["labels"] if label["recall"]}
    usual = median(recalls.values()) if recalls else 0.0
    scarce = [
        label
        for label, recall in sorted(recalls.items(), key=lambda one: one[1])
        if (rows.get(label, 0) <= few or rows.get(label, 0) < FEW) and recall < usual - WEAK
    ]
    if scarce:
        uneven = rows.get(scarce[0], 0) <= few
        ask = f"add examples for the small labels of {run.dataset}" if uneven else f"make more rows for {run.dataset}"
        told = listed(f"{label} ({counted(rows.get(label, 0), 'training row')})" for label in scarce[:3])
        yield Step(f"It does worse where it saw little: {told}.", ask)


def _fit(run: TrainingRun, body: Json) -> Iterator[Step]:
    course: Json = body.get("curve") or {}
    if course.get("fit") == "overfit":
        fewer = course.get("epochs")
        ask = f"plan a training on {run.dataset} for {counted(fewer, 'epoch')}" if fewer else _gentler(run)
        yield Step(f"The loss on held-out rows rises again after step {course['best_step']}: overfitting.", ask)
    elif course.get("fit") == "underfit":
        ask = f"plan a training on {run.dataset} for {counted(course['epochs'], 'epoch')}"
        yield Step("The loss on held-out rows was still falling when the training ended.", ask)
    elif _like_untuned(body):
        epochs = max(3, 2 * round(run.plan.get("epochs") or 1))
        ask = f"plan a training on {run.dataset} for {counted(epochs, 'epoch')}"
        yield Step("It cannot be told apart from the untuned model: it may have learned little.", ask)


def _like_untuned(body: Json) -> bool:
    """Whether there is room to be better than the untuned model, and it is not."""
    best, found = top(body["primary"]), body["metrics"][body["primary"]]
    return not found["told_apart"] and best is not None and found["tuned"]["value"] < ROOM * best


def _gentler(run: TrainingRun) -> str:
    return f"make a plan how to train on {run.dataset} with learning rate {run.plan['learning_rate'] / 2:.1e}"


def _groups(run: TrainingRun, body: Json) -> Iterator[Step]:
    found: Json = body.get("slices") or {}
    worse: list[Json] = [one for one in found.get("compared", ()) if one["worse"]]
    if people := [one for one in worse if one["kind"] == "group"]:
        names = listed(dict.fromkeys(f"{one['group']} ({one['by']})" for one in people[:3]))
        yield Step(f"It is worse for {names}.", f"check {run.id} for bias")
    if others := [one for one in worse if one["kind"] not in ("group", "label")]:
        one = others[0]
        yield Step(f"It is worse where {one['by']} is {one['group']}.", f"in which slices is {run.id} worse?")


def _confusions(run: TrainingRun, body: Json) -> Iterator[Step]:
    wrong = [cell for cell in body.get("confusion", ()) if cell["label"] != cell["answer"]]
    if wrong and (most := max(wrong, key=lambda cell: cell["rows"]))["rows"] > 1:
        yield Step(
            f"It takes {most['label']} for {most['answer']} {most['rows']:,} times, more than any other.",
            f"show me the {most['label']} rows that {run.id} took for {most['answer']}",
        )


def _are(rows: int) -> str:
    return "is" if rows == 1 else "are"
