"""What the card of a dataset says of its use, its audit and its losses."""

from store import Workspace
from tests.project.conftest import NASTY, said_yes
from tools.data._dataset_card import dataset_card
from tools.data._dataset_use import told


def card(ws: Workspace) -> str:
    head = ws.datasets.head("reviews")
    return dataset_card(head, {"train": "data/train.parquet"}, {"train": head.rows}, [], [], None, told(ws, head))


def test_what_is_not_answered_and_not_audited_is_said(ws: Workspace):
    text = card(ws)
    assert text.count("Not answered yet.") == 6 and "It was not audited for bias." in text
    assert "No step made the rows fewer: 3 rows were loaded." in text


def test_answers_audit_and_lost_rows_stand_in_the_card_as_text(ws: Workspace):
    said_yes(ws, "describe_use", about="harm", answer=NASTY)
    with ws.approvals.typed("drop", {}):
        ws.datasets.derive("reviews", "from parent where _row < 3", sentence="Dropped 1 row.", recipe={"tool": "drop"})
    ws.reports.save("audit", {"result": {"text": "No gap beyond chance."}}, dataset="reviews", version=1)
    text = card(ws)
    assert "\\<script\\>" in text and "<script>" not in text
    assert "Audited at version 1 (report-1" in text and "No gap beyond chance." in text
    assert "Of 3 rows that were loaded first, steps left out: 1 row at version 2 (Dropped 1 row)." in text
