"""Plant known defects in the clean tickets, and record them.

`python -m tools.project.sample.plant` reads `authored.csv` and writes `support_tickets.csv` and `planted.json`, the
same bytes every time. A ticket is planted with one kind of defect at most; where one kind brings another with it (a
leaked test row is also a repeated row), `expected` in the record says how the two are counted.
"""

import csv
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tools.project.sample import AUTHORED, PLANTED, TICKETS

SEED = 20260
TEST_SHARE = 0.2
COLUMNS = ("ticket_id", "message", "category", "customer_name", "channel", "split")

EMAILS = (
    "{} Please write to me at {}.",
    "{} My email is {}",
    "{} You can reach me under {} any time.",
    "{} - sent from {}",
    "{} Answer to {}, please.",
    "{} My account is under {}.",
    "{} (the address on file is {})",
    "{} Copy my office in too: {}",
    "{} I signed up with {}, if that helps.",
    "{} Best to mail {}, I rarely check the other one.",
    "{} Thanks, {}",
    "{} Send it to {} and not to the old address.",
)
PHONES = (
    ("{} Call me on {} after four.", "+44 20 7946 0321"),
    ("{} My number is {}.", "(202) 555-0143"),
    ("{} Phone: {}", "+49 30 23125 448"),
    ("{} You can ring {} in the mornings.", "+1 415-555-0132"),
    ("{} Tel. {}", "+33 1 99 00 12 34"),
    ("{} Text me at {}, I can't talk at work.", "+61 491 570 156"),
    ("{} Ring {} and ask for me by name.", "+46846500412"),
    ("{} My direct line is {}.", "312-555-0187"),
)
BLANKS = ("", "   ", "", "\t ")
STRAY: tuple[Callable[[str], str], ...] = (
    lambda text: f"   {text}",
    lambda text: f"{text} \t",
    lambda text: text.replace(" ", "   ", 3),
    lambda text: text.replace(" ", "\u00a0", 2),
    lambda text: text.replace(" ", " \u200b", 1),
    lambda text: text.replace(" ", "\x07 ", 1),
)
"""Leading, trailing and doubled spaces, no-break spaces, a zero-width space, a control character."""
RESTYLED: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda text: text.rstrip(".?!").lower(),
    lambda text: text.rstrip(".?!") + "!!!",
    lambda text: re.sub(r"([,.?!])( |$)", r" \1\2", text),
)
"""Another case, ending or spacing; the same words."""
MISTAKEN = {
    "billing": "refund",
    "refund": "billing",
    "delivery": "damaged_item",
    "damaged_item": "technical_problem",
    "login": "technical_problem",
    "technical_problem": "product_question",
    "product_question": "delivery",
    "cancel_subscription": "billing",
}
"""The category a hurried colleague would have chosen."""


@dataclass(eq=False)
class Ticket:
    """One row; two tickets with the same words are still two."""

    message: str
    category: str
    customer_name: str
    channel: str
    split: str = "train"
    ticket_id: str = ""


@dataclass
class Planted:
    """A defect: the ticket that has it, and what it was made from."""

    kind: str
    ticket: Ticket
    was: str = ""
    of: Ticket | None = None

    def recorded(self) -> dict[str, str]:
        """What the record says of it."""
        found = {"ticket_id": self.ticket.ticket_id}
        if self.of:
            found |= {"repeats": self.of.ticket_id}
            exact = self.of.message == self.ticket.message
            found |= {"match": "exact" if exact else "normalised"}
        if self.was:
            found |= {"was": self.was}
        return found


