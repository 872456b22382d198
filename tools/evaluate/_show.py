"""An evaluation as the chat shows it: one paragraph, scores beside the untuned model, plots, and what to do next."""

from collections.abc import Iterator, Mapping
from typing import Any

from store import TrainingRun
from tools.evaluate import _pictures, _tables
from tools.evaluate._advice import Step, steps
from tools.evaluate._figures import between, gain, number, title, top
from tools.evaluate._lost_shown import more_plots, more_tables
from tools.evaluate._registry import AS_SHARE, TITLES
from tools.evaluate._shared import seen_sentence
from tools.result import Result, Table
from tools.words import counted, listed

__all__ = ["AS_SHARE", "TITLES", "between", "gain", "number", "shown"]
FEW_ROWS = 30
NOTHING = 0.5
"""Width of an interval, as a share of the scale, at which it says next to nothing."""
NAMED = 3
Json = Mapping[str, Any]


def shown(run: TrainingRun, dataset: str, body: Json) -> Result:
    """An evaluation as its Result.

    What else has to be said about the figures, such as what was lost by the training or what test and training rows
    share, stands in `body["cautions"]` as sentences, and comes last in the paragraph.
    """
    todo = steps(run, dataset, body)
    figures = {key: body[key] for key in ("primary", "metrics", "rows", "split", "seed", "seen_in_training")}
    figures |= {key: body[key] for key in ("slices", "calibration") if key in body}
    return Result(
        " ".join(_sentences(run, dataset, body)),
        tables=[*_tables.tables(run.id, body), *more_tables(run.id, body), *([_todo(todo)] if todo else [])],
        plots=[*_pictures.plots(run.id, body), *more_plots(run.id, body)],
        next=_next(run, body, todo),
        data=figures | {"next": [step._asdict() for step in todo]},
    )


def _next(run: TrainingRun, body: Json, todo: list[Step]) -> list[str]:
    why = [f"why did {run.id} answer row {body['mistakes'][0]['row']} as it did?"] if body["mistakes"] else []
    always = [f"check {run.id} for bias", *why, f"try {run.id} on a text of mine", "write the report"]
    return list(dict.fromkeys([*(step.ask for step in todo), *always]))


def _todo(todo: list[Step]) -> Table:
    return Table("What to do next", ("what was found", "say"), [(step.found, step.ask) for step in todo])


def _sentences(run: TrainingRun, dataset: str, body: Json) -> Iterator[str]:
    second = next((metric for metric in ("accuracy", "macro_f1", "rouge_l", "bleu") if _other(metric, body)), None)
    for place, metric in enumerate(filter(None, (body["primary"], second))):
        found = body["metrics"][metric]
        interval = "95 % interval " if place == 0 else ""
        where = f" on {_rows(dataset, body)}" if place == 0 else ""
        yield (
            f"{run.id} reaches {title(metric)} {number(metric, found['tuned']['value'])}{where} "
            f"({interval}{between(metric, found['tuned'])}); the untuned model "
            f"{number(metric, found['untuned']['value'])}: {gain(metric, found['difference'])}."
        )
    yield from _cautions(run, body)
    yield from _weakest(body)
    yield from _slices(body)
    yield from body.get("cautions", ())


def _other(metric: str, body: Json) -> bool:
    return metric in body["metrics"] and metric != body["primary"]


def _rows(dataset: str, body: Json) -> str:
    of = f" of {body['available'] - body['left_out']:,}" if body["rows"] < body["available"] - body["left_out"] else ""
    split = "" if body["split"] == "all" else f" {body['split']}"
    return f"{body['rows']:,}{of}{split} row{'' if body['rows'] == 1 else 's'} of {dataset}"


def _cautions(run: TrainingRun, body: Json) -> Iterator[str]:
    primary, rows = body["primary"], body["rows"]
    found = body["metrics"][primary]
    if not found["told_apart"]:
        yield f"By {title(primary)}, these rows cannot tell it apart from the untuned model."
    if rows < FEW_ROWS:
        yield f"With {counted(rows, 'row')} the intervals are wide: go by them, not by the values."
    if says_nothing := next(filter(None, (_wide(metric, body) for metric in (primary, "accuracy", "exact_match"))), ""):
        yield says_nothing
    if body["split"] == "validation":
        yield "There are no test rows, so these are the validation rows, seen during training: it may look better."
    if run.plan["task"] in ("classify", "tag"):
        yield "The untuned model has a new classification head here, so it stands for guessing."
    if body["seen_in_training"]:
        yield _leak(body)
    if body["left_out"]:
        were = "was" if body["left_out"] == 1 else "were"
        yield f"{counted(body['left_out'], 'row')} without a text or an answer {were} left out."
    yield from _odd(run, body)


