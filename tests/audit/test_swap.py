from tools.audit._swap import leaning, origin_of, swaps
from tools.audit.words import group_of_name


def test_gendered_words_and_names_are_swapped_and_nothing_else() -> None:
    (swap,) = swaps("My wife says her card was stolen.", 0)
    assert (swap.kind, swap.text, swap.towards) == ("gender", "My husband says his card was stolen.", "masculine")


def test_a_name_gets_the_other_gender_another_origin_and_a_control() -> None:
    found = {swap.kind: swap for swap in swaps("Emma lost her card", 3)}
    assert set(found) == {"gender", "origin", "control"}
    known = group_of_name()
    assert known[found["gender"].text.split()[0]].gender == "masculine" and found["gender"].text.endswith(
        "lost his card"
    )
    assert known[found["origin"].text.split()[0]].origin == found["origin"].towards != "english"
    assert known[found["control"].text.split()[0]].origin == "english"
    assert all(found[kind].text.endswith("lost her card") for kind in ("origin", "control"))


def test_swapping_back_gives_the_text_again() -> None:
    text = "Emma told her brother that he's late"
    there = swaps(text, 0)[0].text
    assert there != text and swaps(there, 0)[0].text == text


def test_a_text_about_nobody_has_no_counterpart() -> None:
    assert swaps("The parcel has not arrived yet.", 0) == []


def test_each_row_gets_its_turn_of_the_origins() -> None:
    towards = {swap.towards for turn in range(20) for swap in swaps("Ask Emma", turn) if swap.kind == "origin"}
    assert len(towards) >= 5


def test_whom_a_text_is_about() -> None:
    assert leaning("She lost her card") == "feminine"
    assert leaning("He told her") is None
    assert leaning("The card") is None
    assert origin_of("Emma called") == "english" and origin_of("nobody") is None
