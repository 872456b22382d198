"""How right a model is on the rows that it is checked on, from the same pass that gives the evaluation loss."""
# pyright: basic

from typing import Any

import torch


class Judge:
    """Collects what a model would say to each row, batch by batch.

    A row of text counts as right if every trained token is the likeliest one given those before it: a greedy answer is
    then the expected one, token for token, so nothing needs to be written for it.
    """

    def __init__(self, labels: list[str] | None) -> None:
        self._closed = bool(labels)
        self._said: list[int] = []
        self._true: list[int] = []
        self._right: list[bool] = []

    def see(self, logits: torch.Tensor, targets: torch.Tensor, rows: torch.Tensor | None) -> None:
        """Take in a batch.

        Args:
            logits: Of shape (n, classes) for a head, (trained tokens, vocabulary) for text.
            targets: The class of each row, or the token at each place.
            rows: Which row of the batch a trained token is of, ascending; None for a head.
        """
        said = logits.argmax(-1)
        if rows is None:
            self._said += said.tolist()
            self._true += targets.tolist()
            return
        wrong = torch.zeros(int(rows.max()) + 1, device=rows.device).index_add(0, rows, (said != targets).float())
        self._right += (wrong[rows.unique()] == 0).tolist()

    def take(self) -> dict[str, float]:
        """The scores of what was seen since the last time, from 0 to 1, and `eval_rows`; empty if nothing was.

        `accuracy` and `macro_f1` for classes (the mean of the F1 of each class that was said or true, as scikit-learn
        computes it), `accuracy` for answers of a closed set, `exact_match` for other texts.
        """
        told: dict[str, float] = {}
        if self._true:
            same = sum(said == true for said, true in zip(self._said, self._true, strict=True))
            told = {
                "eval_rows": len(self._true),
                "accuracy": same / len(self._true),
                "macro_f1": _macro_f1(self._true, self._said),
            }
        elif self._right:
            name = "accuracy" if self._closed else "exact_match"
            told = {"eval_rows": len(self._right), name: sum(self._right) / len(self._right)}
        self._said, self._true, self._right = [], [], []
        return told


def _macro_f1(true: list[int], said: list[int]) -> float:
    from sklearn.metrics import f1_score  # noqa: PLC0415 - takes seconds, and texts do not need it

    return float(f1_score(true, said, average="macro", zero_division=0))  # pyright: ignore[reportArgumentType]


def look_at(judge: Judge | None, model: Any, logits: torch.Tensor, targets: torch.Tensor, learned: Any = None) -> None:
    """Show a batch to the judge, if there is one and the model is being checked."""
    if judge and not model.training:
        judge.see(logits.detach(), targets, None if learned is None else learned.nonzero()[:, 0])
