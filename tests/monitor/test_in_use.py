"""What the page shows of services, and what it proposes to say of the run that comes next."""

from dataclasses import replace

from assistant.board import watched_run
from assistant.in_use import live_services
from store import Workspace
from store.requests import Alert
from tests.monitor.asked import MODEL, request, serve
from tests.monitor.conftest import train
from tools.deploy._against_served import against_served
from tools.evaluate.compare_runs import proposals
from tools.monitor._over_time import asked_plot
from tools.train._noticed import chips

NEWER = replace(MODEL, name="newer", run="run-2", share=0.25)


def compared(ws: Workspace, better: str, told_apart: bool) -> dict[str, object]:
    pair = {"one": "run-2", "other": "run-1", "told_apart": told_apart, "better": better}
    body = {"rows": 50, "pairs": [pair]}
    ws.reports.save("comparison", body, run="run-2")
    return body


def test_a_run_that_is_served_gives_its_place_to_the_service(served: Workspace):
    served.jobs.wait(served.runs.get("run-1").job.id)
    found = watched_run(served)
    assert found and found.id == "run-1"
    serve(served)
    assert watched_run(served) is None
    train(served, "tickets")
    newer = watched_run(served)
    assert newer and newer.id == "run-2"


def test_the_runs_that_share_the_requests_are_all_named(served: Workspace):
    serve(served)
    assert "answers with <b>run-1</b>" in live_services(served)
    serve(served, replace(MODEL, share=0.75), NEWER)
    assert "answers with <b>run-1 (75%) and run-2 (25%)</b>" in live_services(served)


def test_the_newest_alert_stands_first(served: Workspace):
    serve(served)
    for sentence in ("It is slow.", "It is back at run-1."):
        served.requests.warn(Alert("tickets", "rollout", sentence))
    shown = live_services(served)
    assert 0 < shown.index("It is back at run-1.") < shown.index("It is slow.")


def test_what_came_within_a_minute_is_no_line():
    requests = [request() for _ in range(60)]
    assert asked_plot(requests) is None
    assert asked_plot([]) is None
    found = asked_plot([*requests, replace(requests[0], at=requests[0].at + 300)])
    assert found and len(found.rows) == 5


def test_a_newer_run_is_to_be_compared_with_the_one_that_is_served(served: Workspace):
    train(served, "tickets")
    served.jobs.wait(served.runs.get("run-2").job.id)
    newer = served.runs.get("run-2")
    assert chips(served, newer, [])[0] == "evaluate run-2"
    serve(served)
    assert chips(served, newer, [])[0] == "is run-2 better than run-1?"


def test_only_what_is_not_shown_to_be_worse_is_proposed_for_requests(served: Workspace):
    serve(served)
    tenth = ["give run-2 a tenth of the requests to tickets"]
    assert proposals(served, "run-2", compared(served, "run-1", told_apart=False)) == tenth
    assert proposals(served, "run-2", compared(served, "run-2", told_apart=True)) == tenth
    assert proposals(served, "run-2", compared(served, "run-1", told_apart=True)) == []
    assert proposals(served, "run-1", compared(served, "run-1", told_apart=True)) == []


def test_the_card_tells_how_the_newest_comparison_ended(served: Workspace):
    assert "was not compared with run-1 yet" in against_served(served, "run-2", "run-1")
    compared(served, "run-2", told_apart=True)
    assert "run-2 is better than run-1, beyond chance" in against_served(served, "run-2", "run-1")
    compared(served, "run-1", told_apart=True)
    assert "run-2 is WORSE than run-1" in against_served(served, "run-2", "run-1")
    compared(served, "run-1", told_apart=False)
    assert against_served(served, "run-2", "run-1").endswith("cannot be told apart.")
