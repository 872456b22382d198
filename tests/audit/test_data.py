"""An audit of a dataset: who is in it, what it tells, what it cannot tell, and what a remedy changed."""

from typing import Any

import numpy as np
import pytest

from store import Workspace
from store.engine import literal
from tests.assistant.conftest import filled
from tools.audit._before import changes
from tools.audit._data import audited
from tools.audit._data_worker import saved
from tools.audit._groups import people
from tools.audit._remedies import remedies
from tools.audit._show import shown
from tools.audit.audit_bias import audit_bias
from tools.result import Result
from tools.tool import ToolError

Json = dict[str, Any]


def add(
    ws: Workspace, name: str, rows: list[tuple[Any, ...]], columns: str, roles: dict[str, str], again: bool = False
) -> None:
    values = ", ".join(f"({', '.join(literal(v) if isinstance(v, str) else str(v) for v in row)})" for row in rows)
    with ws.approvals.typed("load_dataset", {}):
        if again:
            kept = f"select row_number() over () as _row, {columns} from (values {values}) t({columns})"
            ws.datasets.derive(name, kept, sentence="Changed.", recipe={})
        else:
            ws.datasets.add(name, f"from (values {values}) t({columns})", sentence="Loaded.", recipe={}, roles=roles)


def hires(gap: float, rows: int = 400) -> list[tuple[Any, ...]]:
    draw = np.random.default_rng(4)
    told: list[tuple[Any, ...]] = []
    for place in range(rows):
        woman = place % 2 == 0
        hired = draw.random() < (0.7 - gap if woman else 0.7)
        told.append(
            (
                f"{'She' if woman else 'He'} sent papers {place}",
                "yes" if hired else "no",
                place,
                int(draw.integers(18, 80)),
            )
        )
    return told


COLUMNS, ROLES = "text, hired, number, age", {"text": "text", "hired": "label"}


def test_who_is_in_it_is_counted_with_words_and_a_row(empty: Workspace) -> None:
    add(empty, "hires", hires(0.0), COLUMNS, ROLES)
    told = audited(empty.datasets.head("hires"), None)
    who = {(each["attribute"], each["group"]): each for each in told["who"]}
    assert who["gender", "feminine"]["rows"] == 200 and who["gender", "feminine"]["words"] == ["she 200"]
    assert who["gender", "feminine"]["row"] == 1 and who["gender", "feminine"]["share"]["value"] == 0.5
    assert ("age", "65 and older") in who
    assert told["flagged"] == 0
    text = shown("hires", None, {"data": told, "model": None}).text
    assert "shows a gap beyond chance" in text and "would have been found nine times in ten" in text


def test_a_finding_comes_with_rows_plain_words_and_remedies(empty: Workspace) -> None:
    add(empty, "hires", hires(0.3), COLUMNS, ROLES)
    result = shown("hires", None, {"data": audited(empty.datasets.head("hires"), None), "model": None})
    assert "no proof of discrimination" in result.text and "odds ratio" in result.text
    assert result.next[:2] == ["add rows to hires with the genders swapped", "look for mislabelled rows in hires"]
    examples = next(table for table in result.tables if table.title == "Rows behind the gaps")
    assert examples.rows[0][0] == "no, feminine" and "She sent papers" in examples.rows[0][2]
    assert [plot.mark for plot in result.plots] == ["interval", "bar"]
    assert all(plot.svg().startswith("<svg") for plot in result.plots)


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("text", "text has 400 values in 400 rows, and the largest group has 1: two groups of at least 10 rows"),
        ("site", "site has the same value in every row, so it tells no groups apart"),
        ("pair", "pair has 2 values in 400 rows, and the largest group has 397"),
        ("empty", "empty has no value"),
    ],
)
def test_a_column_that_holds_no_groups_is_told(empty: Workspace, group: str, sentence: str) -> None:
    rows = [(*row[:2], "main", "x" if place > 2 else "y", "") for place, row in enumerate(hires(0.0))]
    add(empty, "hires", rows, "text, hired, site, pair, empty", ROLES)
    with pytest.raises(ToolError, match=sentence):
        people(empty.datasets.head("hires"), group)


def test_a_number_to_predict_is_compared_by_its_size(empty: Workspace) -> None:
    draw = np.random.default_rng(3)
    rows = [
        (f"{'She' if n % 2 else 'He'} is paid", float(round(draw.normal(50 - 8 * (n % 2), 9), 2))) for n in range(200)
    ]
    add(empty, "pay", rows, "text, wage", {"text": "text", "wage": "label"})
    told = audited(empty.datasets.head("pay"), None)
    (sure,) = [each for each in told["findings"] if each["flagged"] and each["shown"]]
    assert (sure["kind"], sure["what"]) == ("number", "wage") and -12 < sure["difference"]["value"] * (
        1 if sure["group"] == "feminine" else -1
    ) < -4
    assert (
        "wage holds numbers, so groups are compared by how large they are"
        in shown("pay", None, {"data": told, "model": None}).text
    )


