"""Tables of several shapes, made up here, with errors planted in them whose truth is known."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

Row = dict[str, str]
Spoil = Callable[[random.Random, str], str]
SYLLABLES = "ba den lo mar ti ver son kel ra win no ford es hol bre gan tu sil mon ak ri pel wes dor lan vi cas".split()


@dataclass
class Made:
    """A table and its truth."""

    name: str
    truth: list[Row]
    spoiled: list[Row]
    planted: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    """By row and column, what kind of error it is."""


def tables(seed: int, share: float, names: Sequence[str] | None = None) -> list[Made]:
    """Every shape, or those named, with errors in about `share` of the cells of the columns that can have them."""
    made = {name: SHAPES[name](random.Random(f"{name} {seed}")) for name in names or SHAPES}
    return [planted(name, rows, share, seed) for name, rows in made.items()]


def planted(name: str, truth: list[Row], share: float, seed: int) -> Made:
    """Spoil some cells: typing errors in words, other values of the column, other ways to write, empty cells."""
    chance = random.Random(f"spoil {name} {seed}")
    made = Made(name, truth, [dict(row) for row in truth])
    for column, kinds in SPOILED[name].items():
        values = sorted({row[column] for row in truth})
        for place, row in enumerate(made.spoiled):
            if chance.random() >= share:
                continue
            kind = chance.choice(kinds)
            wrong = chance.choice(values) if kind == "other" else SPOILS[kind](chance, row[column])
            if wrong != row[column]:
                made.planted[place, column] = kind
                row[column] = wrong
    return made


def typing(chance: random.Random, text: str) -> str:
    """One or two letters replaced, left out, doubled or swapped."""
    for _ in range(1 + (len(text) > 8 and chance.random() < 0.3)):
        letters = [n for n, letter in enumerate(text) if letter.isalpha()]
        if len(letters) < 3:
            return text
        n = chance.choice(letters)
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:n] + chance.choice("abcdefghijklmnopqrstuvwxyz") + text[n + 1 :]
        elif kind == 1:
            text = text[:n] + text[n + 1 :]
        elif kind == 2:
            text = text[:n] + text[n] + text[n:]
        elif n + 1 < len(text):
            text = text[:n] + text[n + 1] + text[n] + text[n + 2 :]
    return text


def _other_date(_: random.Random, text: str) -> str:
    year, month, day = text.split("-")
    return f"{day}/{month}/{year}" if int(day) > 12 else f"{date(int(year), int(month), int(day)):%b %d, %Y}"


def _lookalike(chance: random.Random, text: str) -> str:
    able = [n for n, letter in enumerate(text) if letter in "015"]
    if not able:
        return text
    n = chance.choice(able)
    return text[:n] + {"0": "O", "1": "l", "5": "S"}[text[n]] + text[n + 1 :]


SPOILS: dict[str, Spoil] = {
    "typing": typing,
    "empty": lambda _, text: "",
    "date": _other_date,
    "lookalike": _lookalike,
    "stray": lambda chance, text: chance.choice(["{}?", "{}*", "~{}", "'{}"]).format(text),
    "unit": lambda chance, text: chance.choice(["{} USD", "${}", "{} "]).format(text),
    "percent": lambda _, text: text.rstrip("%"),
    "dashes": lambda _, text: "".join(c for c in text if c.isalnum()),
    "word": lambda chance, text: chance.choice(["see note", "abc", "tba later", "error"]),
    "case": lambda _, text: text.upper() if text != text.upper() else text.lower(),
}


def _word(chance: random.Random, parts: int) -> str:
    return "".join(chance.sample(SYLLABLES, parts)).capitalize()


def _words(chance: random.Random, number: int, parts: int = 3) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < number:
        found[_word(chance, parts)] = None
    return list(found)


def _skewed(chance: random.Random, items: Sequence[str]) -> str:
    """The first ones often, the last ones seldom."""
    return items[min(len(items) - 1, int(chance.paretovariate(0.7)) - 1)]


def addresses(chance: random.Random) -> list[Row]:
    """People of some towns: the zip code says the town, the town says the region."""
    regions = ["North Shore", "Lakeland", "High Moor", "Old County", "South Bank", "Westmark"]
    towns = {town: chance.choice(regions) for town in _words(chance, 45)}
    codes = {f"{chance.randrange(10000, 99999)}": town for town in towns for _ in range(chance.randrange(1, 4))}
    streets, given, last = _words(chance, 80, 2), _words(chance, 60, 2), _words(chance, 300)
    rows: list[Row] = []
    for n in range(1500):
        code = _skewed(chance, list(codes)) if chance.random() < 0.5 else chance.choice(list(codes))
        rows.append(
            {
                "person": str(5000 + n),
                "name": f"{chance.choice(given)} {chance.choice(last)}",
                "street": f"{chance.randrange(1, 200)} {chance.choice(streets)} {chance.choice(['St', 'Rd', 'Lane'])}",
                "zip": code,
                "town": codes[code],
                "region": towns[codes[code]],
                "phone": f"555-{chance.randrange(100, 999)}-{chance.randrange(1000, 9999)}",
                "joined": f"{date(2015, 1, 1) + timedelta(chance.randrange(3000))}",
            }
        )
    return rows


def orders(chance: random.Random) -> list[Row]:
    """Orders of a shop: the customer says name and e-mail, the product code says product, category and price."""
    names, products = _words(chance, 260), _words(chance, 70)
    categories = ["kitchen", "garden", "office", "sports", "toys", "lighting"]
    shelf = {
        f"{chance.choice('ABCD')}-{100 + n}": (p, chance.choice(categories), f"{chance.randrange(199, 9999) / 100:.2f}")
        for n, p in enumerate(products)
    }
    rows: list[Row] = []
    for n in range(2000):
        who, code = chance.randrange(len(names)), chance.choice(list(shelf))
        product, category, price = shelf[code]
        rows.append(
            {
                "order": f"O{10000 + n}",
                "customer": f"C{who:04}",
                "customer_name": f"{names[who]} {names[-who - 1]}",
                "code": code,
                "product": product,
                "category": category,
                "price": price,
                "quantity": str(chance.randrange(1, 9)),
                "status": chance.choices(["shipped", "pending", "returned", "cancelled"], [70, 18, 8, 4])[0],
                "ordered": f"{date(2023, 1, 1) + timedelta(chance.randrange(700))}",
                "discount": f"{chance.choice([0, 0, 0, 5, 10, 15, 20])}%",
            }
        )
    return rows


def patients(chance: random.Random) -> list[Row]:
    """Visits of patients, some of whom move; a diagnosis mostly brings its usual drug, and rightly not always."""
    illness = dict(zip(("I10", "E11", "J45", "M54", "N39", "G43", "K21"), _words(chance, 7, 4), strict=True))
    drugs = dict(zip(illness, _words(chance, 7), strict=True))
    wards, towns = ["Ward A", "Ward B", "Ward C", "Intensive care", "Day clinic"], _words(chance, 30)
    rows: list[Row] = []
    for n in range(350):
        sex, town, born = (
            chance.choice(["female", "male"]),
            _skewed(chance, towns),
            date(1940, 1, 1) + timedelta(chance.randrange(25000)),
        )
        code = chance.choice(list(illness))
        for visit in range(chance.randrange(1, 8)):
            town = chance.choice(towns) if chance.random() < 0.03 else town
            code = chance.choice(list(illness)) if chance.random() < 0.15 else code
            drug = drugs[code] if chance.random() < 0.93 else chance.choice(list(drugs.values()))
            rows.append(
                {
                    "patient": f"P-{n:04}",
                    "visit": str(visit + 1),
                    "sex": sex,
                    "born": str(born),
                    "home": town,
                    "diagnosis_code": code,
                    "diagnosis": illness[code],
                    "drug": drug,
                    "ward": chance.choice(wards),
                    "temperature": f"{chance.gauss(37.2, 0.6):.1f}",
                }
            )
    return rows


def sensors(chance: random.Random) -> list[Row]:
    """Readings of sensors at the same times: the sensor says site and unit, and every reading is its own."""
    site = {f"tmp-{n:02}": chance.choice(["roof", "cellar", "hall", "yard"]) for n in range(1, 13)}
    base = {name: chance.uniform(5, 25) for name in site}
    rows: list[Row] = []
    for n in range(200):
        for name in site:
            reading = base[name] + 3 * chance.gauss(0, 1)
            rows.append(
                {
                    "time": f"2024-03-{1 + n // 24:02} {n % 24:02}:00",
                    "sensor": name,
                    "site": site[name],
                    "unit": "celsius",
                    "reading": f"{reading:.1f}",
                    "state": "ok" if reading < 24 else "high",
                    "battery": f"{max(5, 100 - n // 3)}%",
                }
            )
    return rows


def grades(chance: random.Random) -> list[Row]:
    """Marks of students: the course says teacher and room; the mark is the student's own, though often the same."""
    teachers, rooms = _words(chance, 12), [f"R{n}" for n in range(101, 113)]
    courses = ["algebra", "biology", "chemistry", "drawing", "english", "french", "geology", "history", "music"]
    rows: list[Row] = []
    for n in range(220):
        usual = chance.choice("AABBBCCD")
        for course in chance.sample(courses, 7):
            rows.append(
                {
                    "student": f"S{n:03}",
                    "course": course,
                    "teacher": teachers[courses.index(course)],
                    "room": rooms[courses.index(course)],
                    "mark": usual if chance.random() < 0.6 else chance.choice("ABCD"),
                    "term": chance.choice(["spring", "autumn"]),
                }
            )
    return rows


