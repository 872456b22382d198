"""What a search for settings tries: ranges around a plan, and plans with what was drawn from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from tools.kinds import called
from tools.train._wishes import Setting

Plan = Mapping[str, Any]
Vary = Annotated[
    Literal["learning_rate", "rank", "epochs", "batch_size"],
    called(
        learning_rate="lr learning rate rates",
        rank="rank ranks",
        epochs="epoch epochs passes",
        batch_size="batch batches",
    ),
]
SAID = {
    "learning_rate": "learning rate {:.2g}",
    "rank": "rank {}",
    "epochs": "{:g} epochs",
    "batch_size": "{} rows a step",
}
"""Settings in a sentence."""
RANKS = (4, 8, 16, 32, 64)
BATCHES = (4, 8, 16, 32, 64)
SLOWER, FASTER = 10, 4
"""How far below and above the plan's learning rate is looked: too high a rate fails at once, too low a one is slow."""
MOST_EPOCHS = 10
SEEDS = 2
"""Fresh seeds that the winner and the plan are trained with again."""
FEWEST_TRIALS = 4


@dataclass(frozen=True)
class Range:
    """What one setting may be: any number from low to high, spaced by ratio, or one of the choices."""

    low: float = 0.0
    high: float = 0.0
    choices: Sequence[int] = ()

    def __str__(self) -> str:
        """In a table's cell."""
        return ", ".join(map(str, self.choices)) if self.choices else f"{self.low:.1g} to {self.high:.1g}"


def ranges(plan: Plan, vary: Sequence[str], rows: int) -> dict[str, Range]:
    """What each setting may be, around the plan.

    Args:
        plan: What would be trained without a search.
        vary: Which settings.
        rows: Training rows; a batch is never larger than an eighth of them.
    """
    rate, epochs = float(plan["learning_rate"]), float(plan["epochs"])
    passes = sorted({max(1, round(epochs * share)) for share in (0.5, 0.75, 1, 1.5, 2)})
    known = {
        "learning_rate": Range(rate / SLOWER, min(0.1, rate * FASTER)),
        "rank": Range(choices=sorted({*RANKS, int(plan["rank"])})),
        "epochs": Range(choices=[each for each in passes if each <= max(MOST_EPOCHS, epochs)]),
        "batch_size": Range(choices=sorted({int(plan["batch_size"]), *(b for b in BATCHES if b <= max(2, rows // 8))})),
    }
    return {name: known[name] for name in vary}


def changed(plan: Plan, choice: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with other settings; what follows from them follows."""
    new = {**plan, **choice}
    new["alpha"] = plan["alpha"] * new["rank"] / plan["rank"]
    micro = max(1, int(plan["batch_size"]) // int(plan["gradient_accumulation"]))
    new["gradient_accumulation"] = max(1, -(-int(new["batch_size"]) // micro))
    new["batch_size"] = -(-int(new["batch_size"]) // new["gradient_accumulation"]) * new["gradient_accumulation"]
    return new


def work(plan: Plan) -> float:
    """What a training takes, in trainings of one pass: settings but the number of passes hardly change it."""
    return float(plan["epochs"])


def told(choice: Mapping[str, Any]) -> str:
    """Settings in a sentence's part."""
    return ", ".join(SAID[name].format(value) for name, value in choice.items())


def settings(plan: Plan, vary: Sequence[str], rows: int) -> list[Setting]:
    """The ranges as lines of a plan."""
    why = {
        "learning_rate": "matters most; a tenth to four times the usual one, spaced by ratio",
        "rank": "how much the adapter can learn",
        "epochs": "too few learn too little, too many repeat the training rows",
        "batch_size": "rows to a step: small ones make more, noisier steps",
    }
    return [Setting(name.replace("_", " "), str(one), why[name]) for name, one in ranges(plan, vary, rows).items()]
