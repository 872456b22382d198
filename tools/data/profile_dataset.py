"""What is in a dataset: counted, not judged."""

from typing import Annotated, Any

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from store.engine import engine
from store.unfinished import scratch
from tools.data._format import format_of
from tools.data._profile.drift import Drift, drift
from tools.data._profile.facts import Facts, gathered
from tools.data._profile.mend import Mend, mend_first
from tools.data._profile.repeats import Repeats
from tools.data._profile.staged import Staged, stage
from tools.data._profile.tables import BARS, drifted, tables
from tools.data._profile.tokens import CONTEXTS
from tools.data._profile.words import vocabulary
from tools.data._tokens import chosen_tokens
from tools.kinds import Dataset, near
from tools.plot import Plot
from tools.result import Result, Table
from tools.tool import ToolError, tool

EXAMPLES = 5
LITTLE = 0.01
"""The share of rows that a context may cut to be named as enough."""
Number = Annotated[int, Field(ge=1, le=100_000), near("version")]


@tool(
    asks=[
        ("what is in the reviews data?", {"dataset": "reviews"}),
        ("profile tickets", {"dataset": "tickets"}),
        ("how balanced are the labels of intents, and how long are its texts", {"dataset": "intents"}),
        ("describe claims_2024 to me, any duplicates or missing values?", {"dataset": "claims_2024"}),
        ("give me an overview of the questions dataset", {"dataset": "questions"}),
        ("how big is leads and which columns has it got", {"dataset": "leads"}),
        ("what am I looking at in ward_notes?", {"dataset": "ward_notes"}),
        ("give me the figures of calls: size, lengths, labels, gaps", {"dataset": "calls"}),
        ("tell me about the contracts file, I never opened it myself", {"dataset": "contracts"}),
        ("inspect symptoms", {"dataset": "symptoms"}),
        ("I would like see statistics for orders", {"dataset": "orders"}),
        ("what kind of texts do we have in letters, short or long ones", {"dataset": "letters"}),
        ("is there much variety in forms, one label or many?", {"dataset": "forms"}),
        ("stats on incidents?", {"dataset": "incidents"}),
        ("has reviews drifted from reviews_2023?", {"dataset": "reviews", "against": "reviews_2023"}),
        ("profile claims against version 1 of it", {"dataset": "claims", "against_version": 1}),
    ],
)
def profile_dataset(
    ws: Workspace, dataset: Dataset, against: Dataset | None = None, against_version: Number | None = None
) -> Result:
    """Count rows, gaps, repeats, lengths, labels, languages and words of a dataset, and say what to mend first.

    Args:
        dataset: The dataset to look at.
        against: A second dataset to hold it against, to see how far it has drifted.
        against_version: The number of an earlier version to hold it against.

    Example:
        >>> print(profile_dataset(ws, "reviews"))
        reviews has 3 rows and 2 columns; text holds the text and label 2 labels (1 67 %, 0 33 %). 1 row repeats \
an earlier text exactly, and 1 row after normalising; nothing is missing. A row has 1 token at the median and 1 at \
most...; a context of 256 cuts none. To mend first: 1 row repeats an earlier row exactly.
    """
    version = ws.datasets.head(dataset)
    other = _other(ws, version, against, against_version)
    tokens = chosen_tokens(ws)
    views = {"data": version.path} | ({"other": other.path} if other else {})
    with scratch(version.path) as folder, engine([version.path.parent], views) as con:
        staged = stage(con, version, "data")
        facts = gathered(staged, tokens, format_of(ws, version), folder)
        shift = _shift(facts, staged, stage(con, other, "other")) if other else None
        shown = ", ".join(f"{staged.cell(name)}" for name in version.columns)
        examples = con.execute(
            f"select {shown} from {staged.kept} where _drawn order by hash(_row) limit {EXAMPLES}"
        ).fetchall()
    mend = mend_first(facts)
    here, there = _called(version, other), _called(other, version) if other else ""
    return Result(
        " ".join(
            [
                _first(version, facts.labels),
                _second(version, facts),
                *_third(facts, tokens.name if tokens else None),
                *([f"{_shifted(shift, here, there)}"] if shift else []),
                *([f"To mend first: {_about(mend[0])}."] if mend else []),
            ]
        ),
        tables=[
            *(drifted(shift, here, there) if shift else []),
            *tables(facts, mend, f"the tokenizer of {tokens.name}" if tokens else None),
            Table("Examples", list(version.columns), [[_cut(cell) for cell in row] for row in examples]),
        ],
        plots=_plots(facts, shift, here, there),
        next=_next(facts, mend),
        data=_figures(facts, mend, shift),
    )


