"""A proposal to mask, replace or drop personal data of one kind."""

import re
from collections.abc import Callable

from store.engine import literal
from tools.clean._examined import Examined
from tools.clean._mend import Mend, mended
from tools.clean._personal.kinds import KINDS, written
from tools.clean._proposal import Proposal

NAME_COLUMN = re.compile(
    r"(?:.*[_ ])?(?:(?:full|first|last|given|family|middle|maiden)?[_ ]?names?|surname|vorname|nachname|nombre"
    r"|apellidos?|pr[ée]nom)"
    r"|(?:customer|client|patient|employee|contact|person|author|sender|recipient|owner|doctor|nurse|manager)",
    re.IGNORECASE,
)
OF_THINGS = re.compile(
    r"(?:file|user|product|column|table|company|brand|model|item|host|domain|event|course|class|city|country"
    r"|label|store|shop|project"
    r"|team|bank|street|school|hospital|drug|app|field|type|category)(?:[_ ]?names?)?",
    re.IGNORECASE,
)
DROPPED = (
    "select _row, 'drop' as action, min(column_name) as column_name, arg_min(before, column_name) as before,"
    " cast(null as varchar) as after, min(reason) as reason from personal group by _row"
)


def proposed(data: Examined, kind: str) -> Proposal:
    """Look for one kind in the columns with words; for names that were asked for, in columns of names too."""
    personal, treatment = KINDS[kind], data.treatment

    def instead(value: str) -> str:
        return personal.stand_in(value, treatment.key) if treatment.way == "replace" else personal.mask

    def whole(cell: str) -> str:
        return cell if personal.made_up(cell) or cell == personal.mask else instead(cell)

    asked = kind == "person_names" and kind in treatment.asked
    return proposal(
        data,
        kind,
        (personal.noun, personal.mask),
        lambda cell: f"regexp_matches({cell}, {literal(personal.suspect)})",
        lambda text: written(kind, text, instead),
        dict.fromkeys(_name_columns(data), whole) if asked else {},
    )


def proposal(
    data: Examined,
    kind: str,
    called: tuple[str, str],
    suspect: Callable[[str], str],
    mend: Mend,
    cells: dict[str, Mend] | None = None,
) -> Proposal:
    """Mask, replace or drop, as the user wants.

    Args:
        data: The dataset.
        kind: The kind of the check.
        called: What is found, for one and for several ("IBAN|IBANs"), and its mask.
        suspect: From SQL for a cell, SQL for whether it is worth a look.
        mend: From a text, the text without personal data.
        cells: The same for the whole cells of further columns.
    """
    (noun, mask), way = called, data.treatment.way
    one, _, several = noun.partition("|")
    file = mended(data, kind, one, suspect, mend, cells)
    do, done = {
        "mask": (
            f"Mask the {several} in {{rows:row|rows}} as {mask}.",
            f"Masked the {several} in {{rows:row|rows}} as {mask}.",
        ),
        "replace": (
            f"Replace the {several} in {{rows:row|rows}} by made-up ones, the same for the same.",
            f"Replaced the {several} in {{rows:row|rows}} by made-up ones.",
        ),
        "drop": (
            f"Drop {{rows:row that holds|rows that hold}} {several}.",
            f"Dropped {{rows:row that held|rows that held}} {several}.",
        ),
    }[way]
    return Proposal(
        found=f"{{rows:row holds|rows hold}} {several}",
        sentence=do,
        done=done,
        why=f"A model can repeat what it was trained on, and {several} belong to people. {WRONG.get(kind, '')}".strip(),
        edits=DROPPED if way == "drop" else "from personal",
        views={"personal": file},
        way=way,
    )


WRONG = {
    "person_names": "It goes by lists and the words around: rare names can stay, firms named after founders can go.",
    "postal_addresses": "It goes by how streets are written: one without a number or a word for street can stay.",
    "account_numbers": "It goes by the words before the number.",
    "web_handles": "It goes by how names are written on the web.",
}
"""How a check can be wrong."""


def _name_columns(data: Examined) -> list[str]:
    version, written_in = data.here.version, data.here.written
    return [
        column
        for column, type_ in version.columns.items()
        if type_ == "VARCHAR"
        and column not in written_in
        and column not in (data.here.label, data.here.split)
        and NAME_COLUMN.fullmatch(column)
        and not OF_THINGS.fullmatch(column)
    ]
