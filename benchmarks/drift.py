"""How soon drift in what a model is asked is found, and how often it is found where there is none.

    python -m benchmarks.drift /work/shared/data

For each set of texts, a fifth of the labels is held out at random: their texts are the drift. The others are split into
training rows and traffic. The test was made on clinc150 alone. Each figure is the mean over `SPLITS` splits with a 95 %
interval (Student's t over the splits; streams of one split share their training rows). Other streams are a known label
that becomes half of the requests: nothing new, so an alarm of it should say that the mix is another.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median, stdev

import numpy as np
from numpy.typing import NDArray

from tools.embeddings.static import Vectors, encoder
from tools.monitor._drift_chart import BEYOND_MIX
from tools.monitor._drift_test import Alarm, DriftTest
from tools.monitor._findable import findable
from tools.monitor._novelty import Novelty, learn

Cases = list[tuple[str, str]]
Places = NDArray[np.int64]
STREAMS, LENGTH, BEFORE, SOON, MIXED, SPLITS = 20, 5000, 500, 200, 500, 10
SHARES = (0.1, 0.2, 0.5, 1.0)
T_QUANTILE = 2.262
"""Of Student's t with 9 degrees of freedom, for `SPLITS` splits."""


@dataclass(frozen=True)
class Setting:
    """What is tried.

    Attributes:
        name: What is told of it.
        cases: Texts with their labels.
        new: Vectors of what is new instead of the labels that were held out.
        training: Rows that the model knows, with those that are held out.
        held_out: Rows that are held out.
        labels: Whether the labels of the training rows are known.
    """

    name: str
    cases: Cases
    new: Vectors | None = None
    training: int = 3000
    held_out: int = 0
    labels: bool = True


def clinc150(data: Path) -> Cases:
    """In-scope questions of ten domains."""
    found = json.loads((data / "clinc150" / "data_full.json").read_text())
    return [(text, label) for part in ("train", "val", "test") for text, label in found[part]]


