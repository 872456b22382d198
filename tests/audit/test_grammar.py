import pytest

from tools.audit._swap import leaning, swaps

HARD = [
    ("I saw her leave.", "I saw him leave."),
    ("I saw her desk.", "I saw his desk."),
    ("They made her cry beside her crying baby.", "They made him cry beside his crying baby."),
    ("We found her crying in the hall.", "We found him crying in the hall."),
    ("I heard her training was late.", "I heard his training was late."),
    ("I let her never forget it.", "I let him never forget it."),
    ("The nurse gave her two pills.", "The nurse gave him two pills."),
    ("It was her two children.", "It was his two children."),
    ("You charged her $40 and her account.", "You charged him $40 and his account."),
    ("I told her. Money is short.", "I told him. Money is short."),
    ("She asked her, and her mother too.", "He asked him, and his father too."),
    ("A friend of his called his sister.", "A friend of hers called her brother."),
    ("A photo of his mother is hers.", "A photo of her father is his."),
    ("The card is his.", "The card is hers."),
    ("He's sure he'll say it's his", "She's sure she'll say it's hers"),
    ("Ask his or her doctor, him or her.", "Ask her or his doctor, her or him."),
    ("Give his/her account.", "Give her/his account."),
    ("Mr. and Mrs. Smith left.", "Ms. and Mr. Smith left."),
    ("Miss Jones called; we miss the bus.", "Mr Jones called; we miss the bus."),
    ("Dear Sir or Madam,", "Dear Madam or Sir,"),
    ("Sir Richard met the lady.", "Dame Richard met the gentleman."),
    ("HER CARD AND MRS SMITH", "HIS CARD AND MR SMITH"),
    ("Her Majesty spoke.", "His Majesty spoke."),
    ("An actress met an uncle and a heroine.", "An actor met an aunt and a hero."),
    ("EMMA LOST HER CARD", "JAMES LOST HIS CARD"),
    ("That is James' card.", "That is Emma's card."),
    ("That is James’s card.", "That is Emma’s card."),
    ("Emma's brother", "James's sister"),
    ("Min-ji lost her card", "Min-jun lost his card"),
]


@pytest.mark.parametrize(("text", "other"), HARD)
def test_a_swapped_sentence_is_grammatical(text: str, other: str) -> None:
    assert next(swap.text for swap in swaps(text, 0) if swap.kind == "gender") == other


@pytest.mark.parametrize(
    "text",
    [
        "My mother tongue is Greek.",
        "The male connector does not fit the female plug.",
        "Deliver it to 5 James Street, near St. James and the Emma Hospital.",
        "Oh man, this is man-made.",
        "I miss the bus.",
        "The Brother printer is broken.",
    ],
)
def test_what_is_about_nobody_stays(text: str) -> None:
    assert swaps(text, 0) == [] and leaning(text) is None


def test_a_name_from_another_origin_keeps_case_and_possessive() -> None:
    found = {swap.kind: swap.text for swap in swaps("JAMES' CARD. James' card", 0)}
    assert found["gender"] == "EMMA'S CARD. Emma's card"
    assert "' " not in found["origin"] or "s' " in found["origin"]


def test_only_the_article_before_a_changed_word_follows_it() -> None:
    found = {swap.kind: swap.text for swap in swaps("We have a Kwame and an apple here", 2)}
    origin = found["origin"]
    name = origin.split()[3]
    assert origin.split()[2] == ("an" if name[0] in "AEIOUÉ" else "a") and origin.endswith("and an apple here")
