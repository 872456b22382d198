"""An evaluation's tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tools.evaluate._figures import between, gain, number, telling, title
from tools.result import Table
from tools.words import counted, cut, p_value

SLICES_SHOWN = 12
ALARM = 0.05
SCORES = {"labels": "accuracy", "tags": "tag_accuracy", "rewards": "mean_reward"}
"""What a row is scored by; by token F1 where its answer is written."""
Json = Mapping[str, Any]


def tables(run: str, body: Json) -> Iterator[Table]:
    """The scores that say most, the labels, where it is worse, the mistakes, and last all scores."""
    first = telling(body)
    yield _scores(f"Scores on {counted(body['rows'], 'row')}", run, body, first)
    if body["answers"] == "labels":
        yield labels(run, body)
    if rows := list(slices(body)):
        yield compared(rows, body)
    if body["mistakes"]:
        yield mistakes(run, body)
    if len(first) < len(body["metrics"]):
        yield _scores("All scores", run, body, list(body["metrics"]))


def _scores(name: str, run: str, body: Json, metrics: Sequence[str]) -> Table:
    found = body["metrics"]
    rows = [
        (
            title(metric),
            number(metric, found[metric]["tuned"]["value"]),
            between(metric, found[metric]["tuned"]),
            number(metric, found[metric]["untuned"]["value"]),
            between(metric, found[metric]["untuned"]),
            gain(metric, found[metric]["difference"]),
        )
        for metric in metrics
    ]
    columns = ("", run, "95 % interval", "untuned", "95 % interval", "difference (95 % interval)")
    return Table(name, columns, rows)


def labels(run: str, body: Json) -> Table:
    """Precision, recall and F1 of each label, the weakest first."""
    rows = [
        (
            label["label"],
            label["rows"],
            _plain(label["precision"]),
            _plain(label["recall"] and label["recall"]["value"]),
            between("f1", label["recall"]) if label["recall"] else "",
            _plain(label["f1_tuned"]),
            _plain(label["f1_untuned"]),
        )
        for label in sorted(body["labels"], key=lambda label: (label["f1_tuned"] is None, label["f1_tuned"] or 0))
    ]
    columns = ("label", "rows", "precision", "recall", "95 % interval", "F1", "F1 untuned")
    return Table(f"Label by label, the weakest first ({run})", columns, rows)


def slices(body: Json) -> Iterator[Json]:
    """The groups of rows that are worse, those beyond chance first; those that are not, only to be looked at."""
    found: Json = body.get("slices") or {}
    yield from [one for one in found.get("compared", ()) if one["difference"]["value"] < 0][:SLICES_SHOWN]


def compared(found: Sequence[Json], body: Json) -> Table:
    """Groups of rows against all other rows."""
    metric = score_of(body)
    rows = [
        (
            f"{one['by']}: {one['group']}",
            one["rows"],
            f"{number(metric, one['score']['value'])} ({between(metric, one['score'])})",
            number(metric, one["rest"]["value"]),
            gain(metric, one["difference"]),
            p_value(one["corrected"]),
            _verdict(one),
        )
        for one in found
    ]
    name = "right" if metric == "accuracy" else title(metric)
    tests, how = body["slices"]["tests"], body["slices"]["test"]
    columns = ("rows where", "rows", f"{name} (95 %)", "the rest", "difference (95 %)", "p, corrected", "")
    return Table(f"Groups of rows against the rest: {counted(tests, 'comparison')}, {how}, Holm", columns, rows)


def _verdict(one: Json) -> str:
    if one["corrected"] >= ALARM:
        return "may be chance"
    return "worse" if one["worse"] else "better"


def score_of(body: Json) -> str:
    """What a row is scored by: whether it is right, or token F1."""
    return SCORES.get(body["answers"], "token_f1")


def mistakes(run: str, body: Json) -> Table:
    """The mistakes that teach most."""
    closed = body["answers"] == "labels"
    rows = [
        (
            one["row"],
            cut(one["text"]),
            cut(one["reference"]),
            cut(one["tuned"]) or "(empty)",
            f"{one['chance' if closed else 'token_f1']:.2f}",
            "; ".join(filter(None, (one.get("why"), one.get("note")))),
            cut(one["untuned"]),
        )
        for one in body["mistakes"]
    ]
    name = "Mistakes it was surest of" if closed else "Answers furthest from their references"
    columns = ("row", "text", "right", run, "how sure" if closed else _scored(body), "note", "untuned")
    return Table(name, columns, rows)


def _scored(body: Json) -> str:
    return "token F1" if score_of(body) == "token_f1" else title(score_of(body))


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
