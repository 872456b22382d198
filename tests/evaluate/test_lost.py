import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import binomtest
from transformers import Qwen2Config, Qwen2ForCausalLM

from store import Workspace
from store.jobs import Job
from tests.tiny_model import build
from tools.clean._refusing import declines
from tools.evaluate import _general, _own_answers
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._evaluation import evaluation
from tools.evaluate._form import as_written, runs_on
from tools.evaluate._general_items import ABILITIES, each_for, items, requests
from tools.evaluate._lost import ALARM, lost, visible
from tools.evaluate._lost_shown import more_plots, more_tables
from tools.evaluate._own_answers import Ask, likelihoods
from tools.evaluate._rows import Exam, Question
from tools.evaluate._runs import usable
from tools.evaluate._score import choices
from tools.tool import ToolError
from tools.train._weights import Loaded, load

Flags = dict[str, list[int]]


def test_the_set_that_ships_is_whole() -> None:
    asked = items()
    assert Counter(item.ability for item in asked) == dict.fromkeys(ABILITIES, 25)
    assert len({item.question for item in asked}) == 200
    assert all(len(set(item.answers)) == 4 and all(item.answers) for item in asked)
    assert Counter(one.harmful for one in requests()) == {True: 24, False: 24}


def test_the_right_answer_cannot_be_told_by_its_length() -> None:
    lengths = [[len(answer) for answer in item.answers] for item in items()]
    longest = sum(each[0] == max(each) and each.count(each[0]) == 1 for each in lengths)
    shortest = sum(each[0] == min(each) and each.count(each[0]) == 1 for each in lengths)
    assert longest < 70 and shortest < 70


def test_a_larger_model_on_a_cpu_is_asked_less_and_every_level() -> None:
    assert each_for(135_000_000, gpu=False) is None and each_for(1_500_000_000, gpu=True) is None
    assert each_for(500_000_000, gpu=False) == 12 and each_for(1_500_000_000, gpu=False) == 8
    some, every = items(8), items()
    assert len(some) == 64 and some[7].question in [item.question for item in every[20:25]]


@pytest.mark.parametrize("family", ["llama", "qwen2"])
def test_the_likelihoods_are_those_of_each_answer_in_full(tmp_path: Path, family: str) -> None:
    kinds = {"llama": {}, "qwen2": {"config": Qwen2Config, "model": Qwen2ForCausalLM}}
    loaded = load(str(build(tmp_path / family, seed=5, **kinds[family])))
    asks = [_general._ask(loaded, item) for item in [*items()[::40], items()[130]]]
    assert _own_answers._quick(loaded.model, asks) is not None
    for ask, found in zip(asks, likelihoods(loaded.model, asks), strict=True):
        slow = choices(loaded.model, [ask.prompt], ask.answers)[0]
        assert found.tolist() == pytest.approx(slow.tolist(), abs=1e-3)


def test_an_end_is_weighed_only_where_the_form_is_asked_for(tmp_path: Path) -> None:
    loaded = load(str(build(tmp_path / "tiny")))
    end = loaded.tokenizer.eos_token_id
    by_ability = {item.ability: _general._ask(loaded, item) for item in items()}
    assert all(answer[-1] == end for answer in by_ability["instructions"].answers)
    assert all(answer[-1] != end for answer in by_ability["knowledge"].answers)
    assert all(isinstance(ask, Ask) and len(ask.prompt) < 512 for ask in by_ability.values())


def flags(draw: random.Random, share: float) -> Flags:
    found = {ability: [int(draw.random() < share) for _ in range(25)] for ability in ABILITIES}
    return found | {"harmful": [int(draw.random() < 0.6) for _ in range(24)], "harmless": [1] * 24}


def changed(draw: random.Random, before: Flags, fall: float, noise: float = 0.1) -> Flags:
    """Some answers change either way; of the right ones, `fall` are lost."""
    told: Flags = {}
    for name, right in before.items():
        moved = [1 - flag if draw.random() < noise / 2 else flag for flag in right]
        told[name] = [0 if flag and draw.random() < fall else flag for flag in moved]
    return told


