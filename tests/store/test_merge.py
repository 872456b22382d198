import pytest

from store.merge import merged


@pytest.mark.parametrize(
    "before, after, now, both",
    [
        ("write  to a@b.example", "write  to <EMAIL>", "write to a@b.example", "write to <EMAIL>"),
        ("  ring +1 415-555-0132 ", "  ring <PHONE> ", "ring +1 415-555-0132", "ring <PHONE>"),
        ("a b c", "a b c d", "x b c", "x b c d"),
        ("a  b", "a b", "a b", "a b"),
        ("cafÃ©  a@b.de", "café  a@b.de", "cafÃ©  <EMAIL>", "café  <EMAIL>"),
        ("same", "same", "other", "other"),
    ],
)
def test_changes_of_different_places_come_together(before: str, after: str, now: str, both: str):
    assert merged(before, after, now) == both
    assert merged(before, now, after) == both


def test_two_changes_of_one_place_do_not():
    assert merged("call Ann now", "call Bo now", "call Cy now") is None
