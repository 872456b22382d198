import pytest

from assistant.printing import print_result
from tools.result import Result, Weighed


def test_a_weighed_text_is_printed_with_the_weights_that_count(capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [("money", 1.0), (" ", None), ("\x1b[2Jnow", -0.5), (" ", None), ("the", 0.01)]
    print_result(Result("Said.", weighed=[Weighed("What each word speaks for", pieces, "refund")]))
    assert capsys.readouterr().out == (
        "Said.\n\nWhat each word speaks for\n  money(+1.00) \N{REPLACEMENT CHARACTER}[2Jnow(-0.50) the\n"
    )
