"""Choose the rows to rewrite, and rewrite until there are enough."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from store import Version
from store.edits import as_text
from store.engine import engine, fetch, quoted
from tools.augment._copies import words_of
from tools.augment._gates import COMPARED, Gates, Limits, Rejected, Scores
from tools.augment._queue import Queue, Source
from tools.clean._missing import missing_text
from tools.data._language import language
from tools.tool import ToolError

Rewrite = Callable[[str, random.Random, Collection[str]], str | None]
"""From a text, a source of chance and the words to keep: a new text, or None if it cannot be done."""
Draft = Callable[[Source, random.Random], str | None]
"""The same from a row; "" if it is not this row's turn at all."""
READ = 200
"""Rows that tell the language."""
SPARE = 1.5
"""Texts that are written for each row that is wanted, as some do not pass."""


@dataclass(frozen=True)
class New:
    """A row to add."""

    source: int
    """The `_row` it was made from."""
    before: str
    text: str
    label: str | None
    scores: Scores


@dataclass(frozen=True)
class Grown:
    """What came of it."""

    new: list[New]
    training: Counter[str | None]
    """Training rows by label before."""
    rejected: Counter[str]
    """Rewritings that did not pass, by reason."""
    examples: list[Rejected]
    """A few of them."""
    unchanged: int
    """Sources of which nothing could be made."""
    wanted: int
    not_compared: int
    """Training rows that were not looked through for near-copies, being too many."""


def text_column(version: Version) -> str:
    """The column to rewrite.

    Raises:
        ToolError: There is none.
    """
    column = version.column("text") or version.column("prompt")
    if column is None or version.columns[column] != "VARCHAR":
        names = ", ".join(version.columns)
        raise ToolError(f"{version.dataset} has no column known to hold text that could be rewritten, only {names}.")
    return column


@dataclass
class Ground:
    """The rows to grow from, and how many are wanted.

    Attributes:
        version: The dataset.
        against: A second dataset whose rows are all held out.
        rows: How many to make at most; None for `share`, or for as many as balance the labels.
        share: How many, as a share of the training rows.
        balance: Make them for the smallest label first, up to the size of the largest.
        seed: The same seed gives the same rows.
    """

    version: Version
    against: Version | None
    rows: int | None
    share: float
    balance: bool
    seed: int
    training: list[Source] = field(init=False)
    held_out: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.training, self.held_out = read_rows(self.version)
        if self.against:
            others, held = read_rows(self.against)
            self.held_out += [other.text for other in others] + held
        self._labelled = [source for source in self.training if source.label or not self.version.column("label")]
        self.before = Counter(source.label for source in self._labelled)
        missing = sum(max(self.before.values(), default=0) - size for size in self.before.values())
        self.wanted = self.rows or (missing if self.balance else max(1, round(self.share * len(self._labelled))))

    def language(self) -> str | None:
        """The code of the language that the rows are in, by the first of them; None if that cannot be told."""
        return language(" ".join(source.text for source in self.training[:READ]))

    def queue(self) -> Queue:
        """The sources in turn, from the start."""
        sources = [Source(s.row, s.text, s.label, s.was_made) for s in self._labelled if not s.was_made]
        random.Random(self.seed).shuffle(sources)
        return Queue(sources, self.before if self.balance else None)

    def drawn(self) -> Mapping[int, int]:
        """How many texts to have written of which rows, if a few more are wanted than will pass."""
        queue, drawn = self.queue(), Counter[int]()
        while drawn.total() < self.wanted * SPARE and (source := queue.take()):
            drawn[source.row] += 1
            queue.made(source)
        return drawn


def grow(ground: Ground, draft: Draft, limits: Limits) -> Grown:
    """Rewrite training rows until there are enough new ones or no source is left."""
    gates = Gates([(s.text, s.label) for s in ground.training], ground.held_out, limits, ground.seed)
    queue, new = ground.queue(), list[New]()
    unchanged = 0
    while len(new) < ground.wanted and (source := queue.take()):
        text = draft(source, random.Random(f"{ground.seed} {source.row} {source.made} {source.tries}"))
        if text == "":
            continue
        if text is None:
            unchanged += not source.made and not source.tries
        elif scores := gates.passes(source.text, text, source.label, label_words(source.label)):
            new.append(New(source.row, source.text, text, source.label, scores))
            queue.made(source)
        else:
            queue.failed(source)
    left_out = max(len(ground.training) - COMPARED, 0)
    return Grown(new, ground.before, gates.rejected, gates.examples, unchanged, ground.wanted, left_out)


def rewriting(rewrite: Rewrite) -> Draft:
    """Draft by rewriting the text alone."""
    return lambda source, rng: rewrite(source.text, rng, label_words(source.label))


def label_words(label: str | None) -> list[str]:
    """The words of a label, which a rewriting keeps."""
    return words_of((label or "").replace("_", " "))


def read_rows(version: Version) -> tuple[list[Source], list[str]]:
    """The training rows and the held-out texts."""
    column, label, split = text_column(version), version.column("label"), version.column("split")
    text = as_text(column, version.columns[column])
    cells = {
        "label": as_text(label, version.columns[label]) if label else "null",
        "split": f"coalesce({quoted(split)}, 'train')" if split else "'train'",
        "made": "_from is not null" if has_from(version) else "false",
    }
    named = ", ".join(f"{sql} as {name}" for name, sql in cells.items())
    with engine([version.path.parent], {"parent": version.path}) as connection:
        rows = fetch(
            connection,
            f"select _row, {text} as text, {named} from parent where not {missing_text(text)} order by _row",
        )
    training = [Source(r["_row"], r["text"], r["label"], r["made"]) for r in rows if r["split"] == "train"]
    return training, [r["text"] for r in rows if r["split"] != "train"]


def has_from(version: Version) -> bool:
    """Whether rows of this version say which row they were made from."""
    with engine([version.path.parent], {"parent": version.path}) as connection:
        return "_from" in [column[0] for column in connection.execute("describe parent").fetchall()]
