"""Shares of groups to compare data with: how they are read, and the attribute they speak of."""

import pytest
from scipy.stats import chisquare

from tools.audit._lists import terms
from tools.audit._rates import Attribute
from tools.audit._reference import compared
from tools.audit._shares import shares_in
from tools.tool import ToolError


def test_shares_are_read_from_words() -> None:
    assert shares_in("women 51, men 49") == {"women": 0.51, "men": 0.49}
    assert shares_in("51 % women and 49 % men") == {"women": 0.51, "men": 0.49}
    assert shares_in("north: 33,4; south = 33,3; east 33,3")["north"] == pytest.approx(0.334)
    assert shares_in("a 0.25, b 0.75") == {"a": 0.25, "b": 0.75}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("women 60, men 50", "add up to 110, not to 100: women 60, men 50"),
        ("women 40, men 40", "add up to 80"),
        ("women 51", "of one group alone"),
        ("as in the census", "cannot be read at"),
        ("women 51 or 52, men 49", "cannot be read at"),
        ("women 50, women 50", "cannot be read at"),
        ("women 0, men 100", "a share of 0"),
        ("", "of one group alone"),
    ],
)
def test_shares_that_make_no_sense_are_told(text: str, sentence: str) -> None:
    with pytest.raises(ToolError, match=sentence):
        shares_in(text)


def test_a_reference_is_compared_with_the_attribute_it_speaks_of() -> None:
    attributes = [Attribute("area", "", ["north", "south"] * 50), Attribute("sex", "", ["F"] * 30 + ["M"] * 70)]
    found = compared(attributes, shares_in("women 51, men 49"), terms())
    assert {gap.group: (gap.share.value, gap.reference) for gap in found.gaps} == {"F": (0.3, 0.51), "M": (0.7, 0.49)}
    assert found.p == pytest.approx(float(chisquare([30, 70], [51, 49]).pvalue), abs=1e-12)
    with pytest.raises(
        ToolError, match="names martians, which no row here is in. Groups here: area: north, south; sex"
    ):
        compared(attributes, shares_in("martians 51, north 49"), terms())
    with pytest.raises(ToolError, match="mixes kinds of groups"):
        compared(attributes, shares_in("women 51, north 49"), terms())
