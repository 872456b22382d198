"""Files of labels: written and read as CSV, as JSON lines, and as Label Studio writes and reads them.

Label Studio's form is that of its documentation, "Export annotations and data": a list of tasks, each with `data` and
`annotations`, whose `result` holds `choices` or `text`. Its `predictions` are a model's, so they are not read.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from store.engine import engine, fetch
from store.labellings import Annotation, Labelling
from tools.data._read import read_file
from tools.labelling.agreed import outcomes
from tools.tool import ToolError

Form = Literal["csv", "jsonl", "label_studio"]
ENDINGS: dict[Form, str] = {"csv": ".csv", "jsonl": ".jsonl", "label_studio": ".label_studio.json"}
ROW, TEXT = ("row", "_row"), ("text", "prompt", "question", "message", "sentence")
VALUE = ("label", "labels", "answer", "completion", "category", "class", "sentiment", "choice")
WHO = ("annotator", "annotated_by", "labelled_by", "labeler", "labeller", "completed_by", "user")


@dataclass(frozen=True)
class Line:
    """One label from a file."""

    row: int | None
    text: str | None
    value: str
    annotator: str | None
    settles: bool = False
    """Whether it settled what people disagreed about."""


def write(path: Path, form: Form, labelling: Labelling, said: Sequence[Annotation], texts: Mapping[int, str]) -> None:
    """Write what stands, one line for each row and person; whole or not at all."""
    beside = path.with_name(f".new-{path.name}")
    kept = [each for each in said if each.action != "skipped" and each.row in texts]
    with beside.open("w", encoding="utf-8", newline="") as file:
        match form:
            case "csv":
                lines = [*_lines(labelling, kept, texts)]
                writer = csv.DictWriter(file, lines[0] if lines else ["row"])
                writer.writeheader()
                writer.writerows(lines)
            case "jsonl":
                for line in _lines(labelling, kept, texts):
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
            case "label_studio":
                json.dump(_tasks(labelling, kept, texts), file, ensure_ascii=False, indent=1)
    beside.replace(path)


def read(path: Path, folder: Path, labelling: Labelling) -> list[Line]:
    """Read labels from a file.

    Args:
        path: The file.
        folder: A folder for what is read on the way.
        labelling: Whose columns may give the names.

    Raises:
        ToolError: It holds no labels that could be told; the message says which columns it takes.
    """
    if (tasks := _studio(path)) is not None:
        return [*_from_tasks(tasks, labelling.text)]
    arrival = read_file(path, folder)
    with engine([folder], {"staged": arrival.staged.file}) as con:
        rows = fetch(con, "from staged")
    names = dict(zip(arrival.reading.columns, rows[0], strict=False)) if rows else {}
    by_name = {name.strip().lower(): own for name, own in names.items()}
    row, who, settles = _named(by_name, ROW), _named(by_name, WHO), by_name.get("settles", "")
    text = _named(by_name, (labelling.text.lower(), *TEXT))
    value = _named(by_name, (labelling.column.lower(), *VALUE))
    if value is None or (row is None and text is None):
        needed = f"{labelling.column} (or label), and {labelling.text} (or text) or row"
        raise ToolError(f"{path.name} has the columns {', '.join(names)}. Labels need a column {needed}.")
    return [
        Line(
            _whole(each.get(row or "")),
            _text(each.get(text or "")),
            said,
            _text(each.get(who or "")),
            str(each.get(settles)).lower() == "true",
        )
        for each in rows
        if (said := _text(each[value]))
    ]


def _lines(labelling: Labelling, said: Sequence[Annotation], texts: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    found = outcomes(said)
    for each in said:
        yield {
            "row": each.row,
            labelling.text: texts[each.row],
            labelling.column: each.value,
            "annotator": each.annotator,
            "settles": each.action == "settled",
            "agreed": found[each.row].value,
            "seconds": None if each.seconds is None else round(each.seconds, 1),
            "suggestion": each.suggestion,
            "made_at": each.made_at,
        }


def _tasks(labelling: Labelling, said: Sequence[Annotation], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    kind, key = ("choices", "choices") if labelling.style == "labels" else ("textarea", "text")
    tasks: dict[int, dict[str, Any]] = {}
    for each in said:
        if each.action == "settled":
            continue
        data = {"row": each.row, labelling.text: texts[each.row]}
        task = tasks.setdefault(each.row, {"id": each.row, "data": data, "annotations": []})
        result = {"from_name": labelling.column, "to_name": labelling.text, "type": kind, "value": {key: [each.value]}}
        made = {"completed_by": {"email": each.annotator}, "lead_time": each.seconds, "result": [result]}
        task["annotations"].append(made)
    return list(tasks.values())


def _studio(path: Path) -> list[dict[str, Any]] | None:
    """The tasks of a Label Studio file, or None if it is none."""
    if path.suffix.lower() != ".json":
        return None
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list):
        return None
    tasks = [cast("dict[str, Any]", task) for task in cast("list[Any]", told) if isinstance(task, dict)]
    return tasks if any("annotations" in task for task in tasks) else None


def _from_tasks(tasks: Sequence[dict[str, Any]], text: str) -> Iterator[Line]:
    for task in tasks:
        data = _mapping(task.get("data"))
        shown = _named({name.lower(): name for name in data}, (text.lower(), *TEXT))
        for made in _list(task.get("annotations")):
            about = _mapping(made)
            if about.get("was_cancelled"):
                continue
            by: Any = about.get("completed_by")
            who = _mapping(by).get("email") if isinstance(by, dict) else by and f"annotator {by}"
            for result in _list(about.get("result")):
                value = _mapping(_mapping(result).get("value"))
                given = _list(value.get("choices")) or _list(value.get("text"))
                if len(given) == 1 and (said := _text(given[0])):
                    yield Line(_whole(data.get("row")), _text(data.get(shown or "")), said, _text(who))


def _named(by_name: Mapping[str, str], wanted: Sequence[str]) -> str | None:
    return next((by_name[name] for name in wanted if name in by_name), None)


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return (str(value).strip() or None) if value is not None else None


def _whole(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None
