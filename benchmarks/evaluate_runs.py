"""One way to answer test rows, alone in its process, for `benchmarks.evaluate`.

    python -m benchmarks.evaluate_runs ours|pipeline BASE DTYPE < jobs.json

A job has questions (text, reference), labels or none, and the most new tokens. Writes a list with the seconds and the
answers of each job, after one row to warm up.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from tools.evaluate._rows import Question

Answers = Callable[[list[Question], dict[str, Any]], list[str]]


def main() -> None:
    """Answer what comes in."""
    way, base, dtype = sys.argv[1:4]
    jobs = json.load(sys.stdin)
    answers = {"ours": ours, "pipeline": pipeline}[way](base, dtype)
    found = [measured(answers, job) for job in jobs]
    print(json.dumps(found))


def measured(answers: Answers, job: dict[str, Any]) -> dict[str, Any]:
    """The seconds, those of the processor too, and the texts."""
    questions = [Question(**row) for row in job["questions"]]
    answers(questions[:1], job)
    began = time.perf_counter(), time.process_time()
    texts = answers(questions, job)
    seconds, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    return {"seconds": seconds, "processor": processor, "texts": texts}


def ours(base: str, dtype: Any) -> Answers:
    """As an evaluation answers: closed sets scored, other answers written."""
    from tools.evaluate._answers import answer
    from tools.train._weights import load

    loaded = load(base, dtype=dtype)

    def answers(questions: list[Question], job: dict[str, Any]) -> list[str]:
        return [said.text for said in answer(loaded, {"task": "generate", "labels": job["labels"]}, questions)]

    return answers


def pipeline(base: str, dtype: Any) -> Answers:
    """As the documentation of transformers shows it: a text-generation pipeline, called row by row."""
    import transformers

    from tools.train._weights import base_folder

    transformers.logging.set_verbosity_error()
    made: Any = transformers.pipeline("text-generation", model=str(base_folder(base)), dtype=dtype)

    def answers(questions: Sequence[Question], job: dict[str, Any]) -> list[str]:
        texts: list[str] = []
        for question in questions:
            told = made(question.messages, max_new_tokens=job["new"], do_sample=False)
            texts.append(told[0]["generated_text"][-1]["content"].strip())
        return texts

    return answers


if __name__ == "__main__":
    main()
