"""What the checks find on public data, beside the known answers; and how long 100,000 rows take.

`python -m benchmarks.clean FOLDER` reads `banking77/train.csv`, `banking77/test.csv` and `sms_spam/SMSSpamCollection`
below FOLDER; a dataset that is not there is left out.
"""

import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from store import Workspace
from tools import TOOLS, Result

BANKING, SMS = "banking77", "sms_spam"


def main(folder: Path) -> int:
    """Print every figure beside the known one; gives the number of those that differ."""
    wrong = 0
    with tempfile.TemporaryDirectory() as home, Workspace(Path(home), readable=(folder,)) as ws:
        if (folder / BANKING).is_dir():
            wrong += banking(ws, folder / BANKING)
        if (folder / SMS).is_dir():
            wrong += sms(ws, folder / SMS)
        speed(ws)
    return wrong


def banking(ws: Workspace, folder: Path) -> int:
    """The customer questions of a bank, in two files."""
    for part in ("train", "test"):
        load(ws, folder / f"{part}.csv", part, "category")
    alone = propose(ws, dataset="train")
    both = propose(ws, dataset="train", against="test")
    repeated = number(r"\(([\d,]+) rows in all", alone.text)
    return sum(
        [
            shown("banking77: rows of train and test", figures(alone)["rows"] + ws.datasets.head("test").rows, 13_083),
            shown("banking77: exact repeats in train", figures(alone)["found"]["exact_duplicates"], 0),
            shown("banking77: repeats in train after normalising", repeated, 31),
            shown("banking77: texts with conflicting labels in train", conflicts(alone), 1),
            shown("banking77: the same in train and test together", conflicts(both), 2),
            shown("banking77: test rows also in train", number(r"([\d,]+) rows of test are also", both.text), 25),
        ]
    )


def sms(ws: Workspace, folder: Path) -> int:
    """Text messages, label and text without a header, with quote characters inside."""
    load(ws, folder / "SMSSpamCollection", "sms", None)
    result = propose(ws, dataset="sms")
    found = figures(result)["found"]
    return sum(
        [
            shown("sms_spam: rows", figures(result)["rows"], 5_574),
            shown("sms_spam: exact repeats", found["exact_duplicates"], 403),
            shown(
                "sms_spam: repeats after normalising", found["exact_duplicates"] + found["normalised_duplicates"], 444
            ),
        ]
    )


def speed(ws: Workspace) -> None:
    """All checks on 100,000 short rows made up here."""
    rows = "select 'Message ' || i % 97000 || ' about order ' || i % 97000 as text, 'label ' || i % 7 as label"
    with ws.approvals.typed("load_dataset", {}):
        roles = {"text": "text", "label": "label"}
        ws.datasets.add("many", f"{rows} from range(100000) t(i)", sentence="Made.", recipe={}, roles=roles)
    propose(ws, dataset="many")


def load(ws: Workspace, file: Path, name: str, label: str | None) -> None:
    """Load a file as a user would."""
    arguments = {"source": str(file), "name": name} | ({"label": label} if label else {})
    with ws.approvals.typed("load_dataset", arguments):
        print(TOOLS["load_dataset"].run(ws, arguments))


def propose(ws: Workspace, **arguments: Any) -> Result:
    """Run the checks, print what they say and how long it took."""
    began = time.monotonic()
    result = TOOLS["propose_fixes"].run(ws, arguments)
    print(f"\n{result.text} ({time.monotonic() - began:.1f} s)")
    return result


def figures(result: Result) -> dict[str, Any]:
    """What a tool gives to programs."""
    return result.data or {}


def conflicts(result: Result) -> int:
    """How many texts have conflicting labels."""
    return number(r"([\d,]+) texts? ha(?:s|ve) conflicting labels", result.text)


def number(pattern: str, text: str) -> int:
    """A figure in a text."""
    found = re.search(pattern, text)
    return int(found[1].replace(",", "")) if found else 0


def shown(what: str, found: int, known: int) -> bool:
    """Print a figure; gives whether it is wrong."""
    print(f"{'ok ' if found == known else 'NOT'} {what}: found {found:,}, known {known:,}")
    return found != known


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Say where the data is: python -m benchmarks.clean FOLDER")
    sys.exit(main(Path(sys.argv[1]).resolve()))
