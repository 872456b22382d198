"""The labels of a run, by the names people give them."""

from store import TrainingRun
from tools.tool import ToolError

NAMED = 12


def label_of(run: TrainingRun, name: str) -> str:
    """The label of a run that a name means, whatever its case.

    Raises:
        ToolError: The run writes open text, or has no such label; the message lists those that it has.
    """
    labels: list[str] = run.plan["labels"] or []
    if not labels:
        raise ToolError(f'{run.id} writes open text, so "{name}" is no label of it. Ask why it answered as it did.')
    meant = [label for label in labels if label == name] or [label for label in labels if _plain(label) == _plain(name)]
    if len(meant) == 1:
        return meant[0]
    listed = ", ".join(labels[:NAMED]) + (f" and {len(labels) - NAMED} more" if len(labels) > NAMED else "")
    raise ToolError(f'{run.id} has no label "{name}". Its labels are {listed}.')


def _plain(label: str) -> str:
    return "".join(letter for letter in label.casefold() if letter.isalnum())
