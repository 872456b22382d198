"""One profile in a process of its own, so that its memory is its own: `python -m benchmarks.profile_runs WHO ...`.

Prints seconds, seconds of processor time, peak bytes and some facts as JSON.
"""

import json
import re
import resource
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store import Workspace

APART = re.compile(r"[\W_]+")
WORD = re.compile(r"\w+(?:['’]\w+)*")


def ours(home: str, dataset: str, rows: str) -> Callable[[], dict[str, Any]]:
    """The tool, as a user has it run."""
    import tools.evaluate._intervals  # noqa: F401 - loads scipy, as the others load their libraries first
    from tools import TOOLS

    def run() -> dict[str, Any]:
        with Workspace(Path(home)) as ws:
            figures = TOOLS["profile_dataset"].run(ws, {"dataset": dataset}).data or {}
        return {"repeated": figures["repeated_texts"], "normalised": figures["repeated_texts_normalised"]}

    return run


def pandas(home: str, file: str, rows: str) -> Callable[[], dict[str, Any]]:
    """The same facts by hand, the costly ones on samples of the same sizes."""
    import pandas as pd

    from tools.clean._checks.email_addresses import mask_email_addresses
    from tools.clean._phone import mask_phone_numbers
    from tools.data._profile.languages import told
    from tools.data._tokens import chosen_tokens

    def run() -> dict[str, Any]:
        data = pd.read_parquet(file).head(int(rows))
        text = data["prompt"]
        for name in data:
            column = data[name]
            _ = column.isna().sum(), (column.str.strip() == "").sum(), column.nunique(), column.str.len().mean()
            _ = column.str.len().quantile([0.5, 0.95, 1.0]), column.str.len().value_counts(bins=12)
        plain = text.map(lambda each: APART.sub(" ", unicodedata.normalize("NFC", each).lower()).strip())
        found = {"repeated": int(text.duplicated().sum()), "normalised": int(plain.duplicated().sum())}
        _ = data.duplicated().sum(), data[data.duplicated()]
        both = text + " " + data["completion"].fillna("")
        words = Counter(word for each in both.sample(min(50_000, len(both)), random_state=0) for word in _words(each))
        _ = words.most_common(12), sum(count == 1 for count in words.values())
        some = both.sample(min(5_000, len(both)), random_state=0)
        with Workspace(Path(home)) as ws:
            tokens = chosen_tokens(ws)
        longest = both.loc[both.str.len().nlargest(500).index]
        _ = tokens.count([*some, *longest]) if tokens else None
        _ = Counter(told(some.head(2_000))), both.loc[both.str.len().nsmallest(3).index]
        _ = [mask_phone_numbers(mask_email_addresses(each)) != each for each in some.head(2_000)]
        return found

    return run


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


def main(who: str, *arguments: str) -> None:
    """Load what is needed, then measure."""
    run = {"ours": ours, "pandas": pandas}[who](*arguments)
    began, before = time.monotonic(), time.process_time()
    found = run()
    measured = {"seconds": time.monotonic() - began, "processor": time.process_time() - before}
    print(json.dumps(found | measured | {"peak": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main(*sys.argv[1:])
