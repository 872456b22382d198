"""Answers to questions about one evaluation: where it fails, labels, groups of rows, how sure it is."""

from typing import Any

from tools.evaluate import _pictures, _tables
from tools.evaluate._figures import between, gain, number, title
from tools.evaluate._question import Question
from tools.evaluate._replies_rows import confusions, is_about, rows_table, share_of, where
from tools.evaluate._stored import Stored
from tools.result import Result, Table
from tools.words import counted, listed

NAMED = 5


def failures(one: Stored) -> Result:
    """Where it fails: the weakest labels, the commonest confusions, the groups that are worse, the mistakes."""
    body, told = one.body, list[str]()
    wrong = one.only(lambda row: one.score(row) < 1)
    if not wrong:
        return Result(f"{one.run} got all {counted(len(one.rows), 'row')} of {where(one)} right: no failure to show.")
    tables: list[Table] = []
    if one.closed:
        share = share_of(len(wrong), len(one.rows))
        told.append(f"{one.run} is wrong on {len(wrong):,} of {len(one.rows):,} rows of {where(one)} ({share}).")
        weak = sorted((x for x in body["labels"] if x["recall"]), key=lambda x: (x["recall"]["value"], -x["rows"]))
        weak = [label for label in weak if label["recall"]["value"] < 1][:3]
        told.append(f"Weakest: {listed(_recall(label) for label in weak)}.")
        tables += [confusions(one), _tables.labels(one.run, body)]
    else:
        told.append(
            f"{len(wrong):,} of {len(one.rows):,} answers of {one.run} on {where(one)} differ from the reference."
        )
        why = [mistake["why"] for mistake in body["mistakes"] if mistake.get("why")]
        told.append(f"The furthest ten: {listed(dict.fromkeys(why))}." if why else "")
    told.append(_worse(one))
    if slices := _of_slices(one):
        tables.append(slices)
    tables.append(_tables.mistakes(one.run, body))
    plots = [*_pictures.confusion(one.run, body)] if one.closed else [*_pictures.lengths(one.run, body)]
    return Result(" ".join(filter(None, told)), tables=tables, plots=plots)


def label(one: Stored, name: str) -> Result:
    """One label: how many of its rows are right, what they are taken for, and what is taken for it."""
    found = next(label for label in one.body["labels"] if label["label"] == name)
    cells = [cell for cell in one.body["confusion"] if cell["label"] != cell["answer"]]
    lost = sorted((cell for cell in cells if cell["label"] == name), key=lambda cell: -cell["rows"])
    taken = sorted((cell for cell in cells if cell["answer"] == name), key=lambda cell: -cell["rows"])
    told = [f"{one.run} gets {_recall(found)}, on {where(one)}." if found["recall"] else _untested(one, name)]
    if found["precision"] is not None:
        said = sum(cell["rows"] for cell in one.body["confusion"] if cell["answer"] == name)
        told.append(f"Of the {said:,} rows it calls {name}, {share_of(round(found['precision'] * said), said)} are so.")
    if found["f1_untuned"] is not None:
        told.append(f"F1 is {found['f1_tuned'] or 0:.2f}, untuned {found['f1_untuned']:.2f}.")
    if lost:
        told.append(f"It takes {name} for {listed(_times(cell, 'answer') for cell in lost[:NAMED])}.")
    if taken:
        told.append(f"It takes for {name}: {listed(_times(cell, 'label') for cell in taken[:NAMED])}.")
    rows = one.only(lambda row: name in (row["reference"], row["tuned"]) and row["reference"] != row["tuned"])
    tables = [rows_table(f"Mistakes with {name}", one, rows)] if rows else []
    return Result(" ".join(told), tables=tables, plots=[_pictures.bars(one.run, one.body)])


def labels(one: Stored) -> Result:
    """All labels, the weakest first."""
    known = [label for label in one.body["labels"] if label["recall"] and label["f1_tuned"] is not None]
    if len(known) < 2:
        return Result(f"All the rows of {where(one)} have one and the same label, so none is weaker than another.")
    known.sort(key=lambda label: (label["f1_tuned"], -label["rows"]))
    worst, best = known[0], known[-1]
    text = (
        f"By F1, {one.run} is weakest on {worst['label']} ({worst['f1_tuned']:.2f}; {_recall(worst)}) and strongest on "
        f"{best['label']} ({best['f1_tuned']:.2f}; {_recall(best)}), on {where(one)}."
    )
    few = [label for label in known if label["rows"] < 10]
    if few:
        text += f" {counted(len(few), 'label')} of {len(known)} have fewer than 10 rows: their order may be chance."
    return Result(text, tables=[_tables.labels(one.run, one.body)], plots=[_pictures.bars(one.run, one.body)])


