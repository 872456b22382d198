"""From a number to the file that was loaded."""

import pytest

from store import Workspace
from tests.project.conftest import body
from tools import TOOLS
from tools.result import Result
from tools.tool import ToolError


def traced(ws: Workspace, **arguments: object) -> Result:
    return TOOLS["trace_number"].run(ws, arguments)


def facts(result: Result) -> dict[str, dict[str, str]]:
    assert result.data
    return {each["title"]: dict(each["facts"]) for each in result.data["chain"]}


def test_a_number_as_it_was_shown_leads_to_the_whole_chain(told: Workspace):
    result = traced(told, number=0.872)
    assert "stands in report-1: table “Scores on 117 rows”, accuracy, run-1, 87.2 %" in result.text
    chain = facts(result)
    assert [*chain] == ["report-1", "run-1", "tickets, version 1"]
    assert chain["report-1"]["setting: seed"] == "3"
    assert "predictions.parquet is gone" in chain["report-1"]["every answer"]
    assert "duckdb 2." in chain["report-1"]["libraries"] and "cores" in chain["report-1"]["machine"]
    assert chain["report-1"]["code"].startswith("tunewright 0.")
    assert chain["run-1"]["setting: seed"] == "7" and chain["run-1"]["setting: learning_rate"] == "0.02"
    assert 'start_training({"dataset": "tickets"})' in chain["run-1"]["approved"]
    data = chain["tickets, version 1"]
    assert data["version 1"].startswith("Loaded 96 rows from tickets.csv (20")
    assert "yes at 20" in data["version 1: approved"] and "load_dataset" in data["version 1: approved"]
    assert "SHA-256" in data["file"] and '"style": "pairs"' in data["version 1: recipe"]


@pytest.mark.parametrize("number", [0.31415, 0.3142, 0.314, -0.3142])
def test_a_number_that_is_kept_but_was_not_shown_is_found_by_rounding(told: Workspace, number: float):
    assert "labels" in traced(told, number=number).tables[0].rows[0][1]


@pytest.mark.parametrize("number", [0.3143, 0.873, 0.8722, 87.3])
def test_a_number_that_is_nowhere_is_said_so_with_what_there_is(told: Workspace, number: float):
    with pytest.raises(ToolError, match=r"does not stand in any result.*report-1, evaluation of run-1"):
        traced(told, number=number)


def test_several_matches_are_listed_and_each_can_be_asked_for(told: Workspace):
    told.reports.save("evaluation", body(), run="run-1", dataset="tickets", version=1)
    result = traced(told, number=0.872)
    assert "stands in 2 places: report-2, report-1" in result.text
    assert result.next == [
        "where do the numbers of report-2 come from?",
        "where do the numbers of report-1 come from?",
    ]
    assert "report-2: table" not in traced(told, number=0.872, report="report-1").text


def test_the_rows_of_a_dataset_are_a_number_too(ws: Workspace):
    assert "rows, 3" in traced(ws, number=3).text


def test_a_report_of_a_run_that_is_gone_says_so(told: Workspace):
    told.reports.save("evaluation", body(), run="run-9", dataset="gone", version=4)
    chain = facts(traced(told, report="report-2"))
    assert "not in this project any more" in chain["run-9"]["state"]
    assert "not in this project any more" in chain["gone, version 4"]["state"]


def test_a_report_older_than_the_record_says_what_is_not_known(told: Workspace):
    with told._db.change() as change:
        change.execute("update reports set made_with = '{}'")
        change.execute("update runs set made_with = '{}', approval = null")
    chain = facts(traced(told))
    assert "not recorded" in chain["report-1"]["code, libraries and machine"]
    assert "not recorded" in chain["run-1"]["approved"]


def test_with_nothing_there_it_says_what_to_do(empty: Workspace):
    with pytest.raises(ToolError, match="There are no numbers yet.*Load a file first"):
        traced(empty)
    with pytest.raises(ToolError, match="Nothing has been evaluated here yet"):
        traced(empty, number=0.5)


def test_parents_and_their_approvals_are_in_the_chain(ws: Workspace):
    with ws.approvals.typed("drop", {"row": 3}):
        ws.datasets.derive("reviews", "from parent where _row < 3", sentence="Dropped a row.", recipe={"tool": "drop"})
    chain = facts(traced(ws))["reviews, version 2"]
    assert chain["version 1"].startswith("Loaded 3 rows") and chain["version 2"].startswith("Dropped a row (20")
    assert 'drop({"row": 3})' in chain["version 2: approved"] and "load_dataset" in chain["version 1: approved"]
