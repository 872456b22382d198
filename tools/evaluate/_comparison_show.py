"""A comparison's figures in words, tables and plots."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.evaluate._show import TITLES, between, gain, number
from tools.plot import Plot
from tools.result import Result, Table
from tools.words import about, counted, p_value

FEW_ROWS = 30
TOO_FEW_DIFFER = 6
"""Fewer rows that one gets right and the other wrong cannot tell two apart at 5 %, however they fall."""
MORE = "more rows that would tell, if it is as large as it looks"
Json = Mapping[str, Any]


def shown(body: Json, dataset: str, run: str) -> Result:
    """A comparison as its Result.

    Args:
        body: What `compared` gives, with the worker's notes.
        dataset: Where the rows are from.
        run: The run that the user began with.
    """
    two = len(body["runs"]) == 2
    tables = [_scores(body) if two else _ranking(body), *([_differing(body)] if body["differ"] else [])]
    tables.append(_effect(body) if two else _pairs(body))
    return Result(
        " ".join(_sentences(body, dataset)),
        tables=tables,
        plots=[_differences(body) if two else _differences_of_pairs(body)],
        next=[f"evaluate {run}", f"check {run} for bias", "write the report"],
        data={key: body[key] for key in KEPT if key in body},
    )


KEPT = ("runs", "primary", "metrics", "rows", "needed", "differing", "effect", "contestants", "pairs", "notes")


def _sentences(body: Json, dataset: str) -> Iterator[str]:
    metric, found = body["primary"], body["metrics"][body["primary"]]
    yield body["verdict"]
    asked = f"On the {counted(body['rows'], 'row')} of {dataset} that all were asked"
    if len(body["runs"]) > 2:
        best = sorted(body["contestants"], key=lambda each: -each["metrics"][metric]["value"])
        told = ", ".join(f"{number(metric, each['metrics'][metric]['value'])} for {each['name']}" for each in best)
        yield f"{asked}, {TITLES[metric]} is {told}."
    else:
        one, other = body["runs"]
        yield (
            f"{asked.replace('all', 'both')}, {TITLES[metric]} is {number(metric, found['one']['value'])} for {one} "
            f"and {number(metric, found['other']['value'])} for {other}: a difference of "
            f"{gain(metric, found['difference'])}, {found['test']}, p {p_value(found['p'])}."
        )
        yield from _by_row(body)
    yield from _cautions(body)


def _by_row(body: Json) -> Iterator[str]:
    effect, (one, other) = body["effect"], body["runs"]
    if not effect["first"] + effect["second"]:
        return
    what = "right" if "odds" in effect else f"ahead by {TITLES[effect['by']]}"
    yield f"Only {one} is {what} on {counted(effect['first'], 'row')}, only {other} on {effect['second'] or 'none'}."


def _cautions(body: Json) -> Iterator[str]:
    effect, two = body["effect"], len(body["runs"]) == 2
    if two and "odds" in effect and effect["first"] + effect["second"] < TOO_FEW_DIFFER:
        yield (
            f"Fewer than {TOO_FEW_DIFFER} rows that only one of them gets right cannot tell two apart, however they "
            "fall."
        )
    elif body["rows"] < FEW_ROWS:
        yield f"With {counted(body['rows'], 'row')} only a large difference can show."
    if body["labels"] == 1:
        yield "All the rows have one and the same label, so this says little."
    yield from body.get("notes", ())


def _scores(body: Json) -> Table:
    rows = [
        (
            TITLES[metric],
            *(f"{number(metric, found[side]['value'])} ({between(metric, found[side])})" for side in ("one", "other")),
            gain(metric, found["difference"]),
            f"{found['test']}, p {p_value(found['holm'])}{'' if metric == body['primary'] else ' (Holm)'}",
        )
        for metric, found in body["metrics"].items()
    ]
    columns = ("", *body["runs"], "difference", "test")
    return Table("Both on the same rows, with 95 % intervals", columns, rows)


def _ranking(body: Json) -> Table:
    metric = body["primary"]
    best = sorted(body["contestants"], key=lambda each: (each["rank"], -each["metrics"][metric]["value"]))
    rows = [
        (
            each["rank"],
            each["name"],
            *(f"{number(key, found['value'])} ({between(key, found)})" for key, found in each["metrics"].items()),
        )
        for each in best
    ]
    columns = ("rank", "", *(TITLES[key] for key in best[0]["metrics"]))
    title = f"Ranked by {TITLES[metric]}; those that cannot be told apart from the ones above share their rank"
    return Table(title, columns, rows)


def _pairs(body: Json) -> Table:
    rows = [
        (
            f"{pair['one']} less {pair['other']}",
            gain(body["primary"], pair["difference"]),
            p_value(pair["p"]),
            p_value(pair["holm"]),
            f"{pair['better']} is better" if pair["told_apart"] else f"cannot tell; at most {pair['at_most']} apart",
            _more(pair, body["rows"]),
        )
        for pair in body["pairs"]
    ]
    columns = (
        "pair",
        f"difference in {TITLES[body['primary']]} (95 % interval)",
        "p",
        "p (Holm)",
        "what it says",
        MORE,
    )
    return Table("All pairs", columns, rows)


def _more(pair: Json, rows: int) -> str:
    """How many more rows would tell, as far as that can be said."""
    needed = pair["needed"]
    return "" if pair["told_apart"] or needed is None or needed <= rows else f"about {about(needed - rows)}"


def _differing(body: Json) -> Table:
    names = body["runs"]
    rows = [
        (row["_row"], row["text"][:200], row["reference"], *row["answers"], _right(row, names))
        for row in body["differ"]
    ]
    title = f"Where they differ ({len(rows)} of {body['differing']} rows)"
    who = "who is right" if body["labels"] else "who is nearest"
    return Table(title, ("row", "text", "right", *names, who), rows)


def _right(row: dict[str, Any], names: list[str]) -> str:
    best: list[int] = row["right"]
    if not best:
        return "none"
    return "alike" if len(best) == len(names) else ", ".join(names[place] for place in best)


def _effect(body: Json) -> Table:
    effect, (one, other) = body["effect"], body["runs"]
    by, right = TITLES[effect["by"]], "right" if "odds" in effect else "ahead"
    rows = [
        (f"rows that only {one} is {right} on", f"{effect['first']:,}", ""),
        (f"rows that only {other} is {right} on", f"{effect['second']:,}", ""),
    ]
    if "odds" in effect:
        rows += [
            ("matched-pairs odds ratio", *_odds(effect["odds"])),
            ("Cohen's h", f"{effect['h']:+.2f}".replace("-", "−"), "by convention 0.2 is small, 0.5 medium, 0.8 large"),
        ]
    else:
        rows += [
            ("Cliff's delta within rows", gain("", effect["delta"]), "share of rows ahead, less share behind"),
            (
                "Wilcoxon's signed-rank test",
                f"p {p_value(effect['wilcoxon'])}",
                "a second test; the verdict is not its",
            ),
        ]
    return Table(f"How large the difference is, row by row ({by})", ("measure", "value", "about it"), rows)


def _odds(found: Json) -> tuple[str, str]:
    if found["value"] is None and found["low"] == 0:
        return "none", "no row tells them apart"
    value, high = ("∞" if found[end] is None else f"{found[end]:.2f}" for end in ("value", "high"))
    return value, f"95 % interval {found['low']:.2f} to {high}; 1 is no difference"


def _differences(body: Json) -> Plot:
    rows = [_bar(metric, TITLES[metric], found["difference"]) for metric, found in body["metrics"].items()]
    one, other = body["runs"]
    return Plot(f"{one} less {other}, 95 % intervals", "interval", rows, "difference", "metric", zero=0.0)


def _differences_of_pairs(body: Json) -> Plot:
    rows = [_bar(body["primary"], f"{pair['one']} less {pair['other']}", pair["difference"]) for pair in body["pairs"]]
    title = f"Differences in {TITLES[body['primary']]}, 95 % intervals"
    return Plot(title, "interval", rows, "difference", "metric", zero=0.0)


def _bar(metric: str, name: str, found: Json) -> dict[str, Any]:
    scale = 100 if metric == "bleu" else 1
    ends = {end: found[end] / scale for end in ("low", "high")}
    return {"metric": name, "difference": found["value"] / scale} | ends
