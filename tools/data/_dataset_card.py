"""The card of a published dataset: what the Hub reads of it, and what people do."""

import json
from collections.abc import Mapping, Sequence

from store import Version
from store.counted import Count

SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M", 10_000_000: "1M<n<10M"}
"""The Hub's words for fewer rows than the number; from there on, `LARGE`."""
LARGE = "10M<n<100M"
MOST_LABELS = 50


def dataset_card(
    version: Version,
    files: Mapping[str, str],
    counts: Mapping[str, int],
    labels: Sequence[tuple[str, int]],
    steps: Sequence[str],
    licence: str | None,
    more: Sequence[tuple[str, str]] = (),
) -> str:
    """Write the card in Markdown, with the YAML that the Hub reads at its top.

    Args:
        version: What is published.
        files: The path of each split's file in the repository.
        counts: Rows by split.
        labels: Rows by label, the largest first; empty where there are none.
        steps: What was done to the rows, as sentences.
        licence: The Hub's word for the licence; None says that none was named.
        more: Further headings, each with its text: intended use, audits, what was lost.
    """
    parts = [_front(version, files, licence), f"# {version.dataset}", _what(version, licence)]
    parts += ["## Columns", _table(("column", "type", "used as"), _columns(version))]
    parts += ["## Splits", _table(("split", "rows"), [(split, f"{rows:,}") for split, rows in counts.items()])]
    if labels:
        parts += ["## Labels", _table(("label", "rows"), [(name, f"{rows:,}") for name, rows in labels[:MOST_LABELS]])]
        parts += [f"{len(labels) - MOST_LABELS:,} more labels are not listed."] if len(labels) > MOST_LABELS else []
    parts += ["## How it was made", "\n".join(f"{n}. {_plain(step)}" for n, step in enumerate(steps, 1))]
    parts += [part for heading, text in more for part in (f"## {heading}", _plain(text))]
    return "\n\n".join(parts) + "\n"


def _front(version: Version, files: Mapping[str, str], licence: str | None) -> str:
    size = next((word for most, word in SIZES.items() if version.rows < most), LARGE)
    lines = [f"license: {licence or 'unknown'}", "size_categories:", f"- {size}", "configs:", "- config_name: default"]
    lines += ["  data_files:"]
    for split, path in files.items():
        lines += [f"  - split: {json.dumps(split)}", f"    path: {json.dumps(path)}"]
    return "\n".join(["---", *lines, "---"])


def _what(version: Version, licence: str | None) -> str:
    rows = Count(version.rows)
    terms = "" if licence else " No licence was named for it."
    return f"{rows:row|rows}, version {version.number} of a dataset that was prepared with Tunewright.{terms}"


def _columns(version: Version) -> list[tuple[str, str, str]]:
    return [(name, type_.lower(), version.roles.get(name, "other")) for name, type_ in version.columns.items()]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(_plain(cell) for cell in line)} |" for line in lines)


def _plain(text: str) -> str:
    """Text from the data as text: it must make no cell, no link and no markup."""
    flat = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>|" else c for c in flat)
