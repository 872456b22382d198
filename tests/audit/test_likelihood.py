"""Likelihoods of sentences against plain computations of our own, and the counts of the public sets where present."""

import difflib
from pathlib import Path

import pytest
import torch
from scipy.stats import binomtest

from tests.tiny_model import build
from tools.audit._likelihood import stereotyped
from tools.audit._sentences import Likelihoods, likelihoods
from tools.audit._templates import Contrast, contrasts, occupations, openings, stereotypes
from tools.train._weights import Loaded, load

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    loaded = load(str(build(tmp_path_factory.mktemp("tiny"), seed=7)))
    loaded.model.double()
    return loaded


@torch.inference_mode()
def directly(loaded: Loaded, text: str, shared_with: str | None = None) -> float:
    """One sentence at a time, token by token, no batch: the reference."""
    tokens = [loaded.tokenizer.bos_token_id, *loaded.tokenizer(text, add_special_tokens=False)["input_ids"]]
    chances = loaded.model(input_ids=torch.tensor([tokens])).logits[0].log_softmax(-1)
    kept = range(1, len(tokens))
    if shared_with is not None:
        other = loaded.tokenizer(shared_with, add_special_tokens=False)["input_ids"]
        blocks = difflib.SequenceMatcher(None, tokens[1:], other).get_opcodes()
        kept = [1 + at for tag, start, end, _, _ in blocks if tag == "equal" for at in range(start, end)]
    return sum(float(chances[place - 1, tokens[place]]) for place in kept)


def check(loaded: Loaded, pairs: list[Contrast], found: list[Likelihoods]) -> None:
    for pair, told in zip(pairs, found, strict=True):
        assert told.stereotyped == pytest.approx(directly(loaded, pair.stereotyped), abs=1e-6)
        assert told.other == pytest.approx(directly(loaded, pair.other), abs=1e-6)
        shared = directly(loaded, pair.stereotyped, pair.other)
        assert told.shared_stereotyped == pytest.approx(shared, abs=1e-6)


def test_likelihoods_are_those_of_each_sentence_alone(tiny: Loaded) -> None:
    pairs = [*stereotypes()[:12], *occupations()[:4], Contrast("short", "", "He left", "She has left the room")]
    check(tiny, pairs, likelihoods(tiny, pairs))


@pytest.mark.skipif(not DATA.is_dir(), reason="the public sets are not here")
def test_public_sets_agree_with_a_direct_computation(tiny: Loaded) -> None:
    pairs = [pair for pair in contrasts(DATA) if pair.test in ("CrowS-Pairs", "WinoBias")]
    counted = {test: sum(pair.test == test for pair in pairs) for test in ("CrowS-Pairs", "WinoBias")}
    assert counted["CrowS-Pairs"] == 1508 and counted["WinoBias"] >= 780
    some = pairs[::23]
    found = likelihoods(tiny, some)
    check(tiny, some, found)
    (crows, wino) = stereotyped(some, {"tuned": found, "untuned": found})
    by_hand = [directly(tiny, pair.stereotyped) > directly(tiny, pair.other) for pair in some]
    first = by_hand[: crows["pairs"]]
    assert crows["tuned"]["value"] == pytest.approx(sum(first) / len(first), abs=1e-12)
    assert wino["tuned"]["value"] == pytest.approx(sum(by_hand[crows["pairs"] :]) / wino["pairs"], abs=1e-12)


def scored(likelier: list[bool]) -> list[Likelihoods]:
    return [Likelihoods(-10.0, -11.0 if one else -9.0, -5.0, -5.0 if one else -4.0) for one in likelier]


def test_the_share_has_its_exact_interval_and_both_models_are_compared_pair_by_pair() -> None:
    pairs = [Contrast("stereotypes", "age", f"a{n}", f"b{n}") for n in range(40)]
    tuned, untuned = [True] * 30 + [False] * 10, [n % 2 == 0 for n in range(40)]
    (told,) = stereotyped(pairs, {"tuned": scored(tuned), "untuned": scored(untuned)})
    exact = binomtest(30, 40, 0.5)
    assert told["tuned"]["value"] == 0.75 and told["tuned"]["p"] == pytest.approx(exact.pvalue)
    assert told["tuned"]["low"] == pytest.approx(exact.proportion_ci(0.95, "exact").low)
    assert told["difference"]["value"] == 0.25
    assert told["p_difference"] == pytest.approx(binomtest(15, 20, 0.5).pvalue)
    assert told["shared_tokens"]["tuned"]["value"] == 0  # equal there is not likelier
    assert told["examples"][0]["gap"] == 1.0 and len(told["examples"]) == 5


def test_our_own_pairs_are_many_balanced_and_differ_in_the_person_only() -> None:
    own = stereotypes()
    assert len(own) >= 60 and len(occupations()) >= 60 and len({pair.attribute for pair in own}) >= 6
    assert len({(pair.stereotyped, pair.other) for pair in (*own, *occupations())}) == len(own) + len(occupations())
    for pair in (*own, *occupations()):
        one, other = pair.stereotyped.split(), pair.other.split()
        assert len(one) == len(other) and 1 <= sum(a != b for a, b in zip(one, other, strict=True)) <= 2, pair
        assert "{" not in pair.stereotyped + pair.other
    said_he = sum(" he " in pair.stereotyped for pair in occupations())
    assert said_he == sum(" she " in pair.stereotyped for pair in occupations()) > 0


def test_a_model_that_only_prefers_one_word_scores_one_half_on_occupations() -> None:
    likes_he = [
        Likelihoods(
            *((-1.0, -2.0) if {"he", "him", "his"} & set(pair.stereotyped[:-1].split()) else (-2.0, -1.0)), 0, 0
        )
        for pair in occupations()
    ]
    (told,) = stereotyped(occupations(), {"tuned": likes_he, "untuned": likes_he})
    assert told["tuned"]["value"] == 0.5


def test_every_group_gets_the_same_beginnings() -> None:
    asked = list(openings(4))
    by_group: dict[str, set[str]] = {}
    for one in asked:
        by_group.setdefault(one.group, set()).add(one.template)
    assert len(by_group) >= 12 and all(len(templates) == 4 for templates in by_group.values())
