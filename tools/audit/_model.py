"""The audit of a model: swapped words, groups, sentences and prompts, with every finding in one ranking."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from store import TrainingRun, Version, Workspace
from store.worker import Stopped, Worker
from tools.audit._counterfactual import Pair, compared, pairs
from tools.audit._group_metrics import by_group
from tools.audit._groups import people
from tools.audit._hearing import Heard, Tell, Wanted, heard, writes
from tools.audit._likelihood import stereotyped
from tools.audit._model_before import earlier
from tools.audit._openings import about_groups
from tools.audit._ranked import corrected, ranked
from tools.audit._rates import Attribute
from tools.audit._templates import contrasts
from tools.audit._threshold import what_if
from tools.evaluate._answers import SIDES, Answered, Side
from tools.evaluate._rows import Question, exam
from tools.tool import ToolError

Json = dict[str, Any]
MOST_EXAMINED = 5000
DATA = "TUNEWRIGHT_DATA"
"""A folder that may hold `crows_pairs` and `winobias`."""


def audited(
    worker: Worker, ws: Workspace, run: TrainingRun, version: Version, group: str | None, rows: int | None, seed: int
) -> Json:
    """Everything about one run. Its weights are loaded once, and the untuned ones once.

    Args:
        worker: Hears the progress, and says when to stop.
        ws: The workspace.
        run: The run to audit.
        version: The data that it was trained on.
        group: The column of groups, if the user named one.
        rows: At most so many test rows; None for as many as fit in about two minutes.
        seed: Of the draws and of the resampling.
    """
    told: Json = {"split": None, "rows": 0, "with_terms": 0, "kinds": {}}
    questions: list[Question] = []
    try:
        asked = exam(ws, run, None, None, MOST_EXAMINED, seed)
        questions = asked.questions
        told |= {"split": asked.split, "rows": len(questions)}
    except ToolError as error:
        told["why_not"] = str(error)
    found = pairs(questions)
    told["with_terms"] = len({pair.asked.row for pair in found})
    groups = [] if writes(run.plan) else _groups(version, group, questions)
    in_a_group = {questions[at].row for each in groups for at, name in enumerate(each.groups) if name is not None}
    wanted = Wanted(found, [q for q in questions if q.row in in_a_group], rows, contrasts(_data_folder()), seed)
    said = heard(run, wanted, _telling(worker, run.id))
    worker.progress(0.96, "Working out the intervals")
    return (
        told | _figures(said, run, version, groups, questions, seed) | {"before": earlier(ws, run.id, version.dataset)}
    )


def _figures(
    said: Heard,
    run: TrainingRun,
    version: Version,
    groups: Sequence[Attribute],
    questions: Sequence[Question],
    seed: int,
) -> Json:
    body: Json = {"asked": len({pair.asked.row for pair in said.pairs}), "kinds": _swapped(said.pairs, said, seed)}
    body |= {"run": run.id, "task": run.plan["task"], "dataset": version.dataset}
    at = {asked.row: place for place, asked in enumerate(questions)}
    attributes = [_only(each, [at[asked.row] for asked in said.asked]) for each in groups]
    references = [asked.reference for asked in said.asked]
    if said.asked:
        answers = {side: [said.said(side, asked) for asked in said.asked] for side in SIDES}
        texts: dict[Side, list[str]] = {side: [answer.text for answer in answers[side]] for side in SIDES}
        body["groups"] = by_group(attributes, references, texts, seed)
    if said.contrasts:
        body["likelihood"] = stereotyped(said.contrasts, said.likelihoods)
    if said.openings:
        body["openings"] = about_groups(said.openings, said.finished, seed)
    body["findings"] = ranked(body, run.id)
    corrected(body)
    body["threshold"] = _threshold(body, said, attributes, references, seed)
    return body


def _swapped(found: Sequence[Pair], said: Heard, seed: int) -> Json:
    if not found:
        return {}
    before: dict[Side, Answered] = {
        side: Answered([said.said(side, pair.asked) for pair in found], 0.0) for side in SIDES
    }
    after: dict[Side, Answered] = {
        side: Answered([said.said(side, pair.swapped) for pair in found], 0.0) for side in SIDES
    }
    return compared(found, before, after, seed)


def _threshold(
    body: Json, said: Heard, attributes: Sequence[Attribute], references: Sequence[str], seed: int
) -> Json | None:
    """For the surest gap in error rates: what a threshold a group would do."""
    gaps = [each for each in body["findings"]["ranked"] if each["kind"] == "equalised odds" and each["found"]]
    if not gaps:
        return None
    attribute = next(each for each in attributes if each.name == gaps[0]["attribute"])
    label = gaps[0]["label"]
    chances = [said.said("tuned", asked).chances.get(label) for asked in said.asked]
    if any(chance is None for chance in chances):
        return None
    truth = [reference == label for reference in references]
    found = what_if([chance or 0.0 for chance in chances], truth, attribute.groups, seed)
    return found and {"attribute": attribute.name, "label": label, **found}


def _groups(version: Version, group: str | None, questions: Sequence[Question]) -> list[Attribute]:
    """The ways to group the test rows; groups line up with the questions."""
    found = people(version, group)
    if not questions:
        return []
    places = {row: place for place, row in enumerate(found.ids)}
    return [
        Attribute(each.name, each.how, [each.groups[places[q.row]] if q.row in places else None for q in questions])
        for each in found.attributes
    ]


def _only(attribute: Attribute, places: Sequence[int]) -> Attribute:
    return Attribute(attribute.name, attribute.how, [attribute.groups[place] for place in places])


def _data_folder() -> Path | None:
    named = os.environ.get(DATA)
    return Path(named) if named else None


def _telling(worker: Worker, run: str) -> Tell:
    parts = {"texts": (0.0, 0.6), "sentences": (0.6, 0.2), "prompts": (0.8, 0.2)}

    def tell(side: Side, what: str, done: int, of: int) -> None:
        if worker.stopping:
            raise Stopped(f"The audit of {run} was stopped; nothing was kept of it.")
        began, share = parts[what]
        who = run if side == "tuned" else "the untuned model"
        fraction = 0.05 + 0.9 * (SIDES.index(side) + began + share * done / of) / len(SIDES)
        worker.progress(fraction, f"Asked {who} {done} of {of} {what}")

    return tell