def _wide(metric: str, body: Json) -> str:
    scale, found = top(metric), body["metrics"].get(metric)
    if not found or not scale or found["tuned"]["high"] - found["tuned"]["low"] < NOTHING * scale:
        return ""
    interval = between(metric, found["tuned"])
    return f"The interval of {title(metric)}, {interval}, is so wide that nothing can be said yet about how good it is."


def _odd(run: TrainingRun, body: Json) -> Iterator[str]:
    """What is odd about the rows or the answers."""
    if body.get("cut"):
        yield cut_short(body["cut"], run.plan["task"])
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
    said = {cell["answer"] for cell in body.get("confusion", ())}
    if len(said) == 1 and body["rows"] > 1:
        yield f"It gives every row the same answer, {next(iter(said))}."
    odd: Json = body.get("oddities") or {}
    if empty := odd.get("empty"):
        yield f"{counted(empty, 'answer')} of {body['rows']:,} {'is' if empty == 1 else 'are'} empty."
    if other := odd.get("other_script"):
        scripts = listed(f"{said} for {right}" for right, said in odd["scripts"][:NAMED])
        are = "is" if other == 1 else "are"
        yield f"{counted(other, 'answer')} of {body['rows']:,} {are} in another script than the reference ({scripts})."


def cut_short(rows: int, task: str) -> str:
    """What is said of texts that are longer than the model reads."""
    part = "end" if task in ("classify", "tag") else "beginning"
    one = rows == 1
    was, its = ("text was", "its") if one else ("texts were", "their")
    return f"{rows:,} {was} longer than the model reads, so {its} {part} was left out."


def _leak(body: Json) -> str:
    primary, unseen = body["primary"], body.get("unseen_only")
    found = unseen["metrics"][primary]["tuned"] if unseen else None
    without = f"{number(primary, found['value'])} ({between(primary, found)})" if found else None
    return seen_sentence(body, title(primary), without)


def _weakest(body: Json) -> Iterator[str]:
    """The label with the lowest recall, and what is taken for what most often."""
    known = [label for label in body.get("labels", ()) if label["recall"]]
    if len(known) < 2:
        return
    weak = min(known, key=lambda label: (label["recall"]["value"], -label["rows"]))
    if weak["recall"]["value"] == 1:
        return
    right = round(weak["recall"]["value"] * weak["rows"])
    few = f"{right} of its {weak['rows']:,} rows right, 95 % interval {between('accuracy', weak['recall'])}"
    yield f"It is weakest on {weak['label']} ({few})."
    wrong = [cell for cell in body["confusion"] if cell["label"] != cell["answer"]]
    if wrong and (most := max(wrong, key=lambda cell: cell["rows"]))["rows"] > 1:
        yield f"Most often it takes {most['label']} for {most['answer']} ({counted(most['rows'], 'time')})."


def _slices(body: Json) -> Iterator[str]:
    found: Json = body.get("slices") or {}
    compared = found.get("compared", ())
    if not compared:
        if found:
            yield f"No group of rows has the {found['fewest']} rows it takes to be compared with the others."
        return
    worse = [one for one in compared if one["worse"]]
    of = f"{counted(found['tests'], 'comparison')} of groups of rows with the rest"
    if not worse:
        yield f"Of {of}, none shows a gap beyond chance ({found['correction']}); small gaps need many rows."
        return
    told = [
        f"rows labelled {one['group']}" if one["kind"] == "label" else f"{one['by']} {one['group']}"
        for one in worse[:NAMED]
    ]
    told += [f"{len(worse) - NAMED} more"] if len(worse) > NAMED else []
    yield f"It is worse, beyond chance in {of} ({found['correction']}), for {listed(told)}."
