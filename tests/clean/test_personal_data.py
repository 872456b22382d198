"""What counts as personal data, what does not, and what becomes of it."""

import pytest

from store import StoreError, Workspace
from tests.clean.conftest import Make
from tools import TOOLS
from tools.clean._personal.kinds import KINDS, all_spans, spans_of


def found(kind: str, text: str) -> list[str]:
    return [text[start:end] for start, end in spans_of(kind, text)]


@pytest.mark.parametrize(
    "kind, text, values",
    [
        ("payment_cards", "card 4111 1111 1111 1111 or 378282246310005", ["4111 1111 1111 1111", "378282246310005"]),
        ("payment_cards", "5555-5555-5555-4444", ["5555-5555-5555-4444"]),
        ("bank_accounts", "IBAN: GB82 WEST 1234 5698 7654 32, thanks", ["GB82 WEST 1234 5698 7654 32"]),
        ("bank_accounts", "to de89370400440532013000", ["de89370400440532013000"]),
        ("identity_numbers", "my SSN is 521449087", ["521449087"]),
        ("identity_numbers", "NHS number 943 476 5919", ["943 476 5919"]),
        ("identity_numbers", "NI AB123456C", ["AB123456C"]),
        ("identity_numbers", "DNI 12345678Z, NIE X1234567L", ["12345678Z", "X1234567L"]),
        ("identity_numbers", "RSSMRA85T10A562S", ["RSSMRA85T10A562S"]),
        ("identity_numbers", "CPF 529.982.247-25", ["529.982.247-25"]),
        ("identity_numbers", "BSN 111222333", ["111222333"]),
        ("identity_numbers", "passport number is 533380006", ["533380006"]),
        ("identity_numbers", "driver's license: D400-7836-0001", ["D400-7836-0001"]),
        ("network_addresses", "from 86.121.97.248, then 2a02:8109:9c40::1", ["86.121.97.248", "2a02:8109:9c40::1"]),
        ("network_addresses", "mac 3C-22-FB-01-02-03", ["3C-22-FB-01-02-03"]),
        ("birth_dates", "DOB 04/12/1978", ["04/12/1978"]),
        ("birth_dates", "She was born on 3 May 1980.", ["3 May 1980"]),
        ("birth_dates", "Please tell me your date of birth. It's 1992-11-12", ["1992-11-12"]),
        ("birth_dates", "geboren am 12.03.1971 in Ulm", ["12.03.1971"]),
        ("account_numbers", "MRN 4432987; member ID: XK-558120", ["4432987", "XK-558120"]),
        (
            "web_handles",
            "follow @jo_bloggs or linkedin.com/in/jo-bloggs-42",
            ["@jo_bloggs", "linkedin.com/in/jo-bloggs-42"],
        ),
        ("web_handles", "saved in /home/jbloggs/notes", ["jbloggs"]),
        ("crypto_wallets", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", ["1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"]),
        (
            "crypto_wallets",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"],
        ),
        ("postal_addresses", "at 221B Baker Street, London NW1 6XE.", ["221B Baker Street, London NW1 6XE"]),
        ("postal_addresses", "wohnt Lindenallee 12, 50968 Köln", ["Lindenallee 12, 50968 Köln"]),
        ("postal_addresses", "12 rue de la Paix, 75002 Paris", ["12 rue de la Paix, 75002 Paris"]),
        ("postal_addresses", "P.O. Box 149, Springfield, IL 62701", ["P.O. Box 149, Springfield, IL 62701"]),
    ],
)
def test_it_is_found_as_people_write_it(kind: str, text: str, values: list[str]):
    assert found(kind, text) == values


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111112 and invoice 2024-0001234",
        "DE88 3704 0044 0532 0130 00",
        "version 10.0.19041.1, localhost 127.0.0.1, docs 192.0.2.7",
        "we met on 3 May 1980 and the firm was founded in 1971",
        "ticket no. 5512034, order number 88213, tracking 1Z999AA10123456784",
        "@media (min-width: 3em) and @param x",
        "https://example.org/help and github.com/about",
        "000-12-3456",
        "commit 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
        "3 main problems, 5 big drives, room 12",
        "12:30:45 and 01:02:03",
        "the ratio was 16:9 in 1080p",
    ],
)
def test_what_only_looks_like_it_stays(text: str):
    assert all_spans(text) == []


