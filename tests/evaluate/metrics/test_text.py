"""Text metrics equal the packages they are from, on random texts of several scripts and on empty ones."""

import random

import pytest
from nltk.tokenize import wordpunct_tokenize
from nltk.translate.meteor_score import single_meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from tools.evaluate.metrics.meteor import Meteor, NoSynonyms
from tools.evaluate.metrics.rouge import Rouge, RougeL, UnicodeWords, mostly_latin
from tools.evaluate.metrics.translation import Bleu, ChrF, Translation
from tools.evaluate.metrics.words import ExactMatch, TokenF1

WORDS = {
    "latin": "the ticket was refunded to your card today and we are sorry for waiting".split(),
    "cyrillic": "заказ ещё не пришёл мы вернём деньги на карту сегодня".split(),
    "chinese": ["我们", "已经", "退款", "到", "您的", "卡", "。"],
}


def some_texts(seed: int, script: str) -> tuple[list[str], list[str]]:
    draw, gap = random.Random(seed), "" if script == "chinese" else " "
    true = [gap.join(draw.choices(WORDS[script], k=draw.randint(0, 15))) for _ in range(draw.randint(1, 40))]
    kept = [gap.join(word for word in text.split() or [text] if draw.random() < 0.8) for text in true]
    return [text + draw.choice(["", ".", " now", " the the"]) if draw.random() < 0.9 else "" for text in kept], true


CASES = [pytest.param(*some_texts(seed, script), id=f"{script} {seed}") for seed in range(6) for script in WORDS] + [
    pytest.param([""], [""], id="both empty"),
    pytest.param([""], ["one two"], id="an empty answer"),
    pytest.param(["one two"], [""], id="an empty reference"),
    pytest.param(["a"], ["a"], id="one letter"),
]


@pytest.mark.parametrize(("told", "true"), CASES)
def test_bleu_and_chrf_equal_sacrebleu(told: list[str], true: list[str]) -> None:
    wanted = {"bleu": BLEU().corpus_score(told, [true]).score, "chrf": CHRF().corpus_score(told, [true]).score}
    found = Translation(keep_in_memory=True).compute(predictions=told, references=true)
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(("told", "true"), CASES)
def test_rouge_equals_its_package(told: list[str], true: list[str]) -> None:
    kinds = {"rouge_1": "rouge1", "rouge_2": "rouge2", "rouge_l": "rougeL"}
    scorer = RougeScorer([*kinds.values()], tokenizer=None if mostly_latin(true) else UnicodeWords())
    rows = [scorer.score(right, said) for said, right in zip(told, true, strict=True)]
    wanted = {key: sum(row[kind].fmeasure for row in rows) / len(rows) for key, kind in kinds.items()}
    assert Rouge(keep_in_memory=True).compute(predictions=told, references=true) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(("told", "true"), CASES)
def test_meteor_equals_nltk_without_wordnet(told: list[str], true: list[str]) -> None:
    rows = [
        single_meteor_score(wordpunct_tokenize(right), wordpunct_tokenize(said), wordnet=NoSynonyms())
        for said, right in zip(told, true, strict=True)
    ]
    found = Meteor().compute(predictions=told, references=true)
    assert found == {"meteor": pytest.approx(sum(rows) / len(rows), abs=1e-6)}


def test_meteor_matches_stems_and_no_synonyms() -> None:
    def score(told: str) -> float:
        return Meteor().scored([told], ["the parcels arrived late"])["meteor"]

    assert score("the parcel arrives late") > 0.9 > score("the package came late") > 0


def test_signatures_say_how_it_was_computed() -> None:
    assert "tok:13a" in Bleu.signature() and "version:" in Bleu.signature()
    assert "nc:6" in ChrF.signature() and "version:" in ChrF.signature()


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
