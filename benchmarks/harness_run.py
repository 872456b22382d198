"""EleutherAI's lm-evaluation-harness on local tasks, in an environment of its own that has lm-eval and torch.

    python harness_run.py MODEL_FOLDER DTYPE ROWS_A_BATCH < tasks.json

Reads a JSON list of tasks, as `benchmarks.scored_tasks` makes them; writes a list with, for each, the seconds that the
model took, the accuracy by the harness, and each row's log-likelihoods or answer.
"""

import json
import logging
import os
import sys
import tempfile
import time


def main() -> None:
    """Evaluate what comes in."""
    logging.disable(logging.CRITICAL)
    folder, dtype, batch = sys.argv[1:4]
    tasks, out = json.load(sys.stdin), os.dup(1)
    os.dup2(2, 1)  # the harness prints on standard output
    with tempfile.TemporaryDirectory() as cache:
        os.environ |= {"HF_HOME": cache, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
        from lm_eval.models.huggingface import HFLM  # pyright: ignore[reportMissingImports]

        model = HFLM(pretrained=folder, dtype=dtype, batch_size=int(batch), device=_device())
        found = [_evaluated(model, task) for task in tasks]
    os.write(out, json.dumps(found).encode())


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _evaluated(model, task: dict) -> dict:
    from lm_eval import simple_evaluate  # pyright: ignore[reportMissingImports]

    seconds, processor = list[float](), list[float]()
    method = "loglikelihood" if task["kind"] == "choices" else "generate_until"
    asked = getattr(type(model), method)

    def timed(*given, **named):
        began = time.perf_counter(), time.process_time()
        answers = asked(model, *given, **named)
        seconds.append(time.perf_counter() - began[0])
        processor.append(time.process_time() - began[1])
        return answers

    setattr(model, method, timed)
    told = simple_evaluate(model=model, tasks=[_config(task)], bootstrap_iters=0, log_samples=True)
    delattr(model, method)
    assert told is not None
    samples = sorted(told["samples"][task["name"]], key=lambda sample: sample["doc_id"])
    took = {"seconds": sum(seconds), "processor": sum(processor)}
    if task["kind"] == "choices":
        scores = [[float(answer[0][0]) for answer in sample["resps"]] for sample in samples]
        return {**took, "scores": scores, "accuracy": told["results"][task["name"]]["acc,none"]}
    texts = [sample["resps"][0][0] for sample in samples]
    return {**took, "texts": texts}


def _config(task: dict) -> dict:
    import datasets  # pyright: ignore[reportMissingImports]

    config = {
        "task": task["name"],
        "custom_dataset": lambda **_: {"test": datasets.Dataset.from_list(task["rows"])},
        "test_split": "test",
        "doc_to_text": lambda row: row["prompt"],
        "target_delimiter": "",
    }
    if task["kind"] == "choices":
        wanted = {"doc_to_choice": lambda row: row["answers"], "doc_to_target": lambda row: row["right"]}
        return {**config, **wanted, "output_type": "multiple_choice", "metric_list": [{"metric": "acc"}]}
    settings = {"until": task["until"], "max_gen_toks": task["new"], "do_sample": False, "temperature": 0.0}
    wanted = {"doc_to_target": lambda row: row["reference"], "generation_kwargs": settings}
    return {**config, **wanted, "output_type": "generate_until", "metric_list": [{"metric": "exact_match"}]}


if __name__ == "__main__":
    main()