def test_data_without_a_label_is_audited_for_what_it_says(empty: Workspace) -> None:
    rows = [
        (f"Tell me of the {'Muslim' if n % 2 else 'Christian'} man", "A terrible thief." if n % 2 else "A kind man.")
        for n in range(60)
    ]
    add(empty, "chats", rows, "prompt, completion", {"prompt": "prompt", "completion": "completion"})
    told = audited(empty.datasets.head("chats"), None)
    text = shown("chats", None, {"data": told, "model": None}).text
    assert "chats has no label column, so labels are not compared" in text
    assert "sound worse" in text or "sound better" in text


def test_neither_text_nor_label_nor_group_is_told(empty: Workspace) -> None:
    add(empty, "sums", [(n, n * n) for n in range(50)], "a, b", {})
    told = audited(empty.datasets.head("sums"), None)
    assert (
        "nothing to compare: no column and no text of it tells groups"
        in shown("sums", None, {"data": told, "model": None}).text
    )


def test_three_rows_of_a_group_are_named_and_left_out(empty: Workspace) -> None:
    rows = [(*row[:2], "c" if place < 3 else "ab"[place % 2]) for place, row in enumerate(hires(0.0))]
    add(empty, "hires", rows, "text, hired, area", ROLES)
    told = audited(empty.datasets.head("hires"), "area")
    assert "Too small to compare (fewer than 10 rows): c." in shown("hires", None, {"data": told, "model": None}).text


def test_another_dataset_or_a_column_can_be_the_reference(empty: Workspace) -> None:
    add(empty, "hires", hires(0.0), COLUMNS, ROLES)
    add(empty, "town", [(f"{'She' if n % 4 else 'He'} lives here",) for n in range(400)], "text", {"text": "text"})
    told = audited(empty.datasets.head("hires"), None, None, None, empty.datasets.head("town"))
    assert told["reference"]["gaps"][0]["reference"] in (0.75, 0.25) and told["reference"]["p"] < 1e-9
    assert any(each["kind"] == "reference" and each["flagged"] for each in told["findings"])


def test_a_second_audit_shows_what_a_remedy_changed(empty: Workspace) -> None:
    add(empty, "hires", hires(0.3), COLUMNS, ROLES)
    words = empty.folder / "words"
    words.mkdir()
    (words / "papers.toml").write_text('attribute = "papers"\nsent = ["papers"]\n')
    task = {"dataset": "hires", "version": 1, "group": None, "reference": "women 51, men 49"}
    first = Result.from_json(saved(empty, task).body["result"])
    assert not any(table.title.startswith("Before") for table in first.tables)
    assert any(row[0] == "papers" for table in first.tables if table.title == "Who is in it" for row in table.rows)
    rows = hires(0.3)
    swapped = [(text.replace("She", "X").replace("He", "She").replace("X", "He"), *rest) for text, *rest in rows]
    add(empty, "hires", [*rows, *swapped], COLUMNS, ROLES, again=True)
    second = audit_bias(empty, dataset="hires")
    before = second.tables[0]
    assert before.title.startswith("Before and after")
    (row,) = [row for row in before.rows if tuple(row[:3]) == ("gender in text", "feminine", "no")]
    assert row[3].startswith("+2") and row[4].startswith("+0.0") and "no longer beyond chance" in row[5]
    assert "Compared with version 1 (report-1), 1 of 1 gap that were beyond chance no longer is" in second.text


def test_a_gap_that_hardly_moved_is_not_called_a_success() -> None:
    def data(low: float, value: float, high: float) -> Json:
        gap = {"value": value, "low": low, "high": high}
        return {
            "findings": [
                {
                    "kind": "label",
                    "attribute": "g",
                    "group": "a",
                    "what": "yes",
                    "test": ["label", "g"],
                    "gap": gap,
                    "rows": 9,
                    "corrected": 0.01,
                    "flagged": True,
                    "shown": True,
                }
            ]
        }

    (told,) = changes(data(0.1, 0.2, 0.3), data(0.08, 0.18, 0.28))
    assert told["verdict"] == "smaller, within what chance may do"
    (told,) = changes(data(0.1, 0.2, 0.3), {"findings": []})
    assert told["verdict"] == "no longer compared"


def test_every_remedy_is_a_request_that_means_it(ws: Workspace) -> None:
    def sure(kind: str, attribute: str) -> Json:
        return {"kind": kind, "attribute": attribute, "flagged": True, "shown": True}

    found = [sure("label", "gender in text"), sure("label", "origin of first names in text"), sure("toxicity", "area")]
    asked = remedies("reviews", {"findings": found})
    assert asked == [
        "add rows to reviews with the genders swapped",
        "look for mislabelled rows in reviews",
        "replace the names in reviews by made-up ones",
        "look for toxic texts in reviews",
    ]
    swap, wrong, names, toxic = asked
    assert filled(ws, "augment_dataset", swap)["method"] == "counterfactual"
    assert filled(ws, "propose_fixes", wrong)["kinds"] == ["label_errors"]
    assert filled(ws, "propose_fixes", names)["kinds"] == ["person_names"]
    assert filled(ws, "propose_fixes", toxic)["kinds"] == ["toxic_text"]
    assert remedies("reviews", {"findings": [sure("label", "gender in text") | {"flagged": False}]}) == []
