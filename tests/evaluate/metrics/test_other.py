"""JSON answers, likelihoods and speed, each against a direct computation."""

import json
import math
import random

import pytest

from tools.evaluate._metric import Undefined
from tools.evaluate.metrics.json_fields import FieldF1, JsonFields, JsonValidity, fields, parsed
from tools.evaluate.metrics.likelihood import LikelihoodFamily
from tools.evaluate.metrics.speed import Speed


@pytest.mark.parametrize(
    ("told", "valid", "f1"),
    [
        ('{"name": "Ada", "born": 1815}', 1, 1.0),
        ('{"born": 1815.0, "name": "Ada"}', 1, 1.0),
        ('{"name": "Ada"}', 1, 2 / 3),
        ('{"name": "ada", "born": 1815}', 1, 0.5),
        ('{"name": "Ada", "born": "1815"}', 1, 0.5),
        ('{"name": "Ada", "born": 1815, "died": 1852}', 1, 0.8),
        ("{}", 1, 0.0),
        ("1815", 1, 0.0),
        ("", 0, 0.0),
        ("Here it is: {}", 0, 0.0),
        ('{"name": NaN}', 0, 0.0),
        ("[" * 100_000, 0, 0.0),
    ],
)
def test_fields_are_compared_by_path_and_value(told: str, valid: int, f1: float) -> None:
    found = JsonFields(keep_in_memory=True).compute(predictions=[told], references=['{"name": "Ada", "born": 1815}'])
    assert found == {"json_validity": valid, "field_f1": pytest.approx(f1)}


def test_lists_may_be_in_any_order_and_true_is_not_one() -> None:
    reference = '{"tags": ["a", "b", "b"], "sure": true, "who": {"a.b": null}}'
    told = '{"who": {"a.b": null}, "tags": ["b", "a", "b"], "sure": 1}'
    assert FieldF1().scored([told], [reference]) == {"field_f1": pytest.approx(2 * 4 / 10)}
    assert sorted(fields(parsed('{"a": [], "b": {}}'))) == [('$."a"', "[]"), ('$."b"', "{}")]


def test_references_that_are_no_json_are_refused_in_words() -> None:
    with pytest.raises(Undefined, match="valid JSON needs references .* 2 of 3 are not"):
        JsonValidity().fits(["{}", "yes", "3"])


@pytest.mark.parametrize("seed", range(5))
def test_perplexity_and_bits_per_byte_equal_the_formula(seed: int) -> None:
    draw = random.Random(seed)
    texts = [draw.choice(["ja", "да ", "退款", "yes "]) * draw.randint(1, 9) for _ in range(draw.randint(1, 30))]
    tokens = [draw.randint(1, 20) for _ in texts]
    told = [-draw.random() * 5 * count for count in tokens]
    found = LikelihoodFamily(keep_in_memory=True).compute(predictions=told, references=texts, tokens=tokens)
    written = sum(len(text.encode("utf-8")) for text in texts)
    assert found == pytest.approx(
        {"perplexity": math.exp(-sum(told) / sum(tokens)), "bits_per_byte": -sum(told) / math.log(2) / written},
        abs=1e-9,
    )


def test_an_impossible_text_has_a_perplexity_that_json_can_hold() -> None:
    found = LikelihoodFamily(keep_in_memory=True).compute(predictions=[-1e6], references=["x"], tokens=[1])
    assert json.loads(json.dumps(found))["perplexity"] > 1e300


def test_speed_is_of_all_answers() -> None:
    found = Speed(keep_in_memory=True).compute(predictions=[0.5, 1.5], references=[10, 90])
    assert found == {"latency": 1.0, "tokens_per_second": 50.0}
