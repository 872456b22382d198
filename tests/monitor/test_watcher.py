"""Trouble of a service is noticed from what it recorded, once, and a rollout is taken back or further."""

import random
from dataclasses import replace

from store import Workspace
from store.requests import Feedback
from store.services import ServedModel
from tests.monitor.asked import MODEL, record, request, serve
from tests.waiting import until
from tools.monitor._rollout import begun, card_words, judged
from tools.monitor._watcher import Watch, Watcher

NEWER = ServedModel("tickets-2", "run-2", "/exports/run-2", "transformers", "classify")


def kinds(ws: Workspace) -> list[str]:
    return [alert.kind for alert in ws.requests.alerts("tickets")]


def test_a_service_that_does_well_gives_no_alert(empty: Workspace):
    serve(empty)
    draw = random.Random(1)
    record(empty, *(request(seconds=draw.uniform(0.05, 0.3)) for _ in range(1000)))
    assert Watch(empty, "tickets").look() == []


def test_errors_are_told_once_also_by_a_process_that_begins_again(empty: Workspace):
    serve(empty)
    watch = Watch(empty, "tickets")
    record(empty, *(request() for _ in range(300)))
    assert watch.look() == []
    record(empty, *(request(outcome="failed", status=500) for _ in range(30)))
    (alert,) = watch.look()
    assert alert.kind == "errors"
    assert "of the last 100 requests failed; up to 2% is usual." in alert.sentence
    assert watch.look() == []
    assert Watch(empty, "tickets").look() == []
    assert kinds(empty) == ["errors"]


def test_slow_and_empty_answers_are_told(empty: Workspace):
    serve(empty)
    watch = Watch(empty, "tickets")
    told = {"kind": "chat", "completion_tokens": 20}
    draw = random.Random(2)
    record(empty, *(request(**told, seconds=draw.uniform(0.5, 1)) for _ in range(300)))
    assert watch.look() == []
    record(empty, *(request(**told, seconds=draw.uniform(2, 3)) for _ in range(60)))
    record(empty, *(request(kind="chat", completion_tokens=0, seconds=0.6) for _ in range(60)))
    watch.look()
    assert sorted(kinds(empty)) == ["declined", "latency"]


def test_answers_that_people_find_wrong_are_told(empty: Workspace):
    serve(empty)
    watch = Watch(empty, "tickets")
    asked = [request(label="refund") for _ in range(80)]
    record(empty, *asked)
    for each in asked[:40]:
        empty.requests.say(Feedback(each.id, "outcome", None, "refund", "the desk"))
    assert watch.look() == []
    for each in asked[40:]:
        empty.requests.say(Feedback(each.id, "outcome", None, "delivery", "the desk"))
    (alert,) = watch.look()
    assert alert.kind == "quality"
    assert Watch(empty, "tickets").look() == []


def test_a_rollout_that_does_harm_is_taken_back_without_a_new_yes(empty: Workspace):
    before = serve(empty, port=8000)
    models, settings = begun(before, NEWER, 0.5)
    assert [(model.run, model.share) for model in models] == [("run-1", 0.5), ("run-2", 0.5)]
    assert "needs no new yes" in card_words(before, "tickets-2", 0.5)
    serve(empty, *models, **settings)
    watch, draw = Watch(empty, "tickets"), random.Random(3)
    asked = [request(run=draw.choice(["run-1", "run-2"]), label="refund") for _ in range(200)]
    record(empty, *asked)
    assert watch.look() == []
    for each in asked:
        if each.run == "run-2" and draw.random() < 0.6:
            empty.requests.say(Feedback(each.id, "correction", None, "delivery", "the desk", each.at))
    told = [alert for alert in watch.look() if alert.kind == "rollout"]
    assert len(told) == 1
    assert "tickets is back at run-1, as it was before." in told[0].sentence
    now = empty.services.get("tickets")
    assert (now.models, now.settings["returned"]["run"]) == ((MODEL,), "run-2")
    assert now.approval == before.approval


def test_a_rollout_that_does_no_harm_grows_and_is_proposed_for_all(empty: Workspace):
    models, settings = begun(serve(empty), NEWER, 0.1)
    serve(empty, *models, **settings)
    watch, draw = Watch(empty, "tickets"), random.Random(4)
    shares: list[float] = []
    for _ in range(30):
        share = empty.services.get("tickets").models[-1].share
        shares.append(share)
        record(empty, *(request(run="run-2" if draw.random() < share else "run-1") for _ in range(150)))
        watch.look()
    assert sorted(set(shares)) == [0.1, 0.25, 0.5]
    assert shares == sorted(shares)
    told = [alert.sentence for alert in empty.requests.alerts("tickets")]
    assert len(told) == 1
    assert told[0].endswith("It can have all of them: deploy run-2.")


def test_the_thread_of_a_service_looks_by_itself(empty: Workspace):
    serve(empty)
    record(empty, *(request(outcome="failed", status=500) for _ in range(60)))
    watcher = Watcher(empty.home, empty.project, "tickets")
    watcher.start()
    try:
        until(lambda: kinds(empty) == ["errors"], 30)
    finally:
        watcher.stop()


def test_a_run_that_was_given_everything_is_no_rollout_any_more(empty: Workspace):
    models, settings = begun(serve(empty), NEWER, 0.5)
    serve(empty, *models, **settings)
    alone = serve(empty, replace(NEWER, share=1.0), **settings)
    assert judged(empty, alone) is None
