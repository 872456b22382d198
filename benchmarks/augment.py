"""What augmentation does for a model: training on 10 rows a class of banking77, with each method and without.

`python -m benchmarks.augment FOLDER` reads `banking77/train.csv` and `test.csv` below FOLDER. Each seed draws its own
rows; each method doubles them through `augment_dataset`, with the test file kept clear of, and every model is scored on
all test rows. "repeats" is the control: the same rows twice, so that what new wording does is told from what more
weight on a row does.

The default learner trains all of MiniLM with a new head, which takes hours on two cores. `--learner frozen` trains a
linear head on MiniLM's vectors (minutes), `--learner static` one on the static vectors that ship (seconds). Every model
is scored on the test rows as they are, and as a hurried writer would have typed them (by the rewriting of the method
"typos", with a seed of its own). A difference is in points of accuracy, with a 95 % interval from resampling test rows
(the same rows for all seeds), and its smallest and largest value over the seeds.
"""
# pyright: basic

import argparse
import csv
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from store import StoreError, Version, Workspace
from store.engine import literal
from tools import TOOLS
from tools.augment._typos import rewrite as mistype
from tools.embeddings.static import encoder

Rows = list[tuple[str, str]]
"""Text and label."""
Learner = Callable[[Rows, Sequence[str], int], list[str]]
"""From training rows, texts and a seed: the labels it gives the texts."""
BASE = "minilm-l6"
WITHOUT_MODEL = ["repeats", "synonyms", "typos", "counterfactual"]
WITH_MODEL = ["back_translation", "paraphrase", "new_examples"]
RESAMPLED = 2_000
EPOCHS, BATCH, RATE, LONGEST = 20, 16, 1e-4, 64


def main(options: argparse.Namespace) -> None:
    """Train, and print a line for each method."""
    train, test = (read(options.folder / "banking77" / f"{part}.csv") for part in ("train", "test"))
    learn = LEARNERS[options.learner]
    texts, truth = [text for text, _ in test], np.array([label for _, label in test])
    hurried = [mistype(text, random.Random(f"hurried {place}")) or text for place, text in enumerate(texts)]
    right: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for seed in range(options.seeds):
        few = drawn(train, options.rows, seed)
        for method in ["none", *options.methods]:
            began = time.monotonic()
            try:
                more = [] if method == "none" else few if method == "repeats" else grown(few, test, method, seed)
            except StoreError as error:
                print(f"seed {seed}, {method}: {error}", flush=True)
                more = []
            made = time.monotonic() - began
            said = np.array(learn(few + more, [*texts, *hurried], seed))
            took = time.monotonic() - began - made
            right["as it is", method].append(said[: len(texts)] == truth)
            right["mistyped", method].append(said[len(texts) :] == truth)
            shares = ", ".join(
                f"{right[test_as, method][-1].mean():.4f} {test_as}" for test_as in ("as it is", "mistyped")
            )
            print(f"seed {seed}, {method}: {len(few):,} rows and {len(more):,} new, accuracy {shares}", end="")
            print(f" ({made:.0f} s to make, {took:.0f} s to train and score)", flush=True)
    for test_as, method in sorted(right):
        its, plain = right[test_as, method], right[test_as, "none"]
        print(f"{test_as}, {method}: accuracy {np.mean(its):.4f}{'' if method == 'none' else difference(its, plain)}")


def difference(its: list[Any], plain: list[Any]) -> str:
    """How a method compares with none, in points."""
    each = 100 * (np.array(its, float) - np.array(plain, float))
    rng = np.random.default_rng(0)
    means = each.mean(0)
    drawn_means = [means[rng.integers(0, len(means), len(means))].mean() for _ in range(RESAMPLED)]
    low, high = np.quantile(drawn_means, [0.025, 0.975])
    seeds = each.mean(1)
    return f", {means.mean():+.2f} points ({low:+.2f} to {high:+.2f}; by seed {seeds.min():+.2f} to {seeds.max():+.2f})"


def drawn(rows: Rows, each: int, seed: int) -> Rows:
    """So many rows of every label."""
    by_label: dict[str, Rows] = defaultdict(list)
    for row in rows:
        by_label[row[1]].append(row)
    return [row for label in sorted(by_label) for row in random.Random(seed).sample(by_label[label], each)]


