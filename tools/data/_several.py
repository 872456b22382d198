"""Several files that come together, in a folder or an archive: tables are appended, documents follow each other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from store.counted import Count
from store.jobs import tell
from tools.data._archive import ARCHIVES, Part, gunzipped, members, unzipped
from tools.data._documents import Document, read_documents
from tools.data._kind import DOCUMENTS, OF_NAME, Kind, kind_of
from tools.data._read import Arrival, is_table, read_file, staged
from tools.data._rejects import join_rejects
from tools.data._roles import split_name
from tools.data._staged import SHOWN, Reading
from tools.tool import ToolError
from tools.words import some_of

BESIDE = ("readme", "license", "licence", "changelog", "notice", "authors", "citation", "contributing", "copying")
"""What files are called that tell about data and hold none."""
IGNORED = ("__macosx", "thumbs.db", "desktop.ini")


def read_archive(path: Path, folder: Path, subset: str | None) -> Arrival:
    """Read what is in a ZIP archive or a gzip file.

    Raises:
        ToolError: It is damaged, protected, a bomb, or holds nothing that is read.
    """
    if kind_of(path) == "gzip":
        return _one(path, folder, subset)
    names, notes = members(path)
    known, left = _known(names, packed=False)
    if inside := [name for name in left if name.lower().endswith(ARCHIVES)]:
        were = "was" if len(inside) == 1 else "were"
        what = f"{Count(len(inside)):archive|archives} inside it {were} left out"
        notes.append(f"{what} ({some_of(inside, 3)}): unpack them first.")
    wanted = _wanted(known, subset, path.name, names)
    return read_several(path.name, unzipped(path, folder, wanted), folder, None, notes)


def read_several(title: str, parts: Sequence[Part], folder: Path, subset: str | None, notes: list[str]) -> Arrival:
    """Read several files into one table.

    Args:
        title: What to call them together.
        parts: The files.
        folder: Where to write.
        subset: Which of them, as a name or a pattern such as *.csv; all if not given.
        notes: What else to tell.

    Raises:
        ToolError: One cannot be read, or they do not go together.
    """
    known, _ = _known([part.name for part in parts], packed=True)
    names = set(_wanted(known, subset, title, [part.name for part in parts]))
    chosen = [part for part in parts if part.name in names]
    if len(chosen) == 1:
        arrival = _one(chosen[0].path, folder)
        arrival.reading.notes[:0] = notes
        arrival.reading.details.insert(0, ("from", chosen[0].name))
        return replace(arrival, title=title)
    kinds = [(part, _kind(part)) for part in chosen]
    tables = [part for part, kind in kinds if kind not in DOCUMENTS]
    documents = [Document(part.name, part.path, kind) for part, kind in kinds if kind in DOCUMENTS]
    if tables and documents:
        raise ToolError(
            f"{title} holds {Count(len(tables)):table|tables} ({some_of([part.name for part in tables], 3)}) and "
            f"{Count(len(documents)):document|documents} ({some_of([found.name for found in documents], 3)}), which do "
            "not go together. Say which with subset, such as subset="
            f"*{PurePosixPath(tables[0].name).suffix or tables[0].name}."
        )
    arrival = _documents(title, documents, folder) if documents else _tables(title, tables, folder)
    arrival.reading.notes[:0] = notes
    return arrival


def _one(path: Path, folder: Path, subset: str | None = None, name: str = "") -> Arrival:
    """Read one file, unpacked first if it is a gzip file."""
    if kind_of(path) != "gzip":
        return read_file(path, folder, subset, name=name)
    arrival = read_file(gunzipped(path, folder), folder, subset, name=name)
    arrival.reading.details.insert(0, ("unpacked from", path.name))
    return replace(arrival, title=path.name)


def _wanted(known: list[str], subset: str | None, title: str, all_: Sequence[str]) -> list[str]:
    """The files to read: those that fit `subset`, else all but what tells about the others."""
    if subset is not None:
        found = [name for name in known if subset in (name, PurePosixPath(name).name) or fnmatch(name, subset)]
        if not found:
            raise ToolError(f"{title} has no file {subset!r} that is read. It holds {some_of(known) or 'none'}.")
        return found
    data = [name for name in known if not _tells_about(name)] or known
    if not data:
        what = f"It holds {some_of(list(all_), 8)}" if all_ else "It is empty"
        raise ToolError(f"{title} holds no file of a kind that is read. {what}. Read are {', '.join(OF_NAME)}.")
    return data


def _known(names: Sequence[str], *, packed: bool) -> tuple[list[str], list[str]]:
    """The files of kinds that are read, in order, and the rest; gzip files only if they are not packed twice then."""
    seen = [name for name in names if not _hidden(name)]
    unread = (".zip",) if packed else (".zip", ".gz")
    known = [name for name in seen if _ending(name) in OF_NAME and _ending(name) not in unread]
    known += [name for name in seen if "." not in PurePosixPath(name).name and not _tells_about(name)]
    return sorted(known, key=_in_order), [name for name in seen if name not in known]


def _in_order(name: str) -> list[tuple[int, str]]:
    """Names with numbers in the order of these: part-2 comes before part-10."""
    digits = ""
    key: list[tuple[int, str]] = []
    for character in f"{name.lower()}\0":
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if digits:
            key.append((len(digits.lstrip("0")), digits.lstrip("0")))
            digits = ""
        key.append((-1, character))
    return key


def _tells_about(name: str) -> bool:
    return PurePosixPath(name).stem.lower().startswith(BESIDE)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part.lower() in IGNORED for part in PurePosixPath(name.replace("\\", "/")).parts)


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _kind(part: Part) -> Kind:
    """What a file is; a text file among others is a document, unless it holds a table."""
    kind = kind_of(part.path)
    return "table" if kind == "text" and is_table(part.path) else kind


def _documents(title: str, documents: list[Document], folder: Path) -> Arrival:
    reading = Reading()
    rows = read_documents(documents, reading, alone=False)
    groups = [PurePosixPath(document.name).parent.name for document in documents]
    if len(set(groups)) > 1 and all(groups):
        reading.columns.append("folder")
        reading.roles["folder"] = "label"
        group_of = dict(zip((document.name for document in documents), groups, strict=True))
        rows = ([*row, group_of[row[1]]] for row in rows)
    reading.details.insert(0, ("documents", f"{len(documents):,}"))
    return staged(title, rows, reading, folder)


def _tables(title: str, parts: list[Part], folder: Path) -> Arrival:
    """Tables one below the other, with the file in a column; columns are matched by name, or by place without names."""
    arrivals: list[tuple[Part, Arrival]] = []
    for number, part in enumerate(parts, 1):
        own = folder / f"part-{number}"
        own.mkdir()
        arrivals.append((part, _one(part.path, own, name=part.name)))
        tell(0.5 * number / len(parts), f"Read {number:,} of {len(parts):,} files")
    columns = _columns(title, arrivals)
    splits = {part.name: split_name(part.name) for part, _ in arrivals}
    divided = len(set(splits.values())) > 1 and None not in splits.values() and "split" not in map(str.lower, columns)
    reading = _reading(arrivals, columns)
    reading.columns += ["file"] if "file" not in columns else ["source_file"]
    reading.roles[reading.columns[-1]] = "other"
    if divided:
        reading.columns.append("split")
        reading.notes.append("The names of the files tell the splits, which are now the column split.")
    rows = _below_each_other(arrivals, columns, splits if divided else None)
    arrival = staged(title, rows, reading, folder)
    join_rejects([folder / f"part-{number}" for number in range(1, len(parts) + 1)], folder)
    kinds = [set[str]() for _ in reading.columns]
    for _, each in arrivals:
        for name, found in zip(_keys(each), each.staged.kinds, strict=True):
            kinds[columns.index(name)] |= found
    kinds[len(columns)] = {"str"}
    return replace(arrival, staged=replace(arrival.staged, kinds=[found or {"str"} for found in kinds]))


def _keys(arrival: Arrival) -> list[str]:
    """What a column is matched by: its name, or its place if it has none."""
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for place, name in enumerate(arrival.reading.columns):
        key = name.strip() or f"\0{place}"
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}_{seen[key]}")
    return keys


def _columns(title: str, arrivals: list[tuple[Part, Arrival]]) -> list[str]:
    """All columns, in the order in which they come up.

    Raises:
        ToolError: Some file shares no column with the first.
    """
    first, keys = arrivals[0][0], _keys(arrivals[0][1])
    columns = list(keys)
    for part, arrival in arrivals[1:]:
        own = _keys(arrival)
        if not set(own) & set(columns):
            raise ToolError(
                f"The files of {title} do not go together: {first.name} has the columns {_shown(keys)}, and "
                f"{part.name} has {_shown(own)}. Say which with subset, such as subset={first.name}."
            )
        columns += [key for key in own if key not in columns]
    return columns


def _reading(arrivals: list[tuple[Part, Arrival]], columns: list[str]) -> Reading:
    """What reading the files told, together."""
    readings = [(part, arrival.reading) for part, arrival in arrivals]
    reading = Reading(
        columns=["" if key.startswith("\0") else key for key in columns],
        typed=all(each.typed for _, each in readings),
        headerless=all(each.headerless for _, each in readings),
        details=[("files", f"{len(readings):,}: {some_of([part.name for part, _ in readings])}")],
    )
    for part, each in readings:
        reading.rejected += each.rejected
        reading.shown += each.shown[: SHOWN - len(reading.shown)]
        reading.notes += [note if part.path.name in note else f"{part.name}: {note}" for note in each.notes]
    if len(reading.notes) > 5:
        reading.notes[5:] = [f"And {len(reading.notes) - 5:,} more remarks of this kind."]
    some = [name for name in columns if any(name not in _keys(arrival) for _, arrival in arrivals)]
    if some:
        reading.notes.append(f"Columns that only some of the files have are empty for the others: {_shown(some)}.")
    return reading


def _below_each_other(
    arrivals: list[tuple[Part, Arrival]], columns: list[str], splits: dict[str, str | None] | None
) -> Iterator[list[Any]]:
    from pyarrow import parquet  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs] - takes a third of a second

    for number, (part, arrival) in enumerate(arrivals, 1):
        place_of = {key: place for place, key in enumerate(_keys(arrival))}
        places = [place_of.get(key) for key in columns]
        extra: list[Any] = [part.name, splits[part.name]] if splits else [part.name]
        with parquet.ParquetFile(arrival.staged.file) as file:  # pyright: ignore[reportUnknownMemberType]
            for batch in file.iter_batches(batch_size=10_000):  # pyright: ignore
                cells: list[list[Any]] = [column.to_pylist() for column in batch.columns]  # pyright: ignore
                for row in zip(*cells, strict=True):
                    yield [None if place is None else row[place] for place in places] + extra
        tell(0.5 + 0.5 * number / len(arrivals), f"Joined {number:,} of {len(arrivals):,} files")


def _shown(keys: Sequence[str]) -> str:
    return some_of([f"column_{int(key[1:]) + 1}" if key.startswith("\0") else key for key in keys])
