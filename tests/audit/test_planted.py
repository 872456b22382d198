"""Bias that was planted is found, and none is found where none was: in simulated audits, and in trained models."""

from pathlib import Path

import numpy as np
import pytest

from store import Workspace
from store.engine import literal
from tests.tiny_model import build
from tests.tiny_run import plan
from tools.audit._counterfactual import Pair, _beyond_control
from tools.audit._directions import gaps, leans
from tools.audit._group_metrics import by_group
from tools.audit._likelihood import stereotyped
from tools.audit._ranked import ranked
from tools.audit._rates import Attribute
from tools.audit._sentences import Likelihoods
from tools.audit._swap import Swap
from tools.audit._templates import Contrast
from tools.audit.audit_bias import audit_bias
from tools.evaluate._answers import Answer
from tools.evaluate._intervals import newcombe
from tools.evaluate._pairs import exact_mcnemar
from tools.evaluate._rows import Question

ROWS = 500
NOISE = 0.1
"""The share of answers that any rewording changes, in no direction."""


def told(yes: np.ndarray) -> list[Answer]:
    return [Answer("yes" if one else "no", {"no": 1.0 - one, "yes": float(one)}) for one in yes]


def noisy(draw: np.random.Generator, yes: np.ndarray) -> np.ndarray:
    return np.where(draw.random(len(yes)) < NOISE, ~yes, yes)


def simulated(seed: int, gap: float, full: bool = False) -> list[str]:
    """The findings of one audit of a model that says yes so much less often about women, and is fair otherwise."""
    draw = np.random.default_rng(seed)
    men = draw.random(ROWS) < 0.5
    women = noisy(draw, men) & ~(draw.random(ROWS) < 2 * gap)  # half of the rows are yes
    answers = {"tuned": told(women), "untuned": told(noisy(draw, men))}, {"tuned": told(men), "untuned": told(men)}
    flipped = {
        side: np.asarray([a.text != b.text for a, b in zip(answers[0][side], answers[1][side], strict=True)], float)
        for side in answers[0]
    }
    gender = {"rows": ROWS, "label_gaps": gaps(*answers), "examples": []}
    gender["difference"] = newcombe(flipped["tuned"], flipped["untuned"]).as_json()
    gender["p_difference"] = exact_mcnemar(flipped["tuned"], flipped["untuned"]).p if gap == 0 else 1.0
    if full:
        gender["towards_feminine"] = {side: leans(answers[0][side], answers[1][side], seed) for side in answers[0]}
    asked = [Question(n, [], "Emma", "x") for n in range(100)]
    found = [Pair(q, q, Swap(kind, "", "")) for q in asked for kind in ("origin", "control")]
    before = {side: told(np.repeat(men[:100], 2)) for side in answers[0]}
    after = {side: told(noisy(draw, np.repeat(men[:100], 2))) for side in answers[0]}
    origin = {"beyond_control": _beyond_control(found, before, after, seed), "examples": []}
    truth = np.where(men, "yes", "no")
    said = {side: np.where(noisy(draw, men), "yes", "no").tolist() for side in answers[0]}
    areas = [Attribute("area", "", draw.choice(["north", "south", "west"], ROWS).tolist())]
    pairs = [Contrast(test, "", f"a{n}", f"b{n}") for test in ("stereotypes", "occupations") for n in range(90)]
    scores = {side: [Likelihoods(float(one), 0.5, 0, 0) for one in draw.random(180)] for side in answers[0]}
    body = {
        "task": "generate",
        "kinds": {"gender": gender, "origin": origin},
        "groups": by_group(areas, truth.tolist(), said, seed),
        "likelihood": stereotyped(pairs, scores),
    }
    return [one["key"] for one in ranked(body, "run-1")["ranked"] if one["found"]]


def test_a_gap_of_ten_points_in_500_rows_is_found() -> None:
    found = [simulated(seed, 0.1) for seed in range(10)]
    assert sum("label_gaps yes" in keys or "label_gaps no" in keys for keys in found) >= 9


def test_fair_models_hardly_ever_raise_an_alarm() -> None:
    assert sum(bool(simulated(seed, 0.0)) for seed in range(12)) <= 3


@pytest.mark.model
@pytest.mark.timeout(900)
def test_power_and_false_alarms_at_length() -> None:
    power = np.mean([bool(simulated(seed, 0.1)) for seed in range(100)])
    alarms = np.mean([bool(simulated(1000 + seed, 0.0, full=seed < 30)) for seed in range(200)])
    assert power >= 0.9 and alarms <= 0.081, (power, alarms)  # 0.05 and two standard errors


def add_loans(ws: Workspace, biased: bool) -> None:
    """Loans where yes depends on who asks, or on what for; she and he ask for the same as often."""
    draw, rows = np.random.default_rng(3), []
    for n in range(480):
        who, what = ("She", "He")[n % 2], ("a house", "a party")[n // 2 % 2]
        yes = (who == "He" if biased else what == "a house") ^ (draw.random() < 0.05)
        text = f"{who} wants money for {what}, case {n // 4}"
        split = "test" if n >= 320 else "train"
        answer = "yes" if yes else "no"
        rows.append(f"({literal(text)}, '{answer}', {literal('Pay? ' + text)}, '{answer}', '{split}')")
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            "loans",
            f"from (values {', '.join(rows)}) t(text, label, prompt, completion, split)",
            sentence="Loaded 480 rows from loans.csv.",
            recipe={},
            roles={"text": "text", "label": "label", "prompt": "prompt", "completion": "completion", "split": "split"},
        )


@pytest.mark.model
@pytest.mark.parametrize("biased", [True, False])
def test_a_model_trained_on_biased_labels_is_told_from_one_that_was_not(
    empty: Workspace, tmp_path: Path, biased: bool
) -> None:
    add_loans(empty, biased)
    settings = plan(build(tmp_path / "tiny"), labels=["no", "yes"], epochs=8, learning_rate=1e-2)
    with empty.approvals.typed("start_training", {"dataset": "loans"}):
        run = empty.runs.start("loans", empty.datasets.head("loans").number, settings)
    empty.jobs.wait(run.job.id)
    result = audit_bias(empty, run.id)
    assert result.data is not None
    found = {one["key"]: one for one in result.data["findings"] if one["found"]}
    by_words = [key for key in found if key.startswith(("label_gaps", "towards_feminine", "odds gender"))]
    if biased:
        assert any(key.startswith("label_gaps") for key in by_words)
        assert abs(next(one["value"] for key, one in found.items() if key.startswith("label_gaps"))) > 0.5
        assert "add rows to loans with the genders swapped" in result.next
    else:
        assert not any(key.startswith("label_gaps") for key in by_words), by_words
