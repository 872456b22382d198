from store import Workspace
from tests.evaluate.kept import add_rows
from tools.evaluate._facets import by_length, facets

ENGLISH = "I would like to have my money back for the second payment, please"
GERMAN = "Ich möchte bitte mein Geld für die zweite Zahlung zurück haben"


def rows(many: int = 24) -> list[dict[str, object]]:
    return [
        {
            "text": (GERMAN if n % 3 == 0 else ENGLISH) + "!" * n,
            "label": "refund" if n % 2 else "delivery",
            "label_id": n % 2,
            "channel": "phone" if n % 4 else "mail",
            "gender": "f" if n % 5 else "m",
            "sent_date": f"2024-{n % 12 + 1:02d}-10 08:00:00",
            "ticket": f"T{n}",
            "constant": "x",
        }
        for n in range(many)
    ]


def test_rows_are_grouped_by_all_that_tells_them_apart(empty: Workspace) -> None:
    add_rows(empty, "mails", rows(), {"gender": "group"})
    texts = [str(row["text"]) for row in rows()]
    references = [str(row["label"]) for row in rows()]
    version = empty.datasets.head("mails")
    numbers = list(range(1, 25))
    found = {facet.name: facet for facet in facets(version, numbers, texts, references, labels=True)}
    assert list(found) == ["label", "length", "language", "gender", "channel", "sent_date"]
    assert {found[name].kind for name in ("gender", "channel", "sent_date")} == {"group", "source", "time"}
    assert {*found["language"].groups} == {"English", "German"}
    assert {*found["sent_date"].groups} == {"before 2024-07-10", "from 2024-07-10 on"}
    assert found["channel"].groups[:2] == ["mail", "phone"]


def test_a_column_that_only_repeats_the_label_groups_nothing(empty: Workspace) -> None:
    add_rows(empty, "mails", rows())
    texts, references = ([str(row[key]) for row in rows()] for key in ("text", "label"))
    found = facets(empty.datasets.head("mails"), list(range(1, 25)), texts, references, labels=True)
    assert "label_id" not in {facet.name for facet in found}


def test_lengths_that_do_not_differ_make_no_groups() -> None:
    assert by_length(["same"] * 30) == [None] * 30
    assert by_length(["a", "b"]) == [None, None]
    assert [str(group).split(" ")[0] for group in by_length(["a", "bb", "ccc" * 9])] == ["short", "middling", "long"]