@pytest.mark.parametrize(
    "text, names",
    [
        ("Paris Hilton flew to Paris.", ["Paris Hilton"]),
        ("Contact Maria Sanchez or J. R. Ewing.", ["Maria Sanchez", "J. R. Ewing"]),
        ("Dear Mr. Brown, kind regards, Xolani Nkosi", ["Brown", "Xolani Nkosi"]),
        ("my name is maria sanchez and i live in leeds", ["maria sanchez"]),
        ("Smith, John (dob 3/4/1970)", ["Smith, John"]),
        ("ACCOUNT HOLDER: JOHN SMITH", ["JOHN SMITH"]),
        ("Меня зовут Анна Петрова.", ["Анна Петрова"]),
        ("我叫王小明，住在上海", ["王小明"]),
        ("Mrs O'Brien-Smith's chart", ["O'Brien-Smith"]),
        ("Ludwig van der Berg called", ["Ludwig van der Berg"]),
        ("Anna's book", ["Anna"]),
    ],
)
def test_names_are_found_by_lists_and_by_the_words_around(text: str, names: list[str]):
    assert found("person_names", text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Will you come in May?",
        "I drive a Mercedes in Jordan.",
        "Alzheimer's disease and the Glasgow Coma Scale",
        "New York, San Francisco and Lake Victoria",
        "Google Maps and Microsoft Teams on a Samsung Galaxy",
        "Please ask Customer Service at Wells Fargo Bank.",
        "The Washington Post reported it.",
        "PLEASE CALL ME BACK ASAP",
        "White, Willis and Hoffman are our lawyers",
        "Mark the box, then bill us in June.",
        "Donâ€™t renew.",
    ],
)
def test_places_firms_months_and_everyday_words_are_no_names(text: str):
    assert found("person_names", text) == []


def test_what_is_a_part_of_something_else_is_not_found_twice():
    text = "Write to anna.petrova@example.org, 12 Maria Sanchez Street, card 4111 1111 1111 1111"
    kinds = [kind for kind, _ in all_spans(text)]
    assert kinds == ["email_addresses", "postal_addresses", "payment_cards"]


LETTERS = [
    ("Ana Ruiz, card 4111 1111 1111 1111, lives at 12 Oak Street, Leeds.",),
    ("Mrs Ruiz called from 86.121.97.248; ask Ana.",),
    ("Nothing to see here.",),
]


def apply(ws: Workspace, **arguments: object) -> str:
    told = TOOLS["propose_fixes"].run(ws, arguments).text
    with ws.approvals.typed("apply_fixes", {}):
        TOOLS["apply_fixes"].run(ws, {"dataset": arguments["dataset"]})
    return told


PERSONAL = ["person_names", "postal_addresses", "payment_cards", "network_addresses"]


def test_masking_leaves_the_sentence(empty: Workspace, make: Make, texts):
    make("letters", LETTERS, "text")
    told = apply(empty, dataset="letters", kinds=PERSONAL)
    assert "personal data (2 rows, 4 fixes)" in told
    assert texts("letters") == [
        "<NAME>, card <CARD>, lives at <ADDRESS>.",
        "Mrs <NAME> called from <IP>; ask <NAME>.",
        "Nothing to see here.",
    ]


def test_the_same_person_gets_the_same_made_up_name_everywhere(empty: Workspace, make: Make, texts):
    make("letters", LETTERS, "text")
    apply(empty, dataset="letters", kinds=PERSONAL, personal_data="replace")
    first, second, third = texts("letters")
    given, surname = first.split(",")[0].split()
    assert second.startswith(f"Mrs {surname} called from 198.1") and second.endswith(f"ask {given}.")
    assert not {"Ana", "Ruiz", "4111"} & set(f"{first} {second}".replace(".", "").split())
    assert "card 000" in first and " Street, " in first and third == LETTERS[2][0]
    again = TOOLS["propose_fixes"].run(empty, {"dataset": "letters", "kinds": PERSONAL, "personal_data": "replace"})
    assert again.data["fixes"] == {}, "what is made up is not found again"


