"""The words that matter to a run, over a sample of its test rows, in a process of its own."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from store import TrainingRun, Workspace
from store.worker import Stopped, Worker, serve
from tools.audit._driving import Driver, drivers, without_each
from tools.audit._run_words_show import shown
from tools.audit._told_by_data import telling, told_by_data
from tools.evaluate._answers import Answer, answer, sides
from tools.evaluate._rows import Question, exam
from tools.evaluate._runs import usable
from tools.train._weights import Loaded

Json = dict[str, Any]
AT_ONCE = 64
DATA_WORDS = 8
KEPT_A_LABEL = 50


def work(worker: Worker) -> Json:
    """Find the words; the payload is {"run", "weights", "label", "rows", "seed"}."""
    task = worker.payload
    with Workspace(worker.home, worker.project) as ws:
        run = usable(ws, task["run"])
        worker.progress(0.0, f"Choosing the rows and loading {run.id}")
        asked = exam(ws, run, None, None, task["rows"], task["seed"])
        _, loaded = next(sides(run))
        whole = answer(loaded, run.plan, asked.questions)
        without, passed = without_each(asked.questions, task["seed"])
        answers = _answers(worker, run, loaded, [one.question for one in without])
        told = told_by_data(ws, run)
        found, too_few = drivers(whole, list(zip(without, answers, strict=True)), told)
        given = Counter(one.text for one in whole)
        labels = sorted(run.plan["labels"], key=lambda label: (-given[label], label))
        body: Json = {
            "settings": task,
            "rows": len(asked.questions),
            "available": asked.available,
            "split": asked.split,
            "given": {label: given[label] for label in labels},
            "right": sum(one.text == each.reference for one, each in zip(whole, asked.questions, strict=True)),
            "asked": len(without),
            "tested": len(found),
            "too_few": too_few,
            "passed_over": passed,
            "words": {label: _kept(found, label) for label in labels},
            "data": {label: list(telling(told, label, DATA_WORDS)) for label in labels},
        }
        body["result"] = shown(run.id, body, task["label"]).as_json()
        report = ws.reports.save("words", body, run=run.id, dataset=asked.dataset, version=asked.version)
        return {"report": report.id}


def _answers(worker: Worker, run: TrainingRun, loaded: Loaded, questions: list[Question]) -> list[Answer]:
    """In blocks of similar length, so that it can be told how far it is, and stopped."""
    order = sorted(range(len(questions)), key=lambda place: -len(questions[place].text))
    found: dict[int, Answer] = {}
    for start in range(0, len(order), AT_ONCE):
        if worker.stopping:
            raise Stopped(f"The search for the words of {run.id} was stopped; nothing was kept of it.")
        some = order[start : start + AT_ONCE]
        found |= dict(zip(some, answer(loaded, run.plan, [questions[place] for place in some]), strict=True))
        done = sum(len(questions[place].text) for place in found) / sum(len(each.text) for each in questions)
        worker.progress(0.05 + 0.93 * done, f"Left out {len(found)} of {len(questions)} words")
    return [found[place] for place in range(len(questions))]


def _kept(found: list[Driver], label: str) -> list[Json]:
    return [asdict(one) | {"certain": one.certain} for one in found if one.label == label][:KEPT_A_LABEL]


if __name__ == "__main__":
    serve(work)
