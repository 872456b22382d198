"""The card is one that the Hub can read, and its figures are the stored ones."""

from pathlib import Path

from huggingface_hub import ModelCard
from huggingface_hub.repocard_data import model_index_to_eval_results

from store import Workspace
from tests.project.conftest import SCRIPTS, body, said_yes
from tools import TOOLS
from tools.project._card import model_card
from tools.project._lost import lost


def card_of(ws: Workspace, folder: Path) -> ModelCard:
    return ModelCard(model_card(ws, ws.runs.get("run-1"), "What it is.", folder))


def test_every_figure_of_the_metadata_equals_the_stored_report(told: Workspace, tmp_path: Path):
    card = card_of(told, tmp_path)
    stored = told.reports.get("report-1").body["metrics"]
    found = {one.metric_name: one for one in card.data.eval_results or []}
    assert {one.metric_value for one in found.values()} == {each["tuned"]["value"] for each in stored.values()}
    assert found["macro F1"].metric_value == stored["macro_f1"]["tuned"]["value"]
    assert (found["macro F1"].metric_type, found["accuracy"].metric_type) == ("f1", "accuracy")
    assert found["accuracy"].metric_args["low"] == stored["accuracy"]["tuned"]["low"]
    assert found["accuracy"].dataset_split == "test" and found["accuracy"].dataset_args["report"] == "report-1"


def test_the_metadata_is_a_model_index_as_the_hub_reads_it(told: Workspace, tmp_path: Path):
    data = card_of(told, tmp_path).data.to_dict()
    name, results = model_index_to_eval_results(data["model-index"])
    assert name == "main run-1" and len(results) == 2
    for result in data["model-index"][0]["results"]:
        assert {"type", "name"} <= result["task"].keys() | {"name"} and result["dataset"]["type"]
        assert all(isinstance(metric["value"], float) and metric["type"] for metric in result["metrics"])
    assert data["license"] == "unknown" and data["pipeline_tag"] == "text-generation"


def test_what_was_measured_of_other_abilities_is_told(told: Workspace):
    report = told.reports.save("evaluation", body() | {"lost": ["Arithmetic fell by 4 of 20."]}, run="run-1")
    assert "Arithmetic fell by 4 of 20." in lost(report).text and "not measured" not in lost(report).text


def test_an_answer_with_a_slash_is_left_as_it_was_said(told: Workspace, tmp_path: Path):
    said_yes(told, "describe_use", about="contact", answer="see /opt/wiki/contact or https://wiki.example/a/b")
    assert "see /opt/wiki/contact or https://wiki.example/a/b" in card_of(told, tmp_path).text


def test_a_card_without_an_evaluation_has_no_results(empty: Workspace, told: Workspace, tmp_path: Path):
    with told._db.change() as change:
        change.execute("delete from reports")
    assert card_of(told, tmp_path).data.eval_results is None


def test_the_card_tells_use_limits_audit_configuration_licence_and_losses_and_quotes_no_rows(
    told: Workspace, tmp_path: Path
):
    said_yes(told, "describe_use", about="users", answer=f"Clerks of our office, {SCRIPTS}")
    told.reports.save("audit", {"result": {"text": "No gap was found."}}, run="run-1", dataset="tickets", version=1)
    text = card_of(told, tmp_path).text
    for part in (
        f"Clerks of our office, {SCRIPTS}",
        "not answered yet",
        "## Limits",
        "No gap was found.",
        "## Training configuration",
        "| learning rate | 0.02 |",
        "The licence of the base model is not known here",
        "1 label came out lower than untuned",
        "Whether other abilities were lost was not measured here",
    ):
        assert part in text.replace("\\", ""), part
    assert "secret words" not in text and str(tmp_path) not in text
    assert "| base model | gone |" in text
    assert "secret words" in (Path(TOOLS["write_report"].run(told, {}).files[1])).read_text()
