"""Evaluation in a process of its own, where torch may live."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from datasets import Dataset, disable_progress_bars

from store import Workspace
from store.worker import Stopped, Worker, serve
from tools.evaluate._answers import SIDES, Side, both
from tools.evaluate._closer import closer
from tools.evaluate._general import general
from tools.evaluate._judge import Json, judged, rows_of
from tools.evaluate._leakage import with_near
from tools.evaluate._moved import moved, moved_sentence
from tools.evaluate._registry import FIRST
from tools.evaluate._rows import answers_of, exam
from tools.evaluate._runs import usable
from tools.evaluate._shared import cautions
from tools.evaluate._show import shown

ASKING = 0.95
"""Share of the work that is asking the models."""


def work(worker: Worker) -> Json:
    """Ask both models, judge, and keep the report; the payload is the settings of `_evaluation.settings`."""
    with Workspace(worker.home, worker.project) as ws:
        return {"report": _evaluate(worker, ws, worker.payload)}


def _evaluate(worker: Worker, ws: Workspace, settings: Json) -> str:
    run = usable(ws, settings["run"])
    worker.progress(0.0, "Choosing the rows and loading the models")
    asked = exam(ws, run, settings["dataset"], settings["split"], settings["rows"], settings["seed"])
    asked = with_near(ws, run, asked)

    def hear(side: Side, done: int, rows: int) -> None:
        if worker.stopping:
            raise Stopped(f"The evaluation of {run.id} was stopped; nothing was kept of it.")
        who = run.id if side == "tuned" else "the untuned model"
        fraction = ASKING * (SIDES.index(side) + done / rows) / len(SIDES)
        worker.progress(fraction, f"Asked {who} {done} of {rows} rows")

    answered = both(run, asked.questions, hear)
    worker.progress(ASKING, "Working out the scores and their intervals")
    kind, task = answers_of(run.plan), run.plan["task"]
    labels = run.plan["labels"] if kind == "labels" else None
    body = judged(asked, answered, labels=labels, wanted=settings["wanted"], answers=kind, first=FIRST.get(task))
    body |= {"task": run.plan["task"], "settings": settings}
    body["cut"] = sum(answer.cut for answer in answered["tuned"].answers)
    body |= general(worker, ws, run, asked, answered)
    added, by_row = closer(ws, run, asked, answered, body)
    body |= added
    body |= moved(asked, answered)
    body["cautions"] = [*moved_sentence(body), *cautions(body)]
    body["result"] = shown(run, asked.dataset, body).as_json()
    report = ws.reports.save("evaluation", body, run=run.id, dataset=asked.dataset, version=asked.version)
    ws.mirrors.begin()
    disable_progress_bars()
    rows = [row | more for row, more in zip(rows_of(asked, answered), by_row, strict=True)]
    Dataset.from_list(rows).to_parquet(str(report.folder / "predictions.parquet"))
    return report.id


if __name__ == "__main__":
    serve(work)