def groups(one: Stored, asked: Question) -> Result:
    """The groups of rows, or those that are named, against all others."""
    compared: list[dict[str, Any]] = one.body["slices"]["compared"]
    if asked.about == "length":
        wanted = [each for each in compared if each["kind"] == "length"]
    else:
        by = asked.facets or tuple(each["by"] for each in compared if each["kind"] != "label")
        wanted = [each for each in compared if each["by"] in by]
    if asked.groups:
        named = [each for each in compared if f"{each['by']}: {each['group']}" in asked.groups]
        wanted = named + [each for each in compared if each["by"] in asked.facets and each not in named]
    plots = [*_pictures.lengths(one.run, one.body)] if any(each["kind"] == "length" for each in wanted) else []
    if not wanted:
        return Result(_not_compared(one, asked), plots=plots)
    metric = _tables.score_of(one.body)
    name = "are right" if metric == "accuracy" else f"is the {title(metric)}"
    told = [
        f"{each['by']} {each['group']}: {number(metric, each['score']['value'])} {name} on "
        f"{counted(each['rows'], 'row')} ({between(metric, each['score'])}), {number(metric, each['rest']['value'])} "
        f"on the rest; {gain(metric, each['difference'])}, {'beyond' if each['corrected'] < 0.05 else 'may be'} chance."
        for each in wanted[:NAMED]
    ]
    tests = counted(one.body["slices"]["tests"], "comparison")
    text = f"{one.run} on {where(one)}, corrected for {tests} (Holm). {' '.join(told)}"
    return Result(text, tables=[_tables.compared(wanted, one.body)], plots=plots)


def untuned(one: Stored) -> Result:
    """The scores beside those of the untuned model."""
    found = one.body["metrics"]
    told = [
        f"{title(metric)} {number(metric, found[metric]['tuned']['value'])} against "
        f"{number(metric, found[metric]['untuned']['value'])}: {gain(metric, found[metric]['difference'])}"
        for metric in [one.body["primary"], *(metric for metric in found if metric != one.body["primary"])][:2]
    ]
    apart = found[one.body["primary"]]["told_apart"]
    cannot = "" if apart else " These rows cannot tell the two apart."
    text = f"{one.run} beside the untuned model on {counted(len(one.rows), 'row')} of {where(one)}: {'; '.join(told)}."
    tables = list(_tables.tables(one.run, one.body))
    return Result(text + cannot, tables=tables[:1] + tables[-1:], plots=[_pictures.intervals(one.run, one.body)])


def scores(one: Stored) -> Result:
    """The scores with their intervals."""
    found = one.body["metrics"]
    told = [
        f"{title(metric)} {number(metric, found[metric]['tuned']['value'])} ({between(metric, found[metric]['tuned'])})"
        for metric in [one.body["primary"], *(metric for metric in found if metric != one.body["primary"])][:3]
    ]
    text = f"{one.run} on {counted(len(one.rows), 'row')} of {where(one)}, 95 % intervals: {', '.join(told)}."
    return Result(text, tables=[*_tables.tables(one.run, one.body)][:1], plots=[_pictures.intervals(one.run, one.body)])


def _recall(label: Any) -> str:
    right = round(label["recall"]["value"] * label["rows"])
    interval = between("accuracy", label["recall"])
    return f"{right:,} of {counted(label['rows'], label['label'] + ' row')} right ({interval})"


def _untested(one: Stored, name: str) -> str:
    return f"No row of {where(one)} has the label {name}, so how many of such rows {one.run} gets right is not known."


def _times(cell: Any, side: str) -> str:
    return f"{cell[side]} ({cell['rows']:,})"


def _worse(one: Stored) -> str:
    compared = one.body["slices"]["compared"]
    worse = [f"{each['by']} {each['group']}" for each in compared if each["worse"] and each["kind"] != "label"]
    if worse:
        return f"Worse than on the rest, beyond chance (Holm): {listed(worse[:NAMED])}."
    return "No other group of rows is worse beyond chance." if compared else ""


def _of_slices(one: Stored) -> Table | None:
    rows = list(_tables.slices(one.body))
    return _tables.compared(rows, one.body) if rows else None


def _not_compared(one: Stored, asked: Question) -> str:
    fewest = one.body["slices"]["fewest"]
    if asked.groups:
        rows = one.only(lambda row: is_about(row, asked))
        right = sum(one.score(row) for row in rows)
        if not rows:
            return f"No row of {where(one)} is {listed(asked.groups)}."
        return (
            f"{counted(len(rows), 'row')} of {where(one)} {'is' if len(rows) == 1 else 'are'} {listed(asked.groups)}, "
            f"or leave fewer than {fewest} others: too few to compare. {one.run} scores {right / len(rows):.2f} there."
        )
    return f"No groups of {fewest} rows and more could be told apart in {where(one)}, so there is nothing to compare."
