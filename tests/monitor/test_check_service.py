"""What is told of a service: figures, quality, drift with examples, cost, and the rollout."""

import pytest

from store import Workspace
from store.requests import Alert, Feedback
from tests.monitor.asked import MODEL, record, request, serve
from tests.monitor.conftest import made_up, train
from tools.monitor._over_time import when
from tools.monitor._watcher import Watch
from tools.monitor.check_service import check_service
from tools.result import Result
from tools.tool import ToolError


def table(result: Result, title: str) -> dict[str, str]:
    """A table with two columns, by its first."""
    (found,) = [each for each in result.tables if each.title.startswith(title)]
    return {row[0]: row[1] for row in found.rows}


def test_a_project_without_a_service_says_what_to_do(empty: Workspace):
    with pytest.raises(ToolError, match="Deploy a run first"):
        check_service(empty)
    serve(empty)
    with pytest.raises(ToolError, match="no request yet"):
        check_service(empty)


def test_requests_errors_times_and_tokens_are_counted(served: Workspace):
    serve(served)
    record(served, *(request(seconds=0.1 + 0.01 * number, label="refund") for number in range(90)))
    record(served, *(request(outcome="failed", status=500) for _ in range(10)))
    found = check_service(served, "tickets")
    figures = table(found, "Requests")
    assert figures["requests"] == "100 (60.6 a minute)"
    assert figures["of these failed"] == "10 (10.0%)"
    assert figures["seconds, half and 95 of 100"].startswith("0.545 and 0.94")
    assert figures["tokens read"] == "900"
    assert figures["processor time"].endswith("seconds")
    assert "10 requests failed" in found.text
    assert table(found, "Labels")["refund"] == "90 of 90 (100.0%)"


def test_a_price_is_told_as_what_it_is(served: Workspace):
    serve(served)
    record(served, *(request(seconds=3.6, waited_seconds=1.8, completion_tokens=1) for _ in range(100)))
    by_hour = table(check_service(served, hour_price=2.0), "Requests")["cost"]
    assert (
        by_hour == "0.1, at 2 for an hour of the machine, as you said, and for the 180 seconds spent on requests alone"
    )
    assert table(check_service(served, token_price=0.5), "Requests")["cost"].startswith("0.5, at 0.5 for 1,000 tokens")


def test_feedback_becomes_an_accuracy_with_an_interval(served: Workspace):
    serve(served)
    asked = [request(label="refund") for _ in range(20)]
    record(served, *asked)
    for number, each in enumerate(asked):
        right = "refund" if number < 15 else "delivery"
        served.requests.say(Feedback(each.id, "outcome", None, right, "the desk"))
    served.requests.say(Feedback(asked[0].id, "thumb", 1.0, None, "the desk"))
    found = check_service(served)
    assert table(found, "What was said")["right, of the judged"] == "15 of 20: 75.0% (53.1% to 88.8%)"
    assert "people rather judge what is wrong" in found.text


def many(ws: Workspace) -> list[tuple[str, str]]:
    """A dataset of 400 rows and a run on it; texts of the same kind that are not among them, with their labels."""
    cases = made_up(560)
    values = ", ".join(f"('{text}', '{label}')" for text, label in cases[:400])
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            "many",
            f"from (values {values}) t(text, label)",
            sentence="Loaded.",
            recipe={},
            roles={"text": "text", "label": "label"},
        )
    train(ws, "many")
    return cases[400:]


def test_drift_is_told_with_examples_of_what_is_new(empty: Workspace):
    usual = many(empty)
    serve(empty, MODEL)
    record(empty, *(request(text, prompt=text, label=label) for text, label in usual))
    calm = check_service(empty)
    assert "is like what run-1 was trained on" in calm.text, calm.tables
    assert "400 rows held out" in table(calm, "What is asked")["least that an alert would find in 200 requests"]
    strange = ["How do I bake sourdough bread", "Which vaccine does my dog need", "Explain the French revolution"]
    record(empty, *(request(f"{text} number {n}", prompt=text, label="refund") for n in range(60) for text in strange))
    found = check_service(empty)
    assert "What is asked differs from what run-1 was trained on" in found.text
    assert set(strange) <= {row[0] for each in found.tables if each.title == "What is new" for row in each.rows}
    assert any(plot.title.startswith("How new requests are") for plot in found.plots)


def test_another_mix_of_known_kinds_is_told_as_that(empty: Workspace):
    usual = many(empty)
    serve(empty, MODEL)
    often = [case for case in usual if case[1] == "refund"]
    record(empty, *(request(text, prompt=text, label=label) for text, label in often * 4))
    assert "The mix of what is asked is another than what run-1 was trained on" in check_service(empty).text


def test_an_alert_of_drift_says_since_when_how_much_is_new_and_shows_examples(empty: Workspace):
    usual = many(empty)
    serve(empty, MODEL)
    watch = Watch(empty, "tickets")
    record(empty, *(request(text, prompt=text, label=label) for text, label in usual))
    assert watch.look() == []
    strange = ["How do I bake sourdough bread", "Which vaccine does my dog need", "Explain the French revolution"]
    asked = [request(f"{text} number {n}", prompt=text, label="refund") for n in range(20) for text in strange]
    record(empty, *asked)
    (alert,) = watch.look()
    assert alert.kind == "drift"
    assert abs(alert.data["since"] - asked[0].at) <= 3
    assert alert.sentence.startswith(f"Something new has been asked since {when(alert.data['since'])}: ")
    assert "of 100 are of a new kind" in alert.sentence
    assert alert.data["share"][1] > 0.9
    assert set(alert.data["examples"]) <= {each.id for each in asked}
    assert Watch(empty, "tickets").look() == []
    shown = [each for each in check_service(empty).tables if each.title.startswith("What was new at the alert of")]
    assert {row[0] for each in shown for row in each.rows} <= set(strange)
    assert shown


def test_without_texts_it_says_how_to_see_what_is_new(empty: Workspace):
    many(empty)
    serve(empty, MODEL)
    record(empty, *(request(f"Explain the French revolution in {n} words") for n in range(200)))
    found = check_service(empty)
    assert "deploy again with texts kept" in found.text
    assert not [each for each in found.tables if each.title == "What is new"]


def test_alerts_are_shown_and_count_as_seen(served: Workspace):
    serve(served)
    record(served, request())
    served.requests.warn(Alert("tickets", "errors", "30 of the last 100 requests failed.", at=1_800_000_000.0))
    found = check_service(served)
    assert found.text.endswith("30 of the last 100 requests failed.")
    assert served.requests.alerts(unseen=True) == []
