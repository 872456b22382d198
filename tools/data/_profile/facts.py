"""All the facts of a profile together."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import Version
from tools.data._format import Format
from tools.data._profile.checked import Findings, drawn, findings
from tools.data._profile.columns import Column, columns
from tools.data._profile.languages import Languages, languages
from tools.data._profile.lengths import Length, histogram, lengths
from tools.data._profile.outliers import Outliers, outliers
from tools.data._profile.repeats import Repeats, balance, repeats
from tools.data._profile.staged import Staged
from tools.data._profile.tokens import Counted, count_tokens
from tools.data._profile.words import Vocabulary, vocabulary
from tools.data._tokens import BaseTokens


@dataclass(frozen=True)
class Facts:
    """What a profile knows of a version. What needs a text is missing where no column reads as one."""

    version: Version
    columns: list[Column]
    repeats: Repeats
    labels: list[tuple[str, int]]
    splits: list[tuple[str, int]]
    lengths: list[Length]
    bins: list[dict[str, Any]]
    tokens: Counted | None
    words: Vocabulary | None
    languages: Languages | None
    outliers: Outliers | None
    findings: Findings | None

    @property
    def name(self) -> str:
        """The dataset."""
        return self.version.dataset


def gathered(staged: Staged, tokens: BaseTokens | None, format_: Format | None, scratch: Path) -> Facts:
    """Find all facts of a staged version; `scratch` is a folder that its connection may write to.

    The checks read a sample in a thread of their own: they are Python where most of the rest is DuckDB.
    """
    reads = bool(staged.read) and staged.version.rows > 0
    with ThreadPoolExecutor(max_workers=1) as beside:
        checked = beside.submit(findings, drawn(staged, scratch)) if reads and _has_input(staged) else None
        words = vocabulary(staged) if reads else None
        return Facts(
            staged.version,
            columns(staged),
            repeats(staged),
            balance(staged, "l") if staged.label else [],
            balance(staged, "s") if staged.split else [],
            lengths(staged),
            histogram(staged) if reads else [],
            count_tokens(staged, tokens, format_) if reads else None,
            words,
            languages(staged) if reads else None,
            outliers(staged, words.sample) if words else None,
            checked.result() if checked else None,
        )


def _has_input(staged: Staged) -> bool:
    """Whether a column holds what the checks read."""
    return any(staged.version.roles[name] in ("text", "prompt", "messages") for name in staged.read)
