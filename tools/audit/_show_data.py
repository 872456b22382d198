"""What an audit of data found, in words, tables and plots."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.audit._figures import between, percent
from tools.audit._gap_words import figure, gap, meaning, short, size
from tools.plot import Plot
from tools.result import Table
from tools.words import counted

SHOWN = 15
NAMED = 3
EXAMPLES = 12
BARS = 20
Json = Mapping[str, Any]


def of_data(dataset: str, data: Json | None) -> Iterator[str]:
    """The sentences."""
    if data is None:
        return
    usable = [each for each in data["attributes"] if len(each["groups"]) > 1]
    if not usable and not data["tests"]:
        yield from _nothing(dataset, data)
        return
    how = ", ".join(dict.fromkeys(each["how"] for each in usable))
    rows = f"{data['rows']:,} of {data['whole']:,} rows, a sample," if data["rows"] < data["whole"] else ""
    yield f"In {rows or counted(data['rows'], 'row')} of {dataset}, groups were told by {how}."
    if not data["label"]:
        yield f"{dataset} has no label column, so labels are not compared."
    yield from _changed(data)
    sure = [each for each in data["findings"] if each["flagged"] and each["shown"]]
    if sure:
        verb = "is" if len(sure) == 1 else "are"
        yield f"{counted(len(sure), 'gap')} {verb} larger than chance would give (of {data['tests']:,} compared):"
        yield "; ".join(gap(each) for each in sure[:NAMED] if not each["explained"]) + "."
        yield from meaning(sure)
    else:
        yield from _none(data)
    yield from data["notes"]
    yield from _small(data)


def _nothing(dataset: str, data: Json) -> Iterator[str]:
    if any(each["number_too_small"] for each in data["attributes"]):
        why = "the groups it holds have fewer than 10 rows each"
    else:
        why = "no column and no text of it tells groups"
    yield f"In {dataset} there is nothing to compare: {why}. Name a column with group if one does."


def _none(data: Json) -> Iterator[str]:
    if not data["tests"]:
        yield "There is nothing to compare them by: labels, lengths and moods are missing, or the same in every row."
        return
    yield (
        f"None of {counted(data['tests'], 'comparison')} shows a gap beyond chance (Holm's correction). That is no "
        f"proof that there is none: small gaps need many rows."
    )
    could = [each for each in data["could_find"] if each["gap"] < 1]
    if could:
        least = min(could, key=lambda each: each["gap"])
        yield (
            f"By {least['attribute']}, a gap of {100 * least['gap']:.0f} points in a label would have been found nine "
            f"times in ten, smaller ones less often."
        )


def _small(data: Json) -> Iterator[str]:
    small = [group for each in data["attributes"] for group in each["too_small"]]
    more = sum(each["number_too_small"] for each in data["attributes"]) > 5
    if small:
        named = ", ".join(map(str, dict.fromkeys(small[:5])))
        yield f"Too small to compare (fewer than 10 rows): {named}{' and others' if more else ''}."


def _changed(data: Json) -> Iterator[str]:
    before = data.get("before")
    if not before:
        return
    then = f"Compared with version {before['version']} ({before['report']})"
    was = [each for each in before["changes"] if each["before"] and each["before"]["flagged"]]
    gone = sum(not (each["now"] and each["now"]["flagged"]) for each in was)
    new = len(before["changes"]) - len(was)
    if not was and not new:
        yield f"{then}: no gap was beyond chance then, and none is now."
        return
    left = f"{gone} of {counted(len(was), 'gap')} that were beyond chance no longer {'is' if gone == 1 else 'are'}"
    came = f"{counted(new, 'new one')} came up" if new else "none came up"
    yield f"{then}, {left if was else 'no gap was beyond chance'}, and {came}."
    yield "A gap that is no longer beyond chance may still be there."


def data_tables(data: Json | None) -> Iterator[Table]:
    """The tables: the gaps, what they were before, the rows behind them, and who is in the data."""
    if not data:
        return
    shown = [each for each in data["findings"] if each["shown"]]
    if data.get("before") and data["before"]["changes"]:
        yield _before(data["before"])
    if shown:
        yield _gaps(shown[:SHOWN], len(shown))
    if examples := [(each, row) for each in shown if not each["explained"] for row in each["examples"]]:
        rows = [(short(each), row["row"], row["text"]) for each, row in examples[:EXAMPLES]]
        yield Table("Rows behind the gaps", ("gap", "row", "text"), rows)
    if data["reference"]:
        yield _reference(data["reference"])
    if data["who"]:
        columns = ("by", "group", "rows", "share of rows", "words seen in most rows", "such as row")
        rows = [
            (
                each["attribute"],
                each["group"],
                each["rows"],
                between(each["share"]),
                ", ".join(each["words"]),
                each["row"] or "",
            )
            for each in data["who"]
        ]
        yield Table("Who is in it", columns, rows)


def _gaps(shown: list[Json], of: int) -> Table:
    rows = [
        (
            each["attribute"],
            each["group"],
            each["what"],
            each["rows"],
            figure(each, each["mine"]),
            figure(each, each["others"]),
            size(each),
            _odds(each),
            f"{each['corrected']:.3f}" if each["corrected"] >= 0.001 else "< 0.001",
        )
        for each in shown
    ]
    columns = ("by", "group", "what", "rows", "here", "others", "gap (95 %)", "odds ratio (95 %)", "p, corrected")
    title = "Gaps between groups, the largest sure ones first"
    return Table(f"{title} ({len(shown)} of {of:,})" if of > len(shown) else title, columns, rows)


def _odds(finding: Json) -> str:
    odds = finding["odds_ratio"]
    return f"{odds['value']:.2f} ({odds['low']:.2f} to {odds['high']:.2f})" if odds else ""


def _before(before: Json) -> Table:
    def told(one: Json | None) -> str:
        if one is None:
            return ""
        figures = [100 * one["gap"][part] for part in ("value", "low", "high")]
        chance = "" if one["flagged"] else ", may be chance"
        return "{:+.1f} ({:+.1f} to {:+.1f})".format(*figures) + chance

    rows = [
        (each["attribute"], each["group"], each["what"], told(each["before"]), told(each["now"]), each["verdict"])
        for each in before["changes"]
    ]
    columns = ("by", "group", "what", f"gap in version {before['version']}", "gap now", "change")
    return Table("Before and after, gaps in points (or 100 × Cliff's delta)", columns, rows)


def _reference(told: Json) -> Table:
    rows = [
        (each["group"], between(each["share"]), percent(each["reference"]))
        + (f"{100 * (each['share']['value'] - each['reference']):+.1f}",)
        for each in told["gaps"]
    ]
    rows += [(group, f"{number:,} rows, left out", "not stated", "") for group, number in told["left_out"].items()]
    title = f"Beside the reference: {told['attribute']}, {told['rows']:,} rows (chi-square p {told['p']:.3g})"
    return Table(title, ("group", "in the data", "reference", "points"), rows)


def data_plots(data: Json | None) -> Iterator[Plot]:
    """The gaps with their intervals, and who is in the data."""
    if not data:
        return
    shown = [each for each in data["findings"] if each["shown"]][:SHOWN]
    if shown:
        rows = [
            {"what": short(each), "gap": each["gap"]["value"]} | {end: each["gap"][end] for end in ("low", "high")}
            for each in shown
        ]
        title = "Gaps to the others (shares, or Cliff's delta), 95 % intervals"
        yield Plot(title, "interval", rows, "gap", "what", zero=0.0)
    if data["who"]:
        largest = sorted(data["who"], key=lambda each: -each["rows"])[:BARS]
        bars = [{"who": f"{each['group']} ({each['attribute']})", "rows": each["rows"]} for each in largest]
        yield Plot("Who is in it", "bar", bars, "rows", "who")
