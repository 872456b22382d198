"""Ids are guessed: those of another project, and of another user's workspace, lead nowhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import NotFound, StoreError, Workspace
from store.approvals import payload_hash
from tests.conftest import REVIEWS
from tests.waiting import until
from tools import TOOLS

SECRET = "only ana may read this"


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Workspace]:
    """A project with one of everything that has an id."""
    with Workspace(tmp_path / "home", "ana") as ws:
        with ws.approvals.typed("load_dataset", {}):
            ws.datasets.add("reviews", REVIEWS, sentence=SECRET, recipe={}, roles={"text": "text", "label": "label"})
        TOOLS["propose_fixes"].run(ws, {"dataset": "reviews", "kinds": ["exact_duplicates"]})
        ws.approvals.ask("undo_change", {"dataset": "reviews"}, payload_hash("undo_change", {"dataset": "reviews"}, {}))
        ws.conversations.append(ws.conversations.current().id, "t", {"event": "heard", "text": SECRET})
        ws.reports.save("audit", {"said": SECRET}, dataset="reviews", version=1)
        with ws.approvals.typed("start_training", {}):
            run = ws.runs.start("reviews", 1, {"worker": "tests.project.ends_at_once", "estimates": {}})
        until(lambda: not ws.jobs.get(run.job.id).live)
        yield ws


LOOKS: dict[str, Callable[[Workspace, Workspace], Any]] = {
    "dataset": lambda ben, _: ben.datasets.head("reviews"),
    "version": lambda ben, _: ben.datasets.version("reviews", 1),
    "fix": lambda ben, _: ben.fixes.get("fix-1"),
    "run": lambda ben, _: ben.runs.get("run-1"),
    "report": lambda ben, _: ben.reports.get("report-1"),
    "question": lambda ben, ana: ben.approvals.get(ana.approvals.pending()[0].id),
    "answer": lambda ben, ana: ben.approvals.answer(ana.approvals.pending()[0].id, "yes"),
    "job": lambda ben, ana: ben.jobs.get(ana.jobs.all()[0].id),
    "stopping a job": lambda ben, ana: ben.jobs.stop(ana.jobs.all()[0].id),
    "cancelling a job": lambda ben, ana: ben.jobs.cancel(ana.jobs.all()[0].id, "mine"),
    "result of a job": lambda ben, ana: ben.jobs.result(ana.jobs.all()[0].id),
    "conversation": lambda ben, ana: ben.conversations.get(ana.conversations.current().id),
    "writing in a conversation": lambda ben, ana: ben.conversations.append(ana.conversations.current().id, "t", {}),
    "labelling": lambda ben, _: ben.labellings.get(1),
    "blind test": lambda ben, _: ben.blind_tests.get(1),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("where", ["another project", "another user"])
def test_an_id_of_somebody_else_leads_nowhere(
    ana: Workspace, tmp_path: Path, where: str, look: Callable[[Workspace, Workspace], Any]
) -> None:
    home = ana.home if where == "another project" else tmp_path / "ben"
    with Workspace(home, "ben") as ben:
        with pytest.raises(NotFound) as refused:
            look(ben, ana)
        assert SECRET not in str(refused.value)
    assert ana.approvals.pending()


def test_the_log_of_another_project_is_empty(ana: Workspace) -> None:
    with Workspace(ana.home, "ben") as ben:
        assert ben.conversations.since(ana.conversations.current().id) == []
        with pytest.raises(NotFound):
            ben.conversations.name(ana.conversations.current().id, "taken over")
    assert ana.conversations.current().title == ""


@pytest.mark.parametrize("tool", ["profile_dataset", "query_dataset", "show_project", "show_history"])
def test_tools_of_another_project_see_nothing_of_it(ana: Workspace, tool: str) -> None:
    asked = {"query_dataset": {"sql": "from reviews"}, "show_project": {}}.get(tool, {"dataset": "reviews"})
    with Workspace(ana.home, "ben") as ben:
        try:
            assert SECRET not in str(TOOLS[tool].run(ben, asked).as_json())
        except StoreError as refused:
            assert SECRET not in str(refused)


@pytest.mark.parametrize("name", ["../ana", "ana/../ana", "/etc", "..", "ana\0x", "%2e%2e", "~root", "a" * 5000])
def test_the_name_of_a_project_is_no_path(tmp_path: Path, name: str) -> None:
    with Workspace(tmp_path / "home", name) as ws:
        assert ws.folder.parent == tmp_path.resolve() / "home" / "projects"
        assert ws.folder.resolve() == ws.folder
