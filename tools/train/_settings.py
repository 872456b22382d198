"""Sensible settings for a training, each with its reason in plain words and the runner-up."""

from pathlib import Path
from typing import Any

from store import NotFound
from tools.train._machine import Machine
from tools.train._material import Material
from tools.train._wishes import Setting, Technique, Wishes
from tools.weights.bases import resolve_base
from tools.weights.catalogue import default, find
from tools.weights.folder import models_folder
from tools.words import counted

SMALL = 1_000_000_000
"""Weights; models below learn well, and need, higher rates."""
RATES: dict[tuple[Technique, str], tuple[float, float]] = {
    ("lora", "generate"): (5e-4, 2e-4),
    ("lora", "classify"): (1e-3, 3e-4),
    ("dora", "generate"): (5e-4, 2e-4),
    ("dora", "classify"): (1e-3, 3e-4),
    ("ia3", "generate"): (8e-3, 4e-3),
    ("ia3", "classify"): (1e-2, 5e-3),
    ("full", "generate"): (5e-5, 1e-5),
    ("full", "classify"): (1e-4, 2e-5),
}
"""Learning rates by technique and task, for a small model and for a larger one."""
TECHNIQUES: dict[Technique, tuple[str, str]] = {
    "lora": (
        "it trains small matrices beside the frozen weights: about 1 to 4 % of the memory for gradients, and nearly "
        "the quality of full fine-tuning",
        "dora: sometimes a little better at the same rank, and about half as fast",
    ),
    "dora": ("it splits each weight into length and direction, sometimes a little better than LoRA", "lora: faster"),
    "ia3": ("it learns only scaling factors: the smallest files, for light changes of style", "lora: learns more"),
    "full": ("every weight is trained: the most room to learn, and the most memory", "lora: a fraction of the memory"),
}
STEP_TOKENS = 512
FEWEST_STEPS = 8
"""Of an epoch, unless the dataset is tiny."""
GPU_FOR_LARGER = 10_000_000_000
LARGER = "smollm2-1.7b"


def base_model(machine: Machine, wishes: Wishes) -> Setting:
    """Which model to start from."""
    if wishes.base_model:
        return Setting("base model", _checked(wishes.base_model), "you asked for it")
    small = default("train")
    if machine.gpu_bytes > GPU_FOR_LARGER:
        return Setting("base model", LARGER, f"it fits the {machine.gpu}", f"{small.name}: trains ten times faster")
    why = f"{small.good_for}; {small.parameters / 1e6:.0f} million weights"
    return Setting("base model", small.name, why, "qwen2.5-coder-0.5b: knows more, about four times slower")


def technique(wishes: Wishes) -> Setting:
    """How to change the model."""
    chosen: Technique = wishes.technique or "lora"
    why, instead = TECHNIQUES[chosen]
    return Setting("technique", chosen, f"you asked for it; {why}" if wishes.technique else why, instead)


def rank(material: Material, wishes: Wishes) -> Setting:
    """How much an adapter can learn."""
    if wishes.rank:
        return Setting("rank", str(wishes.rank), "you asked for it")
    if material.rows > 20_000:
        return Setting("rank", "32", f"{material.rows:,} rows can fill a larger adapter", "16: half the size")
    return Setting("rank", "16", "enough for a task of this size", "8: half the size, and a little less room to learn")


def epochs(material: Material, wishes: Wishes) -> Setting:
    """How often each row is seen."""
    if wishes.epochs:
        return Setting("epochs", f"{wishes.epochs:g}", "you asked for it")
    seen, fewest, most = (8000, 3, 10) if material.task == "classify" else (1500, 2, 5)
    value = min(most, max(fewest, round(seen / material.rows)))
    why = f"{counted(material.rows, 'row')} seen {value} times each is enough to learn, and little enough not to repeat"
    return Setting("epochs", str(value), why, f"{max(1, value - 1)} if the evaluation loss starts to rise")


def learning_rate(technique: Technique, material: Material, weights: int, wishes: Wishes) -> Setting:
    """How large the steps are."""
    if wishes.learning_rate:
        return Setting("learning rate", f"{wishes.learning_rate:g}", "you asked for it")
    small, large = RATES[technique, material.task]
    value = small if weights < SMALL else large
    why = f"usual for {technique} on a model of {weights / 1e6:,.0f} million weights; warmed up, then lowered to zero"
    return Setting("learning rate", f"{value:g}", why, f"{value / 2:g}: slower and steadier")


def batch_size(measured: dict[str, Any], wishes: Wishes) -> Setting:
    """How many rows make a step."""
    if wishes.batch_size:
        return Setting("batch size", str(wishes.batch_size), "you asked for it")
    value = rows_per_step(measured["tokens"]["mean"], measured["rows"])
    why = f"rows of {measured['tokens']['mean']:g} tokens: enough to keep the machine busy, with many steps to learn in"
    return Setting("batch size", str(value), why, f"{2 * value}: smoother, with half the steps")


def rows_per_step(mean_tokens: float, rows: int) -> int:
    """Rows that make about `STEP_TOKENS` together: 8 to 32, and fewer where there would be too few steps."""
    wanted = STEP_TOKENS / mean_tokens
    value = next((size for size in (8, 16) if wanted <= size * 1.5), 32)
    while value > 2 and rows < FEWEST_STEPS * value:
        value //= 2
    return value


def max_length(measured: dict[str, Any], wishes: Wishes) -> Setting:
    """Where rows are cut, in tokens."""
    tokens = measured["tokens"]
    if wishes.max_length:
        value = min(wishes.max_length, measured["context"])
        why = "you asked for it" if value == wishes.max_length else "the most that the base model reads"
        return Setting("max length", str(value), why)
    value = min(measured["context"], max(32, -(-tokens["max"] // 32) * 32))
    why = f"the longest row measured has {tokens['max']} tokens, 95 % have at most {tokens['p95']}"
    return Setting("max length", str(value), why, f"{max(32, -(-tokens['p95'] // 32) * 32)}: cuts the longest rows")


def precision(measured: dict[str, Any]) -> Setting:
    """In which numbers to compute."""
    rates = measured["gflops"]
    shown = f"measured here: {rates['bfloat16']:,.0f} against {rates['float32']:,.0f} GFLOP/s in float32"
    if measured["dtype"] == "bfloat16":
        return Setting("precision", "bfloat16", f"faster than float32 on this machine ({shown})", "float32")
    return Setting("precision", "float32", f"bfloat16 is not faster on this machine ({shown})", "bfloat16")


def _checked(name: str) -> str:
    """The name of a base model, refused at once if it can be told without a download that there is none.

    Raises:
        FetchError: There is no such model; the message lists some.
    """
    path = Path(name).expanduser()
    if path.exists():
        resolve_base(name, models_folder())
        return str(path.resolve())
    try:
        return find(name).name
    except NotFound:
        if name.count("/") != 1 or path.is_absolute() or name.startswith((".", "~")):
            resolve_base(name, models_folder())  # says what is wrong with it
        return name
