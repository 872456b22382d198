import json
from pathlib import Path

import pytest
from datasets import Dataset

from store import Workspace
from tests.models.chat_server import Script, serving
from tools.evaluate._comparison import answers, compared
from tools.evaluate._comparison_show import shown
from tools.evaluate.compare_runs import compare_runs
from tools.result import Result
from tools.tool import ToolError

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")


def saved(folder: Path, name: str, tuned: list[str], references: list[str]) -> tuple[Path, str]:
    rows = [
        {"_row": n, "text": f"text {n}", "reference": reference, "tuned": said}
        for n, (said, reference) in enumerate(zip(tuned, references, strict=True))
    ]
    path = folder / f"{name}.parquet"
    Dataset.from_list(rows).to_parquet(str(path))
    return path, "tuned"


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
    told = shown(body, "tickets", "run-2")
    assert (
        "On the 90 rows of tickets that both were asked, accuracy is 100.0 % for run-2 and 50.0 % for run-1"
        in told.text
    )
    assert "Only run-2 is right on 45 rows, only run-1 on none." in told.text
    assert told.tables[1].title == "Where they differ (20 of 45 rows)" and told.plots[0].svg().startswith("<svg")
    assert told.tables[1].columns[-1] == "who is right" and told.tables[1].rows[0][-1] == "run-2"
    assert ("matched-pairs odds ratio", "∞", "95 % interval 11.71 to ∞; 1 is no difference") in told.tables[2].rows
    json.dumps(body, allow_nan=False)


def test_a_small_difference_is_not_overclaimed(tmp_path: Path) -> None:
    right = ["a", "b"] * 20
    one = saved(tmp_path, "one", ["b", *right[1:]], right)
    other = saved(tmp_path, "other", ["b", "a", "b", *right[3:]], right)
    body = compared(("run-1", "run-2"), answers(one, other), labels=True, wanted=None, seed=0)
    assert "Cannot tell yet" in body["verdict"] and body["needed"] > 40
    assert "Fewer than 6 rows that only one of them gets right cannot tell two apart" in shown(body, "t", "run-1").text


def test_written_answers_are_compared_by_permutation(tmp_path: Path) -> None:
    right = [f"your order number {n} is on the way" for n in range(30)]
    one = saved(tmp_path, "one", right, right)
    other = saved(tmp_path, "other", ["no idea"] * 30, right)
    body = compared(("run-1", "run-2"), answers(one, other), labels=False, wanted="bleu", seed=0)
    assert body["primary"] == "bleu" and body["metrics"]["bleu"]["difference"]["value"] == pytest.approx(100)
    assert body["metrics"]["rouge_l"]["test"] == "paired permutation test" and body["metrics"]["rouge_l"]["p"] < 0.001
    assert body["effect"]["first"] == 30 and body["effect"]["delta"]["value"] == 1
    assert body["effect"]["wilcoxon"] < 0.001
    told = shown(body, "orders", "run-1")
    assert told.tables[1].columns[-1] == "who is nearest" and told.tables[1].rows[0][-1] == "run-1"
    json.dumps(body, allow_nan=False)


def test_several_are_ranked_as_far_as_they_can_be_told_apart(tmp_path: Path) -> None:
    right = ["a", "b"] * 60
    flip = {"a": "b", "b": "a"}
    worse = [flip[label] if n % 3 == 0 else label for n, label in enumerate(right)]
    near = [flip[right[0]], *right[1:]]
    files = [saved(tmp_path, f"said_{n}", said, right) for n, said in enumerate((worse, right, near))]
    body = compared(("run-1", "run-2", "run-3"), answers(*files), labels=True, wanted="accuracy", seed=0)
    assert [each["rank"] for each in body["contestants"]] == [3, 1, 1]
    assert [pair["told_apart"] for pair in body["pairs"]] == [True, True, False]
    assert all(pair["holm"] >= pair["p"] for pair in body["pairs"])
    told = shown(body, "tickets", "run-1")
    assert told.text.startswith("run-2 is ahead of run-1; run-3 is ahead of run-1, with Holm's correction for 3 pairs.")
    ranking, differing, pairs = told.tables
    assert [row[:2] for row in ranking.rows] == [(1, "run-2"), (1, "run-3"), (3, "run-1")]
    assert differing.columns == ("row", "text", "right", "run-1", "run-2", "run-3", "who is right")
    assert differing.rows[0][-1] == "run-2" and differing.rows[1][-1] == "run-2, run-3"
    assert pairs.rows[2][4].startswith("cannot tell; at most ") and pairs.rows[2][5].startswith("about ")
    json.dumps(body, allow_nan=False)


