"""A standing yes lets fixes of one kind through, and nothing else."""

from collections.abc import Callable

import pytest

from store import Fix, NotApproved, Workspace
from store.goals import Goal

EDIT = "select _row, '{0}' as action, 'text' as column_name, text as before, {1} as after, '' as reason from parent"
DROP, SHOUT = EDIT.format("drop", "null"), EDIT.format("set", "upper(text)")


def found(ws: Workspace, kind: str = "loud", way: str = "mask", edits: str = SHOUT) -> Fix:
    fix = ws.fixes.propose("reviews", kind, "Shout.", "why", edits, done="Shouted in {rows:row|rows}.", way=way)
    assert fix
    return fix


@pytest.fixture
def ruled(ws: Workspace) -> Workspace:
    with ws.approvals.typed("set_rule", {}):
        ws.rules.set("loud", "always", "mask")
    return ws


def test_a_rule_needs_a_yes(ws: Workspace):
    for change in (lambda: ws.rules.set("loud", "always"), lambda: ws.rules.remove("loud")):
        with pytest.raises(NotApproved):
            change()
    assert ws.rules.all() == {}


def test_a_fix_of_the_kind_is_applied_by_the_rule_and_the_history_says_so(ruled: Workspace):
    applied = ruled.fixes.apply_by_rule(found(ruled).id)
    assert applied and applied[1] == 3
    assert applied[0].sentence == "By your rule: shouted in 3 rows."
    assert ruled.fixes.get("fix-1").state == "applied"


@pytest.mark.parametrize(
    "other",
    [lambda ws: found(ws, kind="quiet"), lambda ws: found(ws, way="drop", edits=DROP)],
    ids=["another kind", "another way"],
)
def test_the_rule_is_no_yes_for_another_kind_or_another_way(ruled: Workspace, other: Callable[[Workspace], Fix]):
    fix = other(ruled)
    with pytest.raises(NotApproved):
        ruled.fixes.apply_by_rule(fix.id)
    assert ruled.datasets.head("reviews").number == 1
    assert ruled.fixes.get(fix.id).state == "open"


def test_what_is_applied_by_hand_still_asks(ruled: Workspace):
    with pytest.raises(NotApproved):
        ruled.fixes.apply(found(ruled).id)


def test_within_the_standing_yes_nothing_else_passes(ruled: Workspace):
    fix = found(ruled)
    goal = Goal("x", "classify", "accuracy")
    with ruled.approvals.standing("loud", "mask", {f"applying {fix.id}", "changing reviews"}):
        for change in (
            lambda: ruled.goals.set(goal),
            lambda: ruled.rules.set("quiet", "always"),
            lambda: ruled.rules.remove("loud"),
            lambda: ruled.fixes.apply(found(ruled, kind="quiet").id),
            lambda: ruled.datasets.add("more", "select 1 as a", sentence="x", recipe={}),
        ):
            with pytest.raises(NotApproved):
                change()
    with pytest.raises(NotApproved):
        ruled.approvals.needed("changing reviews")


@pytest.mark.parametrize("verdict", ["never", "removed"])
def test_the_yes_ends_with_the_rule(ruled: Workspace, verdict: str):
    with ruled.approvals.typed("set_rule", {}):
        ruled.rules.remove("loud") if verdict == "removed" else ruled.rules.set("loud", "never")
    with pytest.raises(NotApproved):
        ruled.fixes.apply_by_rule(found(ruled).id)


def test_a_rule_is_of_one_project(ruled: Workspace):
    with Workspace(ruled.home, "other") as other:
        assert other.rules.all() == {}
        with pytest.raises(NotApproved), other.approvals.standing("loud", "mask", {"changing reviews"}):
            pass


def test_a_rule_does_not_stand_before_its_own_yes_is_carried_out(ws: Workspace):
    fix = found(ws)
    with ws.approvals.typed("set_rule", {}):
        ws.rules.set("loud", "always", "mask")
        with pytest.raises(NotApproved):
            ws.fixes.apply_by_rule(fix.id)


def test_the_spent_yes_of_a_rule_cannot_be_spent_again(ruled: Workspace):
    spent = ruled.rules.all()["loud"].approval
    given = ruled.approvals.get(spent)
    with pytest.raises(NotApproved, match="spent"), ruled.approvals.spend(spent, given.payload_hash):
        pass


def test_what_the_user_took_back_is_not_done_again_by_the_rule(ruled: Workspace):
    ruled.fixes.apply_by_rule(found(ruled).id)
    with ruled.approvals.typed("undo_change", {}):
        ruled.fixes.move_head("reviews", 1, "Undid.")
    fix = found(ruled)
    assert (fix.id, fix.state) == ("fix-1", "open")
    assert ruled.fixes.apply_by_rule(fix.id) is None
    assert ruled.datasets.head("reviews").number == 1
