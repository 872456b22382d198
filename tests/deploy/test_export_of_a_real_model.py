"""SmolLM2-135M, trained for a moment, in the forms that people run on their own machines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Workspace
from store.engine import literal
from tests.tiny_run import ENDINGS, ROWS, plan
from tools import TOOLS

QUESTION = "Which kind of request is this: delivery, refund or technical? Answer with one word. "


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A run on 46 tickets; 50 others are its test."""
    cases = [(f"{text}{ending}", label) for label, texts in ROWS.items() for text in texts for ending in ENDINGS]
    values = ", ".join(
        f"({literal(text)}, {literal(label)}, {literal(QUESTION + text)}, {literal(label)}, "
        f"{literal('test' if n % 2 == 0 or n in (1, 51) else 'train')})"
        for n, (text, label) in enumerate(cases)
    )
    folder = tmp_path_factory.mktemp("real")
    with Workspace(folder / "home", readable=(folder,)) as ws:
        with ws.approvals.typed("load_dataset", {"source": "tickets.csv"}):
            ws.datasets.add(
                "tickets",
                f"from (values {values}) t(text, label, prompt, completion, split)",
                sentence="Loaded 96 rows from tickets.csv.",
                recipe={},
                roles={name: name for name in ("text", "label", "prompt", "completion", "split")},
            )
        settings = plan(Path("smollm2-135m-instruct"), epochs=2, learning_rate=1e-3, rank=8, alpha=16)
        with ws.approvals.typed("start_training", {"dataset": "tickets"}):
            run = ws.runs.start("tickets", ws.datasets.head("tickets").number, settings)
        ws.jobs.wait(run.job.id)
        yield ws


@pytest.mark.model
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("form", "kind", "difference"),
    [("gguf", "8_bit", 1.0), ("gguf", "4_bit", 6.0), ("gguf_adapter", None, 0.2), ("merged", None, 1e-3)],
)
def test_a_real_model_is_served_as_it_was_trained(tuned: Workspace, form: str, kind: str | None, difference: float):
    with tuned.approvals.typed("export_run", {}):
        done = TOOLS["export_run"].run(tuned, {"run": "run-1", "form": form, "kind": kind})
    assert done.data
    assert done.data["passed"], done.data["faults"]
    assert done.data["prompts"] == 50 and done.data["same_choice"] >= (40 if kind == "4_bit" else 45)
    assert done.data["largest_difference"] < difference
