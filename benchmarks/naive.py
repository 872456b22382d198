"""What a decision costs here, and what it costs the usual way, with the same model file on the same machine.

    pip install langchain==1.4.7 langchain-openai==1.7.3
    python -m benchmarks.naive [--every 12]

The usual way is LangChain's `create_agent`: every tool's schema in the prompt, the model writes the call. Both get the
same requests in the same projects, one after the other, warm; both keep what two prompts have in common. Prints, for
each way, the median tokens of a prompt, those read anew, those written, the seconds, and the share of right tools.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.decide import warm_up
from assistant.models import open_brain
from assistant.prompt import RULES
from assistant.scene import Scene
from assistant.settings import Settings
from assistant.transcript import Turn
from benchmarks.decide import REQUESTS, first
from benchmarks.shares import share, spread
from benchmarks.states import build
from store import Workspace
from tools import TOOLS
from tools.weights.fetch import fetch

CONTEXT_TOKENS = 16384
"""The usual way needs more than the assistant's own 8192 for a few turns of all schemas."""
Way = Callable[[dict[str, Any], Workspace], "Decision"]


@dataclass(frozen=True)
class Decision:
    """One decision: the tool, and what it took."""

    tool: str
    prompt: int
    read: int
    written: int
    seconds: float


def main() -> None:
    """Decide the same requests both ways and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=Path, default=REQUESTS)
    parser.add_argument("--every", type=int, default=12, help="only one request in so many")
    options = parser.parse_args()
    requests = [json.loads(line) for line in options.requests.read_text().splitlines()][:: options.every]
    head = ("prompt tokens", "read anew", "written", "seconds", "right tool")
    print(f"{'':14}{head[0]:>14}{head[1]:>11}{head[2]:>9}{head[3]:>36}{head[4]:>18}")
    for name, opened in (("Tunewright", ours), ("create_agent", usual)):
        with opened() as way, tempfile.TemporaryDirectory() as folder:
            made = [way(one, build(one["state"], Path(folder, str(place)))) for place, one in enumerate(requests)]
        right = [
            done.tool in {call["tool"] for call in one["accept"]} for one, done in zip(requests, made, strict=True)
        ]
        middle = [
            statistics.median(values) for values in zip(*((d.prompt, d.read, d.written) for d in made), strict=True)
        ]
        seconds = spread([done.seconds for done in made])
        print(f"{name:14}{middle[0]:14.0f}{middle[1]:11.0f}{middle[2]:9.0f}{seconds:>36}{share(right):>18}", flush=True)


@contextmanager
def ours() -> Iterator[Way]:
    """The assistant's own way."""
    brain = open_brain(Settings.read())
    warm_up(brain)

    def way(request: dict[str, Any], ws: Workspace) -> Decision:
        began = time.perf_counter()
        choice = first(brain, ws, [*_history(request), Turn(request["text"])])
        seconds, new = time.perf_counter() - began, choice.prompt_tokens - choice.cached_tokens
        return Decision(choice.tool, choice.prompt_tokens, new, choice.written_tokens, seconds)

    yield way
    brain.close()


@contextmanager
def usual() -> Iterator[Way]:
    """LangChain's way: one agent, all schemas, the model's own chat template for tools."""
    from langchain.agents import create_agent  # pyright: ignore[reportMissingImports]
    from langchain_core.messages import AIMessage, HumanMessage
    from langchain_core.tools import StructuredTool
    from langchain_openai import ChatOpenAI  # pyright: ignore[reportMissingImports]
    from xllamacpp import CommonParams, Server  # pyright: ignore[reportAttributeAccessIssue]

    settings, params = Settings.read(), CommonParams()
    params.model.path = str(fetch(settings.model, settings.models))
    params.n_ctx, params.n_parallel, params.ui, params.verbosity = CONTEXT_TOKENS, 1, False, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads
    server: Any = Server(params)
    told: dict[str, Any] = {"model": "local", "base_url": f"{server.listening_address}/v1", "api_key": "none"}
    model: Any = ChatOpenAI(**told, temperature=0, max_retries=0, max_completion_tokens=256, timeout=600)
    tools = [
        StructuredTool(name=tool.name, description=tool.summary, args_schema=tool.arguments, func=lambda **_: "")
        for tool in TOOLS.values()
    ]

    def way(request: dict[str, Any], ws: Workspace) -> Decision:
        system = f"{RULES.partition('.')[0]}. Call a tool, or answer in words.\n\n{Scene.of(ws)}"
        agent: Any = create_agent(model, tools, system_prompt=system, interrupt_before=["tools"])
        said = [message for turn in _history(request) for message in (HumanMessage(turn.wish), AIMessage(turn.said))]
        began = time.perf_counter()
        last = agent.invoke({"messages": [*said, HumanMessage(request["text"])]})["messages"][-1]
        used, seconds = last.usage_metadata, time.perf_counter() - began
        cached = used.get("input_token_details", {}).get("cache_read", 0)
        tool = last.tool_calls[0]["name"] if last.tool_calls else "answer"
        return Decision(tool, used["input_tokens"], used["input_tokens"] - cached, used["output_tokens"], seconds)

    way({"text": "hello"}, build("empty", Path(tempfile.mkdtemp())))  # both are measured warm
    yield way
    del server


def _history(request: dict[str, Any]) -> list[Turn]:
    return [Turn(one["user"], said=one["assistant"]) for one in request.get("history", [])]


if __name__ == "__main__":
    main()
