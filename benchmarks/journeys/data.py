"""Data that is changed, and changed back, and changed otherwise."""

from benchmarks.journeys.checks import every, fixed, formatted, happened, no_goal, rows, runs, split
from benchmarks.journeys.script import Journey, Yes
from benchmarks.journeys.starts import Start

INSTRUCTION = "You are a careful tenancy lawyer. Name the topic of the clause."

JOURNEYS = (
    Journey(
        "cleaned with some fixes declined",
        Start("loaded", ("leases.tsv",)),
        (
            "Please go through the leases and list whatever needs repair.",
            "The phone numbers must remain, they are part of the contracts.",
            "The e-mail addresses likewise: do not mask them.",
            "Everything else may be corrected.",
            Yes("Yes."),
            "Would you still find anything to correct now?",
        ),
        every(
            fixed("leases", "exact_duplicates", "stray_whitespace"),
            rows("leases", 105),
            rows("leases", 5, "clause like '%+49 30 9018%'"),
            rows("leases", 4, "clause like '%@lettings.example.com%'"),
            rows("leases", 0, "clause like '%  %'"),
        ),
    ),
    Journey(
        "undone and chosen differently",
        Start("loaded", ("inbox_may.csv",)),
        (
            "can u chek inbox_may for problms",
            "aply all of that pls",
            Yes("yes"),
            "oh no the mail adresses are gone, we need them! put the data back like it was when i loaded it",
            Yes("yes"),
            "now drop only the duplicats and the rows with no text",
            Yes("yep"),
            "whats left to fix?",
        ),
        every(
            happened("inbox_may", "Loaded", "Masked", "Dropped 5 rows that repeated"),
            fixed("inbox_may", "exact_duplicates", "missing_text"),
            rows("inbox_may", 130),
            rows("inbox_may", 6, "mail like '%@post.example.net%'"),
            rows("inbox_may", 4, "team is null"),
        ),
    ),
    Journey(
        "the split is changed",
        Start("loaded", ("comments.csv",)),
        (
            "Can you set rows of comments aside? A tenth for testing is plenty, and a tenth for validation.",
            Yes(),
            "How many ended up in each part?",
            "Hmm, too few to trust a figure. Make the test part 30 percent and drop the validation part.",
            Yes(),
            "Is every theme in both parts?",
            "Does any answer show up on both sides?",
        ),
        every(
            happened("comments", "Loaded", "Split", "Split"),
            rows("comments", 92),
            split("comments", test=0.3, validation=0),
            fixed("comments"),
        ),
    ),
    Journey(
        "formatted with another instruction",
        Start("loaded", ("leases.tsv",)),
        (
            "Kindly bring leases into prompts and answers.",
            Yes(),
            "Show me the first prompt so that I can judge it.",
            f"I would rather have this instruction in front: {INSTRUCTION}",
            Yes("Yes, please."),
            "Has the number of clauses changed by that?",
            "Thank you. And what was done to leases in all?",
        ),
        every(
            happened("leases", "Loaded", "Formatted", "Formatted"),
            formatted("leases", instruction=INSTRUCTION),
            rows("leases", 111),
            rows("leases", 111, "starts_with(prompt, 'You are a careful tenancy lawyer')"),
            no_goal,
            runs(),
        ),
    ),
    Journey(
        "augmented, then undone",
        Start("loaded", ("comments.csv",)),
        (
            "We have not so many answers in comments. First put 20 percent away for test, without validation.",
            Yes(),
            "Now please produce additional training rows from the ones we have, half as many again.",
            Yes(),
            "Show how many rows are now in every part.",
            "The new sentences sound strange for me. Please take them out again.",
            Yes(),
            "So how many rows it has now?",
        ),
        every(
            happened("comments", "Loaded", "Split", "Added"),
            rows("comments", 92),
            split("comments", test=0.2, validation=0),
            fixed("comments"),
        ),
    ),
)
