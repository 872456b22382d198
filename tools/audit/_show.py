"""A bias audit in words, tables and plots: what it found, and what that does and does not show."""

from collections.abc import Mapping
from typing import Any

from tools.audit._remedies import remedies
from tools.audit._show_data import data_plots, data_tables, of_data
from tools.audit._show_model import flips, model_tables, of_model
from tools.result import Result

Json = Mapping[str, Any]
TOLD = ("rows", "tests", "flagged")


def shown(dataset: str, run: str | None, body: Json) -> Result:
    """An audit as its Result."""
    data, model = body["data"], body["model"]
    kinds: Json = model.get("kinds", {}) if model else {}
    tables = [*data_tables(data), *model_tables(run or "", kinds)]
    sentences = [*of_data(dataset, data), *(of_model(run, model) if run and model else ())]
    return Result(
        " ".join(sentences),
        tables=tables,
        plots=[*data_plots(data), *([flips(run or "", kinds)] if kinds else [])],
        next=_next(dataset, run, data),
        data={"data": data and {key: data[key] for key in TOLD}, "model": dict(kinds)},
    )


def _next(dataset: str, run: str | None, data: Json | None) -> list[str]:
    return [
        *(remedies(dataset, data) if data else []),
        *([f"evaluate {run}", f"why does {run} answer row 1 as it does?"] if run else [f"profile {dataset}"]),
        "write the report",
    ]
