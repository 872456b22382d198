"""What is kept in order where many come: guests, idle trainings, quotas, and snapshots."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.door import VISITOR
from assistant.host import Host
from assistant.hosting import Hosting, forget_secrets
from assistant.keeper import Keeper
from assistant.settings import Settings
from assistant.uploads import take
from assistant.visitors import Visitor
from store import StoreError, Workspace
from store.quotas import OverQuota, Quota
from tests.scripted_model import ScriptedBrain
from tests.waiting import until
from tools import TOOLS
from tools.kinds import check

ANA, BEN = Visitor("user", "ana"), Visitor("user", "ben")
GUEST = Visitor("guest", "0123")
COUNTING = "tests.store.counting"


def asks(visitor: Visitor) -> Any:
    """A request that came through the door."""
    return SimpleNamespace(request=SimpleNamespace(scope={VISITOR: visitor}))


class Hosted:
    """A host of many, whose keeper goes its rounds when the test says so."""

    def __init__(self, home: Path, **hosting: Any) -> None:
        settings = replace(Settings.read({}), home=home, on_space=True, hosting=replace(Hosting(), **hosting))
        self.host = Host(settings, lambda _: ScriptedBrain())
        self.keeper = Keeper(self.host)

    def workspace(self, visitor: Visitor) -> Workspace:
        assert self.host.visitors.admit(visitor)
        return self.host.workspace_for(asks(visitor), "main")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Any]:
    """Makes hosts, and closes them."""
    hosts: list[Hosted] = []

    def make(**hosting: Any) -> Hosted:
        hosts.append(Hosted(tmp_path / "home", **hosting))
        return hosts[-1]

    yield make
    for each in hosts:
        each.host.close()


def test_everybody_has_a_folder_and_who_is_not_known_has_none(made: Any):
    hosted = made()
    homes = {hosted.workspace(visitor).home for visitor in (ANA, BEN, GUEST)}
    assert {home.parent.name + "/" + home.name for home in homes} == {"users/ana", "users/ben", "guests/0123"}
    for nobody in (None, SimpleNamespace(request=None), SimpleNamespace(request=SimpleNamespace(scope={}))):
        with pytest.raises(StoreError, match="does not know you"):
            hosted.host.workspace_for(nobody, "main")


def test_a_guest_who_is_gone_is_forgotten_and_their_jobs_are_ended(made: Any):
    hosted = made(guest_minutes=0)
    ws = hosted.workspace(GUEST)
    job = ws.jobs.start("count", COUNTING, {"to": 10_000})
    until(lambda: ws.jobs.progress(job.id))
    hosted.host.holdings.claim(GUEST, "session")
    hosted.keeper.tidy()
    assert not ws.home.exists()
    assert hosted.host.holdings.claim(BEN, "session")
    assert not hosted.host.all_open()


def test_a_training_whose_owner_is_away_stops_and_says_so(made: Any):
    hosted = made(idle_hours=0)
    ws = hosted.workspace(ANA)
    job = ws.jobs.start("count", COUNTING, {"to": 10_000})
    until(lambda: ws.jobs.progress(job.id))
    hosted.keeper.tidy()
    until(lambda: not ws.jobs.get(job.id).live)
    assert ws.jobs.get(job.id).state == "stopped"
    assert "its owner had not been here" in ws.jobs.get(job.id).sentence


def test_over_the_time_of_a_day_no_job_begins_and_what_runs_is_stopped(made: Any):
    hosted = made(user=Quota(10**9, 1))
    ws = hosted.workspace(ANA)
    job = ws.jobs.start("count", COUNTING, {"to": 10_000})
    until(lambda: ws.jobs.progress(job.id))
    ws.spending.record(job.id, 90)
    hosted.keeper.tidy()
    until(lambda: not ws.jobs.get(job.id).live)
    assert (
        "may take 0 minutes of processor time a day here, and today they have taken 2" in ws.jobs.get(job.id).sentence
    )
    with pytest.raises(OverQuota, match="starts anew at midnight UTC"):
        ws.jobs.start("count", COUNTING, {"to": 1})


def test_a_finished_job_has_told_what_it_cost(made: Any):
    ws = made().workspace(ANA)
    ws.jobs.wait(ws.jobs.start("count", COUNTING, {"to": 3000}).id)
    until(lambda: ws.spending.today() > 0)


def test_a_full_workspace_takes_no_file_and_says_what_is_large(made: Any, tmp_path: Path):
    ws = made(user=Quota(3_000_000, 3600)).workspace(ANA)
    (ws.folder / "runs" / "run-1").mkdir(parents=True)
    (ws.folder / "runs" / "run-1" / "model.safetensors").write_bytes(b"0" * 2_500_000)
    (tmp_path / "rows.csv").write_bytes(b"text\n" * 200_000)
    with pytest.raises(
        OverQuota, match=r"may hold 3.0 MB here and holds .*1.0 MB more. The largest runs are run-1 of main"
    ):
        take(ws, [str(tmp_path / "rows.csv")])
    assert not list(ws.uploads.iterdir())


def test_a_users_work_comes_back_after_the_disk_is_gone(made: Any, tmp_path: Path):
    hosted = made(snapshots=str(tmp_path / "bucket"))
    ws = hosted.workspace(ANA)
    (ws.uploads / "mine.csv").write_text("a\n")
    hosted.workspace(GUEST)
    hosted.keeper.snapshot()
    hosted.host.close()
    shutil.rmtree(tmp_path / "home")
    again = made(snapshots=str(tmp_path / "bucket"))
    assert (again.workspace(ANA).uploads / "mine.csv").read_text() == "a\n"
    assert not list(again.workspace(BEN).uploads.iterdir())
    assert [path.name for path in (tmp_path / "bucket").iterdir()] == ["users"]


def test_snapshots_that_cannot_be_written_are_told(made: Any, tmp_path: Path):
    (tmp_path / "bucket").write_text("a file, no folder")
    hosted = made(snapshots=str(tmp_path / "bucket"))
    ws = hosted.workspace(ANA)
    hosted.keeper.snapshot()
    assert "The last snapshot of your work failed" in hosted.keeper.warning(ws.home)


def test_no_model_of_somebody_else_can_be_named(made: Any):
    hosted = made()
    theirs = hosted.workspace(BEN).folder / "runs" / "run-1" / "model"
    theirs.mkdir(parents=True)
    (theirs / "config.json").write_text("{}")
    ana = hosted.workspace(ANA)
    for named in (str(theirs), f"{ana.folder}/../../../ben/projects/main/runs/run-1/model", "/etc", "./home"):
        with pytest.raises(StoreError, match="lies outside your workspace"):
            check(TOOLS["plan_training"].arguments.model_json_schema(), {"base_model": named}, ana)


def test_the_owners_secrets_leave_the_environment():
    environment = {"HF_TOKEN": "a", "WANDB_API_KEY": "b", "OAUTH_CLIENT_SECRET": "c", "PATH": "d"}
    assert sorted(forget_secrets(environment)) == ["HF_TOKEN", "OAUTH_CLIENT_SECRET", "WANDB_API_KEY"]
    assert environment == {"PATH": "d"}