def banking77(data: Path) -> Cases:
    """Questions to a bank, 77 intents."""
    rows: Cases = []
    for part in ("train", "test"):
        with (data / "banking77" / f"{part}.csv").open() as file:
            rows += [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return rows


def bitext(data: Path) -> Cases:
    """Requests to a shop, 27 intents, written from templates."""
    rows: Cases = []
    for part in ("Training", "Validation", "Testing"):
        name = f"Bitext_Sample_Customer_Service_{part}_Dataset.csv"
        with (data / "bitext_support" / name).open(encoding="utf-8-sig") as file:
            rows += [(row["utterance"], row["intent"]) for row in csv.DictReader(file)]
    return rows


class Traffic:
    """One split of one set: what is known, and requests to draw from."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.draw = np.random.default_rng(seed)
        every = sorted({label for _, label in setting.cases})
        unseen = set(self.draw.choice(every, max(1, len(every) // 5), replace=False))
        vectors = encoder().encode([text for text, _ in setting.cases])
        labels = np.array([label for _, label in setting.cases])
        is_new = np.isin(labels, list(unseen))
        rows = self.draw.permutation(np.flatnonzero(~is_new))
        train, held, rest = np.split(rows, [setting.training - setting.held_out, setting.training])
        found = learn(vectors[train], vectors[held], labels[train].tolist() if setting.labels else None, seed)
        assert found is not None
        self.novelty: Novelty = found
        texts = np.concatenate([vectors[rest], vectors[is_new] if setting.new is None else setting.new])
        self.scores, self.groups = found.of(texts), found.known.nearest(texts)
        self.labels, self.known = labels[rest], len(rest)

    def calm(self, count: int) -> Places:
        """Requests of known kinds."""
        return self.draw.integers(0, self.known, count)

    def drifted(self, shares: NDArray[np.float64]) -> Places:
        """Requests of which these shares are new, one after another."""
        new = self.draw.integers(self.known, len(self.scores), len(shares))
        return np.where(self.draw.random(len(shares)) < shares, new, self.calm(len(shares)))

    def mixed(self, count: int) -> Places:
        """Requests of known kinds, half of them of one label."""
        one = np.flatnonzero(self.labels == self.draw.choice(np.unique(self.labels)))
        return np.where(self.draw.random(count) < 0.5, self.draw.choice(one, count), self.calm(count))

    def alarms(self, stream: Places) -> list[tuple[int, Alarm]]:
        """The alarms of the test on a stream, and where they came."""
        test = DriftTest(self.novelty.held)
        told = enumerate(map(test.add, self.scores[stream].tolist()))
        return [(place, alarm) for place, alarm in told if alarm]

    def is_mix(self, stream: Places, place: int, alarm: Alarm) -> bool:
        """Whether the alarm would be told as another mix."""
        its = stream[place + 1 - alarm.since : place + 1]
        return self.novelty.beyond_mix(self.groups[its], self.scores[its]) < BEYOND_MIX


def split(setting: Setting, seed: int) -> Mapping[str, float]:
    """The figures of one split."""
    traffic = Traffic(setting, seed)
    told: dict[str, float] = {
        "false alarms in 5,000": mean(len(traffic.alarms(traffic.calm(LENGTH))) for _ in range(STREAMS))
    }
    for share in SHARES:
        told |= _found(traffic, f"{share:.0%} new", np.full(SOON, share))
    told |= _found(traffic, "gradual", np.concatenate([np.linspace(0, 1, SOON), np.ones(SOON)]))
    told |= _of_mixes(traffic)
    told["least findable, foretold"] = findable(traffic.novelty.held, traffic.novelty.strange) or 1.0
    return told


def _found(traffic: Traffic, name: str, shares: NDArray[np.float64]) -> dict[str, float]:
    """The share of streams without an earlier alarm in which it is found, after how many requests, told as what."""
    late: list[tuple[int, bool, bool]] = []
    quiet = 0
    for _ in range(STREAMS):
        stream = np.concatenate([traffic.calm(BEFORE), traffic.drifted(shares)])
        first = next(iter(traffic.alarms(stream)), None)
        quiet += first is None or first[0] >= BEFORE
        if first and first[0] >= BEFORE:
            place, alarm = first
            held = alarm.new[0] <= float(shares.max()) <= alarm.new[1]
            late.append((place + 1 - BEFORE, traffic.is_mix(stream, place, alarm), held))
    told = {f"{name}: found": len(late) / max(1, quiet)}
    if late:
        told[f"{name}: requests, median"] = median(after for after, _, _ in late)
        told[f"{name}: told as a mix"] = mean(mix for _, mix, _ in late)
        if shares.min() == shares.max():
            told[f"{name}: share told holds"] = mean(held for _, _, held in late)
    return told


def _of_mixes(traffic: Traffic) -> dict[str, float]:
    told = {True: 0, False: 0}
    for _ in range(STREAMS):
        stream = np.concatenate([traffic.calm(BEFORE), traffic.mixed(MIXED)])
        found = [each for each in traffic.alarms(stream) if each[0] >= BEFORE][:1]
        for place, alarm in found:
            told[traffic.is_mix(stream, place, alarm)] += 1
    return {"half of one known label: told as new": told[False] / STREAMS, "and as a mix": told[True] / STREAMS}


def _with_interval(values: Sequence[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:.3g}"
    half = T_QUANTILE * stdev(values) / len(values) ** 0.5
    return f"{mean(values):.3g} ({max(0, mean(values) - half):.3g} to {mean(values) + half:.3g})"


def settings(data: Path) -> list[Setting]:
    """What is tried: the sets, and what is known less well."""
    clinc, bank, shop = Setting("clinc150 (made on)", clinc150(data)), banking77(data), bitext(data)
    elsewhere = encoder().encode([text for text, _ in clinc.cases])
    sets = [Setting("banking77", bank), Setting("bitext_support", shop)]
    return [
        *(clinc, *sets),
        Setting("banking77, asked as in clinc150", bank, elsewhere),
        *(replace(each, name=f"{each.name}, 2,700 rows and 300 held out", held_out=300) for each in sets),
        *(replace(each, name=f"{each.name}, no labels", labels=False) for each in sets),
        *(replace(each, name=f"{each.name}, 300 rows, none held out", training=300) for each in sets),
    ]


def main() -> None:
    """Print the figures of each setting."""
    for setting in settings(Path(sys.argv[1])):
        told = defaultdict[str, list[float]](list)
        for seed in range(SPLITS):
            for name, value in split(setting, seed).items():
                told[name].append(value)
        print(
            json.dumps({"data": setting.name, **{name: _with_interval(its) for name, its in told.items()}}), flush=True
        )


if __name__ == "__main__":
    main()
