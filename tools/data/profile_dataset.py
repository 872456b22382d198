"""What is in a dataset: counted, not judged."""

from typing import Any

from store import Version, Workspace
from store.counted import Count
from store.engine import engine
from tools.data._counts import READ, SAMPLED, Repeats, balance, columns, histogram, lengths, readable, repeats
from tools.data._tokens import CHARACTERS_A_TOKEN, default_tokens
from tools.kinds import Dataset
from tools.plot import Plot
from tools.result import Result, Table
from tools.tool import tool

EXAMPLES = 5
BARS = 30


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
    ],
)
def profile_dataset(ws: Workspace, dataset: Dataset) -> Result:
    """Count rows, columns, missing values, repeats, lengths and labels of a dataset.

    Args:
        dataset: The dataset to look at.

    Example:
        >>> print(profile_dataset(ws, "reviews"))
        reviews has 3 rows and 2 columns; text holds the text and label 2 labels (1 67 %, 0 33 %). 1 row repeats \
an earlier text exactly, and 1 row after normalising; nothing is missing.
    """
    version = ws.datasets.head(dataset)
    tokens = default_tokens(ws)
    with engine([version.path.parent], {"data": version.path}) as con:
        described = columns(con, version)
        found = repeats(con, version)
        label, split = version.column("label"), version.column("split")
        labels = balance(con, label) if label else []
        splits = balance(con, split) if split else []
        read = [name for role in READ for name, has in version.roles.items() if has == role and name in version.columns]
        long = [lengths(con, name, version.columns[name], tokens) for name in read]
        bins = histogram(con, read[0], version.columns[read[0]]) if read else []
        shown = ", ".join(readable(name, kind) for name, kind in version.columns.items())
        examples = con.execute(f"select {shown} from data order by hash(_row) limit {EXAMPLES}").fetchall()
    return Result(
        f"{_first(version, labels)} {_second(version, described, found)}",
        tables=[
            _columns_table(described),
            _repeats_table(found),
            *_lengths_table(long, version, f"the tokenizer of {tokens.name}" if tokens else None),
            *_labels_table(label, labels, version.rows),
            *([Table("Splits", ("split", "rows"), splits)] if splits else []),
            Table("Examples", list(version.columns), [[_cut(cell) for cell in row] for row in examples]),
        ],
        plots=_plots(dataset, labels, read, bins),
        next=_next(dataset, version, found),
        data=_figures(version, described, found, labels, splits, long),
    )


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


def _second(version: Version, described: list[dict[str, Any]], found: Repeats) -> str:
    gaps = [
        f"{Count(column['missing'] + column['blank']):row lacks|rows lack} {column['column']}"
        for column in described
        if column["missing"] + column["blank"]
    ]
    if version.column("text") or version.column("prompt"):
        told = (
            f"{Count(found.exact):row repeats|rows repeat} an earlier text exactly, and "
            f"{Count(found.normalised):row|rows} after normalising"
        )
    else:
        told = f"{Count(found.rows):row repeats|rows repeat} an earlier row exactly"
    extra = [f"{Count(found.conflicts):text has|texts have} conflicting labels"] if found.conflicts else []
    extra += [f"{Count(found.leaked):test row is|test rows are} also in train"] if found.leaked else []
    rest = f", and {Count(len(gaps) - 3):more column has|more columns have} gaps" if len(gaps) > 3 else ""
    told = "; ".join([told, *extra, (", ".join(gaps[:3]) + rest) or "nothing is missing"]) + "."
    return told[0].upper() + told[1:]


def _columns_table(described: list[dict[str, Any]]) -> Table:
    head = ("column", "used as", "type", "missing", "blank", "distinct", "mean characters")
    keys = ("column", "role", "type", "missing", "blank", "different")
    rows = [[*(column[key] for key in keys), _rounded(column["characters"])] for column in described]
    return Table("Columns", head, rows)


def _repeats_table(found: Repeats) -> Table:
    rows: list[tuple[str, int | None]] = [
        ("rows that repeat an earlier row, ids left out", found.rows),
        ("rows whose text is exactly an earlier row's", found.exact),
        ("the same after normalising (lower case, punctuation to a space, spaces folded)", found.normalised),
        ("texts with more than one label, after normalising", found.conflicts),
        ("test rows whose text is also a training row's, after normalising", found.leaked),
    ]
    return Table("Repeats and conflicts", ("what", "rows"), [row for row in rows if row[1] is not None])


def _lengths_table(long: list[dict[str, Any]], version: Version, counter: str | None) -> list[Table]:
    if not long:
        return []
    counted = counter or f"an estimate: one token for {CHARACTERS_A_TOKEN} characters, as no tokenizer is at hand"
    sampled = f", on {SAMPLED:,} rows" if version.rows > SAMPLED else ""
    rows: list[list[Any]] = []
    for column in long:
        tokens = [_quantile(column["tokens"], share) for share in (0.5, 0.95, 1.0)]
        rows.append([column["column"], *(_rounded(column[key]) for key in ("median", "most", "longest")), *tokens])
    head = ("column", "characters: median", "95 %", "longest", "tokens: median", "95 %", "longest")
    return [Table(f"Lengths (tokens by {counted}{sampled})", head, rows)]


def _labels_table(label: str | None, labels: list[tuple[str, int]], rows: int) -> list[Table]:
    if not label:
        return []
    lines = [(value, count, f"{100 * count / max(rows, 1):.1f} %") for value, count in labels[:BARS]]
    title = f"Labels ({BARS} most frequent of {len(labels)})" if len(labels) > BARS else "Labels"
    return [Table(title, (label, "rows", "share"), lines)]


def _plots(dataset: str, labels: list[tuple[str, int]], read: list[str], bins: list[dict[str, Any]]) -> list[Plot]:
    plots: list[Plot] = []
    if labels:
        title = f"Rows by label in {dataset}" + (f", the {BARS} most frequent" if len(labels) > BARS else "")
        plots.append(Plot(title, "bar", [{"label": v, "rows": n} for v, n in labels[:BARS]], x="rows", y="label"))
    if bins:
        plots.append(Plot(f"Rows by length of {read[0]}, in characters", "bar", bins, x="rows", y="characters"))
    return plots


def _next(dataset: str, version: Version, found: Repeats) -> list[str]:
    if found.normalised or found.conflicts or found.leaked:
        return [f"Propose fixes for {dataset}", f"Which texts of {dataset} come twice?"]
    if version.column("split") is None:
        return [f"Split {dataset} into train and test", f"Propose fixes for {dataset}"]
    return [f"Propose fixes for {dataset}", f"Format {dataset} for training"]


def _figures(
    version: Version,
    described: list[dict[str, Any]],
    found: Repeats,
    labels: list[tuple[str, int]],
    splits: list[tuple[str, int]],
    long: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "dataset": version.dataset,
        "version": version.number,
        "rows": version.rows,
        "columns": described,
        "repeated_rows": found.rows,
        "repeated_texts": found.exact,
        "repeated_texts_normalised": found.normalised,
        "conflicting_texts": found.conflicts,
        "leaked_test_rows": found.leaked,
        "labels": dict(labels),
        "splits": dict(splits),
        "tokens": {column["column"]: _quantile(column["tokens"], 0.95) for column in long},
    }


def _quantile(counts: list[int], share: float) -> int | None:
    return counts[min(len(counts) - 1, int(share * len(counts)))] if counts else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1) if value % 1 else int(value)


def _cut(cell: Any) -> Any:
    return f"{cell[:200]}…" if isinstance(cell, str) and len(cell) > 200 else cell
