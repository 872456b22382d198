import random
import re

from tools.augment._typos import near_keys, rewrite


def rewritings(text: str, kept: tuple[str, ...] = ()) -> set[str]:
    return {new for seed in range(80) if (new := rewrite(text, random.Random(seed), kept))}


def test_a_typo_changes_a_letter_or_two_and_never_the_first():
    for new in rewritings("please cancel order"):
        words = new.split()
        assert [word[0] for word in words] == ["p", "c", "o"]
        assert new != "please cancel order"
        assert abs(len(new) - len("please cancel order")) <= 2


def test_numbers_names_addresses_masks_and_words_of_the_label_stay():
    text = "Please tell Maria that <NAME> paid 1200 euros at https://shop.example/buy for the refund of today"
    for new in rewritings(text, ("refund",)):
        for kept in ("Maria", "<NAME>", "1200", "https://shop.example/buy", "refund"):
            assert kept in new


def test_case_and_punctuation_are_careless_at_times():
    found = rewritings("Hello there, please cancel my order!")
    assert any(new[0] == "h" and not re.search("[,!]", new) for new in found)
    assert any(new[0] == "H" and new.endswith("!") for new in found)


def test_a_text_of_short_words_is_left_alone():
    assert rewritings("is it so? 12") == set()


def test_the_keys_beside_a_key_are_known():
    assert set(near_keys("g")) == set("fhtyvb")
    assert set(near_keys("p")) == set("ol")
    assert near_keys("ß") == ""