def asked(tuned: Flags, untuned: Flags) -> dict:
    return {"right": {"tuned": tuned, "untuned": untuned}}


def test_a_large_fall_is_said_with_its_interval() -> None:
    draw = random.Random(1)
    before = flags(draw, 0.6)
    found = lost("run-1", asked(changed(draw, before, 0.5), before), {})
    assert found.figures["overall"]["fell"]
    assert found.sentences[0].startswith("run-1 lost general ability: ") and "−" in found.sentences[0]
    harmful = next(row for row in found.figures["rows"] if row["name"] == "harmful")
    assert harmful["difference"]["low"] <= harmful["difference"]["value"] <= harmful["difference"]["high"]
    assert ("It declines less than it did" in found.sentences[1]) == harmful["fell"]


def test_no_fall_is_said_with_the_size_that_would_have_been_seen() -> None:
    before = flags(random.Random(2), 0.6)
    found = lost("run-1", asked(before, before), {})
    assert found.sentences[0].endswith("That is no fall beyond noise; one of 3 points would have been seen.")
    assert found.figures["overall"]["visible"] == 6 and not any(row["fell"] for row in found.figures["rows"])


def test_one_ability_alone_can_fall() -> None:
    before = flags(random.Random(3), 0.5) | {"languages": [1] * 22 + [0] * 3}
    found = lost("run-1", asked(before | {"languages": [0] * 25}, before), {})
    assert [row["name"] for row in found.figures["rows"] if row["fell"]] == ["languages"]
    assert "other languages (−88.0 points" in found.sentences[0]


def test_where_the_untuned_model_guesses_nothing_is_claimed() -> None:
    before = flags(random.Random(4), 0.25)
    found = lost("run-1", asked(changed(random.Random(5), before, 0.0), before), {})
    assert found.sentences[0].startswith("General ability cannot be judged")


def test_false_alarms_stay_at_five_in_a_hundred() -> None:
    draw, alarms, any_ability = random.Random(6), 0, 0
    for _ in range(200):
        before = flags(draw, 0.5)
        found = lost("run-1", asked(changed(draw, before, 0.0, noise=0.2), before), {}).figures
        alarms += found["overall"]["fell"] or found["overall"]["rose"]
        any_ability += any(row["fell"] or row["rose"] for row in found["rows"])
    assert binomtest(alarms, 200, ALARM, alternative="greater").pvalue > 0.01
    assert binomtest(any_ability, 200, ALARM, alternative="greater").pvalue > 0.01


@pytest.mark.parametrize(("changing", "right", "alarm"), [(20, 100, 0.05), (0, 12, 0.05), (4, 20, 0.005)])
def test_the_size_that_would_be_seen_is_seen_four_times_in_five(changing: int, right: int, alarm: float) -> None:
    loss = visible(changing, right, alarm)
    assert loss is not None
    for size, enough in ((loss, True), (loss - 1, False)):
        both = changing + size
        worse = np.random.default_rng(0).binomial(both, (changing / 2 + size) / max(both, 1), 2000) if both else []
        seen = [n > both / 2 and binomtest(int(n), both).pvalue < alarm for n in worse]
        assert (np.mean(seen) >= 0.77) == enough or abs(np.mean(seen) - 0.8) < 0.03
    assert visible(0, 5, 0.05) is None


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry, but I can't assist with that.",
        "I cannot help you break into a house.",
        "I can't fulfill that request.",
        "Sorry, I won't write that.",
        "No, I will not do that.",
        "It is illegal to make counterfeit money.",
        "As an AI language model, I must not give such advice.",
        "I strongly advise against doing this.",
    ],
)
def test_refusals_are_told(said: str) -> None:
    assert declines(said)


@pytest.mark.parametrize(
    "said",
    [
        "Sure! Here is how to do it.",
        "To break in new shoes, wear them at home first.",
        "refund",
        "",
        "I am happy to help you with that.",
        "Sorry to hear about the stain. Put cold water on it.",
        "I can help you to write the card.",
    ],
)
def test_answers_are_no_refusals(said: str) -> None:
    assert not declines(said)


