"""How other programs call a service: the same question in several languages, each complete and ready to run."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tools.deploy._key_files import VARIABLE

Way = Literal["python", "langchain", "javascript", "curl"]


@dataclass(frozen=True)
class Call:
    """What a program is to do.

    Attributes:
        address: Where the service is.
        model: Whom to ask.
        labels: Whether it chooses labels rather than writes.
        question: What to ask.
        tokens: The longest answer.
    """

    address: str
    model: str
    labels: bool
    question: str
    tokens: int = 200


@dataclass(frozen=True)
class Snippet:
    """A program.

    Attributes:
        title: In what it is.
        file: What its file is called.
        language: Of the code, as Markdown names it.
        run: How to run it.
        text: The code.
    """

    title: str
    file: str
    language: str
    run: str
    text: str


def snippet(way: Way, call: Call) -> Snippet:
    """A call in one of the ways."""
    return WAYS[way](call)


def _curl(call: Call) -> Snippet:
    path, body = ("/classify", _labels_body(call)) if call.labels else ("/v1/chat/completions", _chat_body(call))
    quoted = json.dumps(body, indent=2, ensure_ascii=False).replace("'", "'\\''")
    text = (
        f"curl --fail-with-body -sS {call.address}{path} \\\n"
        f'  -H "Authorization: Bearer ${VARIABLE}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{quoted}'\n"
    )
    return Snippet("curl", "ask.sh", "bash", "sh ask.sh", text)


def _python(call: Call) -> Snippet:
    if call.labels:
        text = f"""import os

import httpx

response = httpx.post(
    {_quoted(call.address + "/classify")},
    headers={{"Authorization": f"Bearer {{os.environ['{VARIABLE}']}}"}},
    json={{"model": {_quoted(call.model)}, "input": [{_quoted(call.question)}]}},
    timeout=60,
)
response.raise_for_status()
for result in response.json()["results"]:
    print(result["label"], result["probabilities"][0]["probability"])
"""
        return Snippet("Python with httpx", "ask.py", "python", "pip install httpx; python ask.py", text)
    text = f'''import os

from openai import OpenAI

client = OpenAI(base_url={_quoted(call.address + "/v1")}, api_key=os.environ["{VARIABLE}"])
stream = client.chat.completions.create(
    model={_quoted(call.model)},
    messages=[{{"role": "user", "content": {_quoted(call.question)}}}],
    max_tokens={call.tokens},
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
'''
    return Snippet("Python with the openai package", "ask.py", "python", "pip install openai; python ask.py", text)


def _langchain(call: Call) -> Snippet:
    if call.labels:
        text = f'''import os

import httpx
from langchain_core.runnables import RunnableLambda


def classify(texts: list[str]) -> list[str]:
    """The label of each text."""
    response = httpx.post(
        {_quoted(call.address + "/classify")},
        headers={{"Authorization": f"Bearer {{os.environ['{VARIABLE}']}}"}},
        json={{"model": {_quoted(call.model)}, "input": texts}},
        timeout=60,
    )
    response.raise_for_status()
    return [result["label"] for result in response.json()["results"]]


print(RunnableLambda(classify).invoke([{_quoted(call.question)}]))
'''
        return Snippet("LangChain", "ask_langchain.py", "python", "python ask_langchain.py", text)
    text = f'''import os

from langchain_openai import ChatOpenAI

chat = ChatOpenAI(
    model={_quoted(call.model)},
    base_url={_quoted(call.address + "/v1")},
    api_key=os.environ["{VARIABLE}"],
    max_completion_tokens={call.tokens},
)
print(chat.invoke({_quoted(call.question)}).content)
'''
    run = "pip install langchain-openai; python ask_langchain.py"
    return Snippet("LangChain", "ask_langchain.py", "python", run, text)


def _javascript(call: Call) -> Snippet:
    path, body = ("/classify", _labels_body(call)) if call.labels else ("/v1/chat/completions", _chat_body(call))
    answer = "answer.results[0].label" if call.labels else "answer.choices[0].message.content"
    told = json.dumps(body, indent=2, ensure_ascii=False).replace("\n", "\n  ")
    text = f"""const response = await fetch({_quoted(call.address + path)}, {{
  method: "POST",
  headers: {{
    "Authorization": `Bearer ${{process.env.{VARIABLE}}}`,
    "Content-Type": "application/json",
  }},
  body: JSON.stringify({told}),
}});
const answer = await response.json();
if (!response.ok) throw new Error(answer.error.message);
console.log({answer});
"""
    return Snippet("JavaScript", "ask.mjs", "javascript", "node ask.mjs", text)


def _chat_body(call: Call) -> dict[str, object]:
    said = [{"role": "user", "content": call.question}]
    return {"model": call.model, "messages": said, "max_tokens": call.tokens}


def _labels_body(call: Call) -> dict[str, object]:
    return {"model": call.model, "input": [call.question]}


def _quoted(text: str) -> str:
    """As Python and JavaScript both read it."""
    return json.dumps(text, ensure_ascii=False)


WAYS: dict[Way, Callable[[Call], Snippet]] = {
    "curl": _curl,
    "python": _python,
    "langchain": _langchain,
    "javascript": _javascript,
}
