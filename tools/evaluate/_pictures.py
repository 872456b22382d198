"""An evaluation's plots."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.evaluate._figures import telling, title, top
from tools.evaluate._tables import score_of
from tools.plot import Plot

LABELS_SHOWN = 20
LOG_FROM = 20
"""How many times as long as the shortest texts the longest must be for lengths to be drawn by their ratio."""
Json = Mapping[str, Any]


def plots(run: str, body: Json) -> list[Plot]:
    """Those for which there are figures."""
    labels = body["answers"] == "labels"
    shown = intervals(run, body)
    found = [*([shown] if shown.rows else []), *([bars(run, body), *confusion(run, body)] if labels else [])]
    return [*found, *calibration(run, body), *lengths(run, body), *curve(run, body)]


def intervals(run: str, body: Json) -> Plot:
    """The scores of both models; only those that lie between 0 and a known best value share an axis."""
    tops = {metric: top(metric) for metric in telling(body)}
    rows = [
        {
            "metric": title(metric) + (" / 100" if best == 100 else ""),
            "model": run if side == "tuned" else "untuned",
            **{
                key: body["metrics"][metric][side][end] / best
                for key, end in (("score", "value"), ("low", "low"), ("high", "high"))
            },
        }
        for metric, best in tops.items()
        if best
        for side in ("tuned", "untuned")
    ]
    return Plot(f"{run} beside the untuned model, 95 % intervals", "interval", rows, "score", "metric", "model")


def bars(run: str, body: Json) -> Plot:
    """F1 of each label, or of the weakest."""
    known = [label for label in body["labels"] if label["rows"]]
    known.sort(key=lambda label: label["f1_tuned"] or 0)
    rows = [
        {"label": label["label"], "F1": label[f"f1_{side}"] or 0.0, "model": run if side == "tuned" else "untuned"}
        for label in known[:LABELS_SHOWN]
        for side in ("tuned", "untuned")
    ]
    which = f"the {LABELS_SHOWN} weakest labels" if len(known) > LABELS_SHOWN else "each label"
    return Plot(f"F1 of {which}", "bar", rows, "F1", "label", "model")


def confusion(run: str, body: Json) -> Iterator[Plot]:
    """Who is taken for whom, among the labels that are mixed up most."""
    mixed: dict[str, int] = {}
    for cell in body["confusion"]:
        for name in (cell["label"], cell["answer"]):
            mixed[name] = mixed.get(name, 0) + cell["rows"] * (cell["label"] != cell["answer"])
    names = sorted(sorted(mixed, key=lambda name: -mixed[name])[:LABELS_SHOWN])
    found = {(cell["label"], cell["answer"]): cell["rows"] for cell in body["confusion"]}
    rows = [{"right": true, "answer": said, "rows": found.get((true, said), 0)} for true in names for said in names]
    which = f", the {LABELS_SHOWN} labels mixed up most" if len(mixed) > LABELS_SHOWN else ""
    yield Plot(f"What {run} answers for each label{which}", "heatmap", rows, "answer", "right", "rows")


def calibration(run: str, body: Json) -> Iterator[Plot]:
    """How often it is right by how sure it is; on the dashed line it is as often right as it says."""
    if len(bins := body.get("calibration") or ()) > 1:
        rows = [
            {"how sure": one["sure"], "right": one["right"]["value"]}
            | {"low": one["right"]["low"], "high": one["right"]["high"], "rows": one["rows"]}
            for one in bins
        ]
        yield Plot(f"How often {run} is right, by how sure it is", "point", rows, "how sure", "right", diagonal=True)


def lengths(run: str, body: Json) -> Iterator[Plot]:
    """The error by the length of the question."""
    if len(bins := body.get("lengths") or ()) > 1:
        closed = body["answers"] == "labels"
        name = "wrong" if closed else f"1 less {title(score_of(body))}"
        rows = [
            {"characters": max(one["characters"], 1.0), name: 1 - one["score"]["value"]}
            | {"low": 1 - one["score"]["high"], "high": 1 - one["score"]["low"], "rows": one["rows"]}
            for one in bins
        ]
        spread = rows[-1]["characters"] >= LOG_FROM * rows[0]["characters"]
        yield Plot(f"Length of the text against the error of {run}", "point", rows, "characters", name, log=spread)


def curve(run: str, body: Json) -> Iterator[Plot]:
    """The losses over the training."""
    course: Json = body.get("curve") or {}
    points = course.get("points") or ()
    if len(points) > 1:
        yield Plot(f"Loss of {run} in training", "line", list(points), "step", "loss", "of")