@pytest.mark.parametrize("labels", [True, False])
def test_ten_rows_and_one_class_and_one_row_are_told_so(tmp_path: Path, labels: bool) -> None:
    for rows in (10, 1):
        one = saved(tmp_path, "one", ["a"] * rows, ["a"] * rows)
        other = saved(tmp_path, "other", ["b"] + ["a"] * (rows - 1), ["a"] * rows)
        body = compared(("x", "y"), answers(one, other), labels=labels, wanted=None, seed=0)
        told = shown(body, "tiny", "x").text
        assert "Cannot tell" in told
        assert not labels or "one and the same label" in told
        json.dumps(body, allow_nan=False)


def test_empty_answers_and_other_scripts_are_compared(tmp_path: Path) -> None:
    right = ["退款", "配送", "Ответ готов"] * 5
    one = saved(tmp_path, "one", right, right)
    other = saved(tmp_path, "other", [""] * 15, right)
    body = compared(("x", "y"), answers(one, other), labels=False, wanted=None, seed=0)
    assert body["metrics"]["exact_match"]["difference"]["value"] == 1 and body["primary"] == "rouge_l"


def test_a_run_is_compared_with_all_that_it_can_be(trained: Workspace, exports: Path) -> None:
    script = Script()
    script.streams, script.answers = False, ["refund"] * 12
    with serving(script):
        result = compare_runs(
            trained,
            "run-1",
            untuned=True,
            checkpoints=[40],
            prompt="Sort this.",
            form="gguf",
            endpoint=script.url,
        )
    names = ["run-1", "run-1 untuned", "run-1 at step 40", 'run-1 with "Sort this."', "run-1 as run-1-f32.gguf"]
    assert result.data is not None
    assert result.data["runs"] == [*names, f"{script.url}/v1"] and len(result.data["pairs"]) == 15
    assert result.data["rows"] == 12 == len(script.asked)
    assert "12 rows were sent to http://127.0.0.1" in result.text
    accuracy = {each["name"]: each["metrics"]["accuracy"]["value"] for each in result.data["contestants"]}
    assert accuracy[f"{script.url}/v1"] == pytest.approx(1 / 3)
    assert accuracy["run-1 as run-1-f32.gguf"] == pytest.approx(accuracy["run-1"])
    report = trained.reports.all("comparison")[-1]
    assert report.run == "run-1" and report.body["best"] == "run-1"
    assert [each["kind"] for each in report.body["kinds"]] == [
        "run", "untuned", "checkpoint", "prompt", "gguf", "endpoint",
    ]  # fmt: skip
    assert Result.from_json(report.body["result"]).text == result.text


def test_a_run_is_not_compared_with_itself(trained: Workspace) -> None:
    with pytest.raises(ToolError, match="run-1 cannot be compared with itself"):
        compare_runs(trained, "run-1", "run-1")


def test_what_cannot_be_compared_is_refused_before_anything_is_asked(trained: Workspace, exports: Path) -> None:
    jobs = len(trained.jobs.all())
    with pytest.raises(ToolError, match="7 are too many to compare at once. Name at most 6."):
        compare_runs(
            trained,
            "run-1",
            untuned=True,
            base="b",
            checkpoints=[40, 45],
            prompt="a",
            endpoint="http://localhost:1",
        )
    with pytest.raises(ToolError, match="example.com is not this machine"):
        compare_runs(trained, "run-1", endpoint="https://example.com/v1")
    with pytest.raises(ToolError, match="no checkpoint at step 3"):
        compare_runs(trained, "run-1", checkpoints=[3])
    assert len(trained.jobs.all()) == jobs


def test_answers_to_other_rows_are_not_compared(tmp_path: Path) -> None:
    one = saved(tmp_path, "one", ["a"] * 5, ["a"] * 5)
    other = saved(tmp_path, "other", ["a"] * 5, ["b"] * 5)
    assert answers(one, other).rows == []
