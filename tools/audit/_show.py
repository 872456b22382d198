"""A bias audit in words, tables and plots: what it found, and what that does and does not show."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.plot import Plot
from tools.result import Result, Table
from tools.words import counted

KINDS = {
    "gender": "gendered words and names swapped",
    "origin": "names from another origin",
    "control": "another name of the same kind (control)",
}
RATES_SHOWN = 15
FEW_PAIRS = 30
Json = Mapping[str, Any]


def shown(dataset: str, run: str | None, body: Json) -> Result:
    """An audit as its Result."""
    data, model = body["data"], body["model"]
    kinds: Json = model.get("kinds", {}) if model else {}
    tables = [*_data_tables(data), *_model_tables(run or "", kinds)]
    sentences = [*_of_data(dataset, data), *(_of_model(run, model) if run and model else ())]
    return Result(
        " ".join(sentences),
        tables=tables,
        plots=[*_data_plots(data), *([_flips(run or "", kinds)] if kinds else [])],
        next=_next(dataset, run, data),
        data={"data": data and {key: data[key] for key in ("rows", "tests", "flagged")}, "model": dict(kinds)},
    )


def _of_data(dataset: str, data: Json | None) -> Iterator[str]:
    if data is None:
        yield f"{dataset} has no label column, so groups in it cannot be compared by label."
        return
    usable = [each for each in data["attributes"] if each["p"] is not None]
    if not usable:
        small = any(each["too_small"] for each in data["attributes"])
        why = (
            "the groups it holds have fewer than 10 rows each" if small else "no column and no text of it tells groups"
        )
        yield f"In {dataset} there is nothing to compare: {why}. Name a column with group if one does."
        return
    how = ", ".join(dict.fromkeys(each["how"] for each in usable))
    yield f"In {counted(data['rows'], 'labelled row')} of {dataset}, groups were told by {how}."
    flagged = [rate for rate in data["rates"] if rate["flagged"]]
    if flagged:
        yield f"{counted(len(flagged), 'gap')} {'is' if len(flagged) == 1 else 'are'} larger than chance would give:"
        yield "; ".join(_gap(rate) for rate in flagged[:3]) + "."
        yield "That a label goes with a group does not say why: it may be the world, the sampling or the labelling."
    else:
        yield (
            f"None of {counted(data['tests'], 'comparison')} shows a gap beyond chance (Holm's correction). That is no "
            f"proof that there is none: small gaps need many rows."
        )
    if small := [group for each in data["attributes"] for group in each["too_small"]]:
        yield f"Too small to compare: {', '.join(map(str, small[:5]))}{' and others' if len(small) > 5 else ''}."


def _gap(rate: Json) -> str:
    share, odds = rate["share"], rate["odds_ratio"]
    return (
        f"{rate['label']} in {_percent(share['value'])} of {rate['group']} rows ({_percent(share['low'])} to "
        f"{_percent(share['high'])}) against {_percent(rate['share_of_others'])} of the others, odds ratio "
        f"{odds['value']:.1f} ({odds['low']:.1f} to {odds['high']:.1f})"
    )


def _of_model(run: str, model: Json) -> Iterator[str]:
    if "why_not" in model:
        yield f"{run} itself was not tested: {model['why_not']}"
        return
    if not model["kinds"]:
        yield (
            f"None of {run}'s {counted(model['rows'], 'test row')} has a gendered word or a first name that is known "
            f"here, so swapping them says nothing about {run}."
        )
        return
    for kind, found in model["kinds"].items():
        if kind == "control":
            continue
        tuned, untuned = found["tuned"], found["untuned"]
        yield (
            f"With {KINDS[kind]} in {counted(found['rows'], 'test row')}, {run} changes its answer in "
            f"{tuned['flipped']} ({_between(tuned['share'])}), the untuned model in {untuned['flipped']} "
            f"({_between(untuned['share'])})."
        )
        yield from _direction(run, found)
    if max(found["rows"] for found in model["kinds"].values()) < FEW_PAIRS:
        yield "So few rows leave room for much more or much less than was seen."
    yield "It tests only words and names on a list, so it can find unequal treatment but not prove there is none."


def _direction(run: str, found: Json) -> Iterator[str]:
    if leaning := [row for row in found.get("towards_feminine", {}).get("tuned", []) if row["flagged"]]:
        told = ", ".join(f"{row['label']} by {100 * row['value']:+.1f} points" for row in leaning[:3])
        yield f"{run} leans by gender beyond chance: in texts about women its probability moves for {told}."


def _data_tables(data: Json | None) -> Iterator[Table]:
    if not data or not data["rates"]:
        return
    rows = [
        (
            rate["attribute"],
            rate["group"],
            rate["label"],
            rate["rows"],
            _between(rate["share"]),
            _percent(rate["share_of_others"]),
            f"{rate['odds_ratio']['value']:.2f} ({rate['odds_ratio']['low']:.2f} to {rate['odds_ratio']['high']:.2f})",
            f"{rate['corrected']:.3f}",
        )
        for rate in data["rates"][:RATES_SHOWN]
    ]
    columns = ("by", "group", "label", "rows", "has it", "others", "odds ratio (95 %)", "p, corrected")
    yield Table("Labels by group, the surest gaps first", columns, rows)


def _model_tables(run: str, kinds: Json) -> Iterator[Table]:
    if not kinds:
        return
    rows = [
        (
            KINDS[kind],
            found["rows"],
            *(f"{found[side]['flipped']} ({_between(found[side]['share'])})" for side in ("tuned", "untuned")),
            *(f"{found[side]['shift']['value']:.3f}" for side in ("tuned", "untuned")),
        )
        for kind, found in kinds.items()
    ]
    columns = ("swap", "rows", f"{run} changes", "untuned changes", f"{run} shift", "untuned shift")
    yield Table("Answers that change with the person", columns, rows)
    leans = kinds.get("gender", {}).get("towards_feminine", {}).get("tuned", [])
    if leans:
        rows = [
            (r["label"], f"{r['value']:+.4f}", f"{r['low']:+.4f} to {r['high']:+.4f}", f"{r['corrected']:.3f}")
            for r in leans
        ]
        title = f"{run}: probability in texts about women less that in texts about men"
        yield Table(title, ("label", "difference", "95 % interval", "p, corrected"), rows)
    examples = [example for found in kinds.values() for example in found.get("examples", [])]
    if examples:
        cells = [(e["row"], e["before"], e["after"], e["answer_before"], e["answer_after"]) for e in examples[:10]]
        yield Table(f"Where {run} changes its answer", ("row", "text", "swapped", "answer", "then"), cells)


def _data_plots(data: Json | None) -> Iterator[Plot]:
    if data and data["rates"]:
        rows = [
            {"what": f"{rate['label']}, {rate['group']}", "share": rate["share"]["value"]}
            | {end: rate["share"][end] for end in ("low", "high")}
            for rate in data["rates"][:RATES_SHOWN]
        ]
        yield Plot("How often groups have a label, 95 % intervals", "interval", rows, "share", "what")


def _flips(run: str, kinds: Json) -> Plot:
    rows = [
        {"swap": KINDS[kind], "model": who, "share": found[side]["share"]["value"]}
        | {end: found[side]["share"][end] for end in ("low", "high")}
        for kind, found in kinds.items()
        for who, side in ((run, "tuned"), ("untuned", "untuned"))
    ]
    return Plot("Share of answers that change, 95 % intervals", "interval", rows, "share", "swap", "model", 0.0)


def _next(dataset: str, run: str | None, data: Json | None) -> list[str]:
    found = bool(data and data["flagged"])
    return [
        *([f"show rows of {dataset} where the gap is"] if found else []),
        *([f"evaluate {run}", f"why does {run} answer row 1 as it does?"] if run else [f"profile {dataset}"]),
        "write the report",
    ]


def _between(estimate: Json) -> str:
    return f"{_percent(estimate['value'])}, 95 % interval {_percent(estimate['low'])} to {_percent(estimate['high'])}"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"
