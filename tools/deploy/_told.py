"""An export in words and tables."""

from typing import Any

from store import TrainingRun
from tools.deploy._forms import KIND_TITLES, TITLES, FormName, KindName
from tools.result import Table

Json = dict[str, Any]


def named(form: FormName, kind: KindName | None) -> str:
    """What a form is called in a sentence."""
    return f"{TITLES[form]}, {KIND_TITLES[kind]}" if kind else TITLES[form]


def parity_sentence(parity: Json) -> str:
    """What the check found, in sentences."""
    rows = parity["prompts"]
    if not rows:
        return "No row of the data could be asked, so nothing was compared."
    told = (
        f"Parity: over {rows} prompts{_of(parity['split'])}, the log-probabilities of the next token differ by at most "
        f"{parity['largest_difference']:.2g} from the trained model, and the likeliest token is the same for "
        f"{parity['same_choice']} of {rows}."
    )
    if parity["same_text"] is not None:
        told += f" The answer at temperature 0 is the same for {parity['same_text']}"
        served = parity["served_same_text"]
        told += f", and over HTTP, as other programs ask it, for {served}." if served is not None else "."
    return told


def _of(split: str) -> str:
    return "" if split == "all" else f" of the {split} rows"


def failed_sentence(parity: Json) -> str:
    """Why an export does not pass; empty if it does."""
    if parity["passed"]:
        return ""
    return f" It does not answer as the trained model does: {' '.join(parity['faults'])}"


def parity_table(run: TrainingRun, form: FormName, kind: KindName | None, parity: Json) -> Table:
    """The figures of the forms side by side."""
    rows, bounds, metric = parity["prompts"], parity["bounds"], parity["metric"]
    most = bounds["difference"]
    told: list[tuple[str, Any, Any, str]] = [
        ("largest difference of a log-probability", _short(parity["largest_difference"]), None, _most(most)),
        ("same likeliest token", f"{parity['same_choice']} of {rows}", None, f"{bounds['choice']:.0%} at least"),
    ]
    if parity["same_text"] is not None:
        served = parity["served_same_text"]
        told.append(
            ("same answer at temperature 0", f"{parity['same_text']} of {rows}", _part(served, rows), "told only")
        )
    if metric:
        title = f"{metric['title']} (trained: {_short(metric['trained'])})"
        told.append(
            (title, _short(metric["exported"]), _short(metric["served"]), f"{bounds['metric'] * metric['top']:g} less")
        )
    title = f"{run.id} ({named(form, kind)}) beside the trained model"
    return Table(title, ("figure", "exported", "served over HTTP", "passes within"), told)


def _short(value: float | None) -> str | None:
    return None if value is None else f"{value:.3g}"


def _most(most: float | None) -> str:
    return "told only" if most is None else f"{most:g}"


def _part(count: int | None, rows: int) -> str | None:
    return None if count is None else f"{count} of {rows}"


def files_table(run: TrainingRun, form: FormName, kind: KindName | None, files: list[tuple[str, int, str]]) -> Table:
    """The files with their sums."""
    return Table(f"Files of {run.id} ({named(form, kind)})", ("file", "bytes", "SHA-256"), files)
