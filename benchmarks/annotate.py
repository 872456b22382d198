"""How many labels the order saves, with a person who is always right.

    OMP_NUM_THREADS=1 python -m benchmarks.annotate ../shared/data [--half odd]

Takes half of the rows of banking77, clinc150 and sms_spam below the folder (the even ones, or with --half the odd
ones) as the rows to label, labels them in random order and in ours, and prints how well a model that is trained on
them names the labels of rows aside; and how soon wrong labels are met when labels are checked, 5 % of them planted.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from statistics import mean

from sklearn.linear_model import LogisticRegression

from benchmarks.near import banking77, clinc150, sms_spam
from tools.labelling.ranking import BATCH, Texts, by_doubt, by_label

SIZES = (40, 100, 200, 400, 800)
ASIDE = 1_000
SEEDS = 3
PLANTED = 0.05
Row = tuple[str, str]


def main(folder: Path, half: int) -> None:
    """Print the tables."""
    for name, reader in (("banking77", banking77), ("clinc150", clinc150), ("sms_spam", sms_spam)):
        rows = list(dict(reader(folder / name)).items())[half::2]
        Random(5).shuffle(rows)
        texts = Texts([text for text, _ in rows])
        print(f"\n{name}: {len(rows):,} rows, {len({label for _, label in rows})} labels; accuracy on {ASIDE} aside")
        for order in ("random", "ours"):
            curves = [curve(texts, rows, order, seed) for seed in range(SEEDS)]
            told = "  ".join(f"{n}: {mean(c[n] for c in curves):.3f}" for n in SIZES)
            print(f"  {order:7} {told}", flush=True)
        print(f"  {checked(texts, rows)}", flush=True)


def curve(texts: Texts, rows: Sequence[Row], order: str, seed: int) -> dict[int, float]:
    """Accuracy by the number of labels."""
    pool = list(range(ASIDE, len(rows)))
    Random(seed).shuffle(pool)
    labels: dict[int, str] = {}
    reached: dict[int, float] = {}
    for size in SIZES:
        while len(labels) < size:
            open_ = [place for place in pool if place not in labels]
            ranked = by_label(texts, labels, open_).order if order == "ours" else open_
            for place in ranked[: min(BATCH, size - len(labels))]:
                labels[place] = rows[place][1]
        reached[size] = accuracy(texts, rows, labels)
    return reached


def accuracy(texts: Texts, rows: Sequence[Row], labels: dict[int, str]) -> float:
    """Of a model trained on these labels, on the rows aside."""
    if len(set(labels.values())) < 2:
        return 0.0
    model = LogisticRegression(C=10.0, max_iter=200).fit(texts.vectors[list(labels)], list(labels.values()))
    guessed = model.predict(texts.vectors[:ASIDE])
    return mean(float(guess == label) for guess, (_, label) in zip(guessed, rows, strict=False))


def checked(texts: Texts, rows: Sequence[Row]) -> str:
    """How many of the planted wrong labels are met early."""
    chance = Random(7)
    kinds = sorted({label for _, label in rows})
    labels = dict(enumerate(label for _, label in rows))
    wrong = set(chance.sample(range(len(rows)), int(PLANTED * len(rows))))
    for place in wrong:
        labels[place] = chance.choice([kind for kind in kinds if kind != labels[place]])
    began = time.perf_counter()
    order = by_doubt(texts, labels, range(len(rows))).order
    seconds = time.perf_counter() - began
    met = {share: len(wrong & set(order[: int(share * len(rows))])) / len(wrong) for share in (0.05, 0.1, 0.2)}
    told = ", ".join(f"{found:.0%} in the first {share:.0%}" for share, found in met.items())
    return f"checking: of {len(wrong)} planted wrong labels {told} of the rows ({seconds:.1f} s)"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd"), default="even")
    given = parser.parse_args()
    main(given.folder, int(given.half == "odd"))
