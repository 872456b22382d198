"""A contestant behind an address on this machine: any server that speaks OpenAI's chat completions."""

import os
from typing import Any

import httpx

from tools.evaluate._asking import Asking, Said
from tools.evaluate._read_label import read_label
from tools.evaluate._rows import Question
from tools.tool import ToolError
from tools.train._examples import Message
from tools.words import counted

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 120.0
"""A model on a processor may think for long, but a server that says nothing for so long is given up."""
KEY = "TUNEWRIGHT_ENDPOINT_KEY"
MOST_NEW_TOKENS = 256
LABEL_TOKENS = 32


def endpoint(asking: Asking, where: str, silent_seconds: float = SILENT_SECONDS) -> Said:
    """Ask a server each question, one after the other.

    Raises:
        ToolError: It does not answer, answers no chat completion, or wants a key; nothing is kept then.
    """
    key = os.environ.get(KEY, "")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    timeout = httpx.Timeout(silent_seconds, connect=CONNECT_SECONDS)
    told: list[str] = []
    with httpx.Client(timeout=timeout, headers=headers, trust_env=False, follow_redirects=False) as client:
        model = _first_model(client, where)
        for place, asked in enumerate(asking.questions):
            body: dict[str, Any] = {
                "model": model,
                "messages": _messages(asking, asked),
                "max_tokens": LABEL_TOKENS if asking.labels else MOST_NEW_TOKENS,
                "temperature": 0,
            }
            done = f"after {counted(place, 'row')} of {len(asking.questions):,}"
            told.append(_content(where, _json(client, "POST", f"{where}/chat/completions", done, body)))
            asking.tell(place + 1, len(asking.questions))
    return _read(asking, told, where, model)


def _messages(asking: Asking, asked: Question) -> list[Message]:
    """The question as the run gets it; a closed set of answers is told, since the server was never trained on it."""
    if not asking.labels:
        return asked.messages
    told = f"Answer with one of these labels and nothing else: {', '.join(asking.labels)}."
    if not asked.messages:
        return [{"role": "user", "content": f"Which label fits this text? {told}\n\n{asked.text}"}]
    last = asked.messages[-1]
    return [*asked.messages[:-1], {"role": last["role"], "content": f"{last['content']}\n\n{told}"}]


def _read(asking: Asking, told: list[str], where: str, model: str) -> Said:
    sent = (
        f"The texts of {counted(len(told), 'row')} were sent to {where} on this machine, which calls its model {model}."
    )
    if not asking.labels:
        empty = sum(not text for text in told)
        return Said(told, (sent, *([f"{counted(empty, 'answer')} of it came back empty."] if empty else [])))
    labels = [read_label(text, asking.labels) for text in told]
    none = sum(label is None for label in labels)
    wrong = f"{counted(none, 'answer')} of it named no one label, and count{'s' if none == 1 else ''} as wrong."
    answers = [text if label is None else label for text, label in zip(told, labels, strict=True)]
    how = "It was told the labels and wrote its answer, where a run here chooses the likeliest label."
    return Said(answers, (sent, how, *([wrong] if none else [])))


def _first_model(client: httpx.Client, where: str) -> str:
    listed = _json(client, "GET", f"{where}/models", "before the first row").get("data")
    first: Any = listed[0] if isinstance(listed, list) and listed else None  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(first, dict) or not isinstance(name := first.get("id"), str):  # pyright: ignore
        raise ToolError(f"{where} lists no model. Load one there first.")
    return name


def _json(client: httpx.Client, method: str, url: str, when: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """One request, with what goes wrong on the way as a sentence."""
    try:
        response = client.request(method, url, json=body)
    except httpx.ConnectError as error:
        raise ToolError(f"No server answers at {url} {when}. Start it, or correct the address.") from error
    except httpx.TimeoutException as error:
        raise ToolError(
            f"{url} gave no answer in time {when}, and was given up. Ask fewer rows, or see what keeps the server busy."
        ) from error
    except httpx.HTTPError as error:
        raise ToolError(f"The connection to {url} broke {when} ({type(error).__name__}). Try again.") from error
    if response.status_code in (401, 403):
        raise ToolError(f"{url} wants a key that it knows. Set {KEY} where Tunewright is started, and start it again.")
    if not response.is_success:
        raise ToolError(f"{url} answered {response.status_code} {when}: {' '.join(response.text.split())[:200]}")
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ToolError(f"{url} answered something that is no JSON object {when}. Is it an OpenAI-compatible server?")
    return found  # pyright: ignore[reportUnknownVariableType]


def _content(where: str, answer: dict[str, Any]) -> str:
    try:
        said = answer["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise ToolError(
            f"{where} answered without choices and a message. Is it an OpenAI-compatible server?"
        ) from error
    return said.strip() if isinstance(said, str) else ""
