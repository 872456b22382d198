"""What is served, who may ask, and what was asked."""

import pytest

from store import NotApproved, NotFound, Workspace
from store.requests import Alert, Feedback, Request
from store.services import ServedModel

MODEL = ServedModel("triage", "run-1", "/exports/run-1-merged", "llama", "classify", 1.0)


def asked(id_: str, at: float, **more: object) -> Request:
    told = {"kind": "classify", "model": "triage", "run": "run-1", "status": 200, "outcome": "answered"}
    figures = {"prompt_tokens": 9, "completion_tokens": 0, "waited_seconds": 0.0, "first_seconds": None, "seconds": 0.1}
    return Request(id_, at, **{**told, **figures, **more})


def test_nothing_is_served_and_no_key_is_made_without_a_yes(empty: Workspace):
    with pytest.raises(NotApproved):
        empty.services.set("triage", (MODEL,), {})
    with pytest.raises(NotApproved):
        empty.services.add_key("triage", "the ward", {})
    assert empty.services.all() == []
    assert empty.services.keys("triage") == []


def test_every_setting_of_a_service_is_kept_and_the_newest_holds(empty: Workspace):
    with empty.approvals.typed("deploy_run", {}):
        empty.services.set("triage", (MODEL,), {"port": 8000})
        empty.services.set("triage", (MODEL,), {"port": 8001})
        empty.services.end("triage")
    assert [(each.version, each.state) for each in empty.services.history("triage")] == [
        (1, "serving"),
        (2, "serving"),
        (3, "ended"),
    ]
    assert empty.services.get("triage").state == "ended"
    first = empty.services.get("triage", version=1)
    assert (first.models, first.settings) == ((MODEL,), {"port": 8000})
    with pytest.raises(NotFound, match="triage"):
        empty.services.get("night")


def test_a_key_opens_its_service_until_it_is_revoked_and_is_not_kept(empty: Workspace):
    with empty.approvals.typed("deploy_run", {}):
        key, secret = empty.services.add_key("triage", "the ward", {"requests_a_minute": 3})
        found = empty.services.key_of("triage", secret)
        assert found == key
        assert empty.services.key_of("night", secret) is None
        assert empty.services.key_of("triage", secret[:-1]) is None
        empty.services.revoke_key(key.id)
    assert empty.services.key_of("triage", secret) is None
    kept = b"".join(path.read_bytes() for path in empty.home.glob("workspace.sqlite*"))
    assert secret.encode() not in kept


def test_requests_are_kept_once_and_found_by_time(empty: Workspace):
    empty.requests.record("triage", [asked("a", 1.0), asked("b", 2.0, refused=True)])
    empty.requests.record("triage", [asked("b", 9.0), asked("c", 3.0, features=b"12")])
    assert [request.id for request in empty.requests.of("triage")] == ["a", "b", "c"]
    assert [request.id for request in empty.requests.of("triage", since=2.0, until=3.0)] == ["b"]
    assert [request.id for request in empty.requests.of("triage", most=2)] == ["b", "c"]
    assert empty.requests.get("b").refused
    assert empty.requests.count("triage") == 3
    assert empty.requests.of("night") == []


def test_what_people_say_belongs_to_a_request_that_is_there(empty: Workspace):
    empty.requests.record("triage", [asked("a", 1.0)])
    said = Feedback("a", "correction", None, "billing", "the ward", 5.0)
    empty.requests.say(said)
    assert empty.requests.said("triage") == [said]
    with pytest.raises(NotFound, match="request"):
        empty.requests.say(Feedback("z", "thumb", 1.0, None, "the ward"))


def test_an_alert_is_shown_until_it_was_seen(empty: Workspace):
    alert = empty.requests.warn(Alert("triage", "drift", "What is asked has changed.", {"auc": 0.8}, 1.0))
    assert empty.requests.alerts("triage", unseen=True) == [alert]
    empty.requests.see([alert.id])
    assert empty.requests.alerts(unseen=True) == []
    assert [each.seen for each in empty.requests.alerts()] == [True]
