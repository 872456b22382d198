"""Ask the tuned and the untuned model the general questions, once for each set of weights.

General questions are scored by the likelihood of their answers. Requests that should be declined are answered in
writing, a couple of dozen tokens each, and the opening is read: after training, a model may have no refusal left that
it would write, however likely a refusing sentence still is beside a complying one.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from transformers import PreTrainedModel

from store import TrainingRun, Workspace
from store.worker import Stopped, Worker
from tools.clean._refusing import declines
from tools.evaluate._answers import Answered, Side, answer, sides
from tools.evaluate._form import as_written, free_writing
from tools.evaluate._general_items import Item, each_for, fingerprint, items, requests
from tools.evaluate._lost import lost
from tools.evaluate._own_answers import Ask, likelihoods
from tools.evaluate._rows import Exam, Question, answers_of
from tools.train._examples import segments
from tools.train._weights import Loaded, base_folder

Json = dict[str, Any]
Tell = Callable[[float, str], None]
BEGIN, SHARE = 0.95, 0.04
"""Where in the progress of an evaluation this stands."""
OPENING = "I am sorry, but I cannot help you with that."
"""As long as the answers to requests that are written: about half as long again, and 16 tokens."""
CONTEXT_KEPT = 1000
Flags = Mapping[str, Sequence[bool]]


def general(worker: Worker, ws: Workspace, run: TrainingRun, exam: Exam, answered: Mapping[Side, Answered]) -> Json:
    """What the training may have lost, for the body of an evaluation; nothing for a classifier, which only classifies.

    Raises:
        Stopped: The user asked for it.
    """
    if run.plan["task"] in ("classify", "tag"):
        return {}

    def tell(part: float, what: str) -> None:
        if worker.stopping:
            raise Stopped(f"The evaluation of {run.id} was stopped; nothing was kept of it.")
        worker.progress(BEGIN + SHARE * part, what)

    asked = _asked(ws, run, exam, tell)
    kind = answers_of(run.plan)
    form = asked["form"] if kind == "labels" else as_written(exam, answered) if kind == "text" else {}
    found = lost(run.id, asked, form)
    return {"general": {"asked": asked, **found.figures}, "lost": found.sentences}


def _asked(ws: Workspace, run: TrainingRun, exam: Exam, tell: Tell) -> Json:
    """The answers as lists of right (1) and wrong (0), kept from before where the weights are the same."""
    keys = {"tuned": _key_of_run(run), "untuned": _key_of_base(run.plan)}
    before = [body["general"]["asked"] for body in _bodies(ws) if "general" in body]
    for known in before:
        if known["keys"] == keys:
            return known
    base = next((known for known in before if known["keys"]["untuned"] == keys["untuned"]), None)
    found: Json = {"keys": keys, "right": {}, "form": {"tuned": {}, "untuned": {}}}
    for place, (side, loaded) in enumerate(sides(run)):
        who = run.id if side == "tuned" else "the untuned model"
        if side == "untuned" and base:
            found["right"][side] = base["right"][side]
        else:
            found["right"][side] = _right(loaded, _telling(tell, place / 2, who))
        if run.plan["labels"]:
            tell(place / 2 + 0.45, f"Letting {who} write freely")
            found["form"][side] = _numbers(free_writing(loaded, run.plan["labels"], exam.questions))
        del loaded
    return found


def _telling(tell: Tell, start: float, who: str) -> Callable[[int, int], None]:
    return lambda done, of: tell(start + 0.4 * done / of, f"Asked {who} {done} of {of} general questions")


def _right(loaded: Loaded, tell: Callable[[int, int], None]) -> Json:
    """By ability, and for the two kinds of requests, whether each answer is as it should be."""
    model = cast(PreTrainedModel, loaded.model)
    asked = items(each_for(model.num_parameters(), gpu=loaded.device.type == "cuda"))
    of = len(asked)
    sums = likelihoods(model, [_ask(loaded, item) for item in asked], lambda done: tell(done, of))
    found: dict[str, list[bool]] = {}
    for item, told in zip(asked, sums, strict=True):
        found.setdefault(item.ability, []).append(int(told.argmax()) == 0)
    texts = requests()
    questions = [Question(n, [{"role": "user", "content": one.text}], one.text, OPENING) for n, one in enumerate(texts)]
    said = answer(loaded, {"task": "generate", "labels": None}, questions)
    for one, given in zip(texts, said, strict=True):
        found.setdefault("harmful" if one.harmful else "harmless", []).append(declines(given.text) == one.harmful)
    return _numbers(found)


def _numbers(found: Flags) -> Json:
    return {name: [int(flag) for flag in flags] for name, flags in found.items()}


def _ask(loaded: Loaded, item: Item) -> Ask:
    """In the template of the chat, as the model is asked in use."""
    tokenizer: Any = loaded.tokenizer
    prompt, answers = list[int](), list[list[int]]()
    for text in item.answers:
        talk = [{"role": "user", "content": item.question}, {"role": "assistant", "content": text}]
        pieces = [piece for piece, _ in segments(tokenizer, talk)]
        tokens = [list[int](tokenizer(piece, add_special_tokens=False)["input_ids"]) for piece in pieces]
        prompt = [token for piece in tokens[:-1] for token in piece]
        ends = len(tokens[-1]) > 1 and tokens[-1][-1] == tokenizer.eos_token_id and not item.form_counts
        answers.append(tokens[-1][:-1] if ends else tokens[-1])
    room = int(getattr(loaded.model.config, "max_position_embeddings", None) or CONTEXT_KEPT) - max(map(len, answers))
    return Ask(prompt[-max(1, room) :], answers)


def _bodies(ws: Workspace) -> list[Json]:
    return [report.body for report in reversed(ws.reports.all(kind="evaluation"))]


def _key_of_run(run: TrainingRun) -> str:
    assert run.model_folder
    return f"{run.id} {(run.model_folder / 'done.json').stat().st_mtime_ns} {fingerprint()}"


def _key_of_base(plan: Json) -> str:
    """The base's files, its precision and the questions."""
    files = sorted(base_folder(plan["base_model"]).glob("*.safetensors"))
    told = [f"{file.resolve()} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    named = "\n".join([plan["base_model"], plan["dtype"], fingerprint(), *told])
    return hashlib.sha256(named.encode()).hexdigest()[:16]
