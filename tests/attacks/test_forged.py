"""Yeses that nobody gave: forged, stale, doubled, of somebody else, for something else, from another thread."""

import threading
from pathlib import Path

import pytest

from assistant.host import Host
from assistant.settings import Settings
from store import NotApproved, NotFound, StoreError, Workspace
from tests.scripted_model import ScriptedBrain
from tests.waiting import until
from tools import TOOLS


def asked(ws: Workspace, tool: str = "export_dataset", **arguments: object) -> tuple[int, str]:
    arguments = arguments or {"dataset": "reviews"}
    return TOOLS[tool].ask(ws, arguments).id, TOOLS[tool].payload(ws, arguments)


@pytest.mark.parametrize("tool", sorted(name for name, tool in TOOLS.items() if tool.asks_first))
def test_no_tool_that_changes_something_does_so_without_a_yes(ws: Workspace, tool: str) -> None:
    """Called as a program would: whatever arguments it gets, nothing is written."""
    known = {"dataset": "reviews", "run": "run-1", "source": "reviews.csv", "file": "recipe.yaml"}
    needs = TOOLS[tool].arguments.model_json_schema()
    given = {name: known[name] for name in needs.get("required", []) if name in known}
    more = {
        "set_goal": {"description": "Sort", "task": "classify", "domain": "x"},
        "set_rule": {"kinds": ["exact_duplicates"], "rule": "always"},
        "describe_use": {"about": "users", "answer": "nurses"},
        "publish_dataset": {"repository": "a/b"},
        "mirror_runs": {"tracker": "trackio"},
        "rename_run": {"name": "x"},
        "tune_settings": {"minutes": 5, "task": "generate"},
        "start_training": {"task": "dpo"},
        "learning_curve": {"task": "generate"},
        "train_federated": {"task": "generate", "clients": 2},
    }
    (ws.uploads / "reviews.csv").write_text("text,label\nhello there,a\nand again,b\n")
    before = (ws.datasets.names(), ws.datasets.history("reviews"), ws.rules.all(), ws.runs.all(), ws.goals.get())
    with pytest.raises(StoreError):
        TOOLS[tool].run(ws, {**given, **more.get(tool, {})})
    now = (ws.datasets.names(), ws.datasets.history("reviews"), ws.rules.all(), ws.runs.all(), ws.goals.get())
    assert now == before


def test_a_yes_that_was_only_written_into_the_page_counts_nothing(ws: Workspace) -> None:
    id_, payload = asked(ws)
    for forged in (id_ + 1, -1, 10**9):
        with pytest.raises((NotFound, NotApproved)), ws.approvals.spend(forged, payload):
            pass
    with pytest.raises(NotApproved), ws.approvals.spend(id_, payload):
        pass


def test_a_yes_for_one_call_is_none_for_another_of_the_same_tool(ws: Workspace) -> None:
    id_, _ = asked(ws)
    other = TOOLS["export_dataset"].payload(ws, {"dataset": "reviews", "format": "parquet"})
    ws.approvals.answer(id_, "yes")
    with pytest.raises(NotApproved, match="has changed since you saw it"), ws.approvals.spend(id_, other):
        pass


def test_a_yes_is_stale_once_the_rows_have_changed(ws: Workspace) -> None:
    id_, _ = asked(ws)
    ws.approvals.answer(id_, "yes")
    with ws.approvals.typed("x", {}):
        ws.datasets.derive("reviews", "from parent", sentence="Changed.", recipe={})
    now = TOOLS["export_dataset"].payload(ws, {"dataset": "reviews"})
    with pytest.raises(NotApproved, match="has changed since you saw it"), ws.approvals.spend(id_, now):
        pass


def test_of_twenty_clicks_at_once_one_counts(ws: Workspace) -> None:
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    begin, won, lost = threading.Barrier(20), list[int](), list[str]()

    def click() -> None:
        begin.wait(60)
        try:
            with ws.approvals.spend(id_, payload):
                won.append(1)
        except NotApproved as refused:
            lost.append(str(refused))

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(won), len(lost)) == (1, 19)


def test_a_yes_that_is_being_carried_out_in_one_thread_is_none_in_another(ws: Workspace) -> None:
    id_, payload = asked(ws)
    ws.approvals.answer(id_, "yes")
    refused: list[Exception] = []

    def beside() -> None:
        try:
            ws.datasets.derive("reviews", "from parent", sentence="Stolen.", recipe={})
        except NotApproved as error:
            refused.append(error)

    with ws.approvals.spend(id_, payload):
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join(60)
    assert len(refused) == 1


def test_the_click_of_another_project_or_user_answers_nothing(tmp_path: Path) -> None:
    def host(home: str) -> Host:
        return Host(Settings(tmp_path / home, tmp_path, "none"), lambda _: ScriptedBrain())

    ana, ben = host("ana"), host("ben")
    try:
        mine = ana.workspace_for(None, "main")
        (mine.uploads / "reviews.csv").write_text("text,label\nhello there,a\nand again,b\n")
        id_, _ = asked(mine, "load_dataset", source="reviews.csv")
        for other in (ana.new_project(None, "other"), ben.workspace_for(None, "main")):
            with pytest.raises(NotFound):
                (ben if other.home.name == "ben" else ana).answer(other, id_, "yes", "", None)
        assert mine.approvals.get(id_).state == "open"
        ana.answer(mine, id_, "yes", "", None)  # its own click, on a card whose conversation waits for nothing
        until(lambda: not ana.running(mine))
        assert mine.approvals.get(id_).state == "open"
        assert mine.datasets.names() == []
    finally:
        ana.close()
        ben.close()