def test_an_answer_that_runs_on_is_told() -> None:
    assert runs_on("It is on the way. It is on the way. It is on the way.", "It is on the way.")
    assert runs_on("refund\nUser: and where is my parcel?", "refund")
    assert not runs_on("It is on the way.\nThank you for waiting.", "It is on the way.")
    assert not runs_on("yes", "no") and not runs_on("", "x")


def test_json_and_language_are_held_against_the_reference() -> None:
    german = "Ihre Bestellung ist unterwegs und kommt morgen bei Ihnen an."
    english = "Your order is on its way and will be with you by tomorrow."
    references = ['{"city": "Rome"}'] * 6 + [german] * 6
    said = {"tuned": ['{"city": "Oslo"}'] * 5 + ["Oslo"] + [english] * 6, "untuned": ["{no"] * 6 + [german] * 6}
    exam = Exam(
        "d", 1, "test", 0, 12, 0, [Question(n, [], "q", text) for n, text in enumerate(references)], frozenset()
    )
    form = as_written(exam, {side: Answered([Answer(text) for text in texts], 1.0) for side, texts in said.items()})  # type: ignore[misc]
    assert form["tuned"]["json"] == [1, 1, 1, 1, 1, 0] and form["untuned"]["json"] == [0] * 6
    assert form["tuned"]["language"] == [0] * 6 and form["untuned"]["language"] == [1] * 6
    before = flags(random.Random(7), 0.6)
    found = lost("run-1", asked(before, before), form)
    assert {row["name"] for row in found.figures["rows"]} >= {"json", "language", "run_on"}


def progress(job: Job) -> str:
    return (job.folder / "progress.jsonl").read_text()


def test_general_questions_are_asked_once_for_a_set_of_weights(trained: Workspace) -> None:
    run = trained.runs.get("run-1")
    first = evaluation(trained, run, dataset=None, split=None, rows=1000, seed=0).body
    again = evaluation(trained, run, dataset=None, split=None, rows=1000, seed=77).body
    jobs = [job for job in trained.jobs.all() if job.kind == "evaluate" and "77" in str(job.payload["seed"])]
    assert first["general"]["asked"] == again["general"]["asked"] and jobs
    assert "general questions" not in progress(jobs[-1])
    rows = {row["name"]: row for row in first["general"]["rows"]}
    assert set(rows) == {*ABILITIES, "harmful", "harmless", "label", "stops"}
    assert first["general"]["overall"]["rows"] == 200 and rows["label"]["rows"] == 12
    assert more_tables("run-1", first)[0].rows[0][0] == "all abilities together"
    assert more_plots("run-1", first)[0].svg().startswith("<svg")
    assert any("general ability" in said.lower() for said in first["cautions"])


@pytest.mark.model
def test_a_damaged_model_is_found_and_another_precision_is_not() -> None:
    """SmolLM2 with noise on its weights has lost ability; in bfloat16 it has not."""
    right = {}
    for name, dtype in (("untuned", "float32"), ("rounded", "bfloat16"), ("noisy", "float32")):
        loaded: Loaded = load("smollm2-135m", dtype=dtype)  # type: ignore[arg-type]
        if name == "noisy":
            torch.manual_seed(0)
            for weights in loaded.model.parameters():
                weights.data += 0.5 * weights.data.std() * torch.randn_like(weights)
        right[name] = _general._right(loaded, lambda done, of: None)
        del loaded
    assert lost("run-1", asked(right["noisy"], right["untuned"]), {}).figures["overall"]["fell"]
    assert not any(row["fell"] for row in lost("x", asked(right["rounded"], right["untuned"]), {}).figures["rows"])


def test_weights_that_are_gone_are_said(trained: Workspace) -> None:
    folder = usable(trained, "run-1").model_folder
    assert folder
    weights = folder / "adapter_model.safetensors"
    hidden = weights.rename(folder / "hidden")
    try:
        with pytest.raises(ToolError, match="weights of run-1 are gone from its folder. Train again"):
            usable(trained, "run-1")
    finally:
        hidden.rename(weights)
