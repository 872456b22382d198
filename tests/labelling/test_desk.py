"""Which row comes next for whom."""

from collections.abc import Callable

import pytest

from store import StoreError, Workspace
from store.labellings import Labelling
from tools.labelling.begin import planned
from tools.labelling.desk import Desk
from tools.labelling.ranking import Texts, by_answer, by_label

KINDS = {
    "delivery": ("the parcel has not arrived", "my delivery is late", "where is the package"),
    "refund": ("give me my money back", "I was charged twice", "please return the payment"),
}
ROWS = [(f"{text}, case {n}", kind) for n in range(20) for kind, texts in KINDS.items() for text in texts]
Make = Callable[..., Labelling]


@pytest.fixture
def begun(empty: Workspace) -> Make:
    """Begins to label 120 mails; settings may be given."""

    def begun(*, labelled: bool = False, **settings: object) -> Labelling:
        values = ", ".join(f"('{text}', '{kind if labelled else ''}')" for text, kind in ROWS)
        with empty.approvals.typed("load_dataset", {}):
            roles = {"message": "text", "topic": "label"}
            select = f"from (values {values}) t(message, topic)"
            empty.datasets.add("mails", select, sentence="Loaded.", recipe={}, roles=roles)
        return empty.labellings.open(planned(empty, "mails", **settings)[0])  # pyright: ignore[reportArgumentType]

    return begun


def label(ws: Workspace, desk: Desk, who: str, times: int) -> list[int]:
    """Label as many rows rightly; gives them in order."""
    rows: list[int] = []
    for _ in range(times):
        shown = desk.next(who)
        assert shown
        kind = next(kind for text, kind in ROWS if text == shown.cells["message"])
        ws.labellings.write(desk.labelling.number, shown.row, who, "labelled", kind, seconds=2.0)
        rows.append(shown.row)
        desk.wait()
    return rows


def test_a_share_of_the_rows_is_labelled_by_everybody_in_the_same_order(empty: Workspace, begun: Make):
    desk = Desk(empty, begun(rows=40, share=0.25))
    ana, ben = label(empty, desk, "Ana", 20), label(empty, desk, "Ben", 12)
    both = [row for row in ana if row in ben]
    assert both == [row for row in ben if row in ana]
    assert len(both) == 3


def test_all_rows_are_labelled_once_and_the_shared_ones_by_each(empty: Workspace, begun: Make):
    labelling = begun(rows=12, share=0.5)
    desk = Desk(empty, labelling)
    assert len(set(label(empty, desk, "Ana", 12))) == 12
    assert desk.next("Ana") is None
    assert desk.progress("Ana").labelled == 12
    assert desk.progress("Ben").labelled == 6
    assert len(set(label(empty, desk, "Ben", 6))) == 6
    assert desk.next("Ben") is None


def test_a_model_suggests_but_not_where_agreement_is_measured(empty: Workspace, begun: Make):
    desk = Desk(empty, begun(share=0.5))
    label(empty, desk, "Ana", 20)
    after = [desk.show(row, "Ana") for row in range(1, 121, 4)]
    suggested = [each for each in after if each and each.suggestion]
    assert len(suggested) > 8
    assert not any(each.shared for each in suggested)
    right = [dict(ROWS)[each.cells["message"]] == each.suggestion.value for each in suggested if each.suggestion]
    assert sum(right) / len(right) > 0.9


def test_a_suggestion_is_no_label(empty: Workspace, begun: Make):
    desk = Desk(empty, begun())
    label(empty, desk, "Ana", 12)
    assert len(empty.labellings.standing(desk.labelling.number)) == 12


def test_labels_that_a_model_contradicts_are_checked_first(empty: Workspace, begun: Make):
    labelling = begun(labelled=True, which="existing", share=0)
    with empty.approvals.typed("x", {}):
        wrong = "case when _row in (8, 77) then if(topic = 'refund', 'delivery', 'refund') else topic end"
        empty.datasets.derive("mails", f"select * replace ({wrong} as topic) from parent", sentence="x", recipe={})
    labelling = empty.labellings.open(planned(empty, "mails", which="existing", share=0)[0])
    desk = Desk(empty, labelling)
    desk.next("Ana")
    desk.wait()
    assert set(label(empty, desk, "Ana", 2)) == {8, 77}


def test_skipped_rows_wait_until_they_are_asked_for(empty: Workspace, begun: Make):
    with empty.approvals.typed("x", {}):
        begun()
        empty.datasets.derive("mails", "from parent where _row <= 5", sentence="x", recipe={})
    desk = Desk(empty, empty.labellings.open(planned(empty, "mails", share=0)[0]))
    for _ in range(5):
        shown = desk.next("Ana")
        assert shown
        empty.labellings.write(desk.labelling.number, shown.row, "Ana", "skipped", seconds=1.0)
    assert desk.next("Ana") is None
    assert desk.progress("Ana").skipped == 5
    empty.labellings.unskip(desk.labelling.number, "Ana")
    assert desk.next("Ana") is not None


def test_what_was_said_is_there_after_reopening_and_can_be_undone(empty: Workspace, begun: Make):
    desk = Desk(empty, begun())
    first, second = label(empty, desk, "Ana", 2)
    with Workspace(empty.home) as again:
        assert [each.row for each in again.labellings.standing(1)] == [first, second]
        again.labellings.write(1, first, "Ana", "labelled", "other", seconds=1.0)
        assert again.labellings.undo(1, "Ana") == first
        assert {each.row: each.value for each in again.labellings.standing(1)}[first] != "other"
        assert [again.labellings.undo(1, "Ana") for _ in range(3)] == [second, first, None]


def test_an_empty_label_or_name_is_refused(empty: Workspace, begun: Make):
    number = begun().number
    for who, value in (("Ana", " "), (" ", "refund"), ("Ana", "x" * 201), ("A" * 61, "refund")):
        with pytest.raises(StoreError):
            empty.labellings.write(number, 1, who, "labelled", value)
    with pytest.raises(StoreError, match="There is no labelling"):
        empty.labellings.write(7, 1, "Ana", "labelled", "x")


def test_the_answer_to_a_like_row_is_suggested():
    texts = Texts(["How do I reset my password?", "how can I reset my password", "Where is the nearest shop?"])
    found = by_answer(texts, {0: "Use the link."}, [1, 2])
    assert found.suggested[1].value == "Use the link."
    assert 2 not in found.suggested


def test_texts_without_words_can_be_ranked():
    texts = Texts(["", "?!", "   "])
    assert sorted(by_label(texts, {}, [0, 1, 2]).order) == [0, 1, 2]
