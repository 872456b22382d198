"""Sensible settings for a training, each with its reason in plain words and the two runners-up."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from tools.train._dial import DIALS, MANY_ROWS, Dial
from tools.train._learned import GENERATIONS
from tools.train._machine import Machine
from tools.train._material import Material
from tools.train._possible import refuse
from tools.train._wishes import Setting, Technique, Wishes
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES
from tools.words import counted

STEP_TOKENS = 512
SEED = 42
QUESTIONS_A_STEP = 4
FEWEST_STEPS = 8
"""Of an epoch, unless the dataset is tiny."""
MICRO_TOKENS = 4096
"""The most tokens that go through the model at once, so that long rows do not fill the memory."""
FIRST_CHOICES = ("lora", "dora", "full", "ia3")


def dial(wishes: Wishes) -> Dial:
    """The position of the dial: balanced if none is named."""
    return DIALS[wishes.effort or "balanced"]


def technique(machine: Machine, material: Material, wishes: Wishes) -> Setting:
    """How to change the model.

    Raises:
        ToolError: It cannot be done on this machine, for this task, or with these wishes; the message says what can.
    """
    freezes = wishes.freeze is not None or wishes.last_layers is not None
    chosen: Technique = wishes.technique or ("full" if freezes else "lora")
    known = TECHNIQUES[chosen]
    refuse(known, machine, material, wishes)
    why = "only full fine-tuning trains some layers and freezes others" if freezes else known.why
    why = f"you asked for it; {known.why}" if wishes.technique else why
    named = known.instead.partition(":")[0]
    left = [name for name in FIRST_CHOICES if name in TECHNIQUES and name not in (chosen, named)]
    return Setting("technique", chosen, why, known.instead, f"{left[0]}: {TECHNIQUES[left[0]].why}")


def train_rows(material: Material, wishes: Wishes) -> Setting:
    """How many of the training rows to use."""
    there, most = material.rows, dial(wishes).rows
    if wishes.sample:
        value = min(wishes.sample, there)
        why = "you asked for it" if value == wishes.sample else f"there are no more than {there:,}"
        return Setting("training rows", str(value), f"{why}; drawn by the seed", f"{there}: all of them")
    if most and most < there:
        why = f"a sample for a quick look, drawn by the seed, of {there:,}"
        return Setting("training rows", str(most), why, f"{2 * most}: half as quick", f"{there}: all of them")
    fewer = max(2, there // 4)
    return Setting("training rows", str(there), "all of them", f"{there // 2}: half the time", f"{fewer}: a quick look")


def frozen(wishes: Wishes) -> list[Setting]:
    """What of the model stays as it is in full fine-tuning."""
    instead = "none: more room to learn, and more memory"
    if wishes.last_layers is not None:
        return [
            Setting("frozen", f"all but the last {counted(wishes.last_layers, 'layer')}", "you asked for it", instead)
        ]
    if wishes.freeze is None:
        return []
    layers = f" and the first {counted(wishes.freeze, 'layer')}" if wishes.freeze else ""
    return [Setting("frozen", f"the embeddings{layers}", "you asked for it", instead)]


def rank(technique: Technique, material: Material, wishes: Wishes) -> Setting:
    """How much an adapter can learn."""
    few, many = dial(wishes).rank
    if wishes.rank:
        value, why = wishes.rank, "you asked for it"
    elif usual := TECHNIQUES[technique].usual_rank:
        value, why = usual, f"usual for {TECHNIQUES[technique].title}"
    elif material.rows > MANY_ROWS:
        value, why = many, f"{material.rows:,} rows can fill a larger adapter"
    else:
        value, why = few, "enough for a task of this size"
    less, more = max(1, value // 2), 2 * value
    return Setting(
        "rank", str(value), why, f"{less}: half the size, a little less room to learn", f"{more}: twice the size"
    )


def epochs(material: Material, rows: int, wishes: Wishes) -> Setting:
    """How often each row is seen."""
    seen, fewest, most = TASKS[material.task].seen
    usual = min(most, max(fewest, round(seen / rows)))
    value = wishes.epochs or max(1, round(usual * dial(wishes).passes))
    why = f"{counted(rows, 'row')} seen {value:g} times each is enough to learn, and little enough not to repeat"
    if wishes.epochs:
        why = "you asked for it"
    elif dial(wishes).passes < 1:
        why = f"half of the usual {usual}, for a quick look"
    elif dial(wishes).passes > 1:
        why = f"more than the usual {usual}; watch the evaluation loss, which rises once rows are learned by heart"
    fewer = f"{max(1, round(value / 2))}: half the time, if the evaluation loss starts to rise"
    return Setting("epochs", f"{value:g}", why, fewer, f"{round(2 * value) or 1}: if it is still falling at the end")


def learning_rate(technique: str, material: Material, weights: int, wishes: Wishes) -> Setting:
    """How large the steps are."""
    value = wishes.learning_rate or TECHNIQUES[technique].rate(material.task, weights)
    size = f"{weights / 1e6:,.3g} million weights"
    why = f"usual for {TECHNIQUES[technique].title} on a model of {size}; warmed up, then lowered to zero"
    lower, higher = f"{value / 2:g}: slower and steadier", f"{2 * value:g}: faster, and may run out of control"
    return Setting("learning rate", f"{value:g}", "you asked for it" if wishes.learning_rate else why, lower, higher)


def batch_size(measured: dict[str, Any], material: Material, rows: int, wishes: Wishes) -> Setting:
    """How many rows make a step."""
    if material.task == "grpo" and not wishes.batch_size:
        value = min(QUESTIONS_A_STEP, rows)
        why = f"{value} questions with {GENERATIONS} answers each make a step"
        less, more = f"{max(1, value // 2)}: quicker steps, noisier", f"{2 * value}: smoother, and twice as slow"
        return Setting("batch size", str(value), why, less, more)
    rows = max(1, round(rows * measured.get("blocks_a_row", 1)))
    value = wishes.batch_size or rows_per_step(measured["tokens"]["mean"], rows)
    why = f"rows of {measured['tokens']['mean']:g} tokens: enough to keep the machine busy, with many steps to learn in"
    less, more = f"{max(1, value // 2)}: less memory, noisier steps", f"{2 * value}: smoother, with half the steps"
    return Setting("batch size", str(value), "you asked for it" if wishes.batch_size else why, less, more)


def rows_per_step(mean_tokens: float, rows: int) -> int:
    """Rows that make about `STEP_TOKENS` together: 8 to 32, and fewer where there would be too few steps."""
    wanted = STEP_TOKENS / mean_tokens
    value = next((size for size in (8, 16) if wanted <= size * 1.5), 32)
    while value > 2 and rows < FEWEST_STEPS * value:
        value //= 2
    return value


def micro_rows(batch_size: int, longest: int, most_tokens: int = MICRO_TOKENS) -> int:
    """How many rows of a step go through the model at once."""
    return min(batch_size, max(1, most_tokens // longest))


def tokens_at_once(plan: Mapping[str, Any], longest: int) -> int:
    """The tokens that one row brings at once: both answers of a pair, all the answers that are tried."""
    if TASKS[plan["task"]].trainer == "pairs":
        return 2 * longest
    return plan["generations"] * (longest + plan["answer_tokens"]) if plan["task"] == "grpo" else longest


def in_parts(batch_size: int, micro: int) -> dict[str, int]:
    """Split a batch of long rows into parts that follow each other; the steps stay the same."""
    parts = ceil(batch_size / micro)
    return {"batch_size": ceil(batch_size / parts) * parts, "gradient_accumulation": parts}


def passes_at_once(parts: dict[str, int], tight: bool) -> Setting:
    """How many rows of a step go through the model at once."""
    value = parts["batch_size"] // parts["gradient_accumulation"]
    why = (
        "the whole step"
        if parts["gradient_accumulation"] == 1
        else "the rows are long: parts spare memory, the steps stay the same"
    )
    if tight:
        why = "more would not fit into the memory that is free; the steps stay the same"
    return Setting(
        "rows at once",
        str(value),
        why,
        f"{max(1, value // 2)}: less memory, a little slower",
        f"{2 * value}: more memory",
    )


def evaluation_rows(material: Material, wishes: Wishes) -> Setting:
    """How many rows the evaluation loss is measured on while it trains, from what is usual for the task."""
    usual, aside = TASKS[material.task].evaluation_rows, material.sides["validation"]
    value = max(1, usual * dial(wishes).evaluation_rows // DIALS["balanced"].evaluation_rows)
    of = (
        f"validation rows, of {aside:,}"
        if aside
        else "training rows that are set aside, as there are no validation rows"
    )
    return Setting(
        "evaluation rows",
        str(value),
        f"at most so many {of}; measured a few times on the way",
        f"{max(1, value // 2)}: faster, and less sure",
        f"{2 * value}: slower, and surer",
    )


def small_print(rank: int, sized: bool, wishes: Wishes) -> list[Setting]:
    """What hardly ever needs another value."""
    seed = wishes.seed if wishes.seed is not None else SEED
    alpha = Setting(
        "alpha",
        str(2 * rank),
        "twice the rank, as is usual",
        f"{rank}: a gentler adapter",
        f"{4 * rank}: a stronger one",
    )
    drop = Setting(
        "dropout",
        "0",
        "short trainings on clean rows need none",
        "0.05: a little against learning by heart",
        "0.1: more",
    )
    why = "you asked for it" if wishes.seed is not None else "any number will do; the same one gives the same run"
    order = Setting("seed", str(seed), why, f"{seed + 1}: to see how much is chance", f"{seed + 2}: and once more")
    return [*([alpha, drop] if sized else []), order]


def max_length(measured: dict[str, Any], wishes: Wishes) -> Setting:
    """Where rows are cut, in tokens."""
    tokens = measured["tokens"]
    if wishes.max_length:
        value = min(wishes.max_length, measured["context"])
        why = "you asked for it" if value == wishes.max_length else "the most that the base model reads"
        return Setting("max length", str(value), why, f"{tokens['max']}: reads the longest row whole")
    value = min(measured["context"], max(32, -(-tokens["max"] // 32) * 32))
    if "blocks_a_row" in measured:
        why, less = (
            "texts are put into blocks of this size",
            f"{max(32, value // 2)}: quicker steps, shorter texts",
        )
        return Setting("max length", str(value), why, less, f"{2 * value}: slower steps")
    why = f"the longest row found has {tokens['max']} tokens, 95 % have at most {tokens['p95']}"
    most = f"{max(32, -(-tokens['p95'] // 32) * 32)}: cuts the longest rows, and takes less memory"
    return Setting(
        "max length", str(value), why, most, f"{min(2 * value, measured['context'])}: for longer texts to come"
    )


def precision(measured: dict[str, Any]) -> Setting:
    """In which numbers to compute."""
    if measured["dtype"] == "nf4":
        return Setting("precision", "nf4", "the base model in four bits a weight, computed with in bfloat16")
    rates = measured["gflops"]
    shown = f"measured here: {rates['bfloat16']:,.0f} against {rates['float32']:,.0f} GFLOP/s in float32"
    if measured["dtype"] == "bfloat16":
        return Setting(
            "precision",
            "bfloat16",
            f"faster than float32 on this machine ({shown})",
            "float32: slower, a little more exact",
        )
    return Setting(
        "precision",
        "float32",
        f"bfloat16 is not faster on this machine ({shown})",
        "bfloat16: half the memory for the frozen weights",
    )


def early_stopping(wishes: Wishes) -> Setting:
    """Whether a run that gets only worse is ended; the best weights are kept in any case."""
    if wishes.to_the_end:
        why = "you asked for all the steps; the best weights are kept all the same"
        return Setting("early stopping", "off", why, "on: it ends when the evaluations get only worse")
    why = "it ends when the evaluations get only worse, and the best weights are kept"
    return Setting("early stopping", "on", why, "off: say “without early stopping”")
