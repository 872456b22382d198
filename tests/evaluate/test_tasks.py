"""What a run of each task is judged by: tags, pairs, rewards, and how likely plain text is."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store import TrainingRun, Workspace
from store.jobs import Job
from tests.tiny_model import build
from tests.tiny_tasks import ADD, DATASET, add, task_plan
from tests.train.test_techniques import worker_of
from tools import TOOLS, ToolError
from tools.evaluate._answers import both
from tools.evaluate._closer import closer
from tools.evaluate._judge import judged, rows_of
from tools.evaluate._leakage import with_near
from tools.evaluate._moved import moved
from tools.evaluate._registry import FIRST
from tools.evaluate._rows import answers_of, exam
from tools.evaluate._runs import gives_answers, refuse_if_silent
from tools.evaluate._show import shown
from tools.evaluate.metrics.tags import EntityF1, TagAccuracy, TagF1
from tools.train._worker import train

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
Trained = Callable[..., TrainingRun]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def run_of(empty: Workspace, base: Path, tmp_path: Path) -> Trained:
    def made(task: str, **changes: Any) -> TrainingRun:
        ADD[task](empty)
        plan = task_plan(base, task, **{"learning_rate": 2e-2, **changes})
        train(worker_of(empty, tmp_path, plan, DATASET[task]))
        job = Job(1, "main", "train", "", {}, Path(), "done", "")
        return TrainingRun("run-1", DATASET[task], 1, plan, tmp_path / "run", job, "")

    return made


def evaluated(ws: Workspace, run: TrainingRun) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    asked = with_near(ws, run, exam(ws, run, None, None, 100, 0))
    answered = both(run, asked.questions)
    kind = answers_of(run.plan)
    body = judged(asked, answered, labels=None, wanted=None, answers=kind, first=FIRST[run.plan["task"]])
    added, _ = closer(ws, run, asked, answered, body)
    body |= added | moved(asked, answered)
    return body, rows_of(asked, answered)


def test_a_tagger_is_judged_by_whole_entities(empty: Workspace, run_of: Trained):
    run = run_of("tag", epochs=20)
    body, rows = evaluated(empty, run)
    assert body["primary"] == "entity_f1"
    assert {"entity_precision", "entity_recall", "tag_f1", "tag_accuracy"} <= body["metrics"].keys()
    found = body["metrics"]["entity_f1"]
    assert found["tuned"]["value"] > found["untuned"]["value"] + 0.2
    assert all(len(row["tuned"].split()) == len(row["reference"].split()) for row in rows)
    assert "entity F1" in shown(run, run.dataset, body).text
    with pytest.raises(ToolError, match="tags words and gives no answers"):
        refuse_if_silent(run, "compared")
    assert not gives_answers(run)


def test_a_run_by_preference_is_judged_by_held_out_pairs(empty: Workspace, run_of: Trained):
    run = run_of("dpo", epochs=4)
    body, rows = evaluated(empty, run)
    assert body["primary"] == "pairs_preferred"
    found = body["metrics"]["pairs_preferred"]
    assert found["tuned"]["value"] == 1.0
    assert 0 < found["tuned"]["low"] < 1
    assert body["moved"]["share"]["value"] == 1.0
    assert body["moved"]["mean"] > 0
    assert all(row["margin_tuned"] > row["margin_untuned"] for row in rows)
    assert {"rouge_l", "exact_match"} <= body["metrics"].keys()
    assert "pairs preferred 100.0 %" in shown(run, run.dataset, body).text


def test_plain_text_is_judged_by_its_perplexity(empty: Workspace, run_of: Trained):
    run = run_of("pretrain", epochs=6)
    body, rows = evaluated(empty, run)
    assert body["primary"] == "perplexity"
    found = body["metrics"]["perplexity"]
    assert 1 < found["tuned"]["value"] < found["untuned"]["value"]
    assert found["tuned"]["low"] <= found["tuned"]["value"] <= found["tuned"]["high"]
    assert all(math.isfinite(row["log_likelihood_tuned"]) for row in rows)
    assert "perplexity" in shown(run, run.dataset, body).text


def test_a_run_for_rewards_is_judged_by_them_with_and_without_right_answers(empty: Workspace, run_of: Trained):
    run = run_of("grpo", learning_rate=1e-3)
    body, rows = evaluated(empty, run)
    assert body["primary"] == "mean_reward"
    assert body["metrics"]["mean_reward"]["tuned"]["value"] == pytest.approx(
        sum(row["reward_tuned"] for row in rows) / len(rows)
    )
    assert "rouge_l" in body["metrics"]
    run.plan["completion"] = None
    body, _ = evaluated(empty, run)
    assert body["answers"] == "rewards"
    assert set(body["metrics"]) == {"mean_reward"}
    assert "mean reward" in shown(run, run.dataset, body).text


def test_entities_count_only_whole():
    right = "B-PER I-PER O B-LOC"
    assert EntityF1().scored([right], [right])["entity_f1"] == 1
    assert EntityF1().scored(["B-PER O O B-LOC"], [right])["entity_f1"] == 0.5
    assert TagF1().scored(["B-PER O O B-LOC"], [right])["tag_f1"] == pytest.approx(0.8)
    assert TagAccuracy().scored(["B-PER O O B-LOC"], [right])["tag_accuracy"] == 0.75
    assert EntityF1().scored(["O O O O"], ["O O O O"])["entity_f1"] == 0


def test_a_plan_shows_what_is_trained_and_a_bad_pattern_is_refused(empty: Workspace, base: Path):
    add(empty, "prompts", "select 'Name colour ' || n as prompt from range(20) t(n)", prompt="prompt")
    asked = {"dataset": "prompts", "base_model": str(base), "task": "grpo"}
    for more, sentence in (
        ({"reward": "pattern", "pattern": "(["}, "cannot be read"),
        ({"reward": "pattern"}, "Which regular expression"),
        ({"reward": "json", "pattern": '{"type": 7}'}, "no JSON Schema"),
        ({"reward": "length"}, "How many words"),
        ({"reward": "exact_match"}, "no answers to compare with"),
    ):
        with pytest.raises(ToolError, match=sentence):
            TOOLS["plan_training"].run(empty, asked | more)
