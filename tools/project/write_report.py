"""The project as a document to keep, print or send."""

from store import TrainingRun, Workspace
from tools.kinds import Run
from tools.project._card import model_card
from tools.project._document import Section, as_markdown, as_page
from tools.project._sections import sections
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
    """Write the project's report in Markdown and HTML, and a model card for a run.

    Args:
        run: The run to write the model card for; the newest with weights if not given.

    Example:
        >>> print(write_report(ws))
        Wrote the report of project main: report.md and report.html. There is no trained model yet, so no model card.
    """
    chosen = ws.runs.get(run) if run else _newest(ws)
    saved = ws.reports.save("report", {}, run=chosen and chosen.id)
    title = f"Project {ws.project}"
    text = as_markdown(title, sections(ws), saved.folder)
    written = {"report.md": text, "report.html": as_page(text, saved.folder)}
    if chosen:
        about = [Section(f"Model {chosen.id}", [_what_it_is(chosen)]), *sections(ws)]
        written["MODEL_CARD.md"] = model_card(ws, chosen, as_markdown(title, about, saved.folder))
    for name, content in written.items():
        (saved.folder / name).write_text(content)
    card = f" The model card of {chosen.id} is MODEL_CARD.md." if chosen else _NO_CARD
    return Result(
        f"Wrote the report of project {ws.project}: report.md and report.html.{card}",
        files=[str(saved.folder / name) for name in written],
        data={"report": saved.id, "folder": str(saved.folder)},
    )


_NO_CARD = " There is no trained model yet, so no model card."


def _newest(ws: Workspace) -> TrainingRun | None:
    return next((run for run in reversed(ws.runs.all()) if run.model_folder), None)


def _what_it_is(run: TrainingRun) -> Result:
    plan = run.plan
    return Result(
        f"{plan['base_model']} fine-tuned with {plan['technique']} on version {run.version} of {run.dataset}. "
        "It was made for the goal below, on the data below; for anything else it has not been tested."
    )
