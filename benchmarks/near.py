"""How many planted near-duplicates are found, what else is dropped, and how long a million rows take.

    python -m benchmarks.near ../shared/data [--rows 1000000]

Takes the odd rows of banking77, clinc150, sms_spam and alpaca below the folder, plants rewritten copies at several
true Jaccards of runs of four characters, and counts those dropped by the tool. datasketch does the same in the same
run if it is installed (`pip install datasketch`). With --rows, only the speed on that many rows made from real ones.
"""

import argparse
import csv
import json
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.shares import share
from store import Workspace
from store.engine import literal
from tools import TOOLS
from tools.augment._gates import words_of
from tools.clean._apart import tells

LEVELS = (0.6, 0.65, 0.7, 0.8, 0.9, 1.0)
PLANTED = 400
"""Copies a level and dataset."""
LEAST = 0.6
PEER_ROWS = 20_000
Row = tuple[str, str]


def main(folder: Path, rows: int | None) -> None:
    """Print the tables."""
    if rows:
        return speed(folder, rows)
    read: dict[str, Callable[[Path], list[Row]]] = {
        "banking77": banking77,
        "clinc150": clinc150,
        "sms_spam": sms_spam,
        "alpaca": alpaca,
    }
    for name, reader in read.items():
        if (folder / name).is_dir():
            odd = distinct(reader(folder / name)[1::2])
            recall(name, odd)
            harm(name, odd)
    if (folder / "banking77").is_dir():
        learning(folder / "banking77")


def recall(name: str, rows: Sequence[Row]) -> None:
    """The share of planted pairs of which one is dropped, by how like they are."""
    texts = [text for text, _ in rows]
    for where in ("words that tell texts apart kept", "edits anywhere"):
        planted = plant(texts, careful=where.startswith("words"))
        everything = [*texts, *(text for level in planted.values() for _, text in level)]
        began = time.monotonic()
        ours = set(dropped([(text, "") for text in everything], ["near_duplicates"]))
        seconds = time.monotonic() - began
        theirs, peer_seconds = datasketch(everything)
        print(
            f"\n{name}: {len(texts):,} rows, planted copies, {where}; {seconds:.1f} s, datasketch {peer_seconds:.1f} s"
        )
        start = len(texts)
        for level, copies in planted.items():
            pairs = [(start + n, original) for n, (original, _) in enumerate(copies)]
            start += len(copies)
            own = share(copy in ours or original in ours for copy, original in pairs)
            peer = share(copy in theirs or original in theirs for copy, original in pairs) if theirs else "not there"
            print(f"  Jaccard from {level:.2f}: {len(copies):4} planted, found {own}, by datasketch {peer}")


def harm(name: str, rows: Sequence[Row]) -> None:
    """Of what is dropped from real rows, the share whose label differs from that of the row kept; labels are hidden."""
    for kind in ("near_duplicates", "semantic_duplicates"):
        found = dropped([(text, "") for text, _ in rows], [kind])
        told = f"{name}: {kind} would drop {len(found):,} of {len(rows):,} real rows"
        if found and rows[0][1]:
            told += f"; of another label than the row kept: {share(rows[a][1] != rows[b][1] for a, b in found.items())}"
        print(told)


