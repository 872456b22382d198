"""What an audit of a model found, in words, tables and plots."""

from collections.abc import Iterator, Mapping
from typing import Any

from tools.audit._figures import between
from tools.plot import Plot
from tools.result import Table
from tools.words import counted

KINDS = {
    "gender": "gendered words and names swapped",
    "origin": "names from another origin",
    "control": "another name of the same kind (control)",
}
FEW_PAIRS = 30
Json = Mapping[str, Any]


def of_model(run: str, model: Json) -> Iterator[str]:
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
            f"{tuned['flipped']} ({between(tuned['share'])}), the untuned model in {untuned['flipped']} "
            f"({between(untuned['share'])})."
        )
        yield from _direction(run, found)
    if max(found["rows"] for found in model["kinds"].values()) < FEW_PAIRS:
        yield "So few rows leave room for much more or much less than was seen."
    yield "It tests only words and names on a list, so it can find unequal treatment but not prove there is none."


def _direction(run: str, found: Json) -> Iterator[str]:
    if leaning := [row for row in found.get("towards_feminine", {}).get("tuned", []) if row["flagged"]]:
        told = ", ".join(f"{row['label']} by {100 * row['value']:+.1f} points" for row in leaning[:3])
        yield f"{run} leans by gender beyond chance: in texts about women its probability moves for {told}."


def model_tables(run: str, kinds: Json) -> Iterator[Table]:
    if not kinds:
        return
    rows = [
        (
            KINDS[kind],
            found["rows"],
            *(f"{found[side]['flipped']} ({between(found[side]['share'])})" for side in ("tuned", "untuned")),
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


def flips(run: str, kinds: Json) -> Plot:
    rows = [
        {"swap": KINDS[kind], "model": who, "share": found[side]["share"]["value"]}
        | {end: found[side]["share"][end] for end in ("low", "high")}
        for kind, found in kinds.items()
        for who, side in ((run, "tuned"), ("untuned", "untuned"))
    ]
    return Plot("Share of answers that change, 95 % intervals", "interval", rows, "share", "swap", "model", 0.0)
