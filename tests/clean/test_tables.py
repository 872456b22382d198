"""The checks of tables on rows with planted errors: what they find, what it is set to, and what they leave alone."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.made_tables import tables
from benchmarks.tables import measured, read
from store import Workspace
from tests.clean.conftest import Make
from tools import TOOLS

DATA = Path(__file__).parents[3] / "shared" / "data" / "tabular_dirty_clean"
Cells = dict[tuple[int, str], tuple[str | None, str]]


def proposed(ws: Workspace, kind: str, dataset: str = "t") -> Cells:
    """What a check would set, and why, by row and column."""
    TOOLS["propose_fixes"].run(ws, {"dataset": dataset, "kinds": [kind]})
    edits = [e for fix in ws.fixes.all(dataset, state="open") if fix.kind == kind for e in ws.fixes.edits(fix.id, 1000)]
    assert all(edit["action"] == "set" for edit in edits)
    return {(edit["_row"], edit["column_name"]): (edit["after"], edit["reason"]) for edit in edits}


def news(cells: Cells) -> dict[tuple[int, str], str | None]:
    return {cell: after for cell, (after, _) in cells.items()}


def places(number: int) -> list[list[str]]:
    """Rows of towns, each of which is in one region, with another column that says nothing."""
    towns = ["Aldermoor", "Brackwell", "Culverton", "Dunsbridge", "Elmsthorpe", "Fernbeck"]
    regions = ["Northland", "Eastmarch", "Southvale"]
    return [[f"Z{n % 6}", towns[n % 6], regions[n % 6 % 3], str(n * 7 % 11)] for n in range(number)]


PLACES = "zip, town, region, score"


def test_a_cell_that_contradicts_rows_of_its_kind_is_set_to_what_they_have(empty: Workspace, make: Make):
    rows = places(120)
    rows[7][1] = "Culverton"  # not the town of Z1
    rows[20][1] = None  # type: ignore[call-overload]
    make("t", rows, PLACES, roles={"zip": "other"})
    found = proposed(empty, "broken_dependencies")
    assert news(found) == {(8, "town"): "Brackwell", (21, "town"): "Culverton"}
    assert found[8, "town"][1].startswith("town is 'Brackwell' in 19 of 19 other rows with this zip")


def test_a_row_that_is_wrong_about_its_kind_is_not_turned_into_another(empty: Workspace, make: Make):
    """Of a row with another zip, town and region are right: it is the zip that is set."""
    rows = places(120)
    rows[7][0] = "Z0"
    make("t", rows, PLACES, roles={"zip": "other"})
    assert news(proposed(empty, "broken_dependencies")) == {(8, "zip"): "Z1"}


def test_exceptions_that_another_column_explains_stay(empty: Workspace, make: Make):
    rows = [[f"P{n % 12}", f"{n % 12 + 1}.50", "shop"] for n in range(600)]
    for n in range(0, 60, 5):
        rows[n][1:] = [f"{n % 12 + 30}.50", "airport"]
    make("t", rows, "product, price, place", roles={"product": "other"})
    assert proposed(empty, "broken_dependencies") == {}


def test_what_changed_in_time_stays(empty: Workspace, make: Make):
    """Somebody who moved lives elsewhere from then on."""
    rows = [[f"N{n:03}", f"town {(n + 7 * (visit == 5 and n % 4 == 0)) % 9}"] for n in range(80) for visit in range(6)]
    make("t", rows, "person, home", roles={"person": "other"})
    assert proposed(empty, "broken_dependencies") == {}


def test_sources_that_copy_count_once_and_the_reliable_ones_are_believed(empty: Workspace, make: Make):
    """Four papers print the same errors; three others, who made their own, agree against them."""
    rows: list[list[str]] = []
    true = {f"match {n}": f"{n * 37 % 90}:{n * 53 % 89}" for n in range(60)}
    for n, (match, score) in enumerate(true.items()):
        copied = f"{n * 41 % 90}:{n * 59 % 83}" if n % 3 == 0 else score
        rows += [[match, f"copy {letter}", copied] for letter in "abcd"]
        rows += [[match, name, "9:97" if (n + 7 * k) % 20 == 5 else score] for k, name in enumerate(["x", "y", "z"])]
    make("t", rows, "match, paper, score", roles={"match": "other"})
    found = proposed(empty, "broken_dependencies")
    wrong = {(row + 1, "score") for row, (match, _, score) in enumerate(rows) if score != true[match]}
    assert set(found) <= wrong and len(found) > 0.9 * len(wrong)
    assert all(after == true[rows[row - 1][0]] for (row, _), (after, _) in found.items())
    assert "by the reliability of each paper" in next(iter(found.values()))[1]


def test_a_rare_value_is_written_as_the_frequent_one_it_is_close_to(empty: Workspace, make: Make):
    values = ["shipped"] * 60 + ["pending"] * 40 + ["returned"] * 30 + ["shiped", "pendimg", "RETURNED", "on hold"]
    make("t", [[value] for value in values], "status", roles={"status": "other"})
    found = proposed(empty, "typos")
    assert news(found) == {(131, "status"): "shipped", (132, "status"): "pending", (133, "status"): "returned"}
    assert found[131, "status"][1] == "'shipped' is in 60 rows, 'shiped' in 1; 1 letter apart"
    assert found[133, "status"][1].endswith("only the case differs")


@pytest.mark.parametrize(
    "often, rare",
    [("mild", "wild"), ("Iran", "Iraq"), ("inpatient", "outpatient"), ("B-12", "B-13"), ("1200", "1300"), ("al", "ak")],
)
def test_words_numbers_and_codes_are_no_slips_of_each_other(empty: Workspace, make: Make, often: str, rare: str):
    make("t", [[often]] * 80 + [["something else"]] * 40 + [[rare]], "what", roles={"what": "other"})
    assert proposed(empty, "typos") == {}


def test_the_rest_of_the_row_tells_which_value_a_slip_stands_for(empty: Workspace, make: Make):
    """Both towns are one letter away; the zip says which one it is."""
    pairs = [["Z1", "Northam"], ["Z2", "Northim"], ["Z3", "Elmsthorpe"], ["Z4", "Culverton"], ["Z5", "Brackwell"]]
    make("t", [pairs[n % 5] for n in range(200)] + [["Z2", "Northom"]], "zip, town", roles={"zip": "other"})
    assert news(proposed(empty, "typos")) == {(201, "town"): "Northim"}


def column(ws: Workspace, make: Make, kind: str, usual: Sequence[str], odd: Sequence[str]) -> dict[str, str | None]:
    """What a check does to odd values among usual ones."""
    make("t", [[value] for value in [*usual, *odd]], "c", roles={"c": "other"})
    return {odd[row - len(usual) - 1]: after for (row, _), (after, _) in proposed(ws, kind).items()}


NUMBERS = [f"{n % 40 + 10}.{n % 10}" for n in range(200)]
DATES = [f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in range(200)]
TIMES = [f"{n % 11 + 1}:{n % 50 + 10} pm" for n in range(200)]
PHONES = [f"555-{n + 100}-{n + 1000}" for n in range(200)]
USUAL = {
    "number": (NUMBERS, {"$12.5": "12.5", "33.1 USD": "33.1", "12,5": "12.5", "'20.1": "20.1", "12%": "12"}),
    "percent": ([f"{n % 90}%" for n in range(200)], {"12": "12%", "30%?": "30%"}),
    "date": (DATES, {"25/03/2024": "2024-03-25", "Mar 5, 2024": "2024-03-05", "2024/03/05": "2024-03-05"}),
    "time": (TIMES, {"3:05 p.m.": "3:05 pm", "12/02/2011 3:05 pm": "3:05 pm"}),
    "phone": (PHONES, {"5551234567": "555-123-4567", "555.123.4567": "555-123-4567"}),
    "code": ([f"{'ABC'[n % 3]}-{n + 100}" for n in range(200)], {"A123": "A-123", "B 140": "B-140"}),
    "unit": ([f"{n} patients" for n in range(200)], {"12xpatients": "12 patients", "31 patiemts": "31 patients"}),
}


@pytest.mark.parametrize("what", USUAL)
def test_what_can_be_read_in_one_way_is_written_like_the_others(empty: Workspace, make: Make, what: str):
    usual, odd = USUAL[what]
    assert column(empty, make, "format_violations", usual, list(odd)) == odd


@pytest.mark.parametrize(
    "usual, odd",
    [
        (NUMBERS, ["1O.5", "l2.5", "10-20", "<5", "abc", "12.5 or 13", "1 patient"]),
        (DATES, ["03/04/2024", "2024-13-45", "soon", "2O24-03-05"]),
        ([f"{n / 1000 + 0.001:.3f}" for n in range(200)], ["12%"]),
        ([f"{n} patients" for n in range(200)], ["1x patients", "1 patient"]),
    ],
)
def test_what_can_be_read_in_two_ways_stays(empty: Workspace, make: Make, usual: list[str], odd: list[str]):
    assert column(empty, make, "format_violations", usual, odd) == {}


def test_a_word_and_a_letter_in_a_number_are_emptied_and_what_says_something_is_not(empty: Workspace, make: Make):
    odd = ["see note", "1O.5", "<5", "10-20", "$12.5", "n/a"]
    assert column(empty, make, "wrong_types", NUMBERS, odd) == {"see note": None, "1O.5": None}


def test_a_word_that_comes_back_is_one_of_the_column(empty: Workspace, make: Make):
    assert column(empty, make, "wrong_types", NUMBERS + ["trace"] * 12, ["error"]) == {"error": None}


def test_a_fix_of_a_table_is_applied_and_says_how_it_could_be_wrong(empty: Workspace, make: Make, texts):
    rows = places(120)
    rows[7][1] = "Brackwel"
    make("t", rows, PLACES, roles={"zip": "other"})
    proposed(empty, "typos")
    (fix,) = empty.fixes.all("t", state="open")
    assert fix.why.endswith(
        "It would be wrong where a rare value is meant, such as a name that is like a more frequent one."
    )
    with empty.approvals.typed("apply_fixes", {}):
        TOOLS["apply_fixes"].run(empty, {"fixes": [fix.id]})
    assert texts("t", "town")[7] == "Brackwell"


def test_free_text_and_labels_give_no_false_alarm(empty: Workspace, make: Make):
    words = "card lost pin fee late send back order where when can not find pay bill".split()
    rows = [[f"{words[n % 15]} {words[n * 7 % 15]} {words[n * 3 % 13]} {n}", words[n % 15]] for n in range(400)]
    make("t", rows)
    kinds = ["broken_dependencies", "format_violations", "typos", "wrong_types"]
    assert "There is nothing to approve." in TOOLS["propose_fixes"].run(empty, {"dataset": "t", "kinds": kinds}).text


def test_odd_names_of_columns_and_odd_values_do_not_trip_the_checks(empty: Workspace, make: Make):
    rows = [[f"k'{n % 6}", f'{{v}} "{n % 6}"', str(n % 9)] for n in range(120)]
    rows[3][1] = '{v} "x"'
    names = {'"order"': "other", '"the {zip}"': "other", '"a ""n"""': "other"}
    make("t", rows, ", ".join(names), roles={'a "n"': "other"})
    kinds = ["broken_dependencies", "format_violations", "typos", "wrong_types"]
    result = TOOLS["propose_fixes"].run(empty, {"dataset": "t", "kinds": kinds})
    assert "Found: 1 row contradicts other rows" in result.text
    assert "the {zip}" in result.text and "order" in result.text


@pytest.mark.parametrize("made", tables(3, 0.03, ["orders", "grades"]), ids=lambda made: made.name)
def test_planted_errors_of_many_kinds_are_mended_and_little_is_harmed(made):
    score = measured(made.name, made.spoiled, made.truth, told=False)
    assert score.found > 0.75 * score.bad
    assert score.mended > 0.95 * score.changed
    assert score.harmed < 0.001 * score.good


@pytest.mark.parametrize("made", tables(3, 0.0, ["patients", "sensors"]), ids=lambda made: made.name)
def test_a_table_without_errors_is_left_alone(made):
    assert measured(made.name, made.spoiled, made.truth, told=False).harmed <= 2


@pytest.mark.skipif(not DATA.is_dir(), reason="the public tables are not here")
@pytest.mark.parametrize("name, mended, found", [("hospital", 0.8, 0.85), ("flights", 0.6, 0.6)])
def test_public_tables_are_mended(name: str, mended: float, found: float):
    score = measured(name, read(DATA / name / "dirty.csv"), read(DATA / name / "clean.csv"), told=False)
    assert 2 * score.mended / (score.changed + score.bad) > mended
    assert 2 * score.found / (score.changed + score.emptied + score.bad) > found
    assert score.harmed < 0.01 * score.good
