"""Bring files, a link or a Hub dataset into the project."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from store import Workspace
from store.counted import Count
from store.datasets import NAME, slug
from store.engine import engine
from tools.data._append import append
from tools.data._hub import read_hub
from tools.data._kind import OF_NAME, kind_of
from tools.data._link import fetched, forget, name_in
from tools.data._read import Arrival, read_file, scratch
from tools.data._rejects import keep_rejects, rejects_table
from tools.data._said import kind_of_rows
from tools.data._several import read_archive, read_several
from tools.data._shape import Shape, shape
from tools.data._source import Folder, Found, HubDataset, Link, find
from tools.data._source_hash import source_hash
from tools.kinds import Dataset, Source
from tools.result import Result, Table
from tools.tool import ToolError, tool

Split = Literal["train", "validation", "test"]
ColumnName = Annotated[str, Field(max_length=200)]
SHOWN_ROWS = 10


@dataclass(frozen=True)
class _Wanted:
    """The arguments of a call."""

    source: str
    name: str | None
    text: str | None
    label: str | None
    into: str | None
    split: Split | None
    subset: str | None
    rows: int | None


@dataclass(frozen=True)
class _Ready:
    """A source that was read and understood."""

    name: str
    arrival: Arrival
    shape: Shape
    folder: Path
    """Where it lies for the moment."""

    @property
    def remarks(self) -> list[str]:
        """What else to say about it, as sentences."""
        notes = [*_lost(self.arrival), *self.arrival.reading.notes, *self.shape.notes]
        return [kind_of_rows(self.arrival, self.shape), *notes]

    @property
    def file(self) -> Path:
        return self.arrival.staged.file

    @property
    def rows(self) -> Count:
        return Count(self.arrival.staged.rows)


@tool(
    effect="writes",
    repeatable=True,
    asks=[
        ("load reviews.csv", {"source": "reviews.csv"}),
        ("I uploaded tickets.jsonl, please use it", {"source": "tickets.jsonl"}),
        (
            "open mails.tsv, the message is in body and the class in folder",
            {"source": "mails.tsv", "text": "body", "label": "folder"},
        ),
        (
            "add test.csv to the intents dataset as its test split",
            {"source": "test.csv", "into": "intents", "split": "test"},
        ),
        (
            "get the dataset stanfordnlp/imdb from hugging face, 2000 rows will do",
            {"source": "stanfordnlp/imdb", "rows": 2000},
        ),
        ("import claims_2024.parquet and call it claims", {"source": "claims_2024.parquet", "name": "claims"}),
        ("here are the nurses' notes: ward_notes.csv", {"source": "ward_notes.csv"}),
        ("read /home/ana/data/leads.json", {"source": "/home/ana/data/leads.json"}),
        ("use calls.parquet, what people said is in transcript", {"source": "calls.parquet", "text": "transcript"}),
        ("pull fancyzhx/ag_news down from the Hub, only 500 rows of it", {"source": "fancyzhx/ag_news", "rows": 500}),
        ("append june.csv to claims", {"source": "june.csv", "into": "claims"}),
        ("I put contracts.jsonl in the window, can you take it in", {"source": "contracts.jsonl"}),
        ("fetch PolyAI/minds14, the subset de-DE", {"source": "PolyAI/minds14", "subset": "de-DE"}),
    ],
)
def load_dataset(
    ws: Workspace,
    source: Source,
    name: Annotated[str, Field(max_length=200)] | None = None,
    text: ColumnName | None = None,
    label: ColumnName | None = None,
    into: Dataset | None = None,
    split: Split | None = None,
    subset: Annotated[str, Field(max_length=200)] | None = None,
    rows: Annotated[int, Field(ge=1, le=10_000_000)] | None = None,
) -> Result:
    r"""Load a table (CSV, TSV, Excel, JSON, JSON Lines, Parquet), a document, a folder, a link or a Hub dataset.

    Documents (PDF, Word, Markdown, text) become passages with their source. Files may be packed as ZIP or gzip.

    Args:
        source: An uploaded file or folder, a path, a link, or a Hub dataset id: owner/name or owner/name@revision.
        name: What to call the dataset; the file's name if not given.
        text: The column with the text; guessed if not given.
        label: The column with the label; guessed if not given.
        into: An existing dataset to append the rows to.
        split: The split that the rows belong to: train, validation or test. Of a Hub dataset, the one to take.
        subset: The configuration of a Hub dataset, the sheet of a workbook, or a pattern of names, such as a*.
        rows: Take at most this many rows of each split of a Hub dataset.

    Example:
        >>> _ = (ws.uploads / "mails.csv").write_text("text,label\nHello there,greeting\nSend it back,return\n")
        >>> with ws.approvals.typed("load_dataset", {"source": "mails.csv"}):
        ...     print(load_dataset(ws, "mails.csv"))
        Loaded 2 rows from mails.csv as mails: text (text) and label (label). These are texts with labels.
    """
    wanted = _Wanted(source, name, text, label, into, split, subset, rows)
    recipe = {"tool": "load_dataset", **{key: given for key, given in asdict(wanted).items() if given is not None}}
    recipe |= source_hash(find(ws, source))
    with _ready(ws, wanted, fresh=False) as ready:
        recipe |= {"licence": licence} if (licence := ready.arrival.reading.licence) else {}
        return _appended(ws, into, ready, split, recipe) if into else _added(ws, ready, split, recipe)


@load_dataset.preview
def _preview(
    ws: Workspace,
    source: str,
    name: str | None = None,
    text: str | None = None,
    label: str | None = None,
    into: str | None = None,
    split: Split | None = None,
    subset: str | None = None,
    rows: int | None = None,
) -> Result:
    with _ready(ws, _Wanted(source, name, text, label, into, split, subset, rows), fresh=True) as ready:
        them = "it" if ready.rows == 1 else "them"
        where = f"append {them} to {into}" if into else f"save {them} as {ready.name}"
        told = f"I would read {ready.rows:row|rows} from {ready.arrival.title} and {where}."
        roles = _roles(ready.shape, split)
        with engine([ready.file.parent], {"staged": ready.file}) as con:
            select = _select(ready.shape, split)
            first = con.execute(f"from ({select}) limit {SHOWN_ROWS}").fetchall()
            types = dict(row[:2] for row in con.execute(f"describe {select}").fetchall())
        return Result(
            _joined(told, *ready.remarks, ws.rules.to_come()),
            tables=[
                Table("The first rows", list(roles), [[_shown(cell) for cell in row] for row in first]),
                Table("Columns", ("column", "used as", "type"), [(c, r, types[c].lower()) for c, r in roles.items()]),
                Table("How the file was read", ("", ""), ready.arrival.reading.details),
                *rejects_table(ready.arrival.reading),
            ],
        )


@contextmanager
def _ready(ws: Workspace, wanted: _Wanted, *, fresh: bool) -> Generator[_Ready]:
    """Read the source; `fresh` fetches a link anew, and once it is loaded what was fetched is forgotten."""
    found = find(ws, wanted.source)
    called = wanted.into or _free_name(ws, wanted.name, found)
    with scratch(ws) as folder:
        arrival = _arrival(ws, found, wanted, folder, fresh)
        yield _Ready(called, arrival, shape(arrival, wanted.text, wanted.label), folder)
    if isinstance(found, Link) and not fresh:
        forget(ws, found.url)


def _arrival(ws: Workspace, found: Found, wanted: _Wanted, folder: Path, fresh: bool) -> Arrival:
    if isinstance(found, HubDataset):
        return read_hub(ws, found, wanted.subset, wanted.split, wanted.rows, folder)
    if isinstance(found, Folder):
        notes = [
            f"{Count(found.left):file|files} in it may not be read and {'was' if found.left == 1 else 'were'} left out."
        ]
        return read_several(found.path.name, found.parts, folder, wanted.subset, notes if found.left else [])
    path = fetched(ws, found.url, fresh=fresh) if isinstance(found, Link) else found
    read = read_archive if kind_of(path) in ("zip", "gzip") else read_file
    return read(path, folder, wanted.subset)


def _added(ws: Workspace, ready: _Ready, split: str | None, recipe: dict[str, Any]) -> Result:
    sentence = f"Loaded {ready.rows:row|rows} from {ready.arrival.title}."
    if lost := ready.arrival.reading.rejected:
        sentence = f"{sentence[:-1]}; {Count(lost):line was|lines were} left out."
    version = ws.datasets.add(
        ready.name,
        _select(ready.shape, split),
        sentence=sentence,
        recipe=recipe,
        roles=_roles(ready.shape, split),
        views={"staged": ready.file},
    )
    told = f"Loaded {ready.rows:row|rows} from {ready.arrival.title} as {ready.name}: {_in_words(version.roles)}."
    return Result(
        _joined(told, *ready.remarks, ws.rules.to_come()),
        tables=rejects_table(ready.arrival.reading),
        files=keep_rejects(version, ready.folder),
        next=[f"What is in {ready.name}?", f"What should be fixed in {ready.name}?"],
        data={"dataset": ready.name, "rows": version.rows, "rejected": lost, "roles": version.roles},
    )


def _appended(ws: Workspace, into: str, ready: _Ready, split: str | None, recipe: dict[str, Any]) -> Result:
    done = append(ws, into, ready.arrival, ready.shape, split, recipe)
    return replace(
        done,
        text=_joined(done.text, *ready.remarks[1:]),
        tables=rejects_table(ready.arrival.reading),
        files=keep_rejects(ws.datasets.head(into), ready.folder),
    )


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _stem(found: Found) -> str:
    """What a source is called, without endings: talks.csv.gz gives talks."""
    if isinstance(found, HubDataset):
        return found.id.rpartition("/")[2]
    if isinstance(found, Folder):
        return found.path.name
    path = Path(name_in(found.url)) if isinstance(found, Link) else found
    while path.suffix.lower() in OF_NAME:
        path = path.with_suffix("")
    return path.name


def _free_name(ws: Workspace, name: str | None, found: Found) -> str:
    wanted = name or _stem(found)
    called = wanted if NAME.fullmatch(wanted) else slug(wanted)
    if called in ws.datasets.names():
        raise ToolError(
            f"There is already a dataset named {called}. Give another name, such as {_next(ws, called)}, "
            f"or append the rows with into={called}."
        )
    return called


def _next(ws: Workspace, name: str) -> str:
    return next(f"{name}_{number}" for number in range(2, 10_000) if f"{name}_{number}" not in ws.datasets.names())


def _select(shaped: Shape, split: str | None) -> str:
    if not split:
        return shaped.select
    return f"select {_but_split(shaped)}, '{split}' as split from ({shaped.select})"


def _but_split(shaped: Shape) -> str:
    return "* exclude (split)" if "split" in shaped.roles else "*"


def _roles(shaped: Shape, split: str | None) -> dict[str, str]:
    roles = {name: role for name, role in shaped.roles.items() if not split or name != "split"}
    return roles | ({"split": "split"} if split else {})


def _in_words(roles: dict[str, str]) -> str:
    used = [f"{name} ({role})" for name, role in roles.items() if role != "other"]
    rest = Count(sum(role == "other" for role in roles.values()))
    used += [f"{rest:other column|other columns}"] if rest else []
    return ", ".join(used[:-1]) + (" and " if len(used) > 1 else "") + used[-1]


def _lost(arrival: Arrival) -> list[str]:
    lost = Count(arrival.reading.rejected)
    return (
        [f"{lost:line|lines} could not be read and {'is' if lost == 1 else 'are'} left out; see the table."]
        if lost
        else []
    )


def _shown(cell: Any) -> Any:
    text = str(cell)
    return f"{text[:300]}…" if len(text) > 300 else cell