@dataclass
class Planter:
    """Takes clean tickets, each once, and spoils them."""

    tickets: list[Ticket]
    rng: random.Random
    planted: list[Planted] = field(default_factory=list[Planted])

    def __post_init__(self) -> None:
        self.clean = self.rng.sample(self.tickets, len(self.tickets))

    def take(self, count: int, fits: Callable[[Ticket], object] = lambda _: True) -> Iterator[tuple[int, Ticket]]:
        """The next clean tickets that fit, numbered; nobody else gets them."""
        found = [ticket for ticket in self.clean if fits(ticket)][:count]
        self.clean = [ticket for ticket in self.clean if ticket not in found]
        return enumerate(found)

    def spoil(self, kind: str, ticket: Ticket, message: str) -> None:
        """Put other words in a ticket."""
        self.planted.append(Planted(kind, ticket, was=ticket.message))
        ticket.message = message

    def repeat(self, kind: str, ticket: Ticket, **changes: str) -> None:
        """Add a second ticket like this one, somewhere after it."""
        again = replace(ticket, **changes)
        place = self.rng.randint(self.tickets.index(ticket) + 1, len(self.tickets))
        self.tickets.insert(place, again)
        self.planted.append(Planted(kind, again, of=ticket))


def normalised(text: str) -> str:
    """Lower case, punctuation to a space, spaces folded."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", text.lower()).split())


def mangled(text: str) -> str:
    """The text as it looks when its UTF-8 bytes are read as Windows-1252."""
    return text.replace("'", "\u2019").encode("utf-8").decode("cp1252")


def spoil_in_place(planter: Planter) -> None:
    """Plant the defects that change a ticket."""
    for number, ticket in planter.take(4):
        planter.spoil("missing_message", ticket, BLANKS[number])
    for _, ticket in planter.take(4):
        planter.planted.append(Planted("missing_label", ticket, was=ticket.category))
        ticket.category = ""
    accented = [ticket for _, ticket in planter.take(3, _is_accented)]
    quoted = [ticket for _, ticket in planter.take(7, lambda ticket: "'" in ticket.message)]
    for ticket in accented + quoted:
        planter.spoil("broken_encoding", ticket, mangled(ticket.message))
    for number, ticket in planter.take(len(STRAY)):
        planter.spoil("stray_whitespace", ticket, STRAY[number](ticket.message))
    for number, ticket in planter.take(len(EMAILS)):
        planter.spoil("email_address", ticket, EMAILS[number].format(ticket.message, _address(ticket, number)))
    for number, ticket in planter.take(len(PHONES)):
        words, phone = PHONES[number]
        planter.spoil("phone_number", ticket, words.format(ticket.message, phone))


def repeat_some(planter: Planter) -> None:
    """Plant the defects that add a ticket."""
    for _, ticket in planter.take(12):
        planter.repeat("exact_duplicate", ticket)
    for number, ticket in planter.take(8, _can_be_restyled):
        planter.repeat("normalised_duplicate", ticket, message=RESTYLED[number % 4](ticket.message))
    for _, ticket in planter.take(6, lambda ticket: ticket.split == "train"):
        planter.repeat("conflicting_label", ticket, category=MISTAKEN[ticket.category])
    for number, ticket in planter.take(9, lambda ticket: ticket.split == "train" and _can_be_restyled(ticket)):
        message = ticket.message if number < 5 else RESTYLED[number % 4](ticket.message)
        planter.repeat("leakage", ticket, message=message, split="test")


def _can_be_restyled(ticket: Ticket) -> bool:
    """Whether every restyling changes the text but not its words."""
    return ticket.message.isascii() and all(
        ticket.message != style(ticket.message) and normalised(style(ticket.message)) == normalised(ticket.message)
        for style in RESTYLED
    )


def _is_accented(ticket: Ticket) -> bool:
    return bool(re.search("[\u00a3\u00e9\u00fc]", ticket.message))


def _address(ticket: Ticket, number: int) -> str:
    ascii_name = unicodedata.normalize("NFKD", ticket.customer_name).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z ]", "", ascii_name).replace(" ", "._-"[number % 3])
    return f"{name}@example.{('com', 'org', 'net')[number % 3]}"


def split(tickets: list[Ticket], rng: random.Random) -> None:
    """Mark a fifth of every category as test."""
    for category in sorted({ticket.category for ticket in tickets}):
        members = [ticket for ticket in tickets if ticket.category == category]
        for ticket in rng.sample(members, round(TEST_SHARE * len(members))):
            ticket.split = "test"


def build() -> tuple[list[Ticket], list[Planted]]:
    """The tickets with their defects, in order and numbered, and the defects."""
    with AUTHORED.open(encoding="utf-8", newline="") as file:
        tickets = [Ticket(**row) for row in csv.DictReader(file)]
    rng = random.Random(SEED)
    rng.shuffle(tickets)
    split(tickets, rng)
    planter = Planter(tickets, rng)
    spoil_in_place(planter)
    repeat_some(planter)
    for number, ticket in enumerate(planter.tickets, 1001):
        ticket.ticket_id = f"T-{number}"
    return planter.tickets, planter.planted


def record(tickets: list[Ticket], planted: list[Planted]) -> dict[str, Any]:
    """Every defect by kind, and how many a check should find."""
    kinds = {kind: [each.recorded() for each in planted if each.kind == kind] for kind in NOTES}
    counts = {kind: len(found) for kind, found in kinds.items()}
    leaked_exactly = sum(found["match"] == "exact" for found in kinds["leakage"])
    exact = counts["exact_duplicate"] + leaked_exactly
    alike = counts["exact_duplicate"] + counts["normalised_duplicate"] + counts["leakage"]
    conflicts = counts["conflicting_label"]
    return {
        "seed": SEED,
        "rows": len(tickets),
        "columns": COLUMNS,
        "split": {part: sum(ticket.split == part for ticket in tickets) for part in ("train", "test")},
        "planted": {kind: {"count": counts[kind], "note": NOTES[kind], "rows": kinds[kind]} for kind in NOTES},
        "expected": {
            "note": COUNTED,
            "repeated_message_and_category_exact": exact,
            "repeated_message_and_category_normalised": alike,
            "repeated_message_exact": exact + conflicts,
            "repeated_message_normalised": alike + conflicts,
            "texts_with_conflicting_labels": conflicts,
            "rows_with_conflicting_labels": 2 * conflicts,
            "test_rows_also_in_train_exact": leaked_exactly,
            "test_rows_also_in_train_normalised": counts["leakage"],
        },
    }


COUNTED = (
    "Rows that repeat an earlier row; blank messages repeat nothing. Leaked rows repeat a row too, and so do "
    "conflicting ones when only the message is compared. Normalised counts include the exact ones."
)
NOTES = {
    "exact_duplicate": "Repeats another ticket of the same split, all but its ticket_id.",
    "normalised_duplicate": "The words of another ticket of the same split, in another case, punctuation or spacing.",
    "conflicting_label": "The same message as another train ticket, exactly, with another category.",
    "missing_message": "Nothing or only white space in message; was holds the words that stood there.",
    "missing_label": "Nothing in category; was holds the category that stood there.",
    "broken_encoding": "UTF-8 read as Windows-1252, apostrophes curly; was holds the text with plain ones.",
    "stray_whitespace": "Superfluous white space, a zero-width space or a control character; was holds the clean text.",
    "email_address": "An e-mail address was written into the message; was holds the text without it.",
    "phone_number": "A phone number was written into the message, two without a +; was holds the text without it.",
    "leakage": "A test ticket that repeats a train ticket, exactly or after normalising; both keep their category.",
}


def write(tickets_path: Path = TICKETS, record_path: Path = PLANTED) -> None:
    """Write the tickets and the record of what was planted."""
    tickets, planted = build()
    with tickets_path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({column: getattr(ticket, column) for column in COLUMNS} for ticket in tickets)
    written = json.dumps(record(tickets, planted), ensure_ascii=False, indent=1)
    record_path.write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
