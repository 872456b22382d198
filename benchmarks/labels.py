"""How right the checks of labels and texts are on public data: precision, recall, and harm (good rows changed).

`python -m benchmarks.labels FOLDER` reads banking77, clinc150, sms_spam, bitext_support, surge_toxicity, medquad, gsm8k
and alpaca below FOLDER; what is not there is left out. What is planted is made here: labels flipped at random (seed 1),
rows in other languages, keyboard noise, markup, texts cut off. Gives the number of targets that are missed.
"""

import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from store import Workspace
from store.engine import literal
from tools import TOOLS

Rows = list[tuple[str, str]]
"""Text and label."""
LEAST_PRECISION, LEAST_RECALL, MOST_HARM = 0.6, 0.8, 0.002
FOREIGN = [
    "Guten Tag, mein Paket ist leider immer noch nicht angekommen.",
    "Ich möchte bitte wissen, wann mein Konto wieder freigeschaltet wird.",
    "Bonjour, je n'arrive plus à me connecter à mon compte depuis hier.",
    "Pourquoi ma carte a-t-elle été refusée hier soir au restaurant ?",
    "Hola, ¿por qué me han cobrado dos veces la misma compra este mes?",
    "Necesito cambiar la dirección de entrega de mi último pedido.",
    "Buongiorno, vorrei sapere quando arriverà il mio pacco, grazie mille.",
    "Goedemorgen, ik kan sinds gisteren niet meer inloggen op mijn rekening.",
    "Dzień dobry, dlaczego moja karta nie działa za granicą?",
    "Здравствуйте, я не могу войти в свою учетную запись.",
    "こんにちは、荷物がまだ届いていません。確認してください。",
    "你好，我的银行卡在取款机上不能使用，请帮帮我。",
    "مرحبا، لم يصل الطرد الخاص بي حتى الآن",
    "Olá, gostaria de saber por que o meu pagamento foi recusado ontem.",
    "Merhaba, dünden beri hesabıma giriş yapamıyorum, yardım eder misiniz?",
]
MARKS: list[Callable[[str], str]] = [
    lambda text: f"<p>{text}</p>",
    lambda text: f"{text}<br />",
    lambda text: f"{text} &amp; thanks&nbsp;a lot",
    lambda text: f"{text}\nSent from my iPhone",
    lambda text: f"<div class='post'><span>{text}</span></div>",
    lambda text: f"{text} https://shop.example/?utm_source=mail&utm_medium=x",
    lambda text: f"{text}!!!!!!!!!!",
    lambda text: f"\u202e{text}\u2066",
]


def main(folder: Path) -> int:
    """Print every figure; gives the number of targets missed."""
    data = {name: read(folder) for name, read in READ.items() if (folder / name).is_dir()}
    with tempfile.TemporaryDirectory() as home, Workspace(Path(home) / "home", readable=(Path(home),)) as ws:
        bench = Bench(ws, Path(home))
        missed = sum(label_errors(bench, name, data[name]) for name in LABELLED if name in data)
        for name in data.keys() & {"banking77", "clinc150", "medquad", "gsm8k", "alpaca"}:
            missed += planted(bench, name, data[name])
        if "surge_toxicity" in data:
            toxicity(bench, data)
    return missed


class Bench:
    """Runs checks on rows that are given as Python values."""

    def __init__(self, ws: Workspace, folder: Path) -> None:
        self._ws, self._folder, self._made = ws, folder, 0

    def edits(self, kind: str, rows: Sequence[tuple[str, str]]) -> tuple[dict[int, dict[str, Any]], float]:
        """What a check would do, by place of the row, and the seconds it took."""
        self._made += 1
        name = f"rows{self._made}"
        file = self._folder / f"{name}.jsonl"
        file.write_text("\n".join(json.dumps({"text": text, "label": label}) for text, label in rows))
        with self._ws.approvals.typed("load_dataset", {}):
            self._ws.datasets.add(
                name,
                f"from read_json({literal(str(file.resolve()))}, columns = {{text: 'VARCHAR', label: 'VARCHAR'}})",
                sentence="Made.",
                recipe={},
                roles={"text": "text", "label": "label"},
                folders=[self._folder.resolve()],
            )
        began = time.monotonic()
        result = TOOLS["propose_fixes"].run(self._ws, {"dataset": name, "kinds": [kind]})
        took = time.monotonic() - began
        fixes = [self._ws.fixes.edits(fix, len(rows)) for fix in (result.data or {})["fixes"]]
        return {edit["_row"] - 1: edit for edits in fixes for edit in edits}, took


def label_errors(bench: Bench, name: str, rows: Rows) -> int:
    """Flip labels at random; the target is that of banking77 with a tenth flipped, and quiet where none is."""
    labels = sorted({label for _, label in rows})
    missed = 0
    for share in (0.0, 0.02, 0.05, 0.1, 0.2):
        draw = random.Random(1)
        wrong = set(draw.sample(range(len(rows)), int(share * len(rows))))
        noisy = [
            (text, draw.choice([x for x in labels if x != label]) if place in wrong else label)
            for place, (text, label) in enumerate(rows)
        ]
        edits, took = bench.edits("label_errors", noisy)
        right = sum(edits[place]["after"] == rows[place][1] for place in edits.keys() & wrong)
        precision, recall = figures(f"label_errors, {name}, {share:.0%} flipped", wrong, set(edits), len(rows), took)
        print(f"    set to the right label: {right:,} of {len(edits.keys() & wrong):,}")
        if name == "banking77" and share == 0.1:
            missed += precision < LEAST_PRECISION or recall < LEAST_RECALL
        if not share:
            missed += len(edits) > MOST_HARM * len(rows)
    return missed