def grown(few: Rows, test: Rows, method: str, seed: int) -> Rows:
    """What the tool adds."""
    with tempfile.TemporaryDirectory() as home, Workspace(Path(home) / "home") as ws:
        add(ws, "few", few)
        add(ws, "test", test)
        arguments = {"dataset": "few", "method": method, "share": 1.0, "seed": seed, "against": "test"}
        with ws.approvals.typed("augment_dataset", arguments):
            TOOLS["augment_dataset"].run(ws, arguments)
        with ws.datasets.read("few") as connection:
            return connection.execute("select text, label from few where _from is not null order by _row").fetchall()


def add(ws: Workspace, name: str, rows: Rows) -> Version:
    """Make a dataset of rows."""
    values = ", ".join(f"({literal(text)}, {literal(label)})" for text, label in rows)
    with ws.approvals.typed("load_dataset", {"source": name}):
        return ws.datasets.add(
            name, f"from (values {values}) t(text, label)", sentence="Made.", recipe={},
            roles={"text": "text", "label": "label"},
        )  # fmt: skip


def read(file: Path) -> Rows:
    """The rows of a file of banking77."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


def static(rows: Rows, texts: Sequence[str], seed: int) -> list[str]:
    """A linear head on the static vectors."""
    return _head(encoder().encode(text for text, _ in rows), rows, encoder().encode(texts), seed)


def frozen(rows: Rows, texts: Sequence[str], seed: int) -> list[str]:
    """A linear head on MiniLM's vectors."""
    return _head(_encoded([text for text, _ in rows]), rows, _encoded(texts), seed)


def _head(known: Any, rows: Rows, asked: Any, seed: int) -> list[str]:
    from sklearn.linear_model import LogisticRegression

    head = LogisticRegression(C=10, max_iter=1_000, random_state=seed).fit(known, [label for _, label in rows])
    return list(head.predict(asked))


_SEEN: dict[str, Any] = {}


def _encoded(texts: Sequence[str]) -> Any:
    """MiniLM's vectors: the mean over the tokens, of unit length. A text is encoded once."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    new = sorted({text for text in texts if text not in _SEEN}, key=len)
    folder = _base()
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    for start in range(0, len(new), 64):
        part = tokenizer(
            new[start : start + 64], padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
        )
        with torch.inference_mode():
            hidden, mask = model(**part).last_hidden_state, part["attention_mask"].unsqueeze(-1)
        vectors = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1)).numpy()
        _SEEN.update(zip(new[start : start + 64], vectors, strict=True))
    return np.stack([_SEEN[text] for text in texts])


def tuned(rows: Rows, texts: Sequence[str], seed: int) -> list[str]:
    """All of MiniLM with a new head: AdamW, a linear schedule, as many steps with new rows as without.

    Equal steps keep the comparison fair: twice the rows over as many epochs would be twice the training.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_linear_schedule_with_warmup

    torch.manual_seed(seed)
    folder, labels = _base(), sorted({label for _, label in rows})
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(labels))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device).train()
    steps = EPOCHS * 10 * len(labels) // BATCH
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    schedule = get_linear_schedule_with_warmup(optimiser, steps // 10, steps)
    rng, waiting = random.Random(seed), list[int]()
    for _ in range(steps):
        if len(waiting) < BATCH:
            waiting = rng.sample(range(len(rows)), len(rows))
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        read_in = _read_in(tokenizer, [rows[place][0] for place in batch], device)
        wanted = torch.tensor([labels.index(rows[place][1]) for place in batch], device=device)
        model(**read_in, labels=wanted).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
    model.eval()
    said: list[str] = []
    with torch.inference_mode():
        for start in range(0, len(texts), 64):
            scores = model(**_read_in(tokenizer, list(texts[start : start + 64]), device)).logits
            said += [labels[place] for place in scores.argmax(-1).tolist()]
    return said


def _read_in(tokenizer: Any, texts: list[str], device: str) -> Any:
    return tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt").to(device)


def _base() -> Path:
    from transformers.utils import logging

    from tools.weights.bases import resolve_base
    from tools.weights.folder import models_folder

    logging.disable_progress_bar()
    return resolve_base(BASE, models_folder()).folder


LEARNERS: dict[str, Learner] = {"tuned": tuned, "frozen": frozen, "static": static}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--learner", choices=LEARNERS, default="tuned")
    parser.add_argument("--methods", nargs="*", choices=[*WITHOUT_MODEL, *WITH_MODEL], default=WITHOUT_MODEL)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=10, help="rows of each class")
    main(parser.parse_args())
