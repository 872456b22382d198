"""How well personal data is found, beside Presidio; what is changed that should not be; how fast it is.

`python -m benchmarks.privacy FOLDER [PYTHON]` reads `presidio_pii` and `banking77` below FOLDER (only the rows with odd
numbers; the even ones are for developing), and the sentences of `privacy_texts/held_out.txt`. PYTHON is that of an
environment with Presidio; without one only our figures are printed.

A span is found exactly if kind, start and end are those marked, and touched if it meets a marked one of its kind.
What the data marks and no kind of ours is for (towns, firms, peoples, dates, titles) is not counted as missed.
"""

import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from store import Workspace
from tools import TOOLS
from tools.clean._personal.kinds import KINDS, all_spans

Marked = tuple[str, int, int]
HELD_OUT = Path(__file__).with_name("privacy_texts") / "held_out.txt"
RUN_PRESIDIO = Path(__file__).with_name("presidio_run.py")
MARKED = {
    "PERSON": "person_names", "STREET_ADDRESS": "postal_addresses", "ZIP_CODE": "postal_addresses",
    "CREDIT_CARD": "payment_cards", "PHONE_NUMBER": "phone_numbers", "EMAIL_ADDRESS": "email_addresses",
    "DOMAIN_NAME": "web_handles", "IBAN_CODE": "bank_accounts", "US_SSN": "identity_numbers",
    "US_DRIVER_LICENSE": "identity_numbers", "IP_ADDRESS": "network_addresses",
}  # fmt: skip
"""Our kinds by the entities of presidio_pii."""
SHORT = {
    "name": "person_names", "address": "postal_addresses", "card": "payment_cards", "phone": "phone_numbers",
    "email": "email_addresses", "handle": "web_handles", "iban": "bank_accounts", "id": "identity_numbers",
    "ip": "network_addresses", "birth": "birth_dates", "account": "account_numbers", "wallet": "crypto_wallets",
}  # fmt: skip
"""Our kinds by the marks of our sentences."""
PRESIDIO = {
    "PERSON": "person_names", "LOCATION": "postal_addresses", "CREDIT_CARD": "payment_cards",
    "PHONE_NUMBER": "phone_numbers", "EMAIL_ADDRESS": "email_addresses", "URL": "web_handles",
    "IBAN_CODE": "bank_accounts", "IP_ADDRESS": "network_addresses", "MAC_ADDRESS": "network_addresses",
    "US_SSN": "identity_numbers", "US_DRIVER_LICENSE": "identity_numbers", "US_PASSPORT": "identity_numbers",
    "UK_NHS": "identity_numbers", "UK_NINO": "identity_numbers", "CRYPTO": "crypto_wallets",
    "MEDICAL_LICENSE": "account_numbers",
}  # fmt: skip
"""Our kinds by Presidio's entities. It has none for addresses: places count where they meet one, else are ignored."""
NOT_FOR_DATES = ("birth_dates", "account_numbers")
"""Kinds that presidio_pii does not mark."""


@dataclass(frozen=True)
class Text:
    """A text with what is marked in it."""

    text: str
    marked: list[Marked]
    ignored: list[Marked]
    """What is marked and is of no kind of ours."""


def main(folder: Path, python: str | None) -> None:
    """Print all tables."""
    everyone = presidio_pii(folder / "presidio_pii" / "synth_dataset_v2.json")
    shown("presidio_pii, odd rows", everyone[1::2], python, NOT_FOR_DATES)
    as_published(everyone, python)
    shown("our held-out sentences", held_out(HELD_OUT), python, ())
    with (folder / "banking77" / "train.csv").open() as file:
        clean = [row["text"] for row in csv.DictReader(file)][1::2]
    harm("banking77, odd rows", clean, python)
    speed()


def presidio_pii(file: Path) -> list[Text]:
    """The sentences that come with Presidio's own evaluation."""
    texts = list[Text]()
    for row in json.loads(file.read_text("utf-8")):
        spans = [(s["entity_type"], s["start_position"], s["end_position"]) for s in row["spans"]]
        marked = [(MARKED[kind], start, end) for kind, start, end in spans if kind in MARKED]
        texts.append(Text(row["full_text"], marked, [span for span in spans if span[0] not in MARKED]))
    return texts


def held_out(file: Path) -> list[Text]:
    """Sentences with their marks taken out."""
    texts = list[Text]()
    for line in file.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        text, marked = "", list[Marked]()
        for piece in re.split(r"(\{\w+\|[^}]*\})", line.replace("\\n", "\n")):
            mark = re.fullmatch(r"\{(\w+)\|([^}]*)\}", piece)
            if mark:
                marked.append((SHORT[mark[1]], len(text), len(text) + len(mark[2])))
            text += mark[2] if mark else piece
        texts.append(Text(text, marked, []))
    return texts