def planted(bench: Bench, name: str, rows: Rows) -> int:
    """Plant one defect in a hundred rows; a good row changed is harm."""
    draw = random.Random(2)
    places = sorted(draw.sample(range(len(rows)), max(10, len(rows) // 100)))
    makers: dict[str, Callable[[str], str]] = {
        "wrong_language": lambda _: draw.choice(FOREIGN),
        "outliers": lambda _: odd(draw),
        "markup_noise": lambda text: draw.choice(MARKS)(text),
    }
    missed = 0
    for kind, make in makers.items():
        changed = list(rows)
        for place in places:
            changed[place] = (make(rows[place][0]), rows[place][1])
        edits, took = bench.edits(kind, changed)
        figures(f"{kind}, {name}", set(places), set(edits), len(rows), took)
        if kind == "markup_noise":
            same = sum((edits[place]["after"] == rows[place][0].strip()) for place in edits.keys() & set(places))
            print(f"    exactly as before: {same:,} (not where an entity or more was added)")
        missed += len(set(edits) - set(places)) > MOST_HARM * len(rows)
    for kind in ("truncated_text", "overlong_text"):
        edits, took = bench.edits(kind, rows)
        figures(f"{kind}, {name}, nothing planted", set(), set(edits), len(rows), took)
        missed += len(edits) > MOST_HARM * len(rows)
    limit = sorted(len(text) for text, _ in rows)[int(0.9 * len(rows))]
    if limit >= 80 and sum(text.rstrip()[-1:] in ".?!" for text, _ in rows) > 0.6 * len(rows):
        cut = {place for place, (text, _) in enumerate(rows) if len(text) > limit}
        edits, took = bench.edits("truncated_text", [(text[:limit], label) for text, label in rows])
        figures(f"truncated_text, {name}, cut at {limit}", cut, set(edits), len(rows), took)
    return missed


def odd(draw: random.Random) -> str:
    """Keyboard noise, numbers, a key or signs."""
    kind = draw.randrange(4)
    if kind == 0:
        return " ".join("".join(draw.choices("asdfghjklqwertzuiop", k=draw.randint(4, 9))) for _ in range(6))
    if kind == 1:
        return ", ".join(str(draw.randrange(100_000)) for _ in range(12))
    if kind == 2:
        return "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=80))
    return "".join(draw.choices("#@$%^&*()_+=<>", k=40))


def toxicity(bench: Bench, data: dict[str, Rows]) -> None:
    """Against the labels of people, and on texts that are clean."""
    rows = data["surge_toxicity"]
    for half in (0, 1):
        part = rows[half::2]
        edits, took = bench.edits("toxic_text", part)
        toxic = {place for place, (_, label) in enumerate(part) if label == "Toxic"}
        name = ("even rows, looked at in development", "odd rows, held out")[half]
        figures(f"toxic_text, surge_toxicity, {name}", toxic, set(edits), len(part), took)
    for name in data.keys() - {"surge_toxicity", "sms_spam"}:
        edits, took = bench.edits("toxic_text", data[name])
        figures(f"toxic_text, {name} (clean)", set(), set(edits), len(data[name]), took)


def figures(what: str, meant: set[int], found: set[int], rows: int, took: float) -> tuple[float, float]:
    """Print a line; gives precision and recall, 1 where there is nothing to be right about."""
    hit = len(meant & found)
    precision, recall = hit / len(found) if found else 1.0, hit / len(meant) if meant else 1.0
    harm = (len(found) - hit) / max(rows - len(meant), 1)
    print(
        f"{what}: {len(found):,} of {rows:,} rows; precision {precision:.3f}, recall {recall:.3f},"
        f" harm {harm:.2%} of good rows ({took:.1f} s)"
    )
    return precision, recall


def _csv(file: Path, text: str, label: str) -> Rows:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row[text], row[label]) for row in csv.DictReader(lines)]


def _jsonl(file: Path, *fields: str) -> Rows:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(" ".join(str(row[field]) for field in fields), "none") for row in rows]


def _sms(folder: Path) -> Rows:
    lines = (folder / "sms_spam/SMSSpamCollection").read_text(encoding="utf-8").split("\n")
    return [(text, label) for label, _, text in (line.partition("\t") for line in lines if line)]


def _clinc(folder: Path) -> Rows:
    return [(text, label) for text, label in json.loads((folder / "clinc150/data_full.json").read_text())["train"]]


def _alpaca(folder: Path) -> Rows:
    lines = (folder / "alpaca/gt_march12k.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if (row := json.loads(line)["original"])]
    return [(f"{row['instruction']}\n{row.get('input', '')}".strip(), "none") for row in rows]


_BITEXT = "bitext_support/Bitext_Sample_Customer_Service_Training_Dataset.csv"
LABELLED = ("banking77", "clinc150", "sms_spam", "bitext_support")
READ: dict[str, Callable[[Path], Rows]] = {
    "banking77": lambda folder: _csv(folder / "banking77/train.csv", "text", "category"),
    "clinc150": _clinc,
    "sms_spam": _sms,
    "bitext_support": lambda folder: _csv(folder / _BITEXT, "utterance", "intent"),
    "surge_toxicity": lambda folder: _csv(folder / "surge_toxicity/toxicity_en.csv", "text", "is_toxic"),
    "medquad": lambda folder: _jsonl(folder / "medquad/medquad_first4000.jsonl", "question"),
    "gsm8k": lambda folder: _jsonl(folder / "gsm8k/train.jsonl", "question"),
    "alpaca": _alpaca,
}

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
