"""Whether an export writes a conversation, and ends an answer, as training did; what is not so is named."""
# pyright: basic

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer

from store import StoreError
from tools.deploy._asking import Plan, prompts
from tools.deploy._questions import Asked
from tools.deploy._served import Served
from tools.deploy.gguf._vocabulary import chat_template
from tools.train._examples import prompt_text

GREETING = [{"role": "user", "content": "Good morning"}]
"""A conversation that may stand in a message: rows are the user's."""
_AROUND = 24


def faults_of_folder(folder: Path, trained: Any, plan: Plan, asked: Sequence[Asked]) -> list[str]:
    """What is wrong with the tokenizer of a folder of transformers, in sentences."""
    found: list[str] = []
    again = AutoTokenizer.from_pretrained(folder)
    talks = plan["task"] not in ("classify", "tag", "pretrain")
    if talks and again.chat_template != trained.chat_template:
        found.append(_another_template(again.chat_template))
    elif prompts(again, plan, asked) != prompts(trained, plan, asked):
        found.append("The exported tokenizer cuts the same text into other tokens than training did.")
    if plan["task"] in ("classify", "tag"):
        return found
    if again.eos_token_id != trained.eos_token_id:
        found.append(_another_end(trained.eos_token, again.eos_token))
    settings = folder / "generation_config.json"
    ends = json.loads(settings.read_text()).get("eos_token_id") if settings.exists() else trained.eos_token_id
    if trained.eos_token_id not in (ends if isinstance(ends, list) else [ends]):
        found.append(f"Its generation_config.json does not stop at {trained.eos_token}, which training ended with.")
    return found


def faults_of_server(served: Served, trained: Any, plan: Plan, asked: Sequence[Asked]) -> list[str]:
    """What is wrong with template and marks of a GGUF file on a server, in sentences."""
    found: list[str] = []
    told = served.told()
    if told.end != trained.eos_token:
        found.append(_another_end(trained.eos_token, told.end))
    if plan["task"] == "pretrain":
        return found
    if told.template.strip() != str(chat_template(trained)).strip():
        found.append(_another_template(told.template))
    if wrong := [one for one in asked if _read(served, one) != _trained(trained, one)]:
        found.append(_why(served, trained, wrong[0], len(wrong), len(asked)))
    return found


def _read(served: Served, one: Asked) -> list[int]:
    return served.tokens(served.template(one.messages))


def _trained(tokenizer: Any, one: Asked) -> list[int]:
    return tokenizer(prompt_text(tokenizer, one.messages), add_special_tokens=False)["input_ids"]


def _why(served: Served, tokenizer: Any, one: Asked, wrong: int, rows: int) -> str:
    """The reason that a question is read as other tokens than in training."""
    begins = f"The served model reads {wrong} of {rows} prompts differently from training: "
    theirs, ours = _read(served, one), _trained(tokenizer, one)
    first = tokenizer.bos_token
    if theirs[1:] == ours and theirs[0] == tokenizer.bos_token_id:
        return f"{begins}it puts {first} before each, which training did not (twice, where the template has it too)."
    if ours[1:] == theirs and ours[0] == tokenizer.bos_token_id:
        return f"{begins}it leaves out {first}, which stood before each in training."
    one_way, other = served.template(GREETING), prompt_text(tokenizer, GREETING)
    if one_way.removeprefix(str(first)) != other.removeprefix(str(first)):
        place = next((at for at, (a, b) in enumerate(zip(one_way, other, strict=False)) if a != b), len(one_way))
        start = max(0, place - _AROUND // 2)
        return (
            f"{begins}where training wrote {other[start : start + _AROUND]!r}, its template writes "
            f"{one_way[start : start + _AROUND]!r}."
        )
    return f"{begins}it cuts the same text into other tokens."


def _another_template(its: str | None) -> str:
    if not its:
        return "The export has no chat template, so that programs take one of their own: training's is not written."
    return "The export's chat template is not the one of training."


def _another_end(trained: str | None, its: str | None) -> str:
    return f"The export ends an answer at {its}, and training taught the model to end it with {trained}."


def write_generation_settings(folder: Path, trained: Any, model: Any) -> None:
    """Write generation_config.json with the stop token of training first.

    Raises:
        StoreError: The base model's settings cannot be kept as they are.
    """
    settings = model.generation_config
    named = settings.eos_token_id
    also = named if isinstance(named, list) else [named]
    settings.eos_token_id = list(dict.fromkeys(end for end in (trained.eos_token_id, *also) if end is not None))
    settings.pad_token_id = trained.pad_token_id if settings.pad_token_id is None else settings.pad_token_id
    try:
        settings.save_pretrained(folder)
    except ValueError as error:
        raise StoreError(f"The base model's generation settings contradict themselves: {error}") from error
