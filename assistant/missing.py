"""What to ask back where something is missing, as the model that was taught the tools calls it."""

from collections.abc import Sequence

from assistant.said import NONE_YET, Missing
from store import Workspace

MOST_NAMED = 6
QUESTIONS = {
    "source": NONE_YET["source"],
    "text": "Which text do you mean? Write it after a colon, or in quotes.",
    "version": "Which version do you mean? Ask for the history of the dataset to see them.",
    "column": "Which column do you mean?",
    "number": "Which number do you mean?",
    "base_model": "Which base model do you mean? Its name, or a repository on the Hub.",
    "repository": "To which repository of the Hub? Say it as owner/name.",
    "name": "What shall it be called? Write the name after a colon, or in quotes.",
    "tracker": "Which tracker: Trackio, TensorBoard, MLflow or Weights & Biases?",
    "key": "What is the key called? Say who is to use it, or uses it now.",
    "kinds": "Which kind of problem is it about, such as e-mail addresses or exact duplicates?",
    "answer": "What shall stand there? Say it in your own words, after a colon.",
}
"""What is asked for things of which there may be any."""


def missing(what: str, ws: Workspace) -> Missing | None:
    """What to ask, with the names to choose from where they are few; None if it is not clear what is missing.

    Args:
        what: What is missing: dataset, run, fix, service, or a key of `QUESTIONS`.
        ws: The workspace.
    """
    names = _names(what, ws)
    if names is None:
        return Missing(QUESTIONS[what]) if what in QUESTIONS else None
    if not names:
        return Missing(NONE_YET[what])
    if len(names) == 1:
        return None
    few = names[-MOST_NAMED:]
    return Missing(f"Which {what} do you mean: {', '.join(few[:-1])} or {few[-1]}?", few)


def _names(what: str, ws: Workspace) -> Sequence[str] | None:
    match what:
        case "dataset":
            return ws.datasets.names()
        case "run":
            return ws.runs.names()
        case "service":
            return [service.name for service in ws.services.all()]
        case "fix":
            return [fix.id for fix in ws.fixes.all(state="open")]
        case _:
            return None
