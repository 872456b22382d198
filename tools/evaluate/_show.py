"""An evaluation's figures in words, tables and plots."""

from collections.abc import Iterator, Mapping
from typing import Any

from store import TrainingRun
from tools.evaluate._lost_shown import more_plots, more_tables
from tools.evaluate._shared import seen_sentence
from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted

TITLES = {
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "bleu": "BLEU",
    "rouge_l": "ROUGE-L",
    "exact_match": "exact match",
    "token_f1": "token F1",
}
AS_SHARE = {"accuracy", "exact_match"}
FEW_ROWS = 30
LABELS_SHOWN = 20
Json = Mapping[str, Any]


def shown(run: TrainingRun, dataset: str, body: Json) -> Result:
    """An evaluation as its Result."""
    tables = [_scores(run.id, body)]
    plots = [_intervals(run.id, body)]
    if body["answers"] == "labels":
        tables.append(_labels(run.id, body))
        plots += [_bars(run.id, body), _confusion(run.id, body)]
    if body["mistakes"]:
        tables.append(_mistakes(run.id, body))
    tables, plots = [*tables, *more_tables(run.id, body)], [*plots, *more_plots(run.id, body)]
    figures = {key: body[key] for key in ("primary", "metrics", "rows", "split", "seed", "seen_in_training")}
    next_ = [f"why did {run.id} answer row {body['mistakes'][0]['row']} as it did?"] if body["mistakes"] else []
    return Result(
        " ".join(_sentences(run, dataset, body)),
        tables=tables,
        plots=plots,
        next=[f"check {run.id} for bias", *next_, f"try {run.id} on a text of mine", "write the report"],
        data=figures,
    )


def number(metric: str, value: float) -> str:
    """A score as people write it: 87.2 % for shares, 0.86 for F1, 31.4 for BLEU."""
    if metric in AS_SHARE:
        return f"{100 * value:.1f} %"
    return f"{value:.1f}" if metric == "bleu" else f"{value:.2f}"


def between(metric: str, estimate: Json) -> str:
    """The ends of an interval: "79.6 to 92.2 %"."""
    low, high = (number(metric, estimate[end]).removesuffix(" %") for end in ("low", "high"))
    return f"{low} to {high}" + (" %" if metric in AS_SHARE else "")


def gain(metric: str, estimate: Json) -> str:
    """A difference with its sign and interval: "+45.9 points (+35.2 to +55.6)"."""
    value, low, high = (_signed(metric, estimate[part]) for part in ("value", "low", "high"))
    return f"{value}{' points' if metric in AS_SHARE else ''} ({low} to {high})"


def _signed(metric: str, value: float) -> str:
    digits, scale = (1, 100) if metric in AS_SHARE else (1, 1) if metric == "bleu" else (2, 1)
    text = f"{scale * value:+.{digits}f}"
    return text.replace("-", "−") if text.strip("+-0.") else text.lstrip("+-")


def _sentences(run: TrainingRun, dataset: str, body: Json) -> Iterator[str]:
    for place, (metric, found) in enumerate(list(body["metrics"].items())[:2]):
        interval = "95 % interval " if place == 0 else ""
        where = f" on {_rows(dataset, body)}" if place == 0 else ""
        yield (
            f"{run.id} reaches {TITLES[metric]} {number(metric, found['tuned']['value'])}{where} "
            f"({interval}{between(metric, found['tuned'])}); the untuned model "
            f"{number(metric, found['untuned']['value'])}: {gain(metric, found['difference'])}."
        )
    yield from _cautions(run, body)


def _rows(dataset: str, body: Json) -> str:
    of = f" of {body['available'] - body['left_out']:,}" if body["rows"] < body["available"] - body["left_out"] else ""
    split = "" if body["split"] == "all" else f" {body['split']}"
    return f"{body['rows']:,}{of}{split} row{'' if body['rows'] == 1 else 's'} of {dataset}"


