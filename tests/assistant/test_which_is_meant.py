"""Which dataset, file, model, fix or run a message means."""

from pathlib import Path
from typing import Any

import pytest

from assistant.arguments import fill
from assistant.outside import one_base_model
from assistant.said import Missing
from assistant.transcript import Turn
from benchmarks.states import build, training
from store import Workspace
from tests.assistant.conftest import Model, filled
from tools import TOOLS


def test_the_only_dataset_need_not_be_named(ws: Workspace) -> None:
    model = Model()
    assert fill(TOOLS["profile_dataset"], ws, [Turn("what is in there?")], [], model) == {"dataset": "reviews"}
    assert model.asked == {}


@pytest.mark.parametrize(
    "source",
    ["report.pdf", "wards/notes.docx", "~/letters", "./letters", "/srv/letters", "data/letters", "talks.csv.gz"],
)
def test_any_kind_of_file_and_a_folder_can_be_named(empty: Workspace, source: str) -> None:
    assert filled(empty, "load_dataset", f"please load {source}") == {"source": source}


@pytest.mark.parametrize(
    "folder, is_model", [("weights/mine", True), ("data/rows.xlsx", False), ("data/rows.pdf", False)]
)
def test_a_file_with_data_is_no_base_model(folder: str, is_model: bool) -> None:
    assert (one_base_model(f"train on {folder}") == folder) == is_model


@pytest.mark.parametrize(
    ("wish", "dataset"),
    [
        ("profile reviews_test", "reviews_test"),
        ("profile Reviews Test please", "reviews_test"),
        ("profile the reviews", "reviews"),
        ("profile the first dataset", "reviews"),
        ("profile the latest dataset", "reviews_test"),
    ],
)
def test_a_name_that_is_spelled_out_or_pointed_at_is_taken(two: Workspace, wish: str, dataset: str) -> None:
    assert filled(two, "profile_dataset", wish) == {"dataset": dataset}


def test_a_dataset_inside_a_file_name_is_not_that_dataset(ws: Workspace) -> None:
    assert filled(ws, "load_dataset", "load ./reviews.csv") == {"source": "./reviews.csv"}


def test_a_base_model_is_taken_as_it_was_written(ws: Workspace) -> None:
    given = filled(ws, "start_training", "train SmolLM2-135M-Instruct on reviews")
    assert given == {"dataset": "reviews", "base_model": "SmolLM2-135M-Instruct"}


def test_fixes_by_number_are_taken(ws: Workspace) -> None:
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    assert filled(ws, "apply_fixes", "do fix 1") == {"fixes": ["fix-1"]}


@pytest.mark.parametrize(
    ("wish", "dataset", "against", "kinds"),
    [
        ("does reviews leak into reviews_test", "reviews", "reviews_test", {"kinds": ["leakage"]}),
        ("are rows of reviews_test also in reviews", "reviews_test", "reviews", {}),
    ],
)
def test_two_names_are_taken_in_their_order(
    two: Workspace, wish: str, dataset: str, against: str, kinds: dict[str, Any]
) -> None:
    assert filled(two, "propose_fixes", wish) == {"dataset": dataset, "against": against} | kinds


@pytest.mark.parametrize(
    ("tool", "wish", "arguments"),
    [
        ("decline_fixes", "leave the doubles alone", {"kinds": ["exact_duplicates"]}),
        ("apply_fixes", "only the exact duplicates please", {"kinds": ["exact_duplicates"]}),
        ("apply_fixes", "number one can be done", {"fixes": ["fix-1"]}),
        ("apply_fixes", "not that one. the second", {"fixes": ["fix-2"]}),
        ("decline_fixes", "forget 1 and 2", {"fixes": ["fix-1", "fix-2"]}),
        ("decline_fixes", "skip the last one", {"fixes": ["fix-2"]}),
        ("apply_fixes", "apply all of them", {}),
    ],
)
def test_fixes_are_meant_by_number_place_or_kind(
    ws: Workspace, tool: str, wish: str, arguments: dict[str, Any]
) -> None:
    with ws.approvals.typed("load_dataset", {}):
        rows = "from (values ('one text', 1), ('one text', 1), ('mail me: a@b.org', 0)) t(text, label)"
        ws.datasets.derive(
            "reviews", f"select *, row_number() over () as _row {rows}", sentence="More rows.", recipe={}
        )
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    assert [fix.kind for fix in ws.fixes.all(state="open")] == ["email_addresses", "exact_duplicates"]
    assert filled(ws, tool, wish) == arguments


