"""Names, lists and addresses that a request spells out are taken as they are, and the model is not asked for them."""

from typing import Any

import pytest

from assistant.arguments import fill
from assistant.transcript import Done, Turn
from benchmarks.states import training
from store import Workspace
from store.services import ServedModel
from tests.assistant.conftest import Model, filled
from tools import TOOLS


@pytest.fixture
def served(ws: Workspace) -> Workspace:
    """A project with a finished run, named first light, that the service bakery answers with."""
    training(ws, "result.json", {}, dataset="reviews", plan={"technique": "lora", "task": "generate"})
    with ws.approvals.typed("rename_run", {}):
        ws.runs.rename("run-1", "first light")
    with ws.approvals.typed("deploy_run", {}):
        ws.services.set("bakery", (ServedModel("run-1", "run-1", "", "llama", "generate", 1.0),), {})
    return ws


def said(ws: Workspace, tool: str, wish: str, *earlier: Turn) -> dict[str, Any]:
    """What is found while the model stays silent about what it is asked."""
    return filled(ws, tool, wish, *earlier)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("call run-1 early bird", "early bird"),
        ("rename first light to harvest moon, please", "harvest moon"),
        ("let's name the best of these golden goose", "golden goose"),
        ("run-1 is to be known as Miss Marple from now on", "Miss Marple"),
        ("first light must read first lights v3", "first lights v3"),
        ("give run-1 the name slow cooker", "slow cooker"),
        ("wooden spoon is its name from today on", "wooden spoon"),
        ("label it 'as good as it gets' so that we find it", "as good as it gets"),
        ("run-1 -> Dr. Who", "Dr. Who"),
        ("nenne run-1 bitte Wintergarten", "Wintergarten"),
        ("renomme run-1 en petit matin", "petit matin"),
        ("run-1 should have no name any more", ""),
        ("take the name of run-1 away", ""),
    ],
)
def test_a_run_is_given_the_name_that_is_spelled_out(served: Workspace, wish: str, name: str) -> None:
    assert said(served, "rename_run", wish)["name"] == name


def test_a_run_that_is_named_without_a_new_name_is_asked_about(served: Workspace) -> None:
    model = Model(run="run-1", name="sunrise")
    fill(TOOLS["rename_run"], served, [Turn("a nicer sunrise name for first light would be good")], [], model)
    assert "name" in model.asked


@pytest.mark.parametrize(
    ("wish", "arguments"),
    [
        ("log all of it to ml flow, experiment leek-soup", {"tracker": "mlflow", "name": "leek-soup"}),
        ("curves to weights and biases under Leek Soup please", {"tracker": "wandb", "name": "Leek Soup"}),
        ("use trackio (http://10.1.1.1:7000/x)", {"tracker": "trackio", "endpoint": "http://10.1.1.1:7000/x"}),
        ("not wandb, tensor board", {"tracker": "tensorboard"}),
        ("unplug the mlflow", {"tracker": "none"}),
        ("this project should be seen in W&B as of Monday", {"tracker": "wandb"}),
    ],
)
def test_where_runs_are_mirrored_is_spelled_out(served: Workspace, wish: str, arguments: dict[str, Any]) -> None:
    assert said(served, "mirror_runs", wish) == arguments


def test_a_tracker_named_just_before_is_meant_again(served: Workspace) -> None:
    asked = Turn("where could I see the curves?", said="In TensorBoard, or in MLflow. Which?")
    assert said(served, "mirror_runs", "the last one", asked)["tracker"] == "mlflow"
    done = Turn(
        "to mlflow as soup", [Done("mirror_runs", {"tracker": "mlflow", "name": "soup"}, "Mirrored.", failed=False)]
    )
    again = said(served, "mirror_runs", "rather in trackio, but the same name", done)
    assert again == {"tracker": "trackio", "name": "soup"}


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        ("make a key for Dr. Osei on bakery, at most 20 calls a minute", "Dr. Osei"),
        ("one for the night shift too", "the night shift"),
        ("create a key called till-3 with 500 tokens a day", "till-3"),
        ("I need a new key for my tablet. Call it counter 2", "counter 2"),
        ("revoke the key of the caterers, they left", "the caterers"),
        ("withdraw what we gave to the flower shop", "the flower shop"),
        ("bitte einen Schlüssel namens backstube anlegen", "backstube"),
        ("take bakery offline", None),
        ("nobody should call it any more", None),
    ],
)
def test_a_key_is_called_by_whom_it_is_for(served: Workspace, wish: str, key: str | None) -> None:
    assert filled(served, "change_service", wish, change="new_key").get("key") == key


@pytest.mark.parametrize(
    ("wish", "service"),
    [
        ("put run-1 up on bakery", "bakery"),
        ("20 percent of bakery's requests for run-1", "bakery"),
        ("wire up run-1 as dough2", "dough2"),
        ("serve it, and call the thing oven-7", "oven-7"),
        ("run-1 live under the name crumbs, port 8011", "crumbs"),
        ("run-1 als Dienst mit dem Namen ofen bereitstellen", "ofen"),
        ("deploy run-1 as an API", None),
        ("serve run-1 as soon as possible", None),
    ],
)
def test_a_service_is_one_that_is_there_or_a_new_name(served: Workspace, wish: str, service: str | None) -> None:
    assert said(served, "deploy_run", wish).get("service") == service


