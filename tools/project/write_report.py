"""The project as a document to keep, print or send."""

from collections.abc import Iterator

from store import TrainingRun, Workspace
from tools.kinds import Run
from tools.project._card import model_card
from tools.project._document import as_markdown
from tools.project._page import as_page
from tools.project._pdf_worker import write_pdf
from tools.project._sections import ledger, sections
from tools.project._use import still_to_say
from tools.result import Result
from tools.tool import tool


@tool(
    asks=[
        ("write the report", {}),
        ("I need something to show my manager about run-1", {"run": "run-1"}),
        ("make a model card for the second run", {"run": "run-2"}),
        ("put everything we did into a document", {}),
        ("the boss wants to see something on paper", {}),
        ("document run-3 for the ethics committee", {"run": "run-3"}),
        ("I must hand in documentation of this project on Friday", {}),
        ("sum it all up in a file that I can mail round", {}),
        ("draw up a protocol with all results for the auditors", {}),
        ("print what came of run-2 for the clients", {"run": "run-2"}),
        ("give me a summary I can send to the director", {}),
    ],
)
def write_report(ws: Workspace, run: Run | None = None) -> Result:
    """Write the project's report as Markdown, HTML and PDF, with its ledger, and a model card for a run.

    Args:
        run: The run to write the model card for; the newest with weights if not given.

    Example:
        >>> print(write_report(ws))
        Wrote the report of project main: report.md, report.html and report.pdf. There is no trained model yet, so no
        model card. Nothing has been evaluated yet, so it holds no scores. Not answered yet, ...
    """
    chosen = ws.runs.get(run) if run else _newest(ws)
    title, told = f"Project {ws.project}", sections(ws)
    told += ledger(ws, told)
    saved = ws.reports.save("report", {}, run=chosen and chosen.id)
    written = {"report.md": as_markdown(title, told, saved.folder), "report.html": as_page(title, told)}
    missing = write_pdf(title, told, saved.folder / "report.pdf")
    if chosen:
        written["MODEL_CARD.md"] = model_card(ws, chosen, _what_it_is(chosen), saved.folder)
    for name, content in written.items():
        (saved.folder / name).write_text(content, encoding="utf-8")
    files = ["report.md", "report.html", "report.pdf", *(["MODEL_CARD.md"] if chosen else [])]
    more, chips = still_to_say(ws)
    return Result(
        " ".join(part for part in (*_sentences(ws, chosen, missing), more) if part),
        files=[str(saved.folder / name) for name in files],
        next=chips,
        data={"report": saved.id, "folder": str(saved.folder), "letters_missing_in_pdf": sorted(missing)},
    )


def _sentences(ws: Workspace, chosen: TrainingRun | None, missing: set[str]) -> Iterator[str]:
    yield f"Wrote the report of project {ws.project}: report.md, report.html and report.pdf."
    if chosen is None:
        yield "There is no trained model yet, so no model card."
    else:
        gone = "" if chosen.model_folder else "; its weights are not there"
        yield f"The model card of {chosen.id} is MODEL_CARD.md{gone}. It quotes no rows of the data."
    if not ws.reports.all(kind="evaluation"):
        yield "Nothing has been evaluated yet, so it holds no scores."
    if missing:
        yield (
            f"No font of this machine has {', '.join(sorted(missing))} letters; the PDF tells them in words, and the "
            "HTML page has them."
        )


def _newest(ws: Workspace) -> TrainingRun | None:
    return next((run for run in reversed(ws.runs.all()) if run.model_folder), None)


def _what_it_is(run: TrainingRun) -> str:
    plan = run.plan
    return (
        f"{plan['base_model']} fine-tuned with {plan['technique']} on version {run.version} of {run.dataset}. "
        "It was made for the goal below, on the data below; for anything else it has not been tested."
    )
