"""The tokens of a row, and which of them are trained: the same for the preview, training and evaluation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""The label of a token that no loss is computed for, as transformers has it."""
Message = dict[str, str]


@dataclass(frozen=True)
class Example:
    """What the model reads of one row."""

    tokens: list[int]
    trained: list[bool]
    """For each token, whether the model learns to write it."""
    cut: bool = False
    """Whether the row was longer than the limit."""

    @property
    def labels(self) -> list[int]:
        """The tokens, with `IGNORED` where nothing is learned."""
        return [token if learned else IGNORED for token, learned in zip(self.tokens, self.trained, strict=True)]

    def line(self, labels: list[int] | int) -> dict[str, Any]:
        """As a row to train on: `labels` for each token, or a class; `length` in tokens; whether it was `cut`."""
        return {"input_ids": self.tokens, "labels": labels, "length": len(self.tokens), "cut": self.cut}


def conversation(row: Mapping[str, Any], plan: Mapping[str, Any]) -> list[Message]:
    """The messages of a row, by the columns that a plan names: `messages`, or `prompt` and `completion`.

    A row without its completion gives the question alone.
    """
    if column := plan.get("messages"):
        turns: list[Message] = row[column] or []
        return [{"role": turn["role"], "content": turn["content"] or ""} for turn in turns]
    asked = {"role": "user", "content": str(row[plan["prompt"]] or "")}
    answer = row.get(plan["completion"])
    return [asked] if answer is None else [asked, {"role": "assistant", "content": str(answer)}]


def label_name(value: Any) -> str:
    """A label as text, as DuckDB writes it too: 1, true, refund."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def question(messages: list[Message]) -> list[Message]:
    """The messages before the last answer."""
    return messages[:-1] if messages and messages[-1]["role"] == "assistant" else messages


def prompt_text(tokenizer: "PreTrainedTokenizerBase", messages: list[Message]) -> str:
    """The text that the model goes on from when it answers `messages`."""
    return _rendered(tokenizer, question(messages), asking=True)


def answer_example(
    tokenizer: "PreTrainedTokenizerBase", messages: list[Message], max_length: int, *, last_only: bool = False
) -> Example:
    """The tokens of a conversation in the base model's chat template; only the answers are trained.

    An answer is trained up to and with its end mark, so that the model learns to stop. What is beyond `max_length`
    tokens is cut. With `last_only`, earlier answers are read and not trained.
    """
    tokens: list[int] = []
    trained: list[bool] = []
    for text, learned in segments(tokenizer, messages):
        piece: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]  # pyright: ignore
        if last_only and learned:
            trained = [False] * len(tokens)
        tokens += piece
        trained += [learned] * len(piece)
    return Example(tokens[:max_length], trained[:max_length], len(tokens) > max_length)


def text_example(tokenizer: "PreTrainedTokenizerBase", text: str, max_length: int) -> Example:
    """The tokens of a text to classify, with the marks that the tokenizer puts around a text."""
    tokens: list[int] = tokenizer(text)["input_ids"]  # pyright: ignore
    if len(tokens) <= max_length:
        return Example(tokens, [False] * len(tokens))
    kept: list[int] = tokenizer(text, truncation=True, max_length=max_length)["input_ids"]  # pyright: ignore
    return Example(kept, [False] * len(kept), cut=True)


def segments(tokenizer: "PreTrainedTokenizerBase", messages: list[Message]) -> Iterator[tuple[str, bool]]:
    """The text of a conversation in pieces: (text, whether it is trained)."""
    done = ""
    for place, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        before = _rendered(tokenizer, messages[:place], asking=True)
        after = _rendered(tokenizer, messages[: place + 1], asking=False)
        yield before.removeprefix(done), False
        if after.startswith(before):
            answer, end, rest = _split_end(after[len(before) :], str(tokenizer.eos_token or ""))
        else:  # a template that rewrites earlier turns: the plain answer
            answer, end, rest = message["content"], str(tokenizer.eos_token or ""), ""
        yield answer + end, True
        done = before + answer + end
        if rest and any(later["role"] == "assistant" for later in messages[place + 1 :]):
            yield rest, False
            done += rest


def _split_end(answer: str, end: str) -> tuple[str, str, str]:
    """An answer, its end mark, and what the template writes after it."""
    kept, mark, rest = answer.rpartition(end) if end else ("", "", "")
    return (kept, mark, rest) if mark else (answer, "", "")


def _rendered(tokenizer: "PreTrainedTokenizerBase", messages: list[Message], *, asking: bool) -> str:
    return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=asking))  # pyright: ignore
