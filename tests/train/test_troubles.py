"""Each trouble is seen where it is, and healthy runs are left in peace."""

import random
from math import exp
from typing import Any

import pytest

from tools.train._stopping import Evaluation, best, evaluations, only_worse
from tools.train._troubles import NO_NUMBER, Course, troubles

STEPS = 200
PLAN: dict[str, Any] = {
    "base_model": "smollm2-135m",
    "technique": "lora",
    "learning_rate": 1e-3,
    "epochs": 4,
    "estimates": {"seconds": 600},
}


def course(
    losses: list[float], held_out: list[tuple[int, float]] | None = None, steps: int = STEPS, **more: Any
) -> Course:
    """A run with these training losses so far and these evaluation losses by step."""
    lines: list[dict[str, Any]] = [
        {"step": step, "steps": steps, "loss": loss} for step, loss in enumerate(losses, start=1)
    ]
    lines += [{"step": step, "steps": steps, "eval_loss": loss, "eval_rows": 50} for step, loss in held_out or ()]
    free = more.pop("free", 8e9)
    lines = [{**line, "memory_free_bytes": free, "memory_total_bytes": 16e9} for line in lines]
    lines.sort(key=lambda line: line["step"])
    return Course(lines, PLAN | {"epochs": 4}, "run-1", "tickets", live=True, **more)


def kinds(of: Course) -> list[str]:
    return [trouble.kind for trouble in troubles(of)]


def healthy(seed: int) -> tuple[list[float], list[tuple[int, float]]]:
    """Falls from `high` to `low` as real losses do, with the noise of small batches and a bad batch now and then."""
    draw = random.Random(seed)
    high, low = draw.uniform(1.0, 8.0), draw.choice([0.02, 0.3, 1.0])
    speed, noise = draw.uniform(3, 30) / STEPS, draw.uniform(0.02, 0.35)
    level = [low + (high - low) * exp(-speed * step) for step in range(STEPS + 1)]
    losses = [at * max(0.05, draw.gauss(1, noise)) * (2.5 if draw.random() < 0.01 else 1) for at in level[1:]]
    held_out = [(step, 1.1 * level[step] * draw.gauss(1, 0.01)) for step in range(0, STEPS + 1, 20)]
    return losses, held_out


def test_healthy_runs_are_left_in_peace_at_every_step():
    alarms = {
        (seed, kind)
        for seed in range(100)
        for losses, held_out in [healthy(seed)]
        for until in range(1, STEPS + 1, 9)
        for kind in kinds(course(losses[:until], [one for one in held_out if one[0] <= until]))
    }
    assert len({seed for seed, _ in alarms}) <= 1, alarms


def test_no_healthy_run_is_ended_early():
    ended = [
        seed
        for seed in range(300)
        for told in [evaluations(course([], healthy(seed)[1]).lines)]
        if any(only_worse(told[:until]) for until in range(1, len(told) + 1))
    ]
    assert ended == []


@pytest.mark.parametrize("seed", range(20))
def test_a_loss_that_rises_is_told_with_a_smaller_learning_rate(seed: int):
    losses, _ = healthy(seed)
    low = max(losses[70:80])
    risen = [*losses[:80], *(low * (2 * losses[0] / low) ** (step / 60) for step in range(1, 61))]
    found = next(one for one in troubles(course(risen)) if one.kind == "diverging")
    assert "risen" in found.sentence
    assert list(found.proposals) == [
        "stop run-1",
        "train smollm2-135m on tickets with lora for 4 epochs, learning rate 0.0002",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_loss_that_stays_where_it_was_is_told(seed: int):
    draw = random.Random(seed)
    level = draw.uniform(0.5, 8)
    flat = [draw.gauss(level, 0.15 * level) for _ in range(120)]
    held_out = [(step, draw.gauss(level, 0.003 * level)) for step in range(0, 121, 20)]
    found = next(one for one in troubles(course(flat, held_out)) if one.kind == "not_learning")
    assert "learning rate 0.005" in found.proposals[1]
    assert "what is wrong with tickets?" in found.proposals
    assert kinds(course(flat[:25], held_out[:2])) == [], "too early to tell"


def test_what_falls_on_the_rows_that_are_not_learned_from_is_learning():
    draw = random.Random(0)
    flat = [draw.gauss(2, 0.4) for _ in range(120)]
    assert kinds(course(flat, [(0, 2.0), (60, 1.9), (120, 1.8)])) == []


def test_an_evaluation_loss_that_rises_is_told_with_fewer_epochs():
    losses = [2 * exp(-step / 40) for step in range(STEPS)]
    held_out = [(0, 2.1), (40, 1.2), (80, 1.0), (120, 1.12), (160, 1.3)]
    found = next(one for one in troubles(course(losses[:160], held_out)) if one.kind == "overfitting")
    assert "lowest at step 80 (1)" in found.sentence
    assert "for 2 epochs" in found.proposals[1]
    assert kinds(course(losses[:120], held_out[:4])) == [], "one worse evaluation is no trend"


def test_a_run_that_takes_much_longer_than_planned_is_told():
    losses = healthy(1)[0][:100]
    assert kinds(course(losses, seconds_left=3000)) == ["slow"]
    assert kinds(course(losses, seconds_left=450)) == []
    assert kinds(course(losses[:3], seconds_left=30_000)) == [], "the first steps are always slow"


def test_a_memory_that_is_nearly_full_is_told():
    losses = healthy(1)[0][:50]
    assert kinds(course(losses, free=5e8)) == ["memory"]
    assert kinds(course(losses, free=4e9)) == []


def test_a_loss_that_is_no_number_brings_a_smaller_learning_rate_to_mind():
    found = troubles(course([2.0, 3.0], sentence=f"The loss {NO_NUMBER} at step 3."))
    assert "learning rate 0.0002" in found[0].proposals[-1]


def test_the_best_evaluation_has_the_higher_score_or_where_that_may_be_chance_the_lower_loss():
    told = [Evaluation(10, 1.0, 0.50, 100), Evaluation(20, 0.9, 0.52, 100), Evaluation(30, 1.2, 0.80, 100)]
    assert best(told) == told[2]
    assert best([*told[:2], Evaluation(30, 1.2, 0.53, 100)]) == told[1]
    assert best([]) is None


def test_a_run_ends_early_only_if_loss_and_score_get_worse_again_and_again():
    falling = [Evaluation(10, 1.0, 0.5, 50), Evaluation(20, 0.8, 0.6, 50)]
    worse = [Evaluation(step, 0.8 + step / 100, 0.6, 50) for step in (30, 40, 50)]
    assert only_worse([*falling, *worse])
    assert not only_worse([*falling, *worse[:2]])
    more_right = [Evaluation(one.step, one.loss, 0.7, 50) for one in worse]
    assert not only_worse([*falling, *more_right]), "the loss rises, but more answers are right"
    level = [Evaluation(step, 0.805, 0.6, 50) for step in (30, 40, 50)]
    assert not only_worse([*falling, *level])
