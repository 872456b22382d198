"""A quantised export as a contestant: a GGUF file on llama.cpp, asked exactly the tokens that the run was asked."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.evaluate._asking import Asking, Said
from tools.evaluate._tree import ROOT, Tokens, Tree
from tools.tool import ToolError
from tools.train._examples import Message, answer_example
from tools.train._weights import load_tokenizer

MOST_NEW_TOKENS = 256
LIKELIEST = 1000
"""Of the next tokens, so many come with their probability; a label's token below them counts as the last of them."""
MOST_CONTEXT = 4096
NO_LIMIT = 10**9
FORCED = 1000.0
SMALL_BYTES = 50_000_000
"""A smaller model is faster on one thread than on several that wait for each other."""


def gguf(asking: Asking, where: str) -> Said:
    """Ask a GGUF file. A label's likelihood is summed over its tokens, as it is for the run itself.

    Raises:
        ToolError: llama.cpp cannot load it, or refuses a question.
    """
    assert asking.run.model_folder
    tokenizer = load_tokenizer(asking.run.model_folder)
    letter = int(tokenizer("a", add_special_tokens=False)["input_ids"][-1])
    split = [_cut(tokenizer, asked.messages, "-")[0] for asked in asking.questions]
    if asking.labels:
        labels = [_cut(tokenizer, asking.questions[0].messages, label)[1] for label in asking.labels]
        server = Llama(Path(where), max(map(len, split)) + max(map(len, labels)), letter)
        return Said(_chosen(asking, server, split, Tree.of(labels)))
    longest = max(len(_cut(tokenizer, asked.messages, asked.reference)[1]) for asked in asking.questions)
    new = min(MOST_NEW_TOKENS, longest + longest // 2 + 16)
    server, told = Llama(Path(where), max(map(len, split)) + new), list[str]()
    for place, prompt in enumerate(split):
        told.append(server.text(prompt, new).strip())
        asking.tell(place + 1, len(split))
    return Said(told)


def _chosen(asking: Asking, server: "Llama", prompts: Sequence[Tokens], tree: Tree) -> list[str]:
    assert asking.labels
    told: list[str] = []
    for place, prompt in enumerate(prompts):
        sums = likelihoods(server, prompt, tree)
        told.append(asking.labels[max(range(len(sums)), key=sums.__getitem__)])
        asking.tell(place + 1, len(prompts))
    return told


def likelihoods(server: "Llama", prompt: Tokens, tree: Tree) -> list[float]:
    """The log-likelihood of each answer of a tree after a prompt, summed over the answer's tokens."""
    nodes = range(ROOT, len(tree.tokens))
    said = {node: server.next([*prompt, *(tree.tokens[at] for at in reversed(tree.path(node)))]) for node in nodes}
    return [sum(said[node].get(token, min(said[node].values())) for node, token in steps) for steps in tree.steps]


def _cut(tokenizer: Any, messages: list[Message], answer: str) -> tuple[Tokens, Tokens]:
    """The tokens of a question, and of its answer with the end mark, cut as training cuts them."""
    example = answer_example(tokenizer, [*messages, {"role": "assistant", "content": answer}], NO_LIMIT)
    asked = max(place for place, learned in enumerate(example.trained) if not learned) + 1
    return example.tokens[:asked], example.tokens[asked:]


class Llama:
    """A GGUF model in this process.

    Args:
        file: The GGUF file.
        tokens: The longest question and answer together.
        letter: A token that is a whole letter.
    """

    def __init__(self, file: Path, tokens: int, letter: int = 0) -> None:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads that spin leave no core for the others
        from xllamacpp import CommonParams, Server  # noqa: PLC0415  # pyright: ignore

        params: Any = CommonParams()
        params.model.path = str(file)
        params.n_parallel = 1
        threads = 1 if file.stat().st_size < SMALL_BYTES else os.cpu_count() or 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.n_ctx = min(tokens + 64, MOST_CONTEXT)
        self._room = params.n_ctx - 1
        params.verbosity = 0
        params.ui = params.endpoint_slots = False
        params.hostnames = ["127.0.0.1"]  # the server also listens; nobody but this process has the key
        params.api_keys = [secrets.token_hex()]
        try:
            self._server: Any = Server(params)
        except RuntimeError as error:
            raise ToolError(f"llama.cpp cannot load {file}: it is broken, or of a kind it does not know.") from error
        self._file, self._letter = file, letter

    def next(self, prompt: Tokens) -> dict[int, float]:
        """Log-probabilities of the likeliest next tokens, by their ids.

        They are those before the bias, which makes the server say a letter: where it says the end mark or a piece of
        a letter, it gives no probabilities.
        """
        asked: dict[str, Any] = {"prompt": prompt[-self._room :], "n_predict": 1, "n_probs": LIKELIEST}
        asked["logit_bias"] = [[self._letter, FORCED]]
        (told,) = self._ask(asked)["logprobs"]["content"][:1]
        return {one["id"]: one["logprob"] for one in told["top_logprobs"]}

    def text(self, prompt: Tokens, new: int) -> str:
        """A greedy answer, up to the end mark or so many tokens."""
        return self._ask({"prompt": prompt[-self._room + new :], "n_predict": new})["text"]

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        heard: list[dict[str, Any]] = []
        self._server.handle_completions(asked | {"temperature": 0, "cache_prompt": True, "stream": False}, heard.append)
        if not heard or "choices" not in heard[-1]:
            why = heard[-1].get("message", heard[-1]) if heard else "it says nothing"
            raise ToolError(f"llama.cpp cannot answer with {self._file.name}: {why}")
        return heard[-1]["choices"][0]
