"""An audit of data: what is planted is found, and what is not there is not."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare, fisher_exact, mannwhitneyu

from store import Workspace
from store.engine import literal
from tests.assistant.test_arguments import filled
from tools.audit._before import changes
from tools.audit._crossed import beyond_halves, crossed
from tools.audit._data import audited
from tools.audit._data_worker import saved
from tools.audit._findings import findings, once
from tools.audit._groups import People, people
from tools.audit._lists import terms
from tools.audit._measures import cliffs_delta, shifts
from tools.audit._power import power, smallest_gap
from tools.audit._rates import Attribute
from tools.audit._reference import compared
from tools.audit._remedies import remedies
from tools.audit._shares import shares_in
from tools.audit._show import shown
from tools.audit.audit_bias import audit_bias
from tools.result import Result
from tools.tool import ToolError

Json = dict[str, Any]


def rows_of(
    labels: Sequence[str | None],
    groups: dict[str, Sequence[str | None]],
    texts: Sequence[str] = (),
    suspects: bool = False,
) -> People:
    attributes = [Attribute(name, f"the column {name}", values) for name, values in groups.items()]
    filled = list(texts) or [""] * len(labels)
    return People(
        ids=list(range(1, len(labels) + 1)),
        label="label",
        labels=list(labels),
        numbers=[],
        texts=filled if texts else [],
        shown=filled,
        suspects=[suspects] * len(labels),
        attributes=attributes,
        named=[],
        whole=len(labels),
        columns={},
    )


def planted(seed: int, rows: int, base: float, gap: float) -> People:
    """A label whose share is `base` among men and `base + gap` among women; two more attributes have no part in it."""
    draw = np.random.default_rng(seed)
    women = np.arange(rows) % 2 == 0
    yes = draw.random(rows) < np.where(women, base + gap, base)
    others = {name: draw.choice(list(groups), rows).tolist() for name, groups in (("area", "abc"), ("shift", "de"))}
    texts = ["a word " * int(count) for count in draw.integers(3, 30, rows)]
    groups = {"gender": ["woman" if each else "man" for each in women], **others}
    return rows_of(["yes" if each else "no" for each in yes], groups, texts)


def flagged(found: People) -> set[tuple[str, str]]:
    all_ = findings(found, [*found.attributes, *crossed(found.attributes)], [])
    return {(each.attribute, each.kind) for each in once(all_) if each.flagged}


def test_false_alarms_are_at_most_one_in_twenty_over_all_tests_of_an_audit() -> None:
    """Labels and lengths, three attributes and their crossings: about 30 tests an audit."""
    alarms = sum(bool(flagged(planted(seed, 200, 0.3, 0.0))) for seed in range(60))
    assert alarms <= 3


@pytest.mark.parametrize(("rows", "base"), [(1000, 0.05), (1400, 0.3)])
def test_a_gap_of_ten_points_is_found_nine_times_in_ten_where_the_rows_allow(rows: int, base: float) -> None:
    found = sum(("gender", "label") in flagged(planted(seed, rows, base, 0.10)) for seed in range(12))
    assert found >= 10


@pytest.mark.parametrize(
    ("rows", "base", "least", "most"), [(250, 0.10, 0.9, 1.0), (250, 0.55, 0.5, 0.7), (500, 0.55, 0.85, 0.95)]
)
def test_the_stated_power_is_that_of_fishers_test(rows: int, base: float, least: float, most: float) -> None:
    """Around a middle share of 10 % a gap of 10 points in two groups of 250 is found; around 55 % often not."""
    draw = np.random.default_rng(2)
    a, b = draw.binomial(rows, base + 0.05, 400), draw.binomial(rows, base - 0.05, 400)
    found = np.mean([fisher_exact([[x, rows - x], [y, rows - y]])[1] < 0.05 for x, y in zip(a, b, strict=True)])
    told = power(rows, rows, base, 0.10)
    assert least <= told <= most and found == pytest.approx(told, abs=0.06)


def test_the_smallest_gap_that_is_found_shrinks_with_rows_and_grows_with_tests() -> None:
    assert smallest_gap(2000, 2000, 0.5) < smallest_gap(250, 250, 0.5) < smallest_gap(250, 250, 0.5, 40)
    assert power(250, 250, 0.5, smallest_gap(250, 250, 0.5)) == pytest.approx(0.9, abs=1e-6)


def test_cliffs_delta_and_its_test_are_the_textbooks() -> None:
    draw = np.random.default_rng(1)
    mine, others = draw.integers(0, 12, 40).astype(float), draw.integers(3, 15, 55).astype(float)
    delta = float(np.sign(mine[:, None] - others[None, :]).mean())
    found = cliffs_delta(mine, others)
    assert found.value == pytest.approx(delta, abs=1e-12) and found.low < delta < found.high < 0
    attribute = Attribute("g", "", ["a"] * 40 + ["b"] * 55)
    (first, second) = shifts(attribute, "length", [*mine.tolist(), *others.tolist()])
    shift = first if first.group == "a" else second
    assert shift.p == pytest.approx(float(mannwhitneyu(mine, others, method="asymptotic").pvalue), abs=1e-12)
    assert shift.difference.value == pytest.approx(mine.mean() - others.mean())


def test_the_interval_of_cliffs_delta_covers_the_truth() -> None:
    truth, covered = 0.0, 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        found = cliffs_delta(np.round(draw.normal(0, 1, 30), 1), np.round(draw.normal(0, 2, 50), 1))
        covered += found.low <= truth <= found.high
    assert 180 <= covered <= 199


def test_groups_that_lie_wholly_apart_still_have_an_interval() -> None:
    found = cliffs_delta(np.arange(10.0) + 100, np.arange(10.0))
    assert found.value == 1 and found.low == pytest.approx((10 - 1.959964**2) / (10 + 1.959964**2))


def test_a_gap_of_both_halves_is_no_gap_of_their_crossing() -> None:
    draw = np.random.default_rng(5)
    women, old = draw.random(1600) < 0.5, draw.random(1600) < 0.5
    names = {"gender": ["f" if each else "m" for each in women], "age": ["old" if each else "new" for each in old]}

    def audit(odds: np.ndarray[Any, Any]) -> Json:
        labels = ["yes" if each else "no" for each in draw.random(1600) < 1 / (1 + np.exp(-odds))]
        found = rows_of(labels, names)
        (both,) = crossed(found.attributes)
        told = findings(found, [*found.attributes, both], [])
        cell = next(each for each in told if (each.group, each.what) == ("f and old", "yes"))
        has = [label == "yes" for label in labels]
        return {"flagged": cell.flagged, "explained": cell.explained, "p": beyond_halves(both, "f and old", has)}

    halves = audit(-1.0 + 1.0 * women + 1.0 * old)
    assert halves["flagged"] and halves["explained"] and halves["p"] > 0.05
    only = audit(-1.0 + 1.5 * (women & old))
    assert only["flagged"] and not only["explained"] and only["p"] < 0.01


def test_toxic_words_sentiment_and_length_that_go_with_a_group_are_found() -> None:
    groups = ["a", "b"] * 60
    texts = [
        "You are such an idiot." if place % 4 == 0 else "Thank you, a very nice and long day it was, really."
        for place in range(120)
    ]
    found = once(
        findings(
            rows_of([None] * 120, {"team": groups}, texts, suspects=True),
            rows_of([None] * 120, {"team": groups}).attributes,
            [],
        )
    )
    sure = {each.kind: each for each in found if each.flagged}
    assert set(sure) == {"toxicity", "sentiment", "length"} and found[-1].kind == "length"
    assert (sure["toxicity"].group, sure["toxicity"].mine, sure["toxicity"].others) == ("a", 0.5, 0.0)
    assert sure["toxicity"].places == [0, 4, 8]


def test_rare_labels_do_not_cost_the_others_their_power() -> None:
    labels = ["yes", "no"] * 50 + [f"rare {place}" for place in range(60)]
    found = findings(
        rows_of(labels, {"g": ["a", "b", "b", "a"] * 40}), [Attribute("g", "", ["a", "b", "b", "a"] * 40)], []
    )
    assert {each.what for each in found} == {"yes", "no"}


def test_shares_are_read_from_words() -> None:
    assert shares_in("women 51, men 49") == {"women": 0.51, "men": 0.49}
    assert shares_in("51 % women and 49 % men") == {"women": 0.51, "men": 0.49}
    assert shares_in("north: 33,4; south = 33,3; east 33,3")["north"] == pytest.approx(0.334)
    assert shares_in("a 0.25, b 0.75") == {"a": 0.25, "b": 0.75}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("women 60, men 50", "add up to 110, not to 100: women 60, men 50"),
        ("women 40, men 40", "add up to 80"),
        ("women 51", "of one group alone"),
        ("as in the census", "cannot be read at"),
        ("women 51 or 52, men 49", "cannot be read at"),
        ("women 50, women 50", "cannot be read at"),
        ("women 0, men 100", "a share of 0"),
        ("", "of one group alone"),
    ],
)
def test_shares_that_make_no_sense_are_told(text: str, sentence: str) -> None:
    with pytest.raises(ToolError, match=sentence):
        shares_in(text)


def test_a_reference_is_compared_with_the_attribute_it_speaks_of() -> None:
    attributes = [Attribute("area", "", ["north", "south"] * 50), Attribute("sex", "", ["F"] * 30 + ["M"] * 70)]
    found = compared(attributes, shares_in("women 51, men 49"), terms())
    assert {gap.group: (gap.share.value, gap.reference) for gap in found.gaps} == {"F": (0.3, 0.51), "M": (0.7, 0.49)}
    assert found.p == pytest.approx(float(chisquare([30, 70], [51, 49]).pvalue), abs=1e-12)
    with pytest.raises(
        ToolError, match="names martians, which no row here is in. Groups here: area: north, south; sex"
    ):
        compared(attributes, shares_in("martians 51, north 49"), terms())
    with pytest.raises(ToolError, match="mixes kinds of groups"):
        compared(attributes, shares_in("women 51, north 49"), terms())


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
