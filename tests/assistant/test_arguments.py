"""What the program fills in by itself, and what it leaves to the model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.arguments import fill
from assistant.outside import one_base_model
from assistant.own_words import read
from assistant.said import Missing
from assistant.transcript import Done, Turn
from assistant.wishes import in_full
from benchmarks.states import build, training
from store import Workspace
from tools import TOOLS, Tool


@pytest.fixture
def two(ws: Workspace) -> Workspace:
    """Two datasets: reviews and reviews_test."""
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("reviews_test", "select 'fine' as text, 1 as label", sentence="Loaded.", recipe={})
    return ws


class Model:
    """Answers with what is given, and keeps what it was asked for."""

    def __init__(self, **gives: Any) -> None:
        self.gives, self.asked = gives, {}

    def __call__(self, messages: Sequence[Any], properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
        self.asked = properties
        return {name: value for name, value in self.gives.items() if name in properties}


def filled(ws: Workspace, tool: str, wish: str, *earlier: Turn, **gives: Any) -> dict[str, Any]:
    return fill(TOOLS[tool], ws, [*earlier, Turn(wish)], [], Model(**gives))


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


def test_what_was_talked_about_last_is_it(two: Workspace) -> None:
    before = Turn("profile reviews_test", [Done("profile_dataset", {"dataset": "reviews_test"}, "1 row.", False)])
    assert filled(two, "show_history", "and what happened to it?", before) == {"dataset": "reviews_test"}
    assert filled(two, "show_history", "and the other one?", before) == {"dataset": "reviews"}
    assert filled(two, "show_history", "great, now the other, please", before) == {"dataset": "reviews"}


def test_a_dataset_inside_a_file_name_is_not_that_dataset(ws: Workspace) -> None:
    assert filled(ws, "load_dataset", "load ./reviews.csv") == {"source": "./reviews.csv"}


def test_numbers_that_nobody_said_are_dropped(ws: Workspace) -> None:
    given = filled(ws, "split_dataset", "hold out 25 % for testing", test=0.25, validation=0.15, seed=7)
    assert given == {"dataset": "reviews", "test": 0.25}


def test_without_a_number_no_number_is_asked_for(ws: Workspace) -> None:
    assert filled(ws, "split_dataset", "split it", test=0.3, seed=1) == {"dataset": "reviews"}


def test_text_that_nobody_said_is_dropped(ws: Workspace) -> None:
    given = filled(ws, "load_dataset", "load tickets.csv and name it moans", name="moans", subset="default")
    assert given == {"source": "tickets.csv", "name": "moans"}


def test_what_stands_in_quotes_is_the_text(ws: Workspace) -> None:
    assert filled(ws, "try_run", "it's time: try 'my parcel isn't here' please") == {"text": "my parcel isn't here"}


def test_a_query_in_sql_is_taken_as_it_is(ws: Workspace) -> None:
    assert filled(ws, "query_dataset", "select count(*) from reviews") == {"sql": "select count(*) from reviews"}


@pytest.mark.parametrize("wish", ["select the longest texts from reviews", "from reviews, the ones with label 1"])
def test_words_that_begin_as_a_query_does_are_none(ws: Workspace, wish: str) -> None:
    assert filled(ws, "query_dataset", wish, sql="from reviews") == {"question": wish, "sql": "from reviews"}


def test_a_query_of_the_user_that_failed_is_written_anew(ws: Workspace) -> None:
    wish = "select texts from reviews"
    turn = Turn(wish, [Done("query_dataset", {"sql": wish}, "There is no texts.", failed=True)])
    assert fill(TOOLS["query_dataset"], ws, [turn], [], Model(sql="select text from reviews", wrong="")) == {
        "sql": "select text from reviews"
    }


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


@pytest.mark.parametrize(("tool", "told"), [("show_history", "no dataset yet"), ("load_dataset", "Which file")])
def test_what_is_missing_is_asked_for(empty: Workspace, tool: str, told: str) -> None:
    with pytest.raises(Missing, match=told):
        filled(empty, tool, "do it")


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("I uploaded mails.csv, please load it as tickets", "tickets"),
        ("load mails.csv as Claims and show me the rows", "Claims"),
        ("open mails.csv, call it moans", "moans"),
        ("import mails.csv. It should be named 'letters'", "letters"),
        ("load mails.csv as usual", None),
        ("load mails.csv as the test split", None),
    ],
)
def test_something_new_is_called_as_it_was_said(empty: Workspace, wish: str, name: str | None) -> None:
    (empty.uploads / "mails.csv").write_text("text,label\nhello there,a\n")
    assert filled(empty, "load_dataset", wish).get("name") == name


@pytest.mark.parametrize(
    ("wish", "leans"),
    [
        ("and for the other one?", True),
        ("no, the second", True),
        ("same for claims pls", True),
        ("what about claims", True),
        ("do that again but with 3 epochs", True),
        ("six rather than four", True),
        ("take ia3 instead", True),
        ("great, can I have that for claims too?", True),
        ("10 % please", True),
        ("hm, 4 epochs then", True),
        ("with seed 5 so I can repeat it", True),
        ("what if I only take one epoch", True),
        ("double the rank", True),
        ("I meant merged, sorry", True),
        ("but call it tickets", True),
        ("as chat messages instead, the trainer wants conversations", True),
        ("No, the other one: I was asking about claims.", True),
        ("and the newer one, what does it get?", True),
        ("no, that one is meant to be there", False),
        ("only the first ten rows, then show me the report", False),
        ("use the first 20 rows", False),
        ("and is it fair to women?", False),
        ("now split it", False),
        ("no thanks", False),
        ("try it", False),
    ],
)
def test_what_leans_on_the_message_before_is_read_after_it(wish: str, leans: bool) -> None:
    talk = [Turn("describe reviews"), Turn(wish)]
    assert in_full(talk) == (f"describe reviews {wish}" if leans else wish)
    assert in_full(talk[1:]) == wish


@pytest.mark.parametrize(
    ("wish", "gives", "arguments"),
    [
        ("do that again but with 3 epochs", {"epochs": 3}, {"technique": "dora", "dataset": "reviews", "epochs": 3}),
        ("and for reviews_test?", {}, {"technique": "dora", "dataset": "reviews_test", "epochs": 2}),
        ("plan one for reviews", {}, {"dataset": "reviews"}),
    ],
)
def test_a_difference_leaves_the_rest_of_a_call_as_it_was(
    two: Workspace, wish: str, gives: dict[str, Any], arguments: dict[str, Any]
) -> None:
    before = Done("plan_training", {"dataset": "reviews", "technique": "dora", "epochs": 2}, "The plan.", failed=False)
    assert filled(two, "plan_training", wish, Turn("plan dora for reviews, 2 epochs", [before]), **gives) == arguments


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


@pytest.mark.parametrize(
    ("tool", "wish", "arguments"),
    [
        ("format_dataset", "turn it into conversations", {"dataset": "reviews", "style": "messages"}),
        ("start_training", "train a classifier on it", {"dataset": "reviews", "task": "classify"}),
        ("start_training", "tune all the weights", {"dataset": "reviews", "technique": "full"}),
    ],
)
def test_a_choice_is_meant_by_words_for_it(ws: Workspace, tool: str, wish: str, arguments: dict[str, Any]) -> None:
    assert filled(ws, tool, wish) == arguments


@pytest.mark.parametrize(("change", "rank"), [("double the rank", 16), ("halve the rank please", 4)])
def test_a_setting_that_was_said_is_doubled_or_halved(ws: Workspace, change: str, rank: int) -> None:
    before = Turn("train on reviews, rank 8", said="I would train with rank 8.")
    assert filled(ws, "start_training", change, before)["rank"] == rank


@pytest.mark.parametrize("wish", ["fine, then go", "ok start the training please", "Let's do it like that!"])
def test_what_was_planned_is_started_as_it_was_planned(two: Workspace, wish: str) -> None:
    planned = {"dataset": "reviews_test", "epochs": 2.0, "rank": 4}
    before = Turn("plan a training on reviews_test", [Done("plan_training", planned, "I would train.", False)])
    assert filled(two, "start_training", wish, before) == planned
    assert filled(two, "start_training", "train on reviews", before) == {"dataset": "reviews"}


def test_kinds_are_meant_among_those_that_are_open(ws: Workspace) -> None:
    TOOLS["propose_fixes"].run(ws, {"dataset": "reviews"})
    assert filled(ws, "apply_fixes", "drop the doubles") == {"kinds": ["exact_duplicates"]}
    both = ["exact_duplicates", "normalised_duplicates"]
    assert filled(ws, "propose_fixes", "find the doubles") == {"dataset": "reviews", "kinds": both}


def test_what_is_either_so_or_not_is_never_made_up(ws: Workspace) -> None:
    given = filled(ws, "augment_dataset", "make 40 more rows", balance=True)
    assert given == {"dataset": "reviews", "rows": 40}
    assert filled(ws, "augment_dataset", "make 40 more rows of the rare ones")["balance"] is True


def test_a_number_or_a_column_is_given_as_often_as_it_was_said(ws: Workspace) -> None:
    given = {"test": 0.15, "validation": 0.15}
    assert filled(ws, "split_dataset", "70/15/15 please", **given) == {"dataset": "reviews"} | given
    given = filled(ws, "format_dataset", "pairs out of every text", text="text", label="text")
    assert given == {"dataset": "reviews", "style": "pairs", "text": "text"}


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


def test_an_answer_to_a_question_is_read_after_what_was_asked_about() -> None:
    asked = Turn("split it", said="Which dataset do you mean: reviews or reviews_test?")
    assert in_full([asked, Turn("reviews_test please")]) == "split it reviews_test please"
    assert in_full([asked, Turn("what is a split")]) == "what is a split"


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


@pytest.mark.parametrize(
    ("tool", "wish", "said"),
    [
        ("augment_dataset", "I want twice as many rows", {"share": 1}),
        ("augment_dataset", "double reviews", {"share": 1}),
        ("augment_dataset", "40 rows more, please", {"rows": 40}),
        ("augment_dataset", "level the rare labels of reviews", {"balance": True}),
        ("format_dataset", "put before each row: Is this review good?", {"instruction": "Is this review good?"}),
        ("format_dataset", 'chats with the system prompt "Be kind."', {"system": "Be kind."}),
        (
            "format_dataset",
            "chats, the system prompt is: Answer as a nurse would.",
            {"system": "Answer as a nurse would."},
        ),
    ],
)
def test_what_words_mean_by_themselves_does_not_need_the_model(
    ws: Workspace, tool: str, wish: str, said: dict[str, Any]
) -> None:
    assert said.items() <= filled(ws, tool, wish).items()


def test_a_number_in_a_quotation_is_a_piece_of_it(ws: Workspace) -> None:
    wish = "give it a go with 'Bed 3: Mr Nguyen has a fever of forty'"
    assert filled(ws, "try_run", wish) == {"text": "Bed 3: Mr Nguyen has a fever of forty"}


@pytest.mark.parametrize("asked", [{"text": "my parcel"}, {"row": 12}])
def test_what_an_answer_leaned_on_is_asked_of_the_last_text(ws: Workspace, asked: dict[str, Any]) -> None:
    before = Turn("try it", [Done("try_run", {"run": "run-1", **asked}, "Both say so.", False)])
    assert filled(ws, "explain_prediction", "which words led it there?", before) == asked
    assert filled(ws, "explain_prediction", "and for row 9?", before, row=9) == {"row": 9}


def test_what_an_answer_leaned_on_is_asked_of_the_text_that_was_quoted_last(ws: Workspace) -> None:
    before = Turn("what does it say to 'the lift is stuck'?", said="repair")
    assert filled(ws, "explain_prediction", "which words led it there?", before) == {"text": "the lift is stuck"}
    before = Turn("ask run-2: the heating is cold", said="repair")
    assert filled(ws, "try_run", "the same with the untuned model", before) == {"text": "the heating is cold"}


def test_numbers_said_to_be_dropped_are_zero(ws: Workspace) -> None:
    wish = "make the test part 30 percent and drop the validation part"
    assert filled(ws, "split_dataset", wish) == {"dataset": "reviews", "test": 0.3, "validation": 0.0}


def test_a_number_that_was_said_once_is_one_arguments(ws: Workspace) -> None:
    given = {"test": 0.15, "validation": 0.15}
    assert filled(ws, "split_dataset", "15 percent, I would say", **given) == {"dataset": "reviews", "test": 0.15}
    assert filled(ws, "split_dataset", "split it, a quarter of it for the test") == {"dataset": "reviews", "test": 0.25}


@pytest.mark.parametrize(
    ("wish", "group"),
    [
        ("are the north and the south treated alike", "area"),
        ("is every area treated alike", "area"),
        ("is the north treated well", None),
        ("are old and young treated alike", None),
    ],
)
def test_groups_are_meant_by_their_names(ws: Workspace, wish: str, group: str | None) -> None:
    rows = "from (values ('a', 'yes', 'North'), ('b', 'no', 'South'), ('c', 'no', 'East')) t(text, label, area)"
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("grants", rows, sentence="Loaded.", recipe={})
    expected = {"dataset": "grants"} | ({"group": group} if group else {})
    assert filled(ws, "audit_bias", f"in grants, {wish}?") == expected


def test_a_column_that_only_one_has_does_not_outdo_what_is_pointed_at(ws: Workspace) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("mails", "select 'a' as mail, 'b' as team", sentence="Loaded.", recipe={})
        ws.datasets.derive("reviews", "select *, 'train' as split from parent", sentence="Split.", recipe={})
    before = Turn("keep 20 % of reviews", [Done("split_dataset", {"dataset": "reviews", "test": 0.2}, "Done.", False)])
    assert filled(ws, "split_dataset", "the other one gets the same split", before)["dataset"] == "mails"


def test_a_change_is_not_a_dataset_that_is_pointed_at(two: Workspace) -> None:
    before = Turn("trim reviews, then drop its repeats", said="Both are done in reviews.")
    assert filled(two, "undo_change", "put the second one back", before)["dataset"] == "reviews"


def test_the_former_and_the_latter_are_the_two_named_last(two: Workspace) -> None:
    before = Turn("which is larger, reviews_test or reviews?", said="reviews has 3 rows, reviews_test 1.")
    assert filled(two, "start_training", "train on the former", before) == {"dataset": "reviews_test"}
    assert filled(two, "start_training", "train on the latter", before) == {"dataset": "reviews"}


def test_what_was_said_before_is_read_where_no_call_was_made(two: Workspace) -> None:
    before = Turn("look for e-mail addresses in reviews", said="Which of them?")
    found = filled(two, "propose_fixes", "same for reviews_test", before)
    assert found == {"dataset": "reviews_test", "kinds": ["email_addresses"]}


def test_a_bare_number_is_what_was_asked_for(ws: Workspace) -> None:
    before = Turn("train with batches of 8", said="The memory was used up. Which batch_size shall I take?")
    assert filled(ws, "start_training", "ok 4 then", before) == {"dataset": "reviews", "batch_size": 4}


def test_an_upload_is_meant_by_its_place_or_its_kind(empty: Workspace) -> None:
    for name in ("letters.csv", "notes.jsonl"):
        (empty.uploads / name).write_text("x")
    before = Turn("which files are there?", said="notes.jsonl and letters.csv.")
    assert filled(empty, "load_dataset", "now the csv") == {"source": "letters.csv"}
    assert filled(empty, "load_dataset", "and the JSON Lines one") == {"source": "notes.jsonl"}
    assert filled(empty, "load_dataset", "load the first of those two", before) == {"source": "notes.jsonl"}
    assert filled(empty, "load_dataset", "the second of those, load it", before) == {"source": "letters.csv"}


def test_a_question_about_rows_needs_some(empty: Workspace) -> None:
    with pytest.raises(Missing, match="no dataset yet"):
        filled(empty, "query_dataset", "show me the first rows", sql="select 1")


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


class _Boat:
    """A tool that has to be told a number and a place, and no workspace for it."""

    name, asks = "book_boat", ()

    def schema(self, _: Any) -> dict[str, Any]:
        properties = {"seats": {"type": "integer"}, "to": {"type": "string"}}
        return {"properties": properties, "required": ["seats", "to"]}


def _booked(wish: str, **gives: Any) -> dict[str, Any]:
    tool, nothing = cast(Tool, _Boat()), cast(Workspace, None)
    return fill(tool, nothing, [Turn(wish)], [], Model(**gives))


@pytest.mark.parametrize("wish", ["a boat to Hydra for 4", "four of us go to Hydra by boat"])
def test_a_number_and_a_place_that_were_said_are_taken(wish: str) -> None:
    assert _booked(wish, seats=4, to="Hydra") == {"seats": 4, "to": "Hydra"}


@pytest.mark.parametrize(
    ("gives", "asked"),
    [({"seats": 2, "to": "Hydra"}, "seats"), ({"seats": 4, "to": "Poros"}, "to")],
)
def test_what_would_have_to_be_made_up_is_asked_for(gives: dict[str, Any], asked: str) -> None:
    with pytest.raises(Missing, match=f"Tell me the {asked}"):
        _booked("a boat to Hydra for 4", **gives)


def test_the_word_for_what_is_done_is_no_column(two: Workspace) -> None:
    with two.approvals.typed("load_dataset", {}):
        two.datasets.add("older", "select 'fine' as text, 'train' as split", sentence="Loaded.", recipe={})
    before = Turn("split reviews", [Done("split_dataset", {"dataset": "reviews", "test": 0.4}, "Split.", False)])
    found = filled(two, "split_dataset", "reviews_test gets the same split", before)
    assert found == {"dataset": "reviews_test", "test": 0.4}


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Deploy run-1 as helpdesk, with the texts kept", "helpdesk"),
        ("serve run-2 as triage on port 9000", "triage"),
        ("start an endpoint called ward-7 with run-1", "ward-7"),
        ("serve run-2 as an OpenAI-compatible API", None),
        ("deploy run-1 as a service", None),
        ("deploy it as soon as possible", None),
    ],
)
def test_a_service_is_called_what_is_said(wish: str, name: str | None) -> None:
    assert read("service", wish) == name