def test_kinds_are_meant_among_those_that_are_open(ws: Workspace) -> None:
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    assert filled(ws, "apply_fixes", "drop the doubles") == {"kinds": ["exact_duplicates"]}
    both = ["exact_duplicates", "normalised_duplicates"]
    assert filled(ws, "propose_fixes", "find the doubles") == {"dataset": "reviews", "kinds": both}


def test_which_of_two_datasets_is_asked_for_if_nothing_tells(two: Workspace) -> None:
    with pytest.raises(Missing, match="Which dataset do you mean: reviews or reviews_test") as told:
        filled(two, "split_dataset", "split it")
    assert told.value.options == ["reviews", "reviews_test"]
    assert filled(two, "split_dataset", "split it", Turn("profile reviews")) == {"dataset": "reviews"}


def test_a_part_of_a_name_is_enough(two: Workspace) -> None:
    with two.approvals.typed("load_dataset", {}):
        two.datasets.add("faq_pairs", "select 'a' as question, 'b' as answer", sentence="Loaded.", recipe={})
    assert filled(two, "show_history", "what happened to the faq so far") == {"dataset": "faq_pairs"}


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("history of the larger one", "reviews"),
        ("history of the smallest file", "faq_pairs"),
        ("history of the cleaned version", "reviews"),
        ("history of the smaller of our two tables", "faq_pairs"),
        ("what happened to the answer column", "faq_pairs"),
        ("what happened to the questions", "faq_pairs"),
    ],
)
def test_a_dataset_is_meant_by_what_is_so_of_it(ws: Workspace, wish: str, name: str) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("faq_pairs", "select 'a' as question, 'b' as answer", sentence="Loaded.", recipe={})
        ws.datasets.derive("reviews", "from parent", sentence="Cleaned.", recipe={})
    assert filled(ws, "show_history", wish) == {"dataset": name}


@pytest.mark.parametrize(
    ("tool", "wish", "arguments"),
    [
        ("undo_change", "put it back to how I loaded it", {"dataset": "reviews", "to_version": 1}),
        ("undo_change", "go back one step", {"dataset": "reviews"}),
        ("compare_versions", "reviews as we got it beside reviews now", {"dataset": "reviews", "from_version": 1}),
        ("export_dataset", "number 2 of reviews in a file", {"dataset": "reviews", "version": 2}),
        ("export_dataset", "the untouched reviews in a file", {"dataset": "reviews", "version": 1}),
    ],
)
def test_the_first_version_is_what_was_loaded(ws: Workspace, tool: str, wish: str, arguments: dict[str, Any]) -> None:
    assert filled(ws, tool, wish, to_version=1) == arguments


def test_an_upload_is_meant_by_its_place_or_its_kind(empty: Workspace) -> None:
    for name in ("letters.csv", "notes.jsonl"):
        (empty.uploads / name).write_text("x")
    before = Turn("which files are there?", said="notes.jsonl and letters.csv.")
    assert filled(empty, "load_dataset", "now the csv") == {"source": "letters.csv"}
    assert filled(empty, "load_dataset", "and the JSON Lines one") == {"source": "notes.jsonl"}
    assert filled(empty, "load_dataset", "load the first of those two", before) == {"source": "notes.jsonl"}
    assert filled(empty, "load_dataset", "the second of those, load it", before) == {"source": "letters.csv"}