def learning(folder: Path) -> None:
    """What a linear model learns of banking77 with all rows and without those that the checks would drop."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    rows, held = banking77(folder), banking77(folder, "test.csv")
    near, semantic = (set(dropped(rows, [kind])) for kind in ("near_duplicates", "semantic_duplicates"))
    some = random.Random(3).sample(range(len(rows)), len(near | semantic))
    for told, gone in (
        ("all rows", set[int]()),
        ("without near duplicates", near),
        ("without near and semantic duplicates", near | semantic),
        ("without as many rows drawn by chance", set(some)),
    ):
        kept = [row for place, row in enumerate(rows) if place not in gone]
        model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
        model.fit(*zip(*kept, strict=True))
        right = model.predict([text for text, _ in held]) == [label for _, label in held]
        print(f"banking77, {told}: {len(kept):,} rows, test accuracy {share(right)}")


def speed(folder: Path, count: int) -> None:
    """One check on many short texts: the first half of one real text and the second half of another."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, "many.csv")
        with file.open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["text", "label"])
            writer.writerows((text, "") for text in recombined(folder, count))
        before = peak()
        found, seconds, processor = proposed(file, ["near_duplicates"])
        took = (
            f"{seconds:.0f} s, {processor:.0f} s of a processor, peak memory {peak():.2f} GB (before {before:.2f} GB)"
        )
        print(f"near_duplicates on {count:,} short texts: {len(found):,} found, {took}")
    part = list(recombined(folder, PEER_ROWS))
    theirs, peer_seconds = datasketch(part)
    began = time.monotonic()
    ours = dropped([(text, "") for text in part], ["near_duplicates"])
    own_seconds = time.monotonic() - began
    peer = f"datasketch {len(theirs):,} in {peer_seconds:.1f} s" if theirs else "datasketch is not there"
    print(f"{PEER_ROWS:,} such texts: {len(ours):,} found in {own_seconds:.1f} s, {peer}")


def plant(texts: Sequence[str], *, careful: bool) -> dict[float, list[tuple[int, str]]]:
    """Rewritten copies of texts with the places of these, by the level below their Jaccard."""
    rng = random.Random(7)
    vocabulary = sorted({word for text in texts for word in words_of(text)})
    planted: dict[float, list[tuple[int, str]]] = {level: [] for level in LEVELS[:-1]}
    seen = {plain(text) for text in texts}
    for _ in range(200 * PLANTED):
        if all(len(copies) == PLANTED for copies in planted.values()):
            break
        place = rng.randrange(len(texts))
        text = copy = texts[place]
        for _ in range(rng.randint(1, 6)):
            copy = edited(copy, vocabulary, rng, careful=careful)
        likeness = jaccard(text, copy)
        level = next((low for low, high in zip(LEVELS, LEVELS[1:], strict=False) if low <= likeness < high), None)
        if level and len(planted[level]) < PLANTED and plain(copy) not in seen:
            planted[level].append((place, copy))
            seen.add(plain(copy))
    return planted


def edited(text: str, vocabulary: Sequence[str], rng: random.Random, *, careful: bool) -> str:
    """The text with a word left out, put in, moved or misspelt; with care, none that tells texts apart."""
    words = text.split()
    free = [n for n, word in enumerate(words) if not (careful and tells(word))]
    if not free:
        return text
    place = rng.choice(free)
    word = words[place]
    match rng.randrange(4):
        case 0 if len(words) > 3:
            del words[place]
        case 1:
            new = rng.choice(vocabulary)
            if not (careful and tells(new)):
                words.insert(place, new)
        case 2:
            words.insert(rng.randrange(len(words)), words.pop(place))
        case _:
            at = rng.randrange(len(word))
            words[place] = word[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + rng.randrange(2) :]
    return " ".join(words)