def test_only_an_address_for_alerts_is_told_of_them(served: Workspace) -> None:
    told = said(served, "deploy_run", "serve run-1 and ping https://hooks.example/a1 if something breaks")
    assert told["webhook"] == "https://hooks.example/a1"
    assert "webhook" not in said(served, "deploy_run", "serve run-1 for our site https://shop.example")


@pytest.mark.parametrize(
    ("wish", "labels"),
    [
        ("label reviews by hand, choices soup, salad, dessert", ["soup", "salad", "dessert"]),
        ("we tag reviews: categories are warm, cold and lukewarm", ["warm", "cold", "lukewarm"]),
        ("rate reviews by hand with points from 1 to 3", ["1", "2", "3"]),
        ("open reviews for labelling (sweet, sour, bitter)", ["sweet", "sour", "bitter"]),
        ("mark each of reviews as fresh or stale", ["fresh", "stale"]),
        ("let Ruth and me label reviews", None),
        ("open 200 rows of reviews, half of them twice", None),
    ],
)
def test_labels_that_are_listed_are_the_choices(ws: Workspace, wish: str, labels: list[str] | None) -> None:
    assert said(ws, "label_rows", wish).get("labels") == labels


def test_the_columns_to_read_and_to_fill_are_told_by_what_is_done_with_them(ws: Workspace) -> None:
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add("orders", "select 'two rolls' as note, 'loud' as mood", sentence="Loaded.", recipe={})
    given = said(ws, "label_rows", "in orders people read note and set mood by hand")
    assert (given["text"], given["column"]) == ("note", "mood")
    assert not {"text", "column"} & said(ws, "label_rows", "let us label orders, the mood").keys()


@pytest.mark.parametrize(
    ("wish", "label"),
    [
        ("cues for 'late delivery'", "late delivery"),
        ("which words make a mail urgent for run-1", "urgent"),
        ("the words of run-1 for the label refund", "refund"),
        ("words that drive each label", None),
        ("what does run-1 go by in general?", None),
    ],
)
def test_one_label_is_named_or_all_are_meant(served: Workspace, wish: str, label: str | None) -> None:
    assert said(served, "explain_run", wish).get("label") == label


@pytest.mark.parametrize(
    ("wish", "criteria"),
    [
        ("judge run-1 by plain wording", "plain wording"),
        ("the yardstick is 'no small talk'", "no small talk"),
        ("compare them with the judge, rule: names the oven", "names the oven"),
        ("whose answers are better, let the model decide", None),
    ],
)
def test_what_answers_are_judged_by_is_taken_word_for_word(served: Workspace, wish: str, criteria: str | None) -> None:
    assert said(served, "judge_answers", wish).get("criteria") == criteria


@pytest.mark.parametrize(
    ("wish", "licence"),
    [
        ("publish reviews at oven/bread under CC BY 4.0", "cc-by-4.0"),
        ("reviews to oven/bread, cc-by-nc-sa-4.0", "cc-by-nc-sa-4.0"),
        ("put reviews on oven/bread with the Apache 2.0 licence", "apache-2.0"),
        ("reviews to oven/bread, licence openrail", "openrail"),
        ("reviews to oven/bread, CC0", "cc0-1.0"),
        ("publish reviews at oven/bread with our licence", None),
    ],
)
def test_a_licence_is_told_in_the_words_of_the_hub(ws: Workspace, wish: str, licence: str | None) -> None:
    given = said(ws, "publish_dataset", wish)
    assert (given["repository"], given.get("licence")) == ("oven/bread", licence)


def test_the_space_is_told_from_the_model_and_a_commit_by_its_hash(served: Workspace) -> None:
    wish = "push run-1 to oven/rye with a page to try it at oven/taste"
    assert said(served, "publish_run", wish) == {"run": "run-1", "repository": "oven/rye", "space": "oven/taste"}
    back = said(served, "publish_run", "oven/rye was better at 0a1b2c3, go back to it")
    assert (back["repository"], back["back_to"]) == ("oven/rye", "0a1b2c3")
    pushed = Turn("push run-1 to oven/rye", [Done("publish_run", {"repository": "oven/rye"}, "Pushed.", failed=False)])
    more = said(served, "publish_run", "and a demo for it, oven/taste", pushed)
    assert (more["repository"], more["space"]) == ("oven/rye", "oven/taste")


def test_the_recipe_is_told_from_the_data_it_starts_from(empty: Workspace) -> None:
    (empty.uploads / "rolls.csv").write_text("text,label\nhello there,a\n")
    (empty.uploads / "rolls-v2.recipe").write_text("steps: []")
    given = said(empty, "replay_recipe", "rolls.csv is the raw file, do rolls-v2.recipe on it and call it rolls_new")
    assert given == {"file": "rolls-v2.recipe", "source": "rolls.csv", "name": "rolls_new"}
    assert said(empty, "replay_recipe", "do what my recipe says again") == {"file": "rolls-v2.recipe"}


@pytest.mark.parametrize(
    ("wish", "answer"),
    [
        ("our contact is bread@oven.example", "bread@oven.example"),
        ("grading apprentices is out of bounds, record it", "grading apprentices"),
        ("the head baker can overrule it, write that down", "the head baker can overrule it"),
        ("intended users: the bakers of both shops", "the bakers of both shops"),
        ("take the contact out of the card", "remove"),
    ],
)
def test_an_answer_about_the_use_stands_without_its_frame(ws: Workspace, wish: str, answer: str) -> None:
    assert filled(ws, "describe_use", wish, about="contact")["answer"] == answer
