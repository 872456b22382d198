"""How much of the expected answers the answers of a model in training say. Loaded when needed: it takes seconds."""
# pyright: basic

from collections.abc import Sequence

from rouge_score.rouge_scorer import RougeScorer

from tools.evaluate.metrics.rouge import UnicodeWords, mostly_latin


def rouge_l(answers: Sequence[str], expected: Sequence[str]) -> float:
    """Mean F1 of the longest common subsequence of words, from 0 to 1, as ROUGE-L has it."""
    scorer = RougeScorer(["rougeL"], tokenizer=None if mostly_latin(expected) else UnicodeWords())
    scores = [scorer.score(true, said)["rougeL"].fmeasure for true, said in zip(expected, answers, strict=True)]
    return sum(scores) / len(scores)
