from pathlib import Path

import pytest
from datasets import Dataset

from store import Workspace
from tools.evaluate._comparison import answers, compared
from tools.evaluate.compare_runs import _shown, compare_runs
from tools.tool import ToolError


def saved(folder: Path, name: str, tuned: list[str], references: list[str]) -> Path:
    rows = [
        {"_row": n, "text": f"text {n}", "reference": reference, "tuned": said}
        for n, (said, reference) in enumerate(zip(tuned, references, strict=True))
    ]
    path = folder / f"{name}.parquet"
    Dataset.from_list(rows).to_parquet(str(path))
    return path


def test_two_runs_are_compared_on_the_rows_they_share(tmp_path: Path) -> None:
    right = ["a", "b"] * 50
    good = saved(tmp_path, "good", right, right)
    poor = saved(tmp_path, "poor", ["a"] * 90, right[:90])
    both = answers(good, poor)
    assert len(both.rows) == 90
    body = compared(("run-2", "run-1"), both, labels=True, wanted="accuracy", seed=0)
    assert body["metrics"]["accuracy"]["difference"]["value"] == pytest.approx(0.5)
    assert body["metrics"]["accuracy"]["test"] == "McNemar's exact test"
    assert body["metrics"]["macro_f1"]["p"] < 0.001
    assert body["verdict"].startswith("run-2 is better than run-1") and body["differing"] == 45
    told = _shown(body, "tickets")
    assert (
        "On the 90 rows of tickets that both were asked, accuracy is 100.0 % for run-2 and 50.0 % for run-1"
        in told.text
    )
    assert told.tables[1].title == "Where they differ (20 of 45 rows)" and told.plots[0].svg().startswith("<svg")


def test_a_small_difference_is_not_overclaimed(tmp_path: Path) -> None:
    right = ["a", "b"] * 20
    one = saved(tmp_path, "one", ["b", *right[1:]], right)
    other = saved(tmp_path, "other", ["b", "a", "b", *right[3:]], right)
    body = compared(("run-1", "run-2"), answers(one, other), labels=True, wanted=None, seed=0)
    assert "Cannot tell yet" in body["verdict"] and body["needed"] > 40


def test_written_answers_are_compared_by_permutation(tmp_path: Path) -> None:
    right = [f"your order number {n} is on the way" for n in range(30)]
    one = saved(tmp_path, "one", right, right)
    other = saved(tmp_path, "other", ["no idea"] * 30, right)
    body = compared(("run-1", "run-2"), answers(one, other), labels=False, wanted="bleu", seed=0)
    assert body["primary"] == "bleu" and body["metrics"]["bleu"]["difference"]["value"] == pytest.approx(100)
    assert body["metrics"]["rouge_l"]["test"] == "paired permutation test" and body["metrics"]["rouge_l"]["p"] < 0.001


def test_a_run_is_not_compared_with_itself(trained: Workspace) -> None:
    with pytest.raises(ToolError, match="run-1 cannot be compared with itself"):
        compare_runs(trained, "run-1", "run-1")
