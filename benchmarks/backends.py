"""Whether the assistant decides alike, whatever runs the same weights: llama.cpp, transformers, a local server.

    python -m benchmarks.backends [--model qwen2.5-coder-1.5b] [--every 4] [--backend llama]

transformers computes in full precision with the weights of the quantised file; the server is llama.cpp's own, spoken
to as to any that is OpenAI-compatible. Prints for each how often the tool, and tool and arguments, are right, how many
requests it decides otherwise than llama.cpp in this process does, and seconds. Run it on a quiet machine.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.models import Brain, open_brain
from assistant.models.llama import waiting_threads_sleep
from assistant.models.opening import taught
from assistant.settings import Settings
from benchmarks.decide import REQUESTS, Result, decided
from benchmarks.shares import share, spread
from tools.weights.fetch import fetch

BACKENDS = ("llama", "transformers", "openai")


def main() -> None:
    """Decide the same requests with each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b", help="a model of the catalogue, as GGUF")
    parser.add_argument("--backend", action="append", choices=BACKENDS, help="only this one; may be given again")
    parser.add_argument("--requests", type=Path, default=REQUESTS)
    parser.add_argument("--every", type=int, default=4, help="only one request in so many")
    options = parser.parse_args()
    requests = [json.loads(line) for line in options.requests.read_text().splitlines()][:: options.every]
    settings = replace(Settings.read(), model=options.model)
    print(f"{len(requests)} requests, {options.model}")
    print(f"{'':14}{'tool':>18}{'and arguments':>18}{'otherwise':>11}  seconds")
    known: list[Result] = []
    for backend in options.backend or BACKENDS:
        with _opened(settings, backend) as brain:
            results = list(decided(brain, requests))
        known = known or results
        otherwise = sum(
            (one.tool, one.arguments) != (other.tool, other.arguments)
            for (_, one, *_), (_, other, *_) in zip(results, known, strict=True)
        )
        print(
            f"{backend:14}{share(t for *_, t, _ in results):>18}{share(r for *_, r in results):>18}{otherwise:>11}  "
            f"{spread([choice.seconds for _, choice, *_ in results])}",
            flush=True,
        )


@contextmanager
def _opened(settings: Settings, backend: str) -> Iterator[Brain]:
    if backend == "openai":
        server = served(settings)
        settings = replace(settings, llm_url=server.listening_address, llm_model=settings.model)
    with closing(open_brain(replace(settings, backend=backend))) as brain:
        yield brain


def served(settings: Settings) -> Any:
    """llama.cpp's server on a free port of this machine, with the adapter; it ends when it is forgotten."""
    with waiting_threads_sleep():
        from xllamacpp import (
            CommonAdapterLoraInfo,  # pyright: ignore[reportAttributeAccessIssue]
            CommonParams,  # pyright: ignore[reportAttributeAccessIssue]
            Server,  # pyright: ignore[reportAttributeAccessIssue]
        )
    params: Any = CommonParams()
    params.model.path = str(fetch(settings.model, settings.models))
    params.n_ctx, params.n_parallel, params.verbosity = 2 * settings.context_tokens, 2, 0
    params.kv_unified = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings.threads
    params.hostnames = ["127.0.0.1"]
    if adapter := taught(settings.model):
        lora: Any = CommonAdapterLoraInfo()
        lora.path, lora.scale = str(adapter), 0.0
        params.lora_adapters = [lora]
        params.lora_init_without_apply = True
    return Server(params)


if __name__ == "__main__":
    main()
