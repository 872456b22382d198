"""New rows of a dataset from what was learned in use."""

from collections.abc import Sequence
from pathlib import Path

from store import Version
from store.engine import engine, literal, quoted
from tools.monitor._harvest import Lesson
from tools.monitor._instruction import around


def write(lessons: Sequence[Lesson], file: Path) -> None:
    """Write the lessons as Parquet: number, text, answer."""
    with engine([file.parent]) as con:
        con.execute("create table fresh (number bigint, text varchar, answer varchar)")
        con.execute(
            "insert into fresh select unnest(?), unnest(?), unnest(?)",
            [
                list(range(1, len(lessons) + 1)),
                [lesson.text for lesson in lessons],
                [lesson.right for lesson in lessons],
            ],
        )
        con.execute(f"copy fresh to {literal(str(file))} (format parquet, compression zstd)")


def with_lessons(head: Version) -> str:
    """SQL for the rows of `parent` and those of `fresh`; what a lesson does not tell stays empty."""
    before, after = around(head)
    prompt = f"{literal(before)} || f.text || {literal(after)}"
    messages = "[{'role': 'user', 'content': f.text}, {'role': 'assistant', 'content': f.answer}]"
    told = {
        "text": "f.text",
        "prompt": prompt,
        "label": "f.answer",
        "completion": "f.answer",
        "split": "'train'",
        "messages": f"case when f.answer is not null then {messages} else [{{'role': 'user', 'content': f.text}}] end",
    }
    cells = {"_row": "(select max(_row) from parent) + f.number"}
    for name, type_ in head.columns.items():
        if (role := head.roles.get(name, "")) in told:
            cells[quoted(name)] = f"try_cast({told[role]} as {type_})"
    made = ", ".join(f"{sql} as {name}" for name, sql in cells.items())
    return f"select * from parent union all by name select {made} from fresh f order by _row"
