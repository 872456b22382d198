"""Answers that are rows: the mistakes that are asked for, what is taken for what, and how sure it was."""

from collections.abc import Sequence

from tools.evaluate import _pictures
from tools.evaluate._figures import between, number
from tools.evaluate._question import Question
from tools.evaluate._stored import Row, Stored
from tools.result import Result, Table
from tools.words import counted, cut, listed

SURE = 0.9
"""The chance from which a model is called sure."""


def mistakes(one: Stored, asked: Question) -> Result:
    """The wrong rows: of a label, of two labels that are confused, or of a group."""
    wrong = one.only(lambda row: one.score(row) < 1 and _is_asked_for(row, asked))
    about = _named(asked)
    if not wrong:
        among = one.only(lambda row: is_about(row, asked))
        return Result(f"{one.run} made no such mistake{about} in {counted(len(among), 'row')} of {where(one)}.")
    if one.closed:
        wrong.sort(key=lambda row: -(row["chance_tuned"] or 0))
        among = one.only(lambda row: is_about(row, asked))
        of = (
            f", out of {counted(len(among), 'row')} ({share_of(len(wrong), len(among))})" if not asked.both_ways else ""
        )
        text = f"{counted(len(wrong), 'mistake')} of {one.run}{about}{of}, on {where(one)}; the surest come first."
    else:
        wrong.sort(key=one.score)
        text = (
            f"{counted(len(wrong), 'answer')} of {one.run}{about} differ from the reference; the furthest come first."
        )
    return Result(text, tables=[rows_table(f"What {one.run} got wrong{about}", one, wrong)])


def confused(one: Stored) -> Result:
    """What is taken for what, the commonest first."""
    table = confusions(one)
    if not table.rows:
        return Result(f"{one.run} takes no label for another on {where(one)}.")
    told = listed(f"{label} for {answer} ({counted(rows, 'time')})" for label, answer, rows, _ in table.rows[:3])
    text = f"{one.run} takes most often {told}, on {where(one)}."
    return Result(text, tables=[table], plots=[*_pictures.confusion(one.run, one.body)])


def confidence(one: Stored, asked: Question) -> Result:
    """How sure it is where it is right and where it is wrong."""
    rows = one.only(lambda row: is_about(row, asked))
    if not one.closed:
        return Result(
            f"{one.run} writes its answers, and written answers carry no probability: how sure it is, is not kept."
        )
    sides = {
        side: [float(row["chance_tuned"]) for row in rows if (one.score(row) == 1) == is_right]
        for side, is_right in (("right", True), ("wrong", False))
    }
    told = [
        f"in the {len(chances):,} {side} ones {100 * sum(chances) / len(chances):.0f} % on average"
        for side, chances in sides.items()
        if chances
    ]
    about = _named(asked)
    text = f"How sure {one.run} is of its answers{about} on {where(one)}: {', '.join(told)}."
    if wrong := sides["wrong"]:
        sure = sum(chance >= SURE for chance in wrong)
        told_ = f"{sure:,} of the {len(wrong):,} wrong answers were given with {100 * SURE:.0f} % or more"
        text += f" {told_} ({share_of(sure, len(wrong))})."
    table = Table(
        "By how sure it was",
        ("sure", "rows", "right", "95 % interval"),
        [
            (
                f"{100 * low:.0f} to {100 * high:.0f} %",
                len(inside),
                *_share(sum(one.score(row) for row in inside), inside),
            )
            for low, high in ((0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0))
            if (inside := [row for row in rows if low <= row["chance_tuned"] < high + (high == 1)])
        ],
    )
    surest = sorted((row for row in rows if one.score(row) < 1), key=lambda row: -row["chance_tuned"])
    tables = [table, *([rows_table("Wrong, the surest first", one, surest)] if surest else [])]
    return Result(text, tables=tables, plots=[*_pictures.calibration(one.run, one.body)])


def confusions(one: Stored) -> Table:
    """What is taken for what."""
    cells = [cell for cell in one.body["confusion"] if cell["label"] != cell["answer"]]
    of = {label["label"]: label["rows"] for label in one.body["labels"]}
    rows = [
        (cell["label"], cell["answer"], cell["rows"], f"{100 * cell['rows'] / of[cell['label']]:.0f} %")
        for cell in sorted(cells, key=lambda cell: -cell["rows"])
    ]
    return Table("What it takes for what", ("right", "answer", "rows", "of its rows"), rows)


def rows_table(name: str, one: Stored, rows: Sequence[Row]) -> Table:
    """Rows with what is right and what was said."""
    sure = "how sure" if one.closed else "token F1"
    cells = [
        (
            row["_row"],
            cut(row["text"]),
            cut(row["reference"]),
            cut(row["tuned"]) or "(empty)",
            f"{row['chance_tuned'] if one.closed else one.score(row):.2f}",
            cut(row["untuned"]),
        )
        for row in rows
    ]
    return Table(name, ("row", "text", "right", one.run, sure, "untuned"), cells)


def where(one: Stored) -> str:
    """What it was tested on: "tickets (test)"."""
    split = one.body["split"]
    return f"{one.report.dataset}" + ("" if split == "all" else f" ({split})")


def share_of(hits: int, rows: int) -> str:
    """A share with its interval: "61.8 %, 45.0 to 76.1 %"."""
    from tools.evaluate._intervals import wilson  # noqa: PLC0415 - slow to import

    found = wilson(hits / rows, rows).as_json()
    return f"{number('accuracy', found['value'])}, 95 % interval {between('accuracy', found)}"


def is_about(row: Row, asked: Question) -> bool:
    """Whether a row is one of those that a question is about, whatever was answered."""
    rights = asked.labels if asked.both_ways else asked.labels[1:2] if asked.reversed else asked.labels[:1]
    kinds = {group.partition(": ")[0] for group in asked.groups}
    its = {group.partition(": ")[0] for group in asked.groups if group in (row.get("slices") or ())}
    return kinds == its and (not rights or row["reference"] in rights)


def _named(asked: Question) -> str:
    groups = f" where {listed(group.replace(': ', ' is ') for group in asked.groups)}" if asked.groups else ""
    if len(asked.labels) > 1:
        right, said = asked.labels[:2] if not asked.reversed else asked.labels[1::-1]
        return f" between {right} and {said}{groups}" if asked.both_ways else f", {right} taken for {said}{groups}"
    return (f" of {asked.labels[0]}" if asked.labels else "") + groups


def _is_asked_for(row: Row, asked: Question) -> bool:
    """Whether a wrong row is one of those: with two labels, one taken for the other."""
    if len(asked.labels) < 2:
        return is_about(row, asked)
    pairs = {(asked.labels[0], asked.labels[1])} if not asked.reversed else {(asked.labels[1], asked.labels[0])}
    if asked.both_ways:
        pairs |= {(other, one) for one, other in pairs}
    return (row["reference"], row["tuned"]) in pairs and is_about(row, asked)


def _share(hits: float, rows: Sequence[Row]) -> tuple[str, str]:
    share, _, interval = share_of(int(hits), len(rows)).partition(", 95 % interval ")
    return share, interval
