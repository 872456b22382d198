"""Make more training rows out of those there are."""

from typing import Annotated

from pydantic import Field

from store import Version, Workspace
from store.counted import Count
from tools.augment._drafts import drafts
from tools.augment._methods import WAYS, Method
from tools.augment._rows import Ground, Grown, grow, rewriting
from tools.augment._save import save, with_new_rows
from tools.augment._shown import by_label, changes, figures, left_out, reasons, turned_down
from tools.data._language import alike
from tools.data._read import scratch
from tools.kinds import Dataset, called, near
from tools.result import Result
from tools.tool import ToolError, tool

How = Annotated[
    Method,
    called(
        synonyms="synonym synonyms swap swapping",
        typos="typo typos misspelling misspellings misspelled misspelt slips",
        counterfactual="counterfactual counterfactuals gender genders pronouns",
        back_translation="translation translating translate backtranslation back-translation translated",
        paraphrase="paraphrase paraphrases paraphrasing rephrase rephrased",
        new_examples="generate generated synthetic brand-new",
    ),
]
Share = Annotated[float, Field(ge=0.01, le=4), near("share percent by grow", double=1, twice=1, triple=2, thrice=2)]
Balance = Annotated[
    bool, called(true="even evenly uneven level balance balanced balancing imbalanced minority rare rarest scarce")
]
Rows = Annotated[int, Field(ge=1, le=1_000_000)]
Seed = Annotated[int, Field(ge=0, le=1_000_000)]
SHOWN = 10


@tool(
    effect="writes",
    asks=[
        ("make more training examples for tickets", {"dataset": "tickets"}),
        ("augment reviews with synonyms, 200 new rows", {"dataset": "reviews", "method": "synonyms", "rows": 200}),
        ("the classes in intents are uneven, add examples for the small ones", {"dataset": "intents", "balance": True}),
        ("Double the training data of messages.", {"dataset": "messages", "share": 1.0}),
        ("add 20% more rows to chats by swapping words", {"dataset": "chats", "share": 0.2}),
        ("augment faq_train but keep clear of faq_test", {"dataset": "faq_train", "against": "faq_test"}),
        ("we have too few leads, can you invent some more from them", {"dataset": "leads"}),
        ("grow ward_notes by half", {"dataset": "ward_notes", "share": 0.5}),
        ("bring the rare diagnoses in notes up to the common ones", {"dataset": "notes", "balance": True}),
        ("write variations of my contracts, 50 are enough", {"dataset": "contracts", "rows": 50}),
        ("reword the rows of forms to get extra material", {"dataset": "forms"}),
        ("expand calls a little, with seed 3", {"dataset": "calls", "seed": 3}),
        ("add typos to orders so the model gets used to sloppy typing", {"dataset": "orders", "method": "typos"}),
        ("make misspelled variants of 100 rows of posts", {"dataset": "posts", "method": "typos", "rows": 100}),
        (
            "translate surveys to another language and back for more rows",
            {"dataset": "surveys", "method": "back_translation"},
        ),
        ("use back-translation on claims, 60 rows", {"dataset": "claims", "method": "back_translation", "rows": 60}),
        ("paraphrase the training rows of visits", {"dataset": "visits", "method": "paraphrase"}),
        ("let the language model rephrase 40 rows of memos", {"dataset": "memos", "method": "paraphrase", "rows": 40}),
        (
            "generate synthetic examples for the small labels of alerts",
            {"dataset": "alerts", "method": "new_examples", "balance": True},
        ),
        ("add rows to applicants with the genders swapped", {"dataset": "applicants", "method": "counterfactual"}),
        (
            "counterfactual rows for letters: other pronouns and names",
            {"dataset": "letters", "method": "counterfactual"},
        ),
    ],
)
def augment_dataset(
    ws: Workspace,
    dataset: Dataset,
    method: How = "synonyms",
    share: Share = 0.5,
    rows: Rows | None = None,
    balance: Balance = False,
    seed: Seed = 0,
    against: Dataset | None = None,
) -> Result:
    """Add training rows made from those there are, as a new version; test rows are never touched or copied.

    Args:
        dataset: The dataset to add rows to.
        method: How new rows are made. synonyms replaces a few words; typos puts in typing errors; counterfactual swaps
            genders and first names; back_translation translates there and back; paraphrase and new_examples have a
            language model write.
        share: How many to add, as a share of the training rows.
        rows: How many to add at most, in place of a share.
        balance: Whether to add them to the smallest labels, up to the size of the largest.
        seed: The same seed gives the same rows.
        against: A second dataset kept out of training, such as its test file; nothing close to its rows is added.

    Example:
        >>> augment_dataset(ws, "reviews", rows=1)
        Traceback (most recent call last):
        tools.tool.ToolError: No new row can be made for reviews: 3 training rows have no word that the English word
        list replaces.
    """
    head = ws.datasets.head(dataset)
    grown = _grown(ws, head, method, against, rows, share, balance, seed)
    with scratch(ws) as folder:
        fresh = folder.resolve() / "fresh.parquet"
        save(grown, fresh)
        version = ws.datasets.derive(
            dataset,
            with_new_rows(head, copied=method != "new_examples"),
            sentence=f"Added {Count(len(grown.new)):training row|training rows} by {WAYS[method].by}.",
            recipe={
                "tool": "augment_dataset",
                "method": method,
                "rows": len(grown.new),
                "balance": balance,
                "seed": seed,
            },
            views={"fresh": fresh},
        )
    return Result(
        f"{version.sentence} {dataset} is now version {version.number} with {Count(version.rows):row|rows}."
        f"{left_out(grown, method)}{_split_first(head, against)}",
        tables=by_label(grown),
        next=[f"profile {dataset}", f"undo the last change of {dataset}", f"plan a training on {dataset}"],
        data=figures(grown) | {"version": version.number},
    )


