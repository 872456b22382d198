"""Each file loads as a Hugging Face `evaluate` module, without a network."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import evaluate
import pytest

from tools.evaluate._metric import Metric
from tools.evaluate._metrics import ALL, of
from tools.evaluate._registry import AS_SHARE, BY_KEY, FIGURES, OF_100
from tools.evaluate.metrics.words import Words

FOLDER = Path(__file__).parents[3] / "tools" / "evaluate" / "metrics"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No socket connects, and what `evaluate` copies goes to a folder of the test."""

    def refuse(*_: object) -> None:
        raise OSError("a network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(evaluate.config, "HF_MODULES_CACHE", tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "evaluate_modules"]:
        del sys.modules[name]


@pytest.mark.usefixtures("offline")
def test_every_file_loads_by_its_path_without_a_network() -> None:
    families = [evaluate.load(str(file)) for file in FILES]
    assert sorted(member.key for family in families for member in family.members) == sorted(ALL)
    assert all(family.description and family.citation for family in families)
    words = next(str(file) for file in FILES if file.stem == "words")
    given = {"predictions": ["a", "b"], "references": ["a", "c"]}
    assert evaluate.load(words).compute(**given) == {"exact_match": 0.5, "token_f1": 0.5}
    assert evaluate.load(words, "token_f1").compute(**given) == {"token_f1": 0.5}


def test_a_configuration_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="There is no bleu here. There are: exact_match, token_f1."):
        Words("bleu")


def test_the_registry_and_the_metrics_are_the_same() -> None:
    assert set(ALL) == {figure.key for figure in FIGURES}
    for key, kind in ALL.items():
        figure = BY_KEY[key]
        top = {"share": 1.0, "unit": 1.0, "hundred": 100.0, "plain": float("inf")}[figure.form]
        assert kind.top == top or key == "brier"
        assert not kind.share or key in AS_SHARE or kind.__mro__[1].key == "accuracy"
    assert OF_100 == {"bleu", "chrf"}
    assert [kind.key for kind in of("labels", main=True)] == ["accuracy", "macro_f1"]
    assert [kind.key for kind in of("text", main=True)] == ["bleu", "rouge_l", "exact_match", "token_f1"]


@pytest.mark.parametrize("kind", [kind for kind in ALL.values() if kind.reads == "answer" and kind.key != "bertscore"])
def test_a_perfect_answer_scores_the_top(kind: type[Metric]) -> None:
    texts = ['{"a": "one two three four five"}', '{"a": ["six", "seven", "eight nine ten"]}'] * 3
    least = 0.99 if kind.key == "meteor" else kind.top - 1e-9  # METEOR's penalty is never quite 0
    assert kind().scored(texts, texts)[kind.key] >= least


@pytest.mark.parametrize("kind", [kind for kind in ALL.values() if kind.reads == "answer" and kind.key != "bertscore"])
def test_a_value_comes_with_its_interval_and_rows_if_asked(kind: type[Metric]) -> None:
    told, true = ['{"a": 1}', '{"b": "x y"}', '{"a": 2}', ""] * 10, ['{"a": 1}', '{"b": "x z"}', '{"a": 1}', "[]"] * 10
    found = kind().compute(predictions=told, references=true, interval=True, seed=3)
    assert found is not None
    assert found["rows"] == 40 and found[f"{kind.key}_low"] < found[kind.key] < found[f"{kind.key}_high"]
