"""Write what people agreed on into the dataset."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from dataclasses import dataclass
from pathlib import Path

from store import Version, Workspace
from store.counted import Count
from store.engine import engine, quoted
from store.labellings import Labelling
from tools.data._read import scratch
from tools.data.show_labels import newest
from tools.kinds import Labelled
from tools.labelling.agreed import Outcome, outcomes
from tools.labelling.begin import NEW
from tools.result import Change, Result
from tools.tool import ToolError, tool

SHOWN = 10


@dataclass(frozen=True)
class _Plan:
    """What would be written, and what would not."""

    labelling: Labelling
    head: Version
    values: dict[int, str]
    """By row; only those that change something."""
    same: int
    open: int
    """Rows on which people disagree, with no majority."""
    gone: int
    reworded: int
    """Rows whose text is another one now than when it was read."""
    shown: list[tuple[str, str, str]]

    @property
    def left_out(self) -> str:
        parts = {
            f"{Count(self.open):row stays|rows stay} open, since people disagree without a majority": self.open,
            f"{Count(self.reworded):row was|rows were} left out, since the text has changed since": self.reworded,
            f"{Count(self.gone):row is|rows are} gone from the dataset": self.gone,
            f"{Count(self.same):row says|rows say} so already": self.same,
        }
        told = "; ".join(part for part, rows in parts.items() if rows)
        return f" {told[0].upper()}{told[1:]}." if told else ""


@tool(
    effect="writes",
    asks=[
        ("apply the labels of tickets", {"dataset": "tickets"}),
        ("write the labels we gave into mails", {"dataset": "mails"}),
        ("put my annotations into the notes dataset", {"dataset": "notes"}),
        ("we are done labelling calls, save it as a new version", {"dataset": "calls"}),
        ("take over the agreed labels in claims", {"dataset": "claims"}),
        ("use the majority of the annotators as the label in leads", {"dataset": "leads"}),
        ("the answers I typed for faq should go into the data now", {"dataset": "faq"}),
        ("merge the hand labels into letters", {"dataset": "letters"}),
        ("finish the annotation of rulings and fill the column", {"dataset": "rulings"}),
        ("commit what Ana and Ben labelled in forms", {"dataset": "forms"}),
    ],
)
def apply_labels(ws: Workspace, dataset: Labelled) -> Result:
    """Write the labels or answers that people gave into the dataset, as a new version: the majority, ties left open.

    Args:
        dataset: The dataset whose rows were labelled.

    Example:
        >>> from tools.labelling.begin import planned
        >>> labelling = ws.labellings.open(planned(ws, "reviews", which="existing")[0])
        >>> ws.labellings.write_all(labelling.number, [(2, "Ana", "labelled", "1")])
        >>> print(apply_labels(ws, "reviews"))
        Wrote the label of 1 row, as labelled by Ana. reviews is now version 2.
    """
    plan = _planned(ws, dataset)
    labelling, column = plan.labelling, plan.labelling.column
    sentence = f"Wrote the {column} of {Count(len(plan.values)):row|rows}, as labelled by {_people(ws, labelling)}."
    with scratch(ws) as folder:
        said = folder / "said.parquet"
        _write(said, plan.values)
        version = ws.datasets.derive(
            dataset,
            _select(plan),
            sentence=sentence,
            recipe={"tool": "apply_labels", "labelling": labelling.number, "column": column},
            roles={} if column in plan.head.roles else {column: NEW[labelling.style][1]},
            views={"said": said},
        )
    return Result(
        f"{sentence} {dataset} is now version {version.number}.{plan.left_out}",
        next=[f"What is in {dataset}?", f"undo the last change of {dataset}", f"Go on labelling {dataset}"],
        data={"dataset": dataset, "version": version.number, **_figures(plan)},
    )


@apply_labels.preview
def _preview(ws: Workspace, dataset: Labelled) -> Result:
    plan = _planned(ws, dataset)
    column = plan.labelling.column
    new = "" if column in plan.head.columns else f" {column} is a new column; the other rows stay empty in it."
    who = _people(ws, plan.labelling)
    return Result(
        f"I would write the {column} of {Count(len(plan.values)):row|rows} of {dataset}, as labelled by {who}, and save"
        f" it as a new version.{new}{plan.left_out}",
        changes=[Change(f"{column} of the first {len(plan.shown)} of {len(plan.values):,}", plan.shown)],
        data={"dataset": dataset, **_figures(plan)},
    )


def _planned(ws: Workspace, dataset: str) -> _Plan:
    labelling, head = newest(ws, dataset), ws.datasets.head(dataset)
    if labelling.text not in head.columns:
        raise ToolError(f"{dataset} has no column {labelling.text} any more. Undo that change, then apply the labels.")
    found = outcomes(ws.labellings.standing(labelling.number))
    agreed = {row: each for row, each in found.items() if each.value is not None}
    if not agreed:
        raise ToolError(_nothing(dataset, bool(found)))
    now, reworded = _as_it_is(ws, labelling, head, agreed)
    fitting = {row: each.value for row, each in agreed.items() if row in now and row not in reworded}
    values = {row: value for row, value in fitting.items() if value is not None and value != now[row][0]}
    if not values:
        raise ToolError(f"All that people said of {dataset} is in it already, or its rows have changed since.")
    shown = [(now[row][1], now[row][0] or "(empty)", values[row]) for row in list(values)[:SHOWN]]
    counts = (len(fitting) - len(values), len(found) - len(agreed), len(agreed.keys() - now.keys()), len(reworded))
    return _Plan(labelling, head, values, *counts, shown)


def _as_it_is(
    ws: Workspace, labelling: Labelling, head: Version, agreed: dict[int, Outcome]
) -> tuple[dict[int, tuple[str | None, str]], set[int]]:
    """What labelled rows say now, with the beginning of their text; and those that read otherwise when labelled."""
    read_in = {number: [r for r, each in agreed.items() if number in each.versions] for number in _versions(agreed)}
    older = {f"v{number}": ws.datasets.version(labelling.dataset, number).path for number in read_in}
    said = f"{quoted(labelling.column)}::varchar" if labelling.column in head.columns else "null::varchar"
    text = f"{quoted(labelling.text)}::varchar"
    reworded: set[int] = set()
    with engine([head.path.parent], {"parent": head.path, **older}) as con:
        rows = con.execute(
            f"select _row, {said}, left({text}, 100) from parent where _row in (select unnest(?))", [list(agreed)]
        ).fetchall()
        for number, read in read_in.items():
            changed = con.execute(
                f"select n._row from parent n join v{number} o using (_row) where n._row in (select unnest(?))"
                f" and n.{text} is distinct from o.{text}",
                [read],
            ).fetchall()
            reworded |= {row for (row,) in changed}
    return {row: (label, shown) for row, label, shown in rows}, reworded


def _versions(agreed: dict[int, Outcome]) -> set[int]:
    return {number for each in agreed.values() for number in each.versions}


def _select(plan: _Plan) -> str:
    """The head with what was said; a column that held something else than text becomes text where it must."""
    column = plan.labelling.column
    if column not in plan.head.columns:
        return f"select parent.*, said.value as {quoted(column)} from parent left join said using (_row) order by _row"
    kind = plan.head.columns[column]
    old = f"parent.{quoted(column)}"
    fits = kind == "VARCHAR" or _fits(plan, kind)
    new = f"coalesce(try_cast(said.value as {kind}), {old})" if fits else f"coalesce(said.value, {old}::varchar)"
    return f"select parent.* replace ({new} as {quoted(column)}) from parent left join said using (_row) order by _row"


def _fits(plan: _Plan, kind: str) -> bool:
    with engine([plan.head.path.parent]) as con:
        count = con.execute(
            "select count(*) from (select unnest(?) as value)"
            f" where try_cast(value as {kind})::varchar is distinct from value",
            [list(plan.values.values())],
        ).fetchone()
    return count is not None and count[0] == 0


def _write(path: Path, values: dict[int, str]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - takes a third of a second
    from pyarrow import parquet  # noqa: PLC0415

    rows = pa.array(list(values), pa.int64())
    parquet.write_table(pa.table({"_row": rows, "value": pa.array(list(values.values()), pa.string())}), path)


def _people(ws: Workspace, labelling: Labelling) -> str:
    names = sorted({each.annotator for each in ws.labellings.standing(labelling.number) if each.action != "skipped"})
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _nothing(dataset: str, disputed: bool) -> str:
    if disputed:
        return f"People disagree on every row of {dataset} that they labelled. Settle them in the panel first."
    return f"Nobody has labelled a row of {dataset} yet. Ask to label rows of {dataset}."


def _figures(plan: _Plan) -> dict[str, int | str]:
    return {
        "column": plan.labelling.column,
        "written": len(plan.values),
        "same": plan.same,
        "open": plan.open,
        "gone": plan.gone,
        "reworded": plan.reworded,
    }