def _cautions(run: TrainingRun, body: Json) -> Iterator[str]:
    primary, rows = body["primary"], body["rows"]
    found = body["metrics"][primary]
    if not found["told_apart"]:
        yield f"By {TITLES[primary]}, these rows cannot tell it apart from the untuned model."
    if rows < FEW_ROWS:
        yield f"With {counted(rows, 'row')} the intervals are wide: go by them, not by the values."
    if run.plan["task"] == "classify":
        yield "The untuned model has a new classification head here, so it stands for guessing."
    if body["seen_in_training"]:
        yield _leak(body)
    if body["left_out"]:
        were = "was" if body["left_out"] == 1 else "were"
        yield f"{counted(body['left_out'], 'row')} without a text or an answer {were} left out."
    if body.get("unknown"):
        one = body["unknown"] == 1
        told = (
            "has a label that {} was never taught, and counts"
            if one
            else "have a label that {} was never taught, and count"
        )
        yield f"{counted(body['unknown'], 'row')} {told.format(run.id)} as wrong."
    if body["answers"] == "labels" and sum(bool(label["rows"]) for label in body["labels"]) == 1:
        yield "All the rows have one and the same label, so this says little."
    yield from body.get("cautions", ())


def _leak(body: Json) -> str:
    primary, unseen = body["primary"], body.get("unseen_only")
    found = unseen["metrics"][primary]["tuned"] if unseen else None
    without = f"{number(primary, found['value'])} ({between(primary, found)})" if found else None
    return seen_sentence(body, TITLES[primary], without)


def _scores(run: str, body: Json) -> Table:
    rows = [
        (
            TITLES[metric],
            number(metric, found["tuned"]["value"]),
            between(metric, found["tuned"]),
            number(metric, found["untuned"]["value"]),
            between(metric, found["untuned"]),
            gain(metric, found["difference"]),
        )
        for metric, found in body["metrics"].items()
    ]
    columns = ("", run, "95 % interval", "untuned", "95 % interval", "difference (95 % interval)")
    return Table(f"Scores on {counted(body['rows'], 'row')}", columns, rows)


def _labels(run: str, body: Json) -> Table:
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


def _mistakes(run: str, body: Json) -> Table:
    what = "chance" if body["answers"] == "labels" else "token_f1"
    rows = [
        (m["row"], _cut(m["text"]), _cut(m["reference"]), _cut(m["tuned"]), f"{m[what]:.2f}", _cut(m["untuned"]))
        for m in body["mistakes"]
    ]
    title = "Mistakes it was surest of" if body["answers"] == "labels" else "Answers furthest from their references"
    sure = "how sure" if body["answers"] == "labels" else "token F1"
    return Table(title, ("row", "text", "right", run, sure, "untuned"), rows)


def _intervals(run: str, body: Json) -> Plot:
    scale = {"bleu": 100}
    rows = [
        {
            "metric": TITLES[metric] + (" / 100" if metric in scale else ""),
            "model": run if side == "tuned" else "untuned",
            **{
                key: found[side][end] / scale.get(metric, 1)
                for key, end in (("score", "value"), ("low", "low"), ("high", "high"))
            },
        }
        for metric, found in body["metrics"].items()
        for side in ("tuned", "untuned")
    ]
    return Plot(f"{run} beside the untuned model, 95 % intervals", "interval", rows, "score", "metric", "model")


def _bars(run: str, body: Json) -> Plot:
    known = [label for label in body["labels"] if label["rows"]]
    known.sort(key=lambda label: label["f1_tuned"] or 0)
    rows = [
        {"label": label["label"], "F1": label[f"f1_{side}"] or 0.0, "model": run if side == "tuned" else "untuned"}
        for label in known[:LABELS_SHOWN]
        for side in ("tuned", "untuned")
    ]
    which = f"the {LABELS_SHOWN} weakest labels" if len(known) > LABELS_SHOWN else "each label"
    return Plot(f"F1 of {which}", "bar", rows, "F1", "label", "model")


def _confusion(run: str, body: Json) -> Plot:
    mixed: dict[str, int] = {}
    for cell in body["confusion"]:
        for name in (cell["label"], cell["answer"]):
            mixed[name] = mixed.get(name, 0) + cell["rows"] * (cell["label"] != cell["answer"])
    names = sorted(sorted(mixed, key=lambda name: -mixed[name])[:LABELS_SHOWN])
    found = {(cell["label"], cell["answer"]): cell["rows"] for cell in body["confusion"]}
    rows = [{"right": true, "answer": said, "rows": found.get((true, said), 0)} for true in names for said in names]
    which = f", the {LABELS_SHOWN} labels mixed up most" if len(mixed) > LABELS_SHOWN else ""
    return Plot(f"What {run} answers for each label{which}", "heatmap", rows, "answer", "right", "rows")


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _cut(text: str, letters: int = 200) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"
