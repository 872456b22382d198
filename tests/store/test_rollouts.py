"""A newer arm gets the shares that its yes allows, and is taken back without a new one."""

from store import Workspace
from store.requests import Feedback
from store.services import ServedModel, Service
from tests.store.test_services import asked

OLD = ServedModel("triage-1", "run-1", "/exports/run-1", "transformers", "classify", 0.9)
NEW = ServedModel("triage-2", "run-2", "/exports/run-2", "transformers", "classify", 0.1)


def rolled_out(ws: Workspace) -> Service:
    with ws.approvals.typed("deploy_run", {}):
        ws.services.set(
            "triage", (ServedModel("triage-1", "run-1", "/exports/run-1", "transformers", "classify", 1.0),), {}
        )
        plan = {"old": "run-1", "new": "run-2", "steps": [0.1, 0.5], "at": 0, "before": 1}
        return ws.services.set("triage", (OLD, NEW), {"port": 8000, "rollout": plan})


def test_a_rollout_takes_only_the_steps_that_were_approved(empty: Workspace):
    begun = rolled_out(empty)
    stepped = empty.services.step("triage", begun.version)
    assert stepped is not None
    assert [model.share for model in stepped.models] == [0.5, 0.5]
    assert stepped.approval == begun.approval
    assert empty.services.step("triage", stepped.version) is None
    assert empty.services.get("triage").version == stepped.version


def test_what_was_served_before_holds_again_without_a_new_yes(empty: Workspace):
    begun = rolled_out(empty)
    back = empty.services.go_back("triage", begun.version, "more errors")
    assert back is not None
    assert [(model.run, model.share) for model in back.models] == [("run-1", 1.0)]
    assert back.settings == {"returned": {"run": "run-2", "version": 2, "why": "more errors"}}
    assert back.approval == empty.services.get("triage", 1).approval
    assert empty.services.go_back("triage", back.version, "again") is None


def test_a_service_that_was_changed_meanwhile_is_left_as_it_is(empty: Workspace):
    begun = rolled_out(empty)
    with empty.approvals.typed("deploy_run", {}):
        empty.services.end("triage")
    assert empty.services.step("triage", begun.version) is None
    assert empty.services.go_back("triage", begun.version, "late") is None
    assert empty.services.get("triage").state == "ended"


def test_new_requests_are_read_in_the_order_in_which_they_were_recorded(empty: Workspace):
    empty.requests.record("triage", [asked("late", 9.0), asked("early", 1.0)])
    first = empty.requests.news("triage", 0)
    empty.requests.record("night", [asked("other", 4.0)])
    empty.requests.record("triage", [asked("next", 5.0)])
    second = empty.requests.news("triage", first[-1][0])
    assert [request.id for _, request in first + second] == ["late", "early", "next"]
    assert empty.requests.news("triage", second[-1][0]) == []
    assert empty.requests.place("triage", 1) == first[-1][0]
    assert empty.requests.place("triage", 3) == 0


def test_what_was_said_is_read_from_where_one_stopped(empty: Workspace):
    empty.requests.record("triage", [asked("a", 1.0)])
    empty.requests.say(Feedback("a", "thumb", 1.0, None, "the ward"))
    ((place, first),) = empty.requests.heard("triage", 0)
    empty.requests.say(Feedback("a", "correction", None, "refund", "the ward"))
    assert first.kind == "thumb"
    assert [said.text for _, said in empty.requests.heard("triage", place)] == ["refund"]