def shown(title: str, texts: Sequence[Text], python: str | None, without: Sequence[str]) -> None:
    """Print precision and recall by kind."""
    print(f"\n{title}: {len(texts):,} texts, {sum(len(text.marked) for text in texts):,} spans")
    systems = {"ours": [[(kind, *span) for kind, span in all_spans(text.text)] for text in texts]}
    if python:
        systems["Presidio"] = presidio(python, texts)[0]
    print(f"{'':18} {'spans':>6}" + "".join(f" | {name:^35}" for name in systems))
    print(f"{'':18} {'':>6}" + " |  P exact R exact P touched R touched" * len(systems))
    for kind in [*(kind for kind in KINDS if kind not in without), "all"]:
        wanted = sum(kind in (each[0], "all") for text in texts for each in text.marked)
        told = [counted(texts, found, kind, without) for found in systems.values()]
        if wanted or any(each != (0, 0, 0, 0) for each in told):
            print(f"{kind:18} {wanted:6,}" + "".join(f" | {a:8.3f} {b:7.3f} {c:9.3f} {d:9.3f}" for a, b, c, d in told))


def counted(
    texts: Sequence[Text], found: Sequence[Sequence[Marked]], kind: str, without: Sequence[str]
) -> tuple[float, float, float, float]:
    """Precision and recall of exact spans, and of touched ones."""
    count = Counter[str]()
    for text, spans in zip(texts, found, strict=True):
        marked = [each for each in text.marked if kind in (each[0], "all")]
        ours = [each for each in spans if kind in (each[0], "all") and each[0] not in without]
        count["found"] += len(ours)
        count["marked"] += len(marked)
        count["exact"] += len(set(ours) & set(marked))
        count["right"] += sum(any(meet(one, other) for other in marked) for one in ours)
        count["touched"] += sum(any(meet(one, other) for other in ours) for one in marked)
    found_all, marked_all = max(1, count["found"]), max(1, count["marked"])
    return (
        count["exact"] / found_all,
        count["exact"] / marked_all,
        count["right"] / found_all,
        count["touched"] / marked_all,
    )


def meet(one: Marked, other: Marked) -> bool:
    """Whether two spans are of one kind and have a character in common."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def as_published(texts: Sequence[Text], python: str | None) -> None:
    """Exact spans over all rows without addresses: how Presidio's P 0.685 R 0.61 (score 0.5 and more) comes about."""
    without = (*NOT_FOR_DATES, "postal_addresses")
    plain = [Text(t.text, [each for each in t.marked if each[0] not in without], t.ignored) for t in texts]
    print("\nall rows, exact spans without addresses, as Presidio's 0.685 and 0.61 are counted")
    found = [[(kind, *span) for kind, span in all_spans(text.text)] for text in plain]
    print("ours      P {:.3f} R {:.3f}".format(*counted(plain, found, "all", without)))
    if python:
        theirs, _ = presidio(python, plain)
        print("Presidio  P {:.3f} R {:.3f}".format(*counted(plain, theirs, "all", without)))


def presidio(python: str, texts: Sequence[Text]) -> tuple[list[list[Marked]], float]:
    """What Presidio finds, in our kinds, and the seconds it took."""
    sent = json.dumps([text.text for text in texts])
    done = subprocess.run([python, str(RUN_PRESIDIO)], input=sent, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    found = [
        [
            (PRESIDIO[kind], start, end)
            for kind, start, end in spans
            if kind in PRESIDIO and _counts(kind, start, end, text)
        ]
        for text, spans in zip(texts, answer["found"], strict=True)
    ]
    return found, answer["seconds"]


def _counts(kind: str, start: int, end: int, text: Text) -> bool:
    return kind != "LOCATION" or any(meet(("postal_addresses", start, end), each) for each in text.marked)


def harm(title: str, clean: list[str], python: str | None) -> None:
    """Rows changed of texts that hold next to nothing personal."""
    began = time.perf_counter()
    changed = [(text, found) for text in clean if (found := all_spans(text))]
    took = time.perf_counter() - began
    print(f"\n{title}: ours changes {len(changed)} of {len(clean):,} rows ({len(clean) / took:,.0f} rows a second)")
    for text, found in changed[:10]:
        print("   ", [text[start:end] for _, (start, end) in found], "in:", text[:90])
    if python:
        some = [Text(text, [], []) for text in clean[:2000]]
        theirs, seconds = presidio(python, some)
        print(
            f"{title}: Presidio changes {sum(map(bool, theirs))} of the first {len(some):,} rows"
            f" ({len(some) / seconds:,.0f} rows a second)"
        )


def speed(rows: int = 100_000) -> None:
    """All kinds through the tool, on rows made up here of which one in ten holds something."""
    text = (
        "case i % 10 when 0 then 'Call Maria Sanchez on +44 20 7946 0321 about order ' || i"
        " else 'The parcel number ' || i || ' has not arrived yet. Can you check where it is?' end"
    )
    with tempfile.TemporaryDirectory() as home, Workspace(Path(home)) as ws:
        with ws.approvals.typed("load_dataset", {}):
            ws.datasets.add(
                "many",
                f"select {text} as text from range({rows}) t(i)",
                sentence="x",
                recipe={},
                roles={"text": "text"},
            )
        print(f"\n{rows:,} rows through propose_fixes:")
        for kind in [*KINDS, "all"]:
            began = time.perf_counter()
            TOOLS["propose_fixes"].run(ws, {"dataset": "many", "kinds": list(KINDS) if kind == "all" else [kind]})
            took = time.perf_counter() - began
            print(f"  {kind:18} {took:6.1f} s, {rows / took:10,.0f} rows a second")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("Say where the data is: python -m benchmarks.privacy FOLDER [PYTHON-WITH-PRESIDIO]")
    main(Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) == 3 else None)
