"""What the program fills in by itself, and what it leaves to the model."""

from typing import Any, cast

import pytest

from assistant.arguments import fill
from assistant.said import Missing
from assistant.spoken import repositories, service_names
from assistant.transcript import Done, Turn
from store import Workspace
from tests.assistant.conftest import Model, filled
from tools import TOOLS, Tool


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
    ("tool", "wish", "arguments"),
    [
        ("format_dataset", "turn it into conversations", {"dataset": "reviews", "style": "messages"}),
        ("start_training", "train a classifier on it", {"dataset": "reviews", "task": "classify"}),
        ("start_training", "tune all the weights", {"dataset": "reviews", "technique": "full"}),
    ],
)
def test_a_choice_is_meant_by_words_for_it(ws: Workspace, tool: str, wish: str, arguments: dict[str, Any]) -> None:
    assert filled(ws, tool, wish) == arguments


def test_what_is_either_so_or_not_is_never_made_up(ws: Workspace) -> None:
    given = filled(ws, "augment_dataset", "make 40 more rows", balance=True)
    assert given == {"dataset": "reviews", "rows": 40}
    assert filled(ws, "augment_dataset", "make 40 more rows of the rare ones")["balance"] is True


def test_a_number_or_a_column_is_given_as_often_as_it_was_said(ws: Workspace) -> None:
    given = {"test": 0.15, "validation": 0.15}
    assert filled(ws, "split_dataset", "70/15/15 please", **given) == {"dataset": "reviews"} | given
    given = filled(ws, "format_dataset", "pairs out of every text", text="text", label="text")
    assert given == {"dataset": "reviews", "style": "pairs", "text": "text"}


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


def test_a_one_beside_no_name_of_an_argument_is_none_of_its_numbers(ws: Workspace) -> None:
    shared = "our sites may not pool reviews, yet want one model"
    given = filled(ws, "train_federated", shared, local_epochs=1, delta=0.01, epsilon=1, seed=0)
    assert given == {"dataset": "reviews"}
    told = filled(ws, "train_federated", "train federated on reviews, epsilon 1 and one local epoch")
    assert (told["epsilon"], told["local_epochs"]) == (1, 1)


def test_a_question_about_rows_needs_some(empty: Workspace) -> None:
    with pytest.raises(Missing, match="no dataset yet"):
        filled(empty, "query_dataset", "show me the first rows", sql="select 1")


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


@pytest.mark.parametrize(
    ("wish", "repository", "space"),
    [
        ("weights online, please: phd-kasia/short-answers, open to all", "phd-kasia/short-answers", None),
        ("the lora goes to huggingface, name epi.team/effects.", "epi.team/effects", None),
        ("a page at agro/field-demo where people try agro/field", "agro/field", "agro/field-demo"),
        ("publish the adapter of Qwen/Qwen2.5-0.5B as me/letters", None, None),
        ("push it to https://hf.example/me/letters", None, None),
        ("publish the better one of the two", None, None),
        ("publish it and/or share the train/test rows with him/her", None, None),
    ],
)
def test_a_repository_that_is_spelled_out_is_taken(wish: str, repository: str | None, space: str | None) -> None:
    talk = [Turn(wish)]
    assert (repositories.repository(talk), repositories.space(talk)) == (repository, space)


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
    assert service_names.service(wish, [], ["run-1", "run-2"]) == name