def _other(ws: Workspace, version: Version, against: str | None, number: int | None) -> Version | None:
    """The version to hold against, if one is meant; a dataset against itself means the version before."""
    name = version.dataset
    if number is not None:
        other = ws.datasets.version(against or name, number)
    elif against == name:
        if version.parent is None:
            raise ToolError(f"{name} has no earlier version to be held against. Name another dataset.")
        other = ws.datasets.version(name, version.parent)
    else:
        return ws.datasets.head(against) if against else None
    if (other.dataset, other.number) == (name, version.number):
        raise ToolError(f"{name} is at version {number} now, so there is nothing to hold it against. Name another.")
    return other


def _shift(facts: Facts, here: Staged, there: Staged) -> Drift:
    words = (facts.words, vocabulary(there)) if facts.words and there.read and there.version.rows else None
    return drift(here, there, words)


def _called(version: Version, beside: Version | None) -> str:
    same = beside and beside.dataset == version.dataset
    return f"{version.dataset} (version {version.number})" if same else version.dataset


def _first(version: Version, labels: list[tuple[str, int]]) -> str:
    text = version.column("text") or version.column("prompt") or version.column("messages")
    label, completion = version.column("label"), version.column("completion")
    parts = f"{version.dataset} has {Count(version.rows):row|rows} and {Count(len(version.columns)):column|columns}"
    if not text:
        return f"{parts}; none of them reads as text."
    parts += f"; {text} holds the {version.roles[text]}" + (f", {completion} the completion" if completion else "")
    if not label:
        return f"{parts}."
    few = ", ".join(f"{value} {100 * rows / version.rows:.0f} %" for value, rows in labels[:3])
    more = ", ..." if len(labels) > 3 else ""
    return f"{parts} and {label} {Count(len(labels)):label|labels} ({few}{more})."


def _second(version: Version, facts: Facts) -> str:
    found = facts.repeats
    gaps = [f"{Count(c.gaps):row lacks|rows lack} {c.name}" for c in facts.columns if c.gaps]
    told = [_repeated(version, found)]
    told += [f"{Count(found.conflicts):text has|texts have} conflicting labels"] if found.conflicts else []
    told += [f"{Count(found.leaked):test row is|test rows are} also in train"] if found.leaked else []
    rest = f", and {Count(len(gaps) - 3):more column has|more columns have} gaps" if len(gaps) > 3 else ""
    text = "; ".join([*told, (", ".join(gaps[:3]) + rest) or "nothing is missing"]) + "."
    return text[0].upper() + text[1:]


def _repeated(version: Version, found: Repeats) -> str:
    if version.column("text") or version.column("prompt"):
        return (
            f"{Count(found.exact):row repeats|rows repeat} an earlier text exactly, and "
            f"{Count(found.normalised):row|rows} after normalising"
        )
    return f"{Count(found.rows):row repeats|rows repeat} an earlier row exactly"


def _third(facts: Facts, counter: str | None) -> list[str]:
    """How many tokens the rows have, and the smallest context that cuts little."""
    if facts.tokens is None:
        return []
    median, longest = facts.tokens.quantile(0.5) or 0, facts.tokens.quantile(1.0) or 0
    context = next((n for n in CONTEXTS if facts.tokens.cut(n)[0] <= LITTLE * facts.version.rows), CONTEXTS[-1])
    cut = facts.tokens.cut(context)[0]
    about = "" if facts.tokens.exact or not cut else "about "
    told = f"cuts {about}{Count(cut):row|rows}" if cut else "cuts none"
    by = f"for {counter}" if counter else "by an estimate"
    return [
        f"A row has {Count(median):token|tokens} at the median and {longest:,} at most {by};"
        f" a context of {context:,} {told}."
    ]


