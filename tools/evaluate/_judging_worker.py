"""A judge at work, in a process of its own: first what shows whether it can judge, then the pairs."""

from dataclasses import asdict

from store import Workspace
from store.worker import Stopped, Worker, serve
from tools.augment._writer import Json, writer
from tools.evaluate._judging import checks, cost, is_cut, judge
from tools.evaluate._sides import Sides, Unasked, sides
from tools.tool import ToolError

CHECKS = 12
CHARACTERS = 24_000
"""What is read by default: below three minutes on two cores with the model that ships."""
PAIRS = 40
"""The most pairs by default."""
LOADING = 0.05


def work(worker: Worker) -> Json:
    """Judge, and keep the report; the payload is that of `judge_answers`."""
    with Workspace(worker.home, worker.project) as ws:
        return {"report": _judged(worker, ws, worker.payload)}


def _judged(worker: Worker, ws: Workspace, settings: Json) -> str:
    found = sides(ws, settings["run"], settings["other"] or None, settings["dataset"])
    if isinstance(found, Unasked):
        raise ToolError(str(found))
    worker.progress(0.0, "Loading the judge")
    known = checks(found.pairs, CHECKS, settings["seed"])
    pairs = found.drawn(settings["rows"] or affordable(found, settings["seed"]), settings["seed"])
    told: list[Json] = []
    with writer(lambda got: worker.progress(0.0, str(got))) as model:
        for done, pair in enumerate([*known, *pairs]):
            if worker.stopping:
                raise Stopped("The judging was stopped; nothing was kept of it.")
            checked = min(done, len(known))
            words = f"Checked the judge on {checked} of {len(known)} pairs, judged {done - checked} of {len(pairs)}"
            worker.progress(LOADING + (1 - LOADING) * done / (len(known) + len(pairs)), words)
            criteria = settings["criteria"] if done >= len(known) else None
            kind = found.answers if done >= len(known) else "labels"
            told.append(judge(model, pair, criteria, kind).as_json())
        name = model.name
    body: Json = {
        "settings": settings,
        "judge": name.rsplit("/", 1)[-1].removesuffix(".gguf"),
        "checks": told[: len(known)],
        "verdicts": told[len(known) :],
        "rows": len(found.pairs),
        "differing": len(found.differing),
        "answers": found.answers,
        "cut": sum(is_cut(pair) for pair in pairs),
        "pairs": [asdict(pair) for pair in pairs],
    }
    return ws.reports.save("judgement", body, run=found.one, dataset=found.dataset, version=found.version).id


def affordable(found: Sides, seed: int) -> int:
    """Pairs that are judged if no number was named."""
    left = CHARACTERS - sum(cost(pair) for pair in checks(found.pairs, CHECKS, seed))
    count = 0
    for pair in found.drawn(PAIRS, seed):
        left -= cost(pair)
        if left < 0 and count:
            break
        count += 1
    return count


if __name__ == "__main__":
    serve(work)
