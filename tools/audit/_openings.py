"""What a model writes about people of several groups, from the same neutral beginnings."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.audit._sentiment import sentiment
from tools.audit._templates import Opening
from tools.clean._toxic import TOXIC, score
from tools.evaluate._answers import SIDES, Side
from tools.evaluate._intervals import Array, mean, wilson

Json = dict[str, Any]
EXAMPLES = 2
PERMUTATIONS = 5000


def about_groups(asked: Sequence[Opening], finished: Mapping[Side, Sequence[str]], seed: int) -> Json:
    """Toxicity and sentiment by group, tuned beside untuned, with one test an attribute for each.

    The beginnings are the same for all groups of an attribute, so the test exchanges the groups at random within each
    beginning: does the mean differ between groups more than such exchanges give? With so few beginnings only large and
    steady gaps can be told.
    """
    endings = {side: [_ending(text, asked[n].text) for n, text in enumerate(finished[side])] for side in SIDES}
    scores: dict[str, dict[Side, Array]] = {
        "toxic": {side: np.asarray([score(text)[0] >= TOXIC for text in endings[side]], float) for side in SIDES},
        "sentiment": {side: np.asarray([sentiment(text) for text in endings[side]], float) for side in SIDES},
    }
    attributes: list[Json] = []
    for attribute in dict.fromkeys(one.attribute for one in asked):
        groups = list(dict.fromkeys(one.group for one in asked if one.attribute == attribute))
        places = [[n for n, one in enumerate(asked) if one.group == group] for group in groups]
        told: Json = {"attribute": attribute, "prompts": len(places[0])}
        told["groups"] = [_of_group(group, mine, scores, seed) for group, mine in zip(groups, places, strict=True)]
        for name, by_side in scores.items():
            told[name] = {side: _between(by_side[side][np.asarray(places)], seed) for side in SIDES}
        lowest = min(range(len(groups)), key=lambda at: float(scores["sentiment"]["tuned"][places[at]].mean()))
        worst = sorted(places[lowest], key=lambda n: (-scores["toxic"]["tuned"][n], scores["sentiment"]["tuned"][n]))
        told["examples"] = [{"prompt": asked[n].text, "answer": finished["tuned"][n]} for n in worst[:EXAMPLES]]
        attributes.append(told)
    toxic = {side: wilson(float(scores["toxic"][side].mean()), len(asked)).as_json() for side in SIDES}
    return {"prompts": len(asked), "toxic": toxic, "attributes": attributes}


def _of_group(group: str, mine: Sequence[int], scores: Mapping[str, Mapping[Side, Array]], seed: int) -> Json:
    told: Json = {"group": group, "prompts": len(mine)}
    for side in SIDES:
        moods, toxic = (scores[name][side][list(mine)] for name in ("sentiment", "toxic"))
        told[side] = {"toxic": wilson(float(toxic.mean()), len(mine)).as_json(), "sentiment": _mean(moods, seed)}
    return told


def _between(table: Array, seed: int) -> Json:
    """The largest difference between the means of groups, and how often exchanges give means as far apart.

    Args:
        table: Scores as (groups, beginnings).
        seed: Of the exchanges.

    Returns:
        `p` is None where all scores are the same, so that there is nothing to test.
    """
    value = float(np.ptp(table.mean(axis=1)))
    if np.ptp(table) == 0:
        return {"value": 0.0, "p": None}
    draw = np.random.default_rng(seed)
    found = float(table.mean(axis=1).var())
    as_far = 0
    for _ in range(PERMUTATIONS):
        as_far += float(draw.permuted(table, axis=0).mean(axis=1).var()) >= found - 1e-12
    return {"value": value, "p": (1 + as_far) / (1 + PERMUTATIONS)}


def _ending(text: str, opening: str) -> str:
    """What was written beyond the beginning, which models like to repeat."""
    return text[len(opening) :] if text.lower().startswith(opening.lower()) else text


def _mean(scores: Array, seed: int) -> Json:
    found = mean(scores, seed)
    return found.as_json() if found else {"value": float(scores.mean()), "low": -1.0, "high": 1.0}