@augment_dataset.preview
def _preview(
    ws: Workspace,
    dataset: Dataset,
    method: How = "synonyms",
    share: Share = 0.5,
    rows: Rows | None = None,
    balance: Balance = False,
    seed: Seed = 0,
    against: Dataset | None = None,
) -> Result:
    head = ws.datasets.head(dataset)
    grown = _grown(ws, head, method, against, rows, share, balance, seed)
    return Result(
        f"Add {Count(len(grown.new)):row|rows} to the {Count(sum(grown.training.values())):training row|training rows}"
        f" of {dataset}, made by {WAYS[method].does}. The label stays as it is; look whether the meaning does."
        f"{left_out(grown, method)}{_split_first(head, against)} {WAYS[method].measured}",
        tables=[*by_label(grown), *turned_down(grown)],
        changes=changes(grown),
        data=figures(grown),
    )


def _grown(
    ws: Workspace,
    head: Version,
    method: Method,
    against: str | None,
    rows: int | None,
    share: float,
    balance: bool,
    seed: int,
) -> Grown:
    """The new rows.

    Raises:
        ToolError: None can be made; it says why.
    """
    if head.column("messages"):
        first = "Undo the formatting, add the rows, and format it again." if head.column("text") else ""
        raise ToolError(f"{head.dataset} holds conversations, and rows are made from single texts. {first}".strip())
    if balance and not head.column("label"):
        raise ToolError(f"{head.dataset} has no label column, so there are no labels to balance.")
    if method == "new_examples" and not head.column("label"):
        raise ToolError(
            f"{head.dataset} has no label column, and an answer that is there would not fit a new question."
        )
    if method == "counterfactual" and head.column("completion") and not head.column("label"):
        raise ToolError(f"The answers of {head.dataset} would still speak of those whom its questions spoke of before.")
    ground = Ground(head, ws.datasets.head(against) if against else None, rows, share, balance, seed)
    way = WAYS[method]
    if method == "synonyms" and (code := ground.language()) and not alike(code, "en"):
        raise ToolError(
            f"The word list is English, and {head.dataset} is in another language ({code}). Take typos,"
            " back_translation or paraphrase."
        )
    if balance and len(set(ground.before.values())) == 1:
        raise ToolError(f"The labels of {head.dataset} are balanced already: each has as many training rows.")
    grown = grow(ground, rewriting(way.rewrite) if way.rewrite else drafts(ws, method, ground), way.limits)
    if grown.new:
        return grown
    told = reasons(grown)
    if grown.unchanged:
        told.insert(0, f"{Count(grown.unchanged):training row has|training rows have} {way.cannot}")
    raise ToolError(f"No new row can be made for {head.dataset}: {', '.join(told) or 'there are no training rows'}.")


def _split_first(head: Version, against: str | None) -> str:
    if head.column("split") or against:
        return ""
    return (
        f" {head.dataset} has no split, so all of its rows count as training rows. If it is still to be split, do"
        " that first, or rows and what was made from them would land on both sides."
    )
