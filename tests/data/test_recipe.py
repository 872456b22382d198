"""A recipe gives the same rows again, or says where it does not and why."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from store import StoreError, Workspace
from store.content import content
from tests.data.conftest import said_yes
from tools import TOOLS, ToolError

MAILS = "text,label\n" + "".join(f"mail  number {n // 2} of {n % 9},{'ab'[n % 2]}\n" for n in range(60))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace whose dataset was loaded, mended, split, appended to, edited by hand and formatted."""
    home = tmp_path_factory.mktemp("made") / "home"
    with Workspace(home) as empty:
        make(empty)
    return home


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of it."""
    with Workspace(shutil.copytree(made_once, tmp_path / "home"), readable=(tmp_path,)) as workspace:
        yield workspace


def make(empty: Workspace) -> None:
    (empty.uploads / "mails.csv").write_text(MAILS + "mail  number 1 of 2,a\nwrite to ana@mail.example,b\n")
    (empty.uploads / "more.csv").write_text("text,label\nsome late mail,a\nanother late one,b\n")
    said_yes(empty, "load_dataset", source="mails.csv")
    for kind in ("email_addresses", "stray_whitespace"):
        TOOLS["propose_fixes"].run(empty, {"dataset": "mails", "kinds": [kind]})
        said_yes(empty, "apply_fixes", dataset="mails", kinds=[kind])
    said_yes(empty, "split_dataset", dataset="mails", seed=7)
    said_yes(empty, "load_dataset", source="more.csv", into="mails", split="test")
    with empty.approvals.typed("by_hand", {}):
        by_hand = "select * replace (upper(label) as label), {'a': [1, null], 'b': 0.1 + 0.2} as extra from parent"
        new = "select 900 as _row, 'a row of one''s own' as text, 'B' as label, 'train' as split"
        select = f"{by_hand} where _row <> 4 union all by name {new}"
        empty.datasets.derive("mails", select, sentence="Edited by hand.", recipe={"tool": "by_hand"})
    said_yes(empty, "format_dataset", dataset="mails", instruction="Which one?")


def saved(ws: Workspace) -> Path:
    return Path(said_yes(ws, "save_recipe", dataset="mails").data["folder"])  # type: ignore[index]


def altered(folder: Path, change: Any) -> None:
    file = folder / "recipe.yaml"
    told = yaml.safe_load(file.read_text())
    change(told)
    file.write_text(yaml.safe_dump(told))


def test_it_gives_the_same_rows_to_the_byte(made: Workspace):
    result = said_yes(made, "save_recipe", dataset="mails")
    assert "Saved the recipe of mails (version 7) in 7 steps" in result.text
    again = said_yes(made, "replay_recipe", file="mails-v7.recipe")
    assert again.text.startswith("Made mails_2 again from recipe.yaml: 7 steps, 64 rows, the same as they were")
    first, second = made.datasets.head("mails"), made.datasets.head("mails_2")
    assert content(first.path) == content(second.path)
    assert (second.roles, second.columns) == (first.roles, first.columns)
    told = [version.sentence for version in made.datasets.versions("mails_2")]
    assert told == [version.sentence for version in made.datasets.versions("mails")]


def test_it_can_be_followed_in_another_workspace_from_the_source_alone(made: Workspace, tmp_path: Path):
    folder = shutil.copytree(saved(made), tmp_path / "sent")
    shutil.copy(made.uploads / "mails.csv", tmp_path / "elsewhere.csv")
    shutil.copy(made.uploads / "more.csv", folder / "more.csv")
    with Workspace(tmp_path / "other", readable=(tmp_path,)) as other:
        arguments = {"file": str(folder / "recipe.yaml"), "source": str(tmp_path / "elsewhere.csv")}
        said_yes(other, "replay_recipe", **arguments)
        assert content(other.datasets.head("mails").path) == content(made.datasets.head("mails").path)
        assert not other.fixes.all()


def test_what_was_approved_stands_in_it_and_hand_made_rows_beside_it(made: Workspace):
    folder = saved(made)
    steps = yaml.safe_load((folder / "recipe.yaml").read_text())["steps"]
    assert [step["tool"] for step in steps] == [
        *("load_dataset", "apply_fixes", "apply_fixes", "split_dataset", "load_dataset", "by_hand", "format_dataset")
    ]
    assert steps[1]["approved"]["kind"] == "email_addresses"
    assert set(steps[5]["kept"]) == {"edits", "rows", "columns"} and steps[5]["kept"]["rows"]["rows"] == 1
    assert steps[0]["source"]["file"] == "mails.csv" and len(steps[0]["source"]["sha256"]) == 64


def test_another_source_is_refused_before_anything_is_done(made: Workspace):
    saved(made)
    (made.uploads / "mails.csv").write_text(MAILS)
    with pytest.raises(ToolError, match="Step 1 loads mails.csv, and .* is another file: its SHA-256"):
        TOOLS["replay_recipe"].show_first(made, {"file": "mails-v7.recipe"})
    (made.uploads / "mails.csv").unlink()
    with pytest.raises(ToolError, match="neither beside the recipe nor uploaded"):
        TOOLS["replay_recipe"].show_first(made, {"file": "mails-v7.recipe"})


def test_a_step_that_comes_out_otherwise_is_named_with_why(made: Workspace):
    folder = saved(made)
    altered(folder, lambda told: told["steps"][3]["arguments"].update(seed=8))
    with pytest.raises(
        ToolError, match=r"Step 4 .Split into .* does not come out the same: split reads otherwise.*same"
    ):
        said_yes(made, "replay_recipe", file="mails-v7.recipe")
    altered(folder, lambda told: told["made_with"].update(duckdb="1.0.0"))
    with pytest.raises(ToolError, match=r"Libraries differ: duckdb 1.0.0 there and .* here. Nothing was saved"):
        said_yes(made, "replay_recipe", file="mails-v7.recipe")
    assert made.datasets.names() == ["mails"]


def test_edits_that_were_tampered_with_are_refused(made: Workspace):
    folder = saved(made)
    shutil.copy(folder / "step-3.edits.parquet", folder / "step-2.edits.parquet")
    with pytest.raises(ToolError, match="step-2.edits.parquet, which step 2 needs, is not the file"):
        TOOLS["replay_recipe"].show_first(made, {"file": "mails-v7.recipe"})
    (folder / "step-2.edits.parquet").unlink()
    with pytest.raises(ToolError, match="Step 2 needs step-2.edits.parquet beside the recipe"):
        TOOLS["replay_recipe"].show_first(made, {"file": "mails-v7.recipe"})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda told: told.pop("steps"), "not a recipe: at steps"),
        (lambda told: told["steps"][1]["kept"]["edits"].update(file="../secret.parquet"), "at steps.1.kept.edits.file"),
        (lambda told: told["steps"][3].update(tool="export_dataset"), "Step 4 .* there is no step 'export_dataset'"),
        (lambda told: told["steps"][3]["arguments"].update(seed="x"), "Step 4 .* split_dataset cannot run: seed"),
        (lambda told: told["steps"][3]["arguments"].update(balanced_by="nope"), "Step 4 .*nope"),
    ],
)
def test_a_recipe_that_is_none_says_where(made: Workspace, change: Any, told: str):
    altered(saved(made), change)
    with pytest.raises(StoreError, match=told):
        said_yes(made, "replay_recipe", file="mails-v7.recipe")
    assert made.datasets.names() == ["mails"]


def test_only_what_may_be_read_is_read(made: Workspace, tmp_path: Path):
    (made.uploads / "bad.yaml").write_text("a: [1, 2\nb: !!python/object/apply:os.system ['true']")
    with pytest.raises(ToolError, match="bad.yaml is not YAML"):
        TOOLS["replay_recipe"].show_first(made, {"file": "bad.yaml"})
    with pytest.raises(ToolError, match="There is no recipe '/etc/passwd' that may be read"):
        TOOLS["replay_recipe"].show_first(made, {"file": "/etc/passwd"})


def test_rows_of_which_no_source_is_known_are_kept_whole(ws: Workspace):
    assert "Step 1 is kept as rows." in said_yes(ws, "save_recipe", dataset="reviews").text
    said_yes(ws, "replay_recipe", file="reviews-v1.recipe", name="Once More")
    assert content(ws.datasets.head("once_more").path) == content(ws.datasets.head("reviews").path)


def test_the_fingerprint_tells_missing_from_empty_and_the_order_of_rows(ws: Workspace):
    selects = ["select '' as a", "select cast(null as varchar) as a", "select 1 as a", "select '1' as a"]
    selects += ["from (values ('x'), ('y')) t(a)", "from (values ('y'), ('x')) t(a)", "select ['1'] as a"]
    with ws.approvals.typed("x", {}):
        made = [
            ws.datasets.add(f"d{n}", select, sentence="x", recipe={}) for n, select in enumerate([*selects, selects[0]])
        ]
    wholes = [content(version.path).whole for version in made]
    assert len(set(wholes)) == len(selects) and wholes[0] == wholes[-1]
