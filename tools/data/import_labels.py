"""Take labels in that were made elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from store import Workspace
from store.counted import Count
from store.engine import engine, quoted
from store.labellings import LONGEST_NAME, Action, Labelling
from tools.data._read import scratch
from tools.data._source import find
from tools.kinds import Dataset, Source
from tools.labelling.begin import planned
from tools.labelling.files import Line, read
from tools.result import Result, Table
from tools.tool import ToolError, tool

SHOWN = 10


@dataclass(frozen=True)
class _Found:
    """Labels of a file that belong to rows of the dataset."""

    name: str
    said: list[tuple[int, str, Action, str]]
    lost: list[Line]
    labels: list[str]


@tool(
    effect="writes",
    asks=[
        ("import the labels in ana.csv for tickets", {"source": "ana.csv", "dataset": "tickets"}),
        ("I labelled mails in Label Studio, take in project-4.json", {"source": "project-4.json", "dataset": "mails"}),
        ("read the annotations from notes_ben.jsonl into notes", {"source": "notes_ben.jsonl", "dataset": "notes"}),
        ("my colleague sent labels.csv for calls, add them as hers", {"source": "labels.csv", "dataset": "calls"}),
        ("bring the annotators' file round2.tsv in for claims", {"source": "round2.tsv", "dataset": "claims"}),
        ("here are the second annotator's labels of leads: second.csv", {"source": "second.csv", "dataset": "leads"}),
        ("add the labels of export.json to the labelling of letters", {"source": "export.json", "dataset": "letters"}),
        ("take over the hand labels from rulings_labels.parquet", {"source": "rulings_labels.parquet"}),
    ],
)
def import_labels(ws: Workspace, source: Source, dataset: Dataset | None = None) -> Result:
    r"""Take in labels from a CSV, JSON lines or Label Studio file, as said by whoever made them.

    They stand beside those given in the page; the dataset is not changed until labels are applied.

    Args:
        source: The file.
        dataset: The dataset whose rows they are for; the newest if not given.

    Example:
        >>> _ = (ws.uploads / "ana.csv").write_text("text,label,annotator\nbad,1,Ana\nunheard,0,Ana\n")
        >>> print(import_labels(ws, "ana.csv", "reviews"))
        Took in 1 label for reviews from ana.csv, by Ana. 1 label is for no row that is there. ...
    """
    name = dataset or _newest(ws)
    labelling = _labelling(ws, name)
    found = _found(ws, labelling, source)
    labelling = ws.labellings.open(labelling, shown=False)
    for label in found.labels if labelling.style == "labels" else ():
        ws.labellings.add_label(labelling.number, label)
    ws.labellings.write_all(labelling.number, found.said)
    people = sorted({who for _, who, _, _ in found.said})
    told = f"Took in {Count(len(found.said)):label|labels} for {name} from {found.name}, by {', '.join(people)}."
    return Result(
        f"{told}{_lost(found)} Nothing in {name} has changed; apply the labels to write them.",
        tables=_tables(found),
        next=[f"Show the labels of {name}", f"Apply the labels of {name}"],
        data={"dataset": name, "labels": len(found.said), "lost": len(found.lost), "people": people},
    )


@import_labels.preview
def _preview(ws: Workspace, source: Source, dataset: Dataset | None = None) -> Result:
    name = dataset or _newest(ws)
    labelling = _labelling(ws, name)
    found = _found(ws, labelling, source)
    people = Counter(who for _, who, _, _ in found.said)
    by = ", ".join(f"{who} ({count:,})" for who, count in people.items())
    return Result(
        f"I would take in {Count(len(found.said)):label|labels} for {name} from {found.name}, by {by}.{_lost(found)}"
        f" The dataset itself does not change.",
        tables=_tables(found),
        data={"labels": len(found.said), "lost": len(found.lost)},
    )


def _newest(ws: Workspace) -> str:
    if names := ws.datasets.names():
        return names[-1]
    raise ToolError("There is no dataset to take labels for. Load a file to make one.")


def _labelling(ws: Workspace, dataset: str) -> Labelling:
    return ws.labellings.newest(dataset) or planned(ws, dataset)[0]


def _found(ws: Workspace, labelling: Labelling, source: str) -> _Found:
    path = find(ws, source)
    if not isinstance(path, Path):
        raise ToolError(f"{source!r} is no single file. Labels are taken from one: upload it first.")
    with scratch(ws) as folder:
        lines = read(path, folder, labelling)
    if not lines:
        raise ToolError(f"{path.name} holds no label. Predictions of a model and empty labels are not taken in.")
    rows = _rows(ws, labelling, lines)
    who = _maker(path)
    said: dict[tuple[int, str, Action], str] = {}
    lost: list[Line] = []
    for line, numbers in zip(lines, rows, strict=True):
        if not numbers or len(line.value) > labelling.longest:
            lost.append(line)
        action: Action = "settled" if line.settles else "labelled"
        for number in numbers if len(line.value) <= labelling.longest else ():
            said[number, (line.annotator or who)[:LONGEST_NAME], action] = line.value
    if not said:
        raise ToolError(
            f"None of the {Count(len(lines)):label|labels} in {path.name} is for a row of {labelling.dataset}: rows are"
            f" known by the column row, or by the whole of {labelling.text}."
        )
    ordered: list[tuple[int, str, Action, str]] = [
        (number, name, action, value) for (number, name, action), value in said.items()
    ]
    return _Found(path.name, ordered, lost, list(dict.fromkeys(value for *_, value in ordered)))


def _rows(ws: Workspace, labelling: Labelling, lines: Sequence[Line]) -> list[list[int]]:
    """The rows that each line is for: by number, if the text of that row is the line's; else all with its text."""
    version = ws.datasets.version(labelling.dataset, labelling.version)
    text = f"trim({quoted(labelling.text)}::varchar)"
    by_text: dict[str, list[int]] = {}
    numbers = [line.row for line in lines if line.row is not None]
    texts = list({line.text for line in lines if line.text})
    with engine([version.path.parent], {"parent": version.path}) as con:
        wanted = f"_row in (select unnest(?)) or {text} in (select unnest(?))"
        found = con.execute(
            f"select _row, {text} from parent where {wanted} order by _row", [numbers, texts]
        ).fetchall()
    by_number = dict(found)
    for number, own in found:
        by_text.setdefault(own, []).append(number)

    def of(line: Line) -> list[int]:
        if line.row in by_number and line.text in (None, by_number[line.row]):
            return [line.row] if line.row is not None else []
        return by_text.get(line.text, []) if line.text else []

    return [of(line) for line in lines]


def _maker(path: Path) -> str:
    """Who made the labels of a file that does not say so."""
    return " ".join(path.stem.replace("_", " ").split())[:LONGEST_NAME] or "a file"


def _lost(found: _Found) -> str:
    lost = Count(len(found.lost))
    return f" {lost:label is|labels are} for no row that is there." if lost else ""


def _tables(found: _Found) -> list[Table]:
    counted = Counter(value for *_, value in found.said).most_common(SHOWN)
    tables = [Table("Labels of the file", ("label", "rows"), [(value[:200], count) for value, count in counted])]
    if found.lost:
        lines = [(line.row, (line.text or "")[:200], line.value[:200]) for line in found.lost[:SHOWN]]
        tables.append(Table("Labels for no row", ("row", "text", "label"), lines))
    return tables