SHAPES: dict[str, Callable[[random.Random], list[Row]]] = {
    "addresses": addresses,
    "orders": orders,
    "patients": patients,
    "sensors": sensors,
    "grades": grades,
}
WORD, WRITTEN = ["typing", "typing", "other", "empty"], ["typing", "typing", "other", "case"]
SPOILED: dict[str, dict[str, list[str]]] = {
    "addresses": {
        "town": WORD,
        "region": WRITTEN,
        "zip": ["other", "lookalike"],
        "phone": ["dashes", "stray", "lookalike"],
        "joined": ["date"],
    },
    "orders": {
        "customer_name": WORD,
        "product": WORD,
        "category": WRITTEN,
        "status": ["typing", "case"],
        "price": ["unit", "other", "lookalike", "word"],
        "code": ["dashes", "other"],
        "discount": ["percent", "stray"],
        "ordered": ["date", "word"],
    },
    "patients": {
        "sex": ["typing", "case"],
        "diagnosis": WORD,
        "ward": ["typing", "case"],
        "temperature": ["word", "unit", "lookalike"],
        "born": ["date", "other"],
        "home": ["typing"],
    },
    "sensors": {
        "site": WORD,
        "unit": ["typing", "case"],
        "reading": ["word", "stray", "lookalike"],
        "battery": ["percent", "stray"],
    },
    "grades": {"course": ["typing"], "teacher": WORD, "room": ["other", "empty"], "term": ["typing", "case"]},
}