def test_what_is_undone_is_a_dataset_that_was_changed(two: Workspace) -> None:
    with two.approvals.typed("apply_fixes", {}):
        two.datasets.derive("reviews", "select * from parent limit 1", sentence="Dropped.", recipe={})
    assert filled(two, "undo_change", "that was a step too far, back please") == {"dataset": "reviews"}
    assert filled(two, "undo_change", "back to the start with reviews_test")["dataset"] == "reviews_test"


def test_some_of_the_fixes_are_asked_for(ws: Workspace) -> None:
    with ws.approvals.typed("load_dataset", {}):
        rows = "from (values ('one text', 1), ('one text', 1), ('mail me: a@b.org', 0)) t(text, label)"
        ws.datasets.derive("reviews", f"select *, row_number() over () as _row {rows}", sentence="More.", recipe={})
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    with pytest.raises(Missing, match="Which of fix-1 and fix-2"):
        filled(ws, "apply_fixes", "just one of them please")
    assert filled(ws, "apply_fixes", "all but one of them, the duplicates") == {"fixes": ["fix-1"]}


@pytest.mark.parametrize(("ahead", "best"), [(0.04, "run-1"), (-0.04, "run-2")])
def test_the_better_run_is_the_one_that_came_out_ahead(tmp_path: Path, ahead: float, best: str) -> None:
    ws = build("trained", tmp_path)
    body = {"runs": ["run-1", "run-2"], "primary": "f1", "metrics": {"f1": {"difference": {"value": ahead}}}}
    ws.reports.save("comparison", body, run="run-1")
    assert filled(ws, "export_run", "save the better one for production") == {"run": best}


@pytest.mark.parametrize(("metrics", "best"), [(("f1", "f1"), "run-1"), (("f1", "bleu"), None)])
def test_the_best_run_is_the_one_that_was_scored_best(
    tmp_path: Path, metrics: tuple[str, str], best: str | None
) -> None:
    ws = build("trained", tmp_path)
    for run, metric, value in zip(("run-1", "run-2"), metrics, (0.8, 0.7), strict=True):
        body = {"primary": metric, "metrics": {metric: {"tuned": {"value": value}}}}
        ws.reports.save("evaluation", body, run=run)
    assert filled(ws, "export_run", "the winner goes to our IT").get("run") == best


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("compare them", {"run": "run-2", "other": "run-1"}),
        ("did I change the prompt of run-1 for the better in run-2", {"run": "run-1", "other": "run-2"}),
        ("is run-2 better than its untuned base", {"run": "run-2", "untuned": True}),
        ("does the gguf of run-1 answer as well as run-1", {"run": "run-1", "form": "gguf"}),
        ("run-2 at checkpoints 20, 40 and 60 against the end", {"run": "run-2", "checkpoints": [20, 40, 60]}),
        ('would run-1 do better with the prompt "Name the team."?', {"run": "run-1", "prompt": "Name the team."}),
        ("run-1 against http://localhost:8080/v1, please", {"run": "run-1", "endpoint": "http://localhost:8080/v1"}),
        ("is run-1 better than plain smollm2-135m-instruct", {"run": "run-1", "base": "SmolLM2-135M-Instruct"}),
    ],
)
def test_what_a_run_is_compared_with_need_be_no_run(tmp_path: Path, wish: str, meant: dict[str, Any]) -> None:
    assert filled(build("trained", tmp_path), "compare_runs", wish) == meant


def test_further_runs_are_those_that_are_not_one_of_the_two(tmp_path: Path) -> None:
    ws = build("trained", tmp_path)
    training(ws, "result.json", {})
    found = filled(ws, "compare_runs", "run-3, run-1 and run-2 all against each other")
    assert found == {"run": "run-3", "other": "run-1", "others": ["run-2"]}


def test_of_several_the_best_run_came_out_ahead(tmp_path: Path) -> None:
    ws = build("trained", tmp_path)
    ws.reports.save("comparison", {"runs": ["run-2", "run-2 untuned", "run-1"], "best": "run-1"}, run="run-2")
    assert filled(ws, "export_run", "save the better one for production") == {"run": "run-1"}