def _shifted(shift: Drift, here: str, there: str) -> str:
    told = [f"lengths {shift.lengths.reading}"] if shift.lengths else []
    told += [f"labels {shift.labels.reading}"] if shift.labels else []
    words = f"; {100 * shift.new_share:.0f} % of the words are new" if shift.words is not None else ""
    return f"Drift of {here} from {there}: {', '.join(told) or 'no texts or labels to compare'}{words}."


def _about(mend: Mend) -> str:
    return f"about {mend.told}" if mend.estimate else mend.told


def _plots(facts: Facts, shift: Drift | None, here: str, there: str) -> list[Plot]:
    plots: list[Plot] = []
    if shift and shift.labels:
        told = [(label, {here: a, there: b}) for label, a, b in shift.shares[:BARS]]
        rows = [{"label": v, "share": round(s, 4), "of": of} for v, shares in told for of, s in shares.items()]
        plots.append(Plot("Share of each label", "bar", rows, x="share", y="label", color="of"))
    elif facts.labels:
        title = f"Rows by label in {facts.name}" + (f", the {BARS} most frequent" if len(facts.labels) > BARS else "")
        plots.append(Plot(title, "bar", [{"label": v, "rows": n} for v, n in facts.labels[:BARS]], x="rows", y="label"))
    if facts.bins:
        title = f"Rows by length of {facts.lengths[0].column}, in characters"
        plots.append(Plot(title, "bar", facts.bins, x="rows", y="characters"))
    gaps = [{"column": c.name, "rows": c.gaps} for c in facts.columns if c.gaps]
    if len(gaps) > 1:
        most = sorted(gaps, key=lambda row: -int(row["rows"]))[:BARS]
        plots.append(Plot("Rows without a value, by column", "bar", most, x="rows", y="column"))
    return plots


def _next(facts: Facts, mend: list[Mend]) -> list[str]:
    name = facts.name
    wishes = [f"Propose fixes for {name}", *dict.fromkeys(each.say for each in mend[:3])]
    if facts.version.column("split") is None:
        return [*wishes, f"Split {name} into train and test"]
    return wishes if mend else [*wishes, f"Format {name} for training"]


def _figures(facts: Facts, mend: list[Mend], shift: Drift | None) -> dict[str, Any]:
    found, tokens, languages = facts.repeats, facts.tokens, facts.languages
    return {
        "dataset": facts.name,
        "version": facts.version.number,
        "rows": facts.version.rows,
        "columns": [vars(column) for column in facts.columns],
        "repeated_rows": found.rows,
        "repeated_texts": found.exact,
        "repeated_texts_normalised": found.normalised,
        "conflicting_texts": found.conflicts,
        "leaked_test_rows": found.leaked,
        "labels": dict(facts.labels),
        "splits": dict(facts.splits),
        "tokens": {each.column: tokens.quantile(0.95, each.column) for each in facts.lengths} if tokens else {},
        "cut": {str(context): tokens.cut(context) for context in CONTEXTS} if tokens else {},
        "languages": {column: dict(tally) for column, tally in languages.columns.items()} if languages else {},
        "mixed_languages": languages.mixed if languages else None,
        "words": {"distinct": facts.words.distinct, "once": facts.words.once} if facts.words else {},
        "telling": facts.words.telling if facts.words else {},
        "outliers": [list(each) for each in facts.outliers.examples] if facts.outliers else [],
        "checks": {each.kind: each.rows for each in facts.findings.checked} if facts.findings else {},
        "left_out": facts.findings.left_out if facts.findings else [],
        "mend": [vars(each) for each in mend],
        "drift": _drift_figures(shift) if shift else None,
    }


def _drift_figures(shift: Drift) -> dict[str, Any]:
    return {
        "lengths": vars(shift.lengths) if shift.lengths else None,
        "labels": vars(shift.labels) if shift.labels else None,
        "words": shift.words,
        "new_words": [word for word, _ in shift.new],
        "new_share": shift.new_share,
    }


def _cut(cell: Any) -> Any:
    return f"{cell[:200]}…" if isinstance(cell, str) and len(cell) > 200 else cell