def test_another_workspace_makes_up_other_names(empty: Workspace, make: Make, texts, tmp_path):
    from tools.clean._personal.stand_ins import Key, name  # noqa: PLC0415

    one, other = Key(tmp_path / "one"), Key(tmp_path / "other")
    people = ["Ana Ruiz", "Omar Farouk", "Mei Chen"]
    assert [name(each, one) for each in people] == [name(each, Key(tmp_path / "one")) for each in people]
    assert [name(each, one) for each in people] != [name(each, other) for each in people]
    assert (tmp_path / "one").stat().st_mode & 0o077 == 0


def test_rows_can_be_dropped_instead(empty: Workspace, make: Make, texts):
    make("letters", LETTERS, "text")
    told = apply(empty, dataset="letters", kinds=["person_names"], personal_data="drop")
    assert "Drop 2 rows" not in told and texts("letters") == ["Nothing to see here."]
    assert "Dropped 2 rows that held names of persons." in empty.datasets.history("letters")[-1].sentence


def test_a_column_of_names_counts_where_names_were_asked_for(empty: Workspace, make: Make, texts):
    make("calls", [("it broke", "Zyx Qwv", "Acme")], "text, customer_name, company_name", roles={"text": "text"})
    assert TOOLS["propose_fixes"].run(empty, {"dataset": "calls"}).data["fixes"] == {}
    apply(empty, dataset="calls", kinds=["person_names"])
    assert texts("calls", "customer_name") == ["<NAME>"] and texts("calls", "company_name") == ["Acme"]


def test_patterns_of_ones_own_are_masked_by_their_word(empty: Workspace, make: Make, texts):
    make("notes", [("badge B-1234 and seat 7",), ("no badge",)], "text")
    apply(empty, dataset="notes", kinds=["custom_patterns"], patterns=[r"BADGE=B-\d{4}", r"seat \d"])
    assert texts("notes") == ["badge <BADGE> and <CUSTOM>", "no badge"]


@pytest.mark.parametrize(
    "pattern, says",
    [
        ("B-(", "is no regular expression"),
        (r"\d*", "matches where there is nothing"),
        (r"(a|aa)+$", "some texts take forever"),
        (r"(.*a){12}b", "some texts take forever"),
    ],
)
def test_a_bad_pattern_is_refused_plainly(empty: Workspace, make: Make, pattern: str, says: str):
    make("notes", [("badge B-1234",)], "text")
    with pytest.raises(StoreError, match=says):
        TOOLS["propose_fixes"].run(empty, {"dataset": "notes", "patterns": [pattern]})


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_leaves_masks_alone(kind: str):
    masks = " ".join(personal.mask for personal in KINDS.values())
    assert spans_of(kind, f"My name is <NAME>, card <CARD>: {masks}") == []


def test_on_held_out_sentences_most_is_found_and_little_else():
    from benchmarks.privacy import HELD_OUT, counted, held_out  # noqa: PLC0415

    texts = held_out(HELD_OUT)
    found = [[(kind, *span) for kind, span in all_spans(text.text)] for text in texts]
    *_, precision, recall = counted(texts, found, "all", ())
    assert len(texts) >= 150
    assert precision > 0.88 and recall > 0.85


def test_a_column_that_looks_numeric_or_empty_is_no_trouble(empty: Workspace, make: Make):
    make("odd", [("",), (None,), ("😀" * 50,), ("A" * 20_000,), ("1" * 20_000,), ("@" * 500,)], "text")
    assert TOOLS["propose_fixes"].run(empty, {"dataset": "odd", "kinds": list(KINDS)}).data["fixes"] == {}
