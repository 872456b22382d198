"""A comparison in a process of its own: contestants that have not answered yet are asked, then all are compared."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import gc
from collections.abc import Callable
from pathlib import Path

from datasets import Dataset, disable_progress_bars

from store import Workspace
from store.worker import Stopped, Worker, serve
from tools.data._format import format_of
from tools.evaluate._asking import Asking, Said
from tools.evaluate._comparison import Json, answers, compared
from tools.evaluate._rows import Exam, exam
from tools.evaluate._runs import usable

ASKING = 0.9
"""Share of the work that is asking."""


def work(worker: Worker) -> Json:
    """Ask and compare.

    The payload is {"run", "dataset", "rows", "seed": the questions; "contestants": each with "name", and "file" and
    "column" of its answers or "kind" and "where" of what to ask; "labels", "wanted"}.
    """
    task, files, notes = worker.payload, list[tuple[Path, str]](), list[str]()
    asked = [each for each in task["contestants"] if "file" not in each]
    questions = _questions(worker) if asked else None
    for each in task["contestants"]:
        if "file" in each:
            files.append((Path(each["file"]), each["column"]))
            continue
        assert questions
        said = _said(worker, questions, each, asked.index(each), len(asked))
        notes += said.notes
        files.append((_kept(worker.folder / f"answers-{len(files)}.parquet", questions[1], said), "said"))
    worker.progress(ASKING if asked else 0.0, "Working out the scores, their intervals and the tests")
    shared = answers(*files)
    if not shared.rows:
        return {"rows": 0}
    names = [each["name"] for each in task["contestants"]]
    body = compared(names, shared, labels=task["labels"], wanted=task["wanted"], seed=task["seed"])
    return body | {"notes": notes}


def _questions(worker: Worker) -> tuple[Asking, Exam]:
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        run = usable(ws, task["run"])
        rows = exam(ws, run, task["dataset"], None, task["rows"], task["seed"])
        found = format_of(ws, ws.datasets.version(run.dataset, run.version))
    return Asking(run, rows.questions, found.instruction if found else "", lambda done, rows: None), rows


def _said(worker: Worker, questions: tuple[Asking, Exam], each: Json, place: int, of: int) -> Said:
    worker.progress(ASKING * place / of, f"Loading {each['name']}")

    def tell(done: int, rows: int) -> None:
        if worker.stopping:
            raise Stopped("The comparison was stopped; nothing was kept of it.")
        worker.progress(ASKING * (place + done / rows) / of, f"Asked {each['name']} {done} of {rows} rows")

    asking = Asking(questions[0].run, questions[0].questions, questions[0].instruction, tell)
    try:
        return _answering(each["kind"])(asking, each["where"])
    finally:
        gc.collect()  # the weights go before the next ones come


def _answering(kind: str) -> Callable[[Asking, str], Said]:
    """The answer function of a kind; each loads its own libraries."""
    if kind == "endpoint":
        from tools.evaluate._with_endpoint import endpoint  # noqa: PLC0415

        return endpoint
    if kind == "gguf":
        from tools.evaluate._with_llama import gguf  # noqa: PLC0415

        return gguf
    from tools.evaluate._with_weights import WITH_WEIGHTS  # noqa: PLC0415

    return WITH_WEIGHTS[kind]


def _kept(file: Path, asked: Exam, said: Said) -> Path:
    disable_progress_bars()
    rows = [
        {"_row": question.row, "text": question.text, "reference": question.reference, "said": answer}
        for question, answer in zip(asked.questions, said.answers, strict=True)
    ]
    Dataset.from_list(rows).to_parquet(str(file))
    return file


if __name__ == "__main__":
    serve(work)
