"""Runs and services that are described instead of named, and what a message leaves as it was."""

from pathlib import Path
from typing import Any

import pytest

from assistant import described
from assistant.scene import Scene
from assistant.transcript import Done, Turn
from benchmarks.projects import build
from store import Workspace
from tests.assistant.conftest import filled

RUNS = [
    ("done", "lora", "HuggingFaceTB/SmolLM2-135M-Instruct", "tax_letters", "sparrow"),
    ("failed", "full", "sentence-transformers/minilm-l6", "tax_letters", ""),
    ("stopped", "dora", "HuggingFaceTB/SmolLM2-135M-Instruct", "calls", ""),
    ("done", "ia3", "HuggingFaceTB/SmolLM2-135M-Instruct", "calls", ""),
]
SERVICES = [("office", "serving", ["run-1"]), ("office_old", "ended", ["run-4"])]


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    """Four runs over two datasets, and two services, of which one has ended."""
    columns = {"text": "text", "topic": "label", "district": "other"}
    runs: list[dict[str, Any]] = [
        {"id": f"run-{place}", "state": state, "technique": technique, "base_model": base, "dataset": dataset}
        | ({"name": name} if name else {})
        for place, (state, technique, base, dataset, name) in enumerate(RUNS, 1)
    ]
    scene = Scene(
        goal=None,
        datasets=[{"name": name, "rows": 40, "version": 1, "columns": columns} for name in ("tax_letters", "calls")],
        fixes=[],
        runs=runs,
        reports=[],
        uploads=[],
        services=[{"name": name, "state": state, "runs": served} for name, state, served in SERVICES],
    )
    return build(scene, tmp_path / "home")


@pytest.mark.parametrize(
    ("wish", "run"),
    [
        ("throw the dora away", "run-3"),
        ("the one that crashed can go", "run-2"),
        ("remove the half-finished training", "run-3"),
        ("delete the minilm model", "run-2"),
        ("get rid of sparrow", "sparrow"),
        ("keep only the dora, so the ia3 may be deleted", "run-4"),
        ("the dora? no, the fully tuned one", "run-2"),
        ("erase the first calls model", "run-3"),
        ("delete the third", "run-3"),
        ("bitte den zweiten Lauf löschen", "run-2"),
        ("delete what answers in office_old", "run-4"),
    ],
)
def test_a_run_is_told_by_what_it_is(office: Workspace, wish: str, run: str) -> None:
    assert filled(office, "delete_run", wish) == {"run": run}


def test_two_descriptions_are_two_runs_in_the_order_of_the_words(office: Workspace) -> None:
    assert described.runs(office, "the ia3 against the full one") == [["run-4"], ["run-2"]]
    assert described.runs(office, "anything that was trained") == []
    assert described.runs(office, 'call it "the dora" at https://x.example/ia3, for lora/full') == []


@pytest.mark.parametrize(
    ("wish", "service"),
    [("end the live service", "office"), ("start the retired one again", "office_old"), ("stop office", "office")],
)
def test_a_service_is_told_by_its_state_or_a_piece_of_its_name(office: Workspace, wish: str, service: str) -> None:
    assert filled(office, "change_service", wish)["service"] == service


def test_the_service_that_was_talked_about_is_meant(office: Workspace) -> None:
    earlier = Turn("how is office_old?", [Done("check_service", {"service": "office_old"}, "Fine.", failed=False)])
    assert filled(office, "connect_service", "and from node, how?", earlier)["service"] == "office_old"


def test_what_the_run_was_made_with_is_not_what_shall_be_different(office: Workspace) -> None:
    assert filled(office, "repeat_training", "the dora on calls once more with seed 5") == {"run": "run-3", "seed": 5}
    assert filled(office, "repeat_training", "run-1 again, with dora") == {"run": "run-1", "technique": "dora"}
    assert filled(office, "repeat_training", "sparrow again on calls") == {"run": "sparrow", "dataset": "calls"}
    again = filled(office, "repeat_training", "sparrow again, on tax_letters as it is now")
    assert again == {"run": "sparrow", "dataset": "tax_letters"}
    newest = filled(office, "repeat_training", "repeat sparrow on the newest version of tax_letters")
    assert newest == {"run": "sparrow", "dataset": "tax_letters"}


def test_a_difference_leaves_the_rest_of_the_call_as_it_was(office: Workspace) -> None:
    before = {"dataset": "calls", "by": "district", "rounds": 9}
    earlier = Turn("federate calls over the districts, 9 rounds", [Done("train_federated", before, "", failed=False)])
    assert filled(office, "train_federated", "mu 0.3 please", earlier) == before | {"mu": 0.3}
    whole = filled(office, "train_federated", "calls, federated, every district a client", earlier)
    assert whole == {"dataset": "calls", "by": "district"}
    clients = filled(office, "train_federated", "no, 6 clients by chance", earlier)
    assert clients == {"dataset": "calls", "rounds": 9, "clients": 6}
    assert filled(office, "train_federated", "tax_letters in 4 rounds", earlier) == {
        "dataset": "tax_letters",
        "rounds": 4,
    }


def test_what_is_turned_off_or_taken_back_leaves_nothing_as_it_was(office: Workspace) -> None:
    mirrored = Turn(
        "show the runs in mlflow", [Done("mirror_runs", {"tracker": "mlflow", "name": "tax"}, "", failed=False)]
    )
    assert filled(office, "mirror_runs", "no, switch it off again", mirrored) == {"tracker": "none"}
    pushed = {"run": "run-1", "repository": "town/letters"}
    earlier = Turn("publish sparrow at town/letters", [Done("publish_run", pushed, "", failed=False)])
    taken_back = filled(office, "publish_run", "a mistake, back to commit 9ab34cd", earlier)
    assert taken_back == {"repository": "town/letters", "back_to": "9ab34cd"}


@pytest.mark.parametrize("wish", ["the districts keep their calls", "calls, federated, every district a client"])
def test_clients_are_told_by_the_column_that_has_them(office: Workspace, wish: str) -> None:
    assert filled(office, "train_federated", wish)["by"] == "district"


def test_any_column_that_is_no_text_and_no_answer_may_tell_groups(office: Workspace) -> None:
    assert filled(office, "audit_bias", "audit calls for bias by district") == {"dataset": "calls", "group": "district"}
