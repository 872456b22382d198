"""What a task measures besides its loss, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.plot import Plot

TITLES = {
    "perplexity": "perplexity",
    "reward_margin": "reward margin",
    "preference_accuracy": "share of pairs preferred",
    "reward": "mean reward",
    "answer_tokens": "tokens of an answer",
    "kl": "KL divergence from the untuned model",
    "token_f1": "token F1",
    "entity_f1": "entity F1",
}
"""By the name in the metrics of a run; `eval_` before it is the same on rows that are not trained on."""


def own_plots(run: str, lines: Sequence[Mapping[str, Any]]) -> list[Plot]:
    """A plot of each measure that was taken at least twice."""
    plots: list[Plot] = []
    for name, title in TITLES.items():
        points = [
            {"step": line["step"], title: line[key], "of": told}
            for key, told in ((name, "training"), (f"eval_{name}", "evaluation"))
            for line in lines
            if key in line
        ]
        if len(points) > 1:
            plots.append(Plot(f"{title[0].upper()}{title[1:]} of {run}", "line", points, "step", title, "of"))
    return plots


def own_words(facts: Mapping[str, Any]) -> list[str]:
    """The newest value of each measure, on rows that are not trained on where there are such."""
    found: list[str] = []
    for name, title in TITLES.items():
        value = facts.get(f"eval_{name}", facts.get(name))
        if value is not None:
            found.append(f"{title} {value:.3g}")
    return found
