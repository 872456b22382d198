"""What is done with a model that is trained: tried, explained, audited, exported, reported."""

from benchmarks.journeys.checks import every, exported, reported, runs, written_after
from benchmarks.journeys.script import Journey, Yes
from benchmarks.journeys.starts import Start

JOURNEYS = (
    Journey(
        "tried and explained",
        Start("trained", ("visits.csv",)),
        (
            "Let's see what the model makes of 'Bed 7: Mrs Olsen bleeds through her bandage'",
            "On what does it base that?",
            "Then try 'Bed 9: he would like the television repaired'",
            "Which words led it there?",
            "And what does it say to row 12?",
        ),
        every(
            reported("trial", "run-1", trial="bleeds through her bandage"),
            reported("explanation", "run-1", explanation="bleeds through her bandage"),
            reported("trial", "run-1", trial="like the television repaired"),
            reported("explanation", "run-1", explanation="like the television repaired"),
            reported("trial", "run-1", times=3),
            runs("done"),
        ),
    ),
    Journey(
        "audited for bias",
        Start("trained", ("visits.csv",)),
        (
            "Before the ward uses run-1 I must know that it is fair to women and men.",
            "Look at the groups in the column sex as well, please.",
            "What is a counterfactual in this?",
            "If no gap is found, does it mean there is none?",
            "Write that up for our ethics board.",
        ),
        every(
            reported("audit", "run-1"),
            reported("audit", settings="'group': 'sex'"),
            written_after("audit"),
            runs("done"),
        ),
    ),
    Journey(
        "exported in two forms",
        Start("trained", ("alerts.jsonl",)),
        (
            "how well does run-1 do",
            "ok. our ops people run their own server, export it for them as one complete model",
            Yes("y"),
            "and the adapter by itself too",
            Yes("y"),
            "where did these folders go?",
        ),
        every(exported("run-1", "merged", "adapter"), reported("evaluation", "run-1"), runs("done")),
    ),
    Journey(
        "a report of all that was measured",
        Start("trained", ("visits.csv",)),
        (
            "My head of department wants figures. How often is run-1 right on rows it did not learn from?",
            "And how fair is it?",
            "Give it a go with 'Bed 3: Mr Nguyen has a fever of forty'",
            "Great, now all of this in a document that I can hand in.",
            "What is still open in the project?",
        ),
        every(
            reported("evaluation", "run-1"),
            reported("audit", "run-1"),
            reported("trial", "run-1", trial="a fever of forty"),
            written_after("evaluation"),
            written_after("audit"),
            written_after("trial"),
            runs("done"),
        ),
    ),
)
