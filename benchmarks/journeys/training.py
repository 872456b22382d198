"""Trainings that are planned, fail, pause and compete."""

from benchmarks.journeys.checks import every, reported, resumed, runs, trained, written_after
from benchmarks.journeys.script import Journey, Wait, Yes
from benchmarks.journeys.starts import Start

JOURNEYS = (
    Journey(
        "planned first, then trained",
        Start("ready", ("alerts.jsonl",)),
        (
            "What would a run on alerts from {base} look like? Don't kick anything off.",
            "And the same with dora?",
            "What does the rank do, roughly?",
            "OK, do it with lora: train from {base}, 4 epochs, rank 8.",
            Yes(),
            Wait(),
            "did that end well?",
            "Score it on the test rows.",
        ),
        every(
            runs("done"),
            trained("run-1", technique="lora", epochs=4, rank=8),
            reported("evaluation", "run-1"),
        ),
    ),
    Journey(
        "failed, changed and tried again",
        Start("failed", ("alerts.jsonl",)),
        (
            "the training from last night is dead, what happend?",
            "what is max length good for anyway",
            "ok. train again on alerts from {base}, max length 256 and 2 epochs",
            Yes(),
            Wait(),
            "did it get through this time?",
            "and how good is it on rows it never saw",
        ),
        every(
            runs("failed", "done"),
            trained("run-2", max_length=256, epochs=2),
            reported("evaluation", "run-2"),
        ),
    ),
    Journey(
        "stopped and resumed",
        Start("ready", ("alerts.jsonl",)),
        (
            "Please begin to train on alerts with the model {base}, 100 epochs, batch size 2.",
            Yes(),
            "How much is already done?",
            "My colleague needs the computer. Make a break with the training please.",
            Yes(),
            "It is saved what it learned until here?",
            "Ok I am back, let it go on.",
            Yes(),
            Wait(),
            "Is ready now?",
        ),
        every(runs("done"), trained("run-1", epochs=100, batch_size=2), resumed("run-1")),
    ),
    Journey(
        "two runs compared",
        Start("trained", ("alerts.jsonl",)),
        (
            "Run-1 is fine, but I want a rival: train on alerts from {base} with dora, 3 epochs.",
            Yes("yes, do it"),
            Wait(),
            "How does the new run do on the test rows?",
            "So of the two runs, which one wins? Or is the gap just noise?",
            "What does a p value tell me here?",
            "Good. Write the report with that in it.",
        ),
        every(
            runs("done", "done"),
            trained("run-2", technique="dora", epochs=3),
            reported("evaluation", "run-2"),
            reported("comparison", runs="run-1"),
            reported("comparison", runs="run-2"),
            written_after("comparison"),
        ),
    ),
)