def dropped(rows: Sequence[Row], kinds: list[str]) -> dict[int, int]:
    """Which rows a check would drop, by place, and the row each resembles."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home, "rows.csv")
        with file.open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["text", "label"])
            writer.writerows(rows)
        return proposed(file, kinds)[0]


def proposed(file: Path, kinds: list[str]) -> tuple[dict[int, int], float, float]:
    """What the tool proposes for a file, and the seconds it takes and those of a processor; loading is left out."""
    with tempfile.TemporaryDirectory() as home, Workspace(Path(home)) as ws:
        with ws.approvals.typed("load_dataset", {}):
            ws.datasets.add(
                "rows_",
                f"from read_csv({literal(str(file.resolve()))}, all_varchar = true, header = true, quote = '\"')",
                sentence="Loaded.",
                recipe={},
                roles={"text": "text", "label": "label"},
                folders=[file.resolve().parent],
            )
        began, worked = time.monotonic(), time.process_time()
        result = TOOLS["propose_fixes"].run(ws, {"dataset": "rows_", "kinds": kinds})
        seconds, processor = time.monotonic() - began, time.process_time() - worked
        edits = [edit for fix in (result.data or {})["fixes"] for edit in ws.fixes.edits(fix, limit=10_000_000)]
        kept = {edit["_row"] - 1: re.findall(r"row (\d+)", edit["reason"]) for edit in edits}
        kept = {edit["_row"] - 1: re.findall(r"row (\d+)", edit["reason"])[0] for edit in edits}
        return {row: int(first) - 1 for row, first in kept.items()}, seconds, processor


def datasketch(texts: Sequence[str], permutations: int = 128) -> tuple[set[int], float]:
    """What datasketch drops with its own settings for the threshold, each candidate verified as ours are."""
    try:
        from datasketch import MinHash, MinHashLSH  # pyright: ignore
    except ImportError:
        return set(), 0.0
    began = time.monotonic()
    index = MinHashLSH(threshold=LEAST, num_perm=permutations)
    sets = [shingles(text) for text in texts]
    found: set[int] = set()
    hashes = MinHash.generator([[shingle.encode() for shingle in each] for each in sets], num_perm=permutations)
    for place, hashed in enumerate(hashes):
        if any(both(sets[place], sets[other]) >= LEAST for other in index.query(hashed)):
            found.add(place)
        else:
            index.insert(place, hashed)
    return found, time.monotonic() - began


def recombined(folder: Path, count: int) -> Iterator[str]:
    """Distinct short texts made of real halves."""
    rng = random.Random(11)
    texts = [words_of(text) for text, _ in [*banking77(folder / "banking77"), *clinc150(folder / "clinc150")]]
    seen: set[int] = set()
    while len(seen) < count:
        one, other = rng.choice(texts), rng.choice(texts)
        text = " ".join([*one[: len(one) // 2], *other[len(other) // 2 :]])
        if text and hash(text) not in seen:
            seen.add(hash(text))
            yield text


def peak() -> float:
    """The most memory so far, in gigabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def plain(text: str) -> str:
    """The text normalised."""
    return " ".join(words_of(text))


def shingles(text: str) -> set[str]:
    """Its runs of four characters."""
    words = plain(text)
    return {words[n : n + 4] for n in range(max(len(words) - 3, 1))}


def jaccard(one: str, other: str) -> float:
    """The share of runs of four characters in common."""
    return both(shingles(one), shingles(other))


def both(one: set[str], other: set[str]) -> float:
    """The Jaccard of two sets."""
    return len(one & other) / len(one | other)


def distinct(rows: Sequence[Row]) -> list[Row]:
    """The first row of each text, normalised."""
    return list({plain(row[0]): row for row in reversed(rows) if plain(row[0])}.values())[::-1]


def banking77(folder: Path, file_name: str = "train.csv") -> list[Row]:
    """Questions to a bank with their intents."""
    with (folder / file_name).open(newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def clinc150(folder: Path) -> list[Row]:
    """Requests to an assistant with their intents."""
    return [(text, label) for text, label in json.loads((folder / "data_full.json").read_text())["train"]]


def sms_spam(folder: Path) -> list[Row]:
    """Text messages, spam or ham."""
    lines = (folder / "SMSSpamCollection").read_text().splitlines()
    return [(text, label) for label, text in (line.split("\t", 1) for line in lines)]


def alpaca(folder: Path) -> list[Row]:
    """Instructions with their inputs."""
    lines = (folder / "gt_march12k.jsonl").read_text().splitlines()
    found = [row["original"] for row in map(json.loads, lines) if row["original"]]
    return [(f"{row['instruction']} {row['input']}".strip(), "") for row in found]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int)
    given = parser.parse_args()
    main(given.folder.resolve(), given.rows)
