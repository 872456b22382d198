import pytest

from store import Workspace
from tests.data.conftest import Load, rows_of, said_yes
from tools import TOOLS, ToolError
from tools.data._normal import normalised


@pytest.fixture
def many(empty: Workspace) -> Workspace:
    """A thousand rows, a tenth of them repeats in other spelling, with labels of three sizes."""
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "many",
            "select case when i % 10 = 0 then 'Request, NUMBER ' || (i + 1) || '!'"
            " else 'request number ' || i end as text,"
            " case when i % 100 < 3 then 'rare' when i % 5 = 0 then 'some' else 'most' end as label"
            " from range(1000) t(i)",
            sentence="Made.",
            recipe={},
            roles={"text": "text", "label": "label"},
        )
    return empty


def test_every_label_has_its_share_and_no_text_is_on_two_sides(many: Workspace):
    result = said_yes(many, "split_dataset", dataset="many")
    assert result.data and result.data["texts_on_two_sides"] == 0
    with many.datasets.read("many") as con:
        both = con.execute(
            f"select count(*) from (select {normalised('text')} n from many group by n"
            " having count(distinct split) > 1)"
        ).fetchone()
        shares = con.execute(
            "select label, avg((split = 'test')::int), avg((split = 'validation')::int) from many group by label"
        ).fetchall()
    assert both == (0,)
    for _, test, validation in shares:
        assert test == pytest.approx(0.2, abs=0.04)
        assert validation == pytest.approx(0.1, abs=0.04)


def test_the_preview_has_the_sizes_that_come_true(many: Workspace):
    shown = TOOLS["split_dataset"].show_first(many, {"dataset": "many", "test": 0.3})
    done = said_yes(many, "split_dataset", dataset="many", test=0.3)
    assert shown.data and done.data
    assert shown.data["sizes"] == done.data["sizes"]
    assert sum(done.data["sizes"].values()) == 1000


def test_the_same_seed_gives_the_same_split_and_another_seed_another(many: Workspace):
    said_yes(many, "split_dataset", dataset="many", seed=1)
    first = [row["split"] for row in rows_of(many, "many")]
    said_yes(many, "split_dataset", dataset="many", seed=2)
    second = [row["split"] for row in rows_of(many, "many")]
    said_yes(many, "split_dataset", dataset="many", seed=1)
    assert [row["split"] for row in rows_of(many, "many")] == first != second


def test_augmented_rows_are_trained_on_with_their_sources(many: Workspace):
    with many.approvals.typed("augment_dataset", {}):
        many.datasets.derive(
            "many",
            "select *, null::bigint as _from from parent union all by name"
            " select _row + 1000 as _row, 'from ' || text as text, label, _row as _from from parent where _row <= 50",
            sentence="Augmented.",
            recipe={},
        )
    said_yes(many, "split_dataset", dataset="many")
    with many.datasets.read("many") as con:
        sides = con.execute("select distinct split from many where _from is not null or _row <= 50").fetchall()
    assert sides == [("train",)]


def test_too_few_rows_are_refused(ws: Workspace):
    with pytest.raises(ToolError, match="reviews is too small for that"):
        TOOLS["split_dataset"].show_first(ws, {"dataset": "reviews", "test": 0.1})


def test_shares_that_leave_nothing_are_refused(ws: Workspace):
    with pytest.raises(ToolError, match="nothing to split off"):
        TOOLS["split_dataset"].show_first(ws, {"dataset": "reviews", "test": 0, "validation": 0})
    with pytest.raises(ToolError, match="leave too little to train on"):
        TOOLS["split_dataset"].show_first(ws, {"dataset": "reviews", "test": 0.5, "validation": 0.5})
    with pytest.raises(ToolError, match="test: "):
        TOOLS["split_dataset"].show_first(ws, {"dataset": "reviews", "test": 1.5})


def test_columns_may_be_called_as_the_split_calls_its_own(empty: Workspace, load: Load):
    rows = "".join(f"request {n},{'xyz'[n % 3]},{'ab'[n % 2]},{n},{n % 4},{n % 5}\n" for n in range(60))
    load("text,region,label,n,place,stratum\n" + rows, "odd.csv", text="text", label="label")
    result = said_yes(empty, "split_dataset", dataset="odd", balanced_by="region")
    assert result.data and result.data["sizes"] == {"train": 42, "validation": 6, "test": 12}
    shown = TOOLS["split_dataset"].show_first(empty, {"dataset": "odd", "balanced_by": "region"})
    assert [row[0] for row in shown.tables[0].rows] == ["x", "y", "z"]


def test_labels_too_rare_to_divide_are_divided_together(empty: Workspace, load: Load):
    rows = "".join(f"request {n},label {n // 2}\n" for n in range(200))
    load("text,label\n" + rows, "rare.csv", label="label")
    result = said_yes(empty, "split_dataset", dataset="rare")
    assert result.data and result.data["sizes"] == {"train": 140, "validation": 20, "test": 40}
