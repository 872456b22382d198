"""The facts as tables."""

from collections.abc import Sequence
from typing import Any

from store.counted import Count
from tools.data._profile.drift import Distance, Drift
from tools.data._profile.facts import Facts
from tools.data._profile.mend import Mend
from tools.data._profile.outliers import TIMES
from tools.data._profile.staged import LONGEST
from tools.data._profile.tokens import CONTEXTS, Counted
from tools.data._profile.words import LONG
from tools.data._tokens import CHARACTERS_A_TOKEN
from tools.result import Table

BARS = 30
LANGUAGES = 6


def tables(facts: Facts, mend: Sequence[Mend], counter: str | None) -> list[Table]:
    """All tables but the examples and the drift, what to mend first; `counter` names the tokenizer."""
    return [
        *_mend(mend),
        _columns(facts),
        _repeats(facts),
        *_checked(facts),
        *_lengths(facts, counter),
        *_labels(facts),
        *([Table("Splits", ("split", "rows"), facts.splits)] if facts.splits else []),
        *_languages(facts),
        *_vocabulary(facts),
        *_outliers(facts),
    ]


def drifted(drift: Drift, here: str, there: str) -> list[Table]:
    """What differs between two datasets, or versions."""
    rows: list[tuple[Any, ...]] = [("rows", *drift.rows, None, None)]
    if drift.lengths:
        rows.append(("characters of a row, median", *drift.medians, *_apart(drift.lengths)))
    if drift.labels:
        counts = (sum(a > 0 for _, a, _ in drift.shares), sum(b > 0 for _, _, b in drift.shares))
        rows.append(("labels", *counts, *_apart(drift.labels)))
    if drift.words is not None:
        share = f"{100 * drift.new_share:.1f} % not in {there}"
        rows.append(("words", share, None, f"JS {drift.words:.3f}", None))
    head = ("what", here, there, "apart by", "that is")
    parts = [
        Table(f"{here} beside {there} (PSI: population stability index, JS: Jensen-Shannon divergence)", head, rows)
    ]
    if drift.labels:
        shares = [(label, f"{100 * a:.1f} %", f"{100 * b:.1f} %") for label, a, b in drift.shares]
        parts.append(Table("Share of each label, the most changed first", ("label", here, there), shares))
    listed = [("new, in two rows or more", ", ".join(word for word, _ in drift.new))] if drift.new else []
    listed += [("more frequent than before", ", ".join(drift.more))] if drift.more else []
    return [*parts, *([Table(f"Words of {here} beside {there}", ("which", "words"), listed)] if listed else [])]


def _apart(distance: Distance) -> tuple[str, str]:
    return f"PSI {distance.psi:.3f}, JS {distance.divergence:.3f}", distance.reading


def _mend(mend: Sequence[Mend]) -> list[Table]:
    rows = [(f"about {each.told}" if each.estimate else each.told, each.say) for each in mend]
    return [Table("To mend first", ("what", "say"), rows)] if rows else []


def _columns(facts: Facts) -> Table:
    head = ("column", "used as", "type", "missing", "blank", "distinct", "mean characters")
    rows = [(c.name, c.role, c.type, c.missing, c.blank, c.distinct, _rounded(c.characters)) for c in facts.columns]
    return Table("Columns", head, rows)


def _repeats(facts: Facts) -> Table:
    found = facts.repeats
    rows: list[tuple[str, int | None]] = [
        ("rows that repeat an earlier row, ids left out", found.rows),
        ("rows whose text is exactly an earlier row's", found.exact),
        ("the same after normalising (lower case, punctuation to a space, spaces folded)", found.normalised),
        ("texts with more than one label, after normalising", found.conflicts),
        ("test rows whose text is also a training row's, after normalising", found.leaked),
    ]
    return Table("Repeats and conflicts", ("what", "rows"), [row for row in rows if row[1] is not None])


def _checked(facts: Facts) -> list[Table]:
    if facts.findings is None:
        return []
    found = sorted(facts.findings.checked, key=lambda each: -each.rows)
    if facts.findings.sample.whole:
        rows = [(check.told, check.rows) for check in found]
        return [Table("What the checks find", ("what", "rows"), rows)] if rows else []
    lines = [
        (check.told, check.rows, "{:,} to {:,}".format(*check.between) if check.between else "all rows were read")
        for check in found
    ]
    title = f"What the checks find, on a sample of {facts.findings.sample.rows:,} rows and scaled up"
    return [Table(title, ("what", "rows", "95 % between"), lines)] if lines else []


