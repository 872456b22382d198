"""What was lost, and what training and test rows share, as tables and a plot beside an evaluation's own."""

from collections.abc import Mapping
from typing import Any

from tools.evaluate._lost_words import TITLES, points, share
from tools.plot import Plot
from tools.result import Table
from tools.words import cut, p_value

Json = Mapping[str, Any]
LETTERS = 160
WHAT = {
    "repeat": "the same text",
    "leak": "nearly the same, same answer",
    "other answer": "similar, but another answer",
    "template": "similar, of one template",
}


def more_tables(run: str, body: Json) -> list[Table]:
    """The tables that this body has figures for."""
    found: list[Table] = []
    if "general" in body:
        rows = [_row(row) for row in (body["general"]["overall"], *body["general"]["rows"])]
        columns = ("", "questions", run, "untuned", "difference (95 % interval)", "p (Holm)", "what it shows")
        found.append(Table("What was lost, and what was kept", columns, rows))
    if shared := body.get("leakage", {}).get("examples"):
        rows = [
            (
                one["row"],
                cut(one["text"], LETTERS),
                one["trained"],
                cut(one["trained_text"], LETTERS),
                f"{100 * one['likeness']:.0f} %",
                WHAT[one["kind"]],
            )
            for one in shared
        ]
        columns = ("test row", "text", "training row", "its text", "in common", "what it is")
        found.append(Table("Test rows that are like a training row", columns, rows))
    return found


def more_plots(run: str, body: Json) -> list[Plot]:
    """The plots that this body has figures for."""
    if "general" not in body:
        return []
    rows = [
        {"ability": _title(row), "points": round(100 * row["difference"]["value"], 2)}
        | {end: round(100 * row["difference"][end], 2) for end in ("low", "high")}
        for row in (body["general"]["overall"], *body["general"]["rows"])
    ]
    return [Plot(f"{run} less the untuned model, 95 % intervals", "interval", rows, "points", "ability", zero=0.0)]


def _row(row: Json) -> tuple[str, int, str, str, str, str, str]:
    p = row["p"] if row["name"] == "overall" else row["p_holm"]
    chance = p_value(p)
    sides = share(row["tuned"]), share(row["untuned"])
    return (_title(row), row["rows"], *sides, points(row["difference"]), chance, _shows(row))


def _shows(row: Json) -> str:
    if row["fell"] or row["rose"]:
        return "fell" if row["fell"] else "rose"
    if row["guessing"]:
        return "untuned no better than guessing: no fall can be seen"
    if row["visible"] is None:
        return "too few right before to see a fall"
    return f"no fall seen; {100 * row['visible'] / row['rows']:.0f} points would be"


def _title(row: Json) -> str:
    return "all abilities together" if row["name"] == "overall" else TITLES[row["name"]]
