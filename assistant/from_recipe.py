"""`tunewright run recipe.yaml`: a training as its recipe says, without the chat."""
# ruff: noqa: T201  (printing is what this file is for)

import sys
from pathlib import Path

from assistant.printing import ProgressLine, plain, print_result
from assistant.typed import stopped_by_keyboard
from store import StoreError, Workspace
from store.jobs import watched
from tools import TOOLS
from tools.train import _repeat_recipe as recipes

DONE, REFUSED, ASKED = 0, 2, 3


def run_recipe(ws: Workspace, path: Path, data: Path | None, base_model: str | None, *, yes: bool) -> int:
    """Show what a recipe would train, ask, and train it to its end.

    Args:
        ws: The workspace to train in.
        path: The recipe, or the folder that it is in.
        data: The rows, or the file that they were loaded from, if neither is beside the recipe.
        base_model: Where the base model is, if it is elsewhere than it was.
        yes: The yes was typed along.

    Returns:
        The exit code: 0 done, 2 ended early, 3 not agreed to.

    Raises:
        StoreError: The recipe cannot be run here; the message says why.
    """
    ready = recipes.ready(path, data, base_model)
    print_result(recipes.shown(ready))
    if not yes and not _agreed():
        print("Nothing was started. Add --yes to start it.", file=sys.stderr)
        return ASKED
    with ws.approvals.typed("run_recipe", {"recipe": str(ready.path), "sha256": ready.recipe.dataset.sha256}):
        run = recipes.begin(ws, ready)
    line, result = ProgressLine(), {}
    with (
        stopped_by_keyboard() as stopping,
        watched(lambda told: line.show(told.fraction, told.text, told.seconds_left), stopping),
    ):
        try:
            result = ws.jobs.wait(run.job.id)
        except StoreError:
            pass  # how it ended is in the line below
        finally:
            line.close()
    print(plain(TOOLS["check_training"].run(ws, {"run": run.id}).text))
    if not result:
        return REFUSED
    print(plain(recipes.outcome(ready, result)))
    return DONE


def _agreed() -> bool:
    """Ask in the terminal, if there is one."""
    if not sys.stdin.isatty():
        return False
    return input("Start it? (yes/no) ").strip().lower() in ("y", "yes")
