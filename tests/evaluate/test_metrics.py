import random

import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sklearn.metrics import accuracy_score, f1_score

from tools.evaluate._metrics import LABELS, TEXT, Accuracy, Bleu, ExactMatch, MacroF1, RougeL, TokenF1

WORDS = "the ticket was refunded to your card today and we are sorry for waiting".split()


def some_labels(seed: int) -> tuple[list[str], list[str]]:
    draw = random.Random(seed)
    true = [draw.choice("abcde") for _ in range(200)]
    return [t if draw.random() < 0.6 else draw.choice("abcdef") for t in true], true


def some_texts(seed: int) -> tuple[list[str], list[str]]:
    draw = random.Random(seed)
    true = [" ".join(draw.choices(WORDS, k=draw.randint(1, 15))) for _ in range(60)]
    return [" ".join(w for w in t.split() if draw.random() < 0.8) + "." for t in true], true


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_label_metrics_equal_scikit_learn(seed: int) -> None:
    answers, true = some_labels(seed)
    got = Accuracy().compute(predictions=answers, references=true)
    assert got == {"accuracy": pytest.approx(accuracy_score(true, answers), abs=1e-9)}
    got = MacroF1().compute(predictions=answers, references=true)
    assert got == {"macro_f1": pytest.approx(f1_score(true, answers, average="macro", zero_division=0), abs=1e-9)}


def test_macro_f1_of_a_resample_without_a_label_equals_scikit_learn() -> None:
    answers, true = some_labels(4)
    chosen = [place for place, label in enumerate(true) if label != "a"][:40]
    metric = MacroF1()
    some = metric.of(metric.parts(answers, true)[chosen].sum(axis=0))
    want = f1_score([true[i] for i in chosen], [answers[i] for i in chosen], average="macro", zero_division=0)
    assert float(some) == pytest.approx(want, abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_bleu_and_rouge_equal_their_packages(seed: int) -> None:
    answers, true = some_texts(seed)
    got = Bleu().compute(predictions=answers, references=true)
    assert got == {"bleu": pytest.approx(BLEU().corpus_score(answers, [true]).score, abs=1e-6)}
    scorer = RougeScorer(["rougeL"])
    want = sum(scorer.score(t, a)["rougeL"].fmeasure for a, t in zip(answers, true, strict=True)) / len(true)
    assert RougeL().compute(predictions=answers, references=true) == {"rouge_l": pytest.approx(want, abs=1e-6)}


def test_bleu_tells_its_signature() -> None:
    assert "tok:13a" in Bleu.signature() and "version:" in Bleu.signature()


def test_words_are_compared_as_squad_does() -> None:
    assert TokenF1().compute(predictions=["The card, refunded"], references=["a card was refunded!"]) == {
        "token_f1": pytest.approx(0.8)
    }
    assert TokenF1().compute(predictions=["", ""], references=["", "word"]) == {"token_f1": pytest.approx(0.5)}


def test_exact_match_sets_white_space_aside_and_nothing_else() -> None:
    got = ExactMatch().compute(predictions=[" yes\n", "Yes", "no"], references=["yes", "yes", "no"])
    assert got == {"exact_match": pytest.approx(2 / 3)}


def test_rouge_counts_words_of_other_scripts() -> None:
    answers, true = ["заказ не пришёл"], ["заказ ещё не пришёл"]
    assert RougeL().compute(predictions=answers, references=true) == {"rouge_l": pytest.approx(6 / 7)}


@pytest.mark.parametrize("metric", [*LABELS, *TEXT])
def test_a_perfect_answer_scores_the_top(metric: type[Accuracy]) -> None:
    texts = ["one two three four five", "six seven eight nine ten"]
    assert metric().compute(predictions=texts, references=texts) == {metric.key: pytest.approx(metric.top)}