def _lengths(facts: Facts, counter: str | None) -> list[Table]:
    tokens = facts.tokens
    if not facts.lengths or tokens is None:
        return []
    counted = counter or f"an estimate: one token for {CHARACTERS_A_TOKEN} characters, as no tokenizer is at hand"
    sampled = f", on {len(tokens.rows):,} rows" if not tokens.exact and counter else ""
    rows = [
        (
            each.column,
            *map(_rounded, (each.median, each.most, each.longest)),
            *(tokens.quantile(share, each.column) for share in (0.5, 0.95, 1.0)),
        )
        for each in facts.lengths
    ]
    head = ("column", "characters: median", "95 %", "longest", "tokens: median", "95 %", "longest")
    return [Table(f"Lengths (tokens by {counted}{sampled})", head, rows), _contexts(facts, tokens)]


def _contexts(facts: Facts, tokens: Counted) -> Table:
    rows: list[tuple[Any, ...]] = []
    for context in CONTEXTS:
        cut, lost = tokens.cut(context)
        rows.append((context, cut, _share(cut, facts.version.rows), lost, _share(lost, tokens.all)))
    marks = ", the marks of the chat template included" if tokens.marks else ""
    estimate = f"; an estimate from {len(tokens.rows):,} rows, the {LONGEST} longest among them" * (not tokens.exact)
    title = f"What a context would cut{marks}{estimate if len(tokens.rows) < facts.version.rows else ''}"
    return Table(title, ("tokens", "rows cut", "of the rows", "tokens lost", "of the tokens"), rows)


def _labels(facts: Facts) -> list[Table]:
    label, labels = facts.version.column("label"), facts.labels
    if not label:
        return []
    telling = facts.words.telling if facts.words else {}
    rows = max(1, facts.version.rows)
    lines = [(value, n, f"{100 * n / rows:.1f} %", ", ".join(telling.get(value, []))) for value, n in labels[:BARS]]
    title = f"Labels ({BARS} most frequent of {len(labels)})" if len(labels) > BARS else "Labels"
    told = facts.words.sample.told if facts.words and telling else ""
    return [Table(title + (f" (words{told})" if told else ""), (label, "rows", "share", "words that tell it"), lines)]


def _languages(facts: Facts) -> list[Table]:
    found = facts.languages
    if found is None:
        return []
    names = list(dict.fromkeys(name for tally in found.columns.values() for name, _ in tally))
    shares = {column: dict(tally) for column, tally in found.columns.items()}
    rows = [
        (name, *(_share(shares[column].get(name, 0), found.sample.rows) for column in found.columns))
        for name in sorted(names, key=lambda name: -sum(each.get(name, 0) for each in shares.values()))[:LANGUAGES]
    ]
    return [Table(f"Languages (ISO 639 codes{found.sample.told})", ("language", *found.columns), rows)]


def _vocabulary(facts: Facts) -> list[Table]:
    words = facts.words
    if words is None:
        return []
    rows = [
        ("different words", f"{words.distinct:,}"),
        ("in one row only", f"{words.once:,} ({_share(words.once, words.distinct)})"),
        ("in most rows", ", ".join(word for word, _ in words.frequent)),
        (f"in most rows, {LONG} letters or more", ", ".join(word for word, _ in words.long)),
    ]
    return [Table(f"Vocabulary (lower case{words.sample.told})", ("what", "words"), rows)]


def _outliers(facts: Facts) -> list[Table]:
    found = facts.outliers
    if found is None or facts.version.rows < 2:
        return []
    long = Count(found.long)
    odd = f"{Count(found.sample.scaled(found.odd)):has|have} odd characters{found.sample.told}"
    told = f"{long:row is|rows are} {TIMES} times as long as the median; {odd}"
    return [Table(f"What stands out ({told})", ("what", "row", "characters", "text"), found.examples)]


def _share(part: int, whole: int) -> str:
    share = 100 * part / max(1, whole)
    return f"{share:.1f} %" if share >= 0.05 or not part else "under 0.1 %"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1) if value % 1 else int(value)
