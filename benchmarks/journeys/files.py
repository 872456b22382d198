"""The files that people bring: rows of several trades, with the defects that such files have."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, str | None]
Texts = Mapping[str, Sequence[str]]
NAMES = ("Mrs Olsen", "Mr Petersen", "Ms Adeyemi", "Mr Kowalski", "Mrs Haddad", "Mr Nguyen", "Ms Silva", "Mr Brandt")
WARD: Texts = {
    "urgent": [
        "Bed {n}: {name} is short of breath since {hour} and the oxygen does not help",
        "Bed {n}: {name} has chest pain again, please call the doctor at {hour}",
        "Bed {n}: bleeding through the dressing at {hour}, {name} feels faint",
        "Bed {n}: {name} cannot be woken properly since {hour}",
        "Bed {n}: sudden fever with shivering at {hour}, {name} is confused",
    ],
    "routine": [
        "Bed {n}: {name} slept from {hour} and ate the whole breakfast",
        "Bed {n}: {name} asks for a second pillow, seen at {hour}",
        "Bed {n}: dressing changed at {hour}, the wound of {name} is dry",
        "Bed {n}: {name} wants to phone the family after {hour}",
        "Bed {n}: walked to the bathroom alone at {hour}, {name} is content",
    ],
}
LEASE: Texts = {
    "deposit": [
        "Clause {n}: The tenant pays a deposit of {much} euros before moving in.",
        "Clause {n}: The deposit of {much} euros is returned within six weeks of leaving.",
        "Clause {n}: From the deposit the landlord may keep up to {much} euros for damage.",
    ],
    "repairs": [
        "Clause {n}: Small repairs of up to {much} euros are carried out by the tenant.",
        "Clause {n}: The landlord repairs heating and roof, whatever it costs beyond {much} euros.",
        "Clause {n}: Damage above {much} euros is reported in writing within three days.",
    ],
    "notice": [
        "Clause {n}: Either side may end the contract with three months' notice; the fee is {much} euros.",
        "Clause {n}: Leaving early costs the tenant {much} euros unless a new tenant is found.",
        "Clause {n}: A notice that comes late prolongs the contract at {much} euros a month.",
    ],
}
INBOX: Texts = {
    "accounts": [
        "Mail {n}: the sum of {much} was taken from my card twice this month",
        "Mail {n}: please send me an invoice over {much} with our tax number on it",
        "Mail {n}: I never agreed to pay {much} for the extra storage",
    ],
    "shipping": [
        "Mail {n}: the box worth {much} was left in the rain by your driver",
        "Mail {n}: tracking says delivered but nothing worth {much} is here",
        "Mail {n}: can the goods for {much} go to my office instead",
    ],
    "product": [
        "Mail {n}: the kettle I bought for {much} leaks at the handle",
        "Mail {n}: does the lamp for {much} come with a longer cable",
        "Mail {n}: the zip of the jacket for {much} broke on the first day",
    ],
}
SURVEY: Texts = {
    "price": [
        "Answer {n}: {much} a month is simply too expensive for a small club",
        "Answer {n}: I would happily pay {much} if the yearly discount came back",
    ],
    "staff": [
        "Answer {n}: the trainer remembered my name after {much} visits, lovely people",
        "Answer {n}: nobody greeted us at the desk on {much} mornings in a row",
    ],
    "equipment": [
        "Answer {n}: the rowing machine was broken on {much} of my visits",
        "Answer {n}: the new bikes are great, I rode for {much} minutes without noise",
    ],
    "opening hours": [
        "Answer {n}: please open earlier, my shift begins {much} minutes after you unlock",
        "Answer {n}: closing early on Sunday cost me {much} evenings of training",
    ],
}
ALERTS: Texts = {
    "database": [
        "[{n}] replica is {much} seconds behind the primary and falling further",
        "[{n}] slow statement took {much} ms, lock held by a nightly vacuum",
        "[{n}] connection pool exhausted after {much} waiting sessions",
    ],
    "network": [
        "[{n}] packet loss of {much} per mille between the two data centres",
        "[{n}] certificate of the gateway expires in {much} hours",
        "[{n}] handshake timed out {much} times towards the payment partner",
    ],
    "storage": [
        "[{n}] volume backup-a is full, {much} MB could not be written",
        "[{n}] read errors on disk three, {much} sectors moved",
        "[{n}] snapshot is {much} hours old and was never rotated",
    ],
}
HOUSE: Texts = {
    "Put it out on the evening before; the bins are emptied at seven.": [
        "On which day is the rubbish of flat {n} collected?",
        "Where do I leave the bins of house {n}?",
    ],
    "Report it to the caretaker with a photo; someone comes within two days.": [
        "The tap in flat {n} drips, what shall I do?",
        "The light in the stairwell of house {n} is broken, who repairs it?",
    ],
    "Yes, if the neighbours agree and it is registered with the office.": [
        "May I keep a dog in flat {n}?",
        "Are cats allowed in house {n}?",
    ],
}


def filled(texts: Texts, each: int) -> Iterator[tuple[str, str]]:
    """So many rows of each label, no two the same: the texts in turn, with other words in their gaps."""
    for number in range(each):
        for place, (label, its) in enumerate(texts.items()):
            n = number * len(texts) + place + 1
            words = {
                "n": n,
                "name": NAMES[n % 8],
                "hour": f"{n * 7 % 24:02}:{n * 13 % 60:02}",
                "much": 5 + n * 37 % 395,
            }
            yield its[number % len(its)].format(**words), label


def rows(text: str, label: str, cases: Iterable[tuple[str | None, str | None]]) -> list[Row]:
    """The cases under the names of their columns."""
    return [{text: said, label: meant} for said, meant in cases]


def as_csv(rows: Sequence[Row], delimiter: str = ",") -> str:
    """The rows with a header; what is missing stays empty."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def as_lines(rows: Sequence[Row]) -> str:
    """The rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def _handover() -> list[Row]:
    """104 good rows; 4 that repeat others, 3 without an urgency, 2 with an address, 2 with stray spaces."""
    good = list(filled(WARD, 50))
    odd = [
        ("Bed 201: the daughter of Mr Nguyen writes from linh.nguyen@example.org and asks for news", "routine"),
        ("Bed 202: send the scan of Ms Silva to radiology@ward.example.com at once, she is worse", "urgent"),
        ("  Bed 203: Mrs Haddad  wants tea ", "routine"),
        ("Bed 204:   pulse of Mr Brandt is 150 ", "urgent"),
    ]
    return rows(
        "note", "urgency", [*good, *odd, *good[4:8], *((f"Bed {n}: seen, see chart", None) for n in (301, 302, 303))]
    )


def _leases() -> list[Row]:
    """105 good rows, of which 5 hold a phone number and 4 an address; 6 that repeat others, 5 with stray spaces."""
    good = list(filled(LEASE, 30))
    phones = [
        (f"Clause {n}: In an emergency call the caretaker on +49 30 9018 2{n}.", "repairs") for n in range(401, 406)
    ]
    mails = [(f"Clause {n}: Notice may be sent to office{n}@lettings.example.com.", "notice") for n in range(501, 505)]
    spaces = [(f"  Clause {n}:  The deposit   is held in trust. ", "deposit") for n in range(601, 607)]
    return rows("clause", "topic", [*good, *phones, *mails, *spaces, *good[10:16]])


def _inbox() -> list[Row]:
    """126 rows to keep, of which 6 hold an address; 5 that repeat others, 3 that are empty, 4 without a team."""
    good = list(filled(INBOX, 40))
    mails = [
        (f"Mail {n}: answer me at buyer{n}@post.example.net, the parcel is late", "shipping") for n in range(701, 707)
    ]
    blank: list[tuple[str | None, str | None]] = [(None, "product"), (None, "accounts"), (None, "shipping")]
    teamless = [(f"Mail {n}: hello, is somebody there", None) for n in range(801, 805)]
    return rows("mail", "team", [*good, *mails, *good[20:25], *blank, *teamless])


def _comments() -> list[Row]:
    """88 rows, 4 more without a theme."""
    return rows(
        "answer", "theme", [*filled(SURVEY, 22), *((f"Answer {n}: no idea", None) for n in (901, 902, 903, 904))]
    )


def _alerts() -> list[Row]:
    """108 good rows, of which 4 with stray spaces; 7 that repeat others."""
    good = list(filled(ALERTS, 36))
    spaced = [
        (text.replace(" ", "  "), label) if place in (3, 9, 27, 81) else (text, label)
        for place, (text, label) in enumerate(good)
    ]
    return rows("alert", "component", [*spaced, *good[40:47]])


def _visits() -> list[Row]:
    """120 notes of a ward with the sex of the person they are about."""
    notes = rows("note", "urgency", filled(WARD, 60))
    return [note | {"sex": "m" if "Mr " in str(note["note"]) else "f"} for note in notes]


FILES = {
    "handover.csv": as_csv(_handover()),
    "leases.tsv": as_csv(_leases(), "\t"),
    "inbox_may.csv": as_csv(_inbox()),
    "comments.csv": as_csv(_comments()),
    "alerts.jsonl": as_lines(_alerts()),
    "house_rules.jsonl": as_lines(rows("question", "answer", filled({a: q for a, q in HOUSE.items()}, 24))),
    "visits.csv": as_csv(_visits()),
}
"""What is in each file, by its name."""
