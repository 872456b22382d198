"""What people have labelled so far, how far they agree, and a file of it."""

from collections import Counter
from statistics import median
from typing import Annotated

from store import Workspace
from store.counted import Count
from store.labellings import Annotation, Labelling
from tools.kinds import Dataset, called
from tools.labelling.agreed import Outcome, outcomes
from tools.labelling.agreement import Agreement, agreement, by_row, figure, in_words
from tools.labelling.files import ENDINGS, Form, write
from tools.labelling.pool import rows as whole_rows
from tools.result import Result, Table
from tools.tool import ToolError, tool

SHOWN = 20
Export = Annotated[
    Form, called(csv="csv spreadsheet excel", jsonl="jsonl json lines", label_studio="studio labelstudio")
]


@tool(
    asks=[
        ("how far are we with labelling tickets", {"dataset": "tickets"}),
        ("do the annotators of mails agree with each other", {"dataset": "mails"}),
        ("what is the inter-annotator agreement on notes", {"dataset": "notes"}),
        ("Cohen's kappa for calls please", {"dataset": "calls"}),
        ("show the labels that we gave in claims", {"dataset": "claims"}),
        ("export the annotations of leads as csv", {"dataset": "leads", "export": "csv"}),
        ("I need our labels of letters for Label Studio", {"dataset": "letters", "export": "label_studio"}),
        ("where do Ana and Ben disagree in rulings", {"dataset": "rulings"}),
        ("compute Krippendorff's alpha over forms", {"dataset": "forms"}),
        ("download the hand-made labels of menus as JSON lines", {"dataset": "menus", "export": "jsonl"}),
    ],
)
def show_labels(ws: Workspace, dataset: Dataset, export: Export | None = None) -> Result:
    """Show what people labelled, their agreement (Cohen's kappa, Krippendorff's alpha), and give it as a file.

    Args:
        dataset: The dataset whose rows are labelled.
        export: Also give a file: csv, jsonl, or label_studio for Label Studio's JSON.

    Example:
        >>> from tools.labelling.begin import planned
        >>> labelling = ws.labellings.open(planned(ws, "reviews", which="existing", share=1)[0])
        >>> ws.labellings.write_all(labelling.number, [(1, "Ana", "labelled", "1"), (1, "Ben", "labelled", "0")])
        >>> print(show_labels(ws, "reviews"))
        1 row of 3 is labelled by Ana and Ben. On 1 row they disagree, ...
    """
    labelling = newest(ws, dataset)
    said = ws.labellings.standing(labelling.number)
    found = outcomes(said)
    if not found:
        raise ToolError(f"Nobody has labelled a row of {dataset} yet. Ask to label rows of {dataset}.")
    measured = agreement(by_row(said))
    disputed = [each for each in found.values() if each.disputed]
    told = [_so_far(labelling, found, disputed)]
    if labelling.style == "labels" and len(measured.annotators) > 1:
        told.append(in_words(measured))
    files = [_file(ws, labelling, said, export)] if export else []
    return Result(
        " ".join(told),
        tables=[
            _people(said),
            *_values(labelling, found),
            *_kappas(measured),
            *_disputed(ws, labelling, disputed),
        ],
        files=files,
        next=[f"Go on labelling {dataset}", f"Apply the labels of {dataset}"],
        data={
            "dataset": dataset,
            "labelled": len(found),
            "goal": labelling.goal,
            "disputed": len(disputed),
            "agreement": measured.as_json() if labelling.style == "labels" else None,
        },
    )


def newest(ws: Workspace, dataset: str) -> Labelling:
    """The labelling of a dataset that was opened last.

    Raises:
        ToolError: There is none.
    """
    ws.datasets.head(dataset)
    if found := ws.labellings.newest(dataset):
        return found
    raise ToolError(f"No rows of {dataset} are being labelled. Ask to label rows of {dataset}.")


def _so_far(labelling: Labelling, found: dict[int, Outcome], disputed: list[Outcome]) -> str:
    people = sorted({who for each in found.values() for who in each.said})
    rows, open_ = Count(len(found)), Count(len(disputed))
    by = f" by {', '.join(people[:-1])}{' and ' if people[1:] else ''}{people[-1]}" if people else ""
    told = f"{rows:row|rows} of {labelling.goal:,} {'is' if rows == 1 else 'are'} labelled{by}."
    return told if not open_ else f"{told} On {open_:row|rows} they disagree, to be settled in the panel for labelling."


def _people(said: list[Annotation]) -> Table:
    lines: list[tuple[str, int, int, float | None]] = []
    for who in sorted({each.annotator for each in said}):
        own = [each for each in said if each.annotator == who]
        labelled = [each for each in own if each.action == "labelled"]
        paces = [each.seconds for each in labelled if each.seconds is not None]
        skipped = sum(each.action == "skipped" for each in own)
        lines.append((who, len(labelled), skipped, round(median(paces), 1) if paces else None))
    return Table("Who labelled", ("person", "rows", "skipped", "seconds a row (median)"), lines)


def _values(labelling: Labelling, found: dict[int, Outcome]) -> list[Table]:
    if labelling.style == "answers":
        return []
    counted = Counter(each.value for each in found.values() if each.value is not None).most_common(SHOWN)
    return [Table(f"Labels for {labelling.column}", ("label", "rows"), counted)]


def _kappas(measured: Agreement) -> list[Table]:
    lines = [(one, other, figure(value)) for (one, other), value in measured.kappas.items()]
    return [Table("Cohen's kappa", ("person", "and", "kappa"), lines)] if lines else []


def _disputed(ws: Workspace, labelling: Labelling, disputed: list[Outcome]) -> list[Table]:
    if not disputed:
        return []
    shown = disputed[:SHOWN]
    cells = whole_rows(ws, labelling, [each.row for each in shown])
    lines = [
        (
            str(cells.get(each.row, {}).get(labelling.text, ""))[:300],
            "; ".join(f"{who}: {value[:100]}" for who, value in each.said.items()),
        )
        for each in shown
    ]
    more = f", the first {SHOWN} of {len(disputed):,}" if len(disputed) > SHOWN else ""
    return [Table(f"Disagreements{more}", (labelling.text, "said"), lines)]


def _file(ws: Workspace, labelling: Labelling, said: list[Annotation], form: Form) -> str:
    folder = ws.folder / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{labelling.dataset}-{labelling.number}-labels{ENDINGS[form]}"
    cells = whole_rows(ws, labelling, list({each.row for each in said}))
    write(path, form, labelling, said, {row: str(cell.get(labelling.text, "")) for row, cell in cells.items()})
    return str(path)
