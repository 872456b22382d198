from html import escape

import pytest

from assistant.markup import changes, chart, compare, figure, inside, plain, spoken, table, weighed
from tools.plot import Plot
from tools.result import Change, Result, Table, Weighed

NASTY = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("text", ["*a*", "_a_", "`a`", "[a](b)", "<b>", "a|b", "~~a~~", "$$x$$", "&lt;"])
def test_plain_text_is_escaped_for_markdown(text: str) -> None:
    assert plain(text) != text
    assert plain(text).replace("\\", "") == text


@pytest.mark.parametrize("text", ["macro_f1 is 0.91", "tickets.csv (620 rows): 5.5 %", "It's done; go on!"])
def test_plain_text_that_markdown_leaves_alone_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_headings_lists_and_indented_code_do_not_come_of_plain_text() -> None:
    assert plain("# a\n- b\n1. c\n    d") == "\\# a\n\\- b\n1\\. c\n\u00a0\u00a0\u00a0\u00a0d"


def test_the_models_words_keep_their_markdown_but_no_html_no_pictures_and_no_links() -> None:
    assert spoken(f"**a** `x < y` {NASTY} ![p](http://example.org) \\[q](r)") == (
        "**a** `x < y` &lt;img src=x onerror=alert(1)> !\\[p](http\\://example.org) \\[q](r)"
    )


def test_a_sentence_keeps_the_direction_it_is_written_in() -> None:
    assert plain("3 rows from \u202egpj.csv") == "3 rows from ‹U+202E›gpj.csv"


@pytest.mark.parametrize("label", ["\x1b[2J", "\ufffe", "\ud800", "x" * 100_000])
def test_a_chart_can_be_drawn_of_any_label(label: str) -> None:
    assert len(chart(Plot("t", "bar", [{"n": label, "rows": 1}], x="rows", y="n"))) < 10_000


def test_an_axis_of_counts_has_whole_numbers() -> None:
    html = chart(Plot("Rows", "bar", [{"n": "a", "rows": 4}, {"n": "b", "rows": 3}], x="rows", y="n"))
    assert ">3</text>" in html and ">0.5</text>" not in html and ">3.0</text>" not in html


def test_what_a_table_holds_is_shown_as_text() -> None:
    html = table(Table(NASTY, (NASTY,), [(NASTY,), (None,)]))
    assert "<img" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") == 4


def test_a_long_table_says_how_many_rows_it_leaves_out() -> None:
    assert "2 more rows not shown." in table(Table("t", ("n",), [(i,) for i in range(22)]))
    assert "1 more row not shown." in table(Table("t", ("n",), [(i,) for i in range(21)]))
    assert "not shown" not in table(Table("t", ("n",), [(i,) for i in range(20)]))


def test_numbers_stand_right_with_separators() -> None:
    html = table(Table("t", ("name", "rows"), [("a", 12000), ("b", None)]))
    assert '<td class="tw-number">12,000</td>' in html
    assert "<td>a</td>" in html


def test_measured_numbers_are_short() -> None:
    assert [figure(value) for value in (13850.4, 5.8994, 5.583e-07, -0.5)] == ["13,850", "5.899", "5.583e-07", "-0.5"]


def test_only_the_words_that_differ_are_marked() -> None:
    assert compare("the cat sat", "the dog sat") == ("the <del>cat</del> sat", "the <ins>dog</ins> sat")


def test_white_space_that_changes_can_be_seen() -> None:
    assert compare("a  b\t", "a b") == ("a <del>␣</del>b<del>⇥</del>", "a b")
    assert compare("a\u200bb", "ab")[0] == "<del>a‹U+200B›b</del>"


def test_a_long_unchanged_stretch_is_folded() -> None:
    before, after = compare("x" + " same" * 100 + " old", "x" + " same" * 100 + " new")
    assert " … " in before
    assert before.endswith("<del>old</del>")
    assert after.endswith("<ins>new</ins>")


def test_a_row_that_goes_and_a_row_that_comes_are_said_in_words() -> None:
    html = changes(Change("c", [("row 1", NASTY, ""), ("row 2", "", NASTY)]))
    assert "the row goes" in html
    assert "a new row" in html
    assert "<img" not in html


def test_a_chart_shows_names_from_the_data_as_text_in_the_colour_of_the_theme() -> None:
    html = chart(Plot(f"Rows {NASTY}", "bar", [{"n": NASTY[:20], "rows": 1}], x="rows", y="n"))
    assert "<svg" in html
    assert "currentColor" in html
    assert "<img" not in html


def test_two_charts_of_one_page_do_not_share_ids() -> None:
    rows = [{"a": "x", "b": "y", "n": 1}, {"a": "z", "b": "y", "n": 2}]
    first, second = (Plot(name, "heatmap", rows, x="a", y="b", color="n").svg() for name in ("one", "two"))
    ids = [set(part.split('"')[0] for part in svg.split(' id="')[1:]) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_result_of_words_only_has_no_html() -> None:
    assert inside(Result("Done.")) == ""


def test_a_weighed_text_tells_sign_and_strength_by_its_line_and_stays_text() -> None:
    text = Weighed(NASTY, [(NASTY, 1.0), (" ", None), ("so\u202eso", -0.5), (" ", None), ("the", 0.01)], NASTY)
    html = weighed(text)
    assert "<img" not in html and "\u202e" not in html
    assert f'<span class="tw-for tw-w4" title="+1.00, for">{escape(NASTY)}</span> ' in html
    assert '<span class="tw-against tw-w2" title="-0.50, against">so‹U+202E›so</span> the' in html
    assert html in inside(Result("t", weighed=[text]))


def test_a_text_that_nothing_in_it_speaks_for_is_left_unmarked_and_a_long_one_is_cut() -> None:
    assert 'title="' not in weighed(Weighed("t", [("a", 0.001), ("b", None)], "x"))
    assert "more characters" not in weighed(Weighed("t", [("a" * 4000, 1.0)], "x"))
    assert "… 1,000 more characters" in weighed(Weighed("t", [("a" * 4000, 1.0), ("b" * 1000, 1.0)], "x"))


def test_no_cell_change_or_chart_turns_the_direction_of_writing() -> None:
    turned = "my \u202emoney\u202c back"
    rows = Plot("t", "bar", [{"n": turned, "rows": 1}], x="rows", y="n")
    result = Result("t", [Table("t", ("n",), [(turned,)])], [Change("t", [("a", turned, f"{turned} soon")])], [rows])
    assert "‹U+202E›money‹U+202C›" in inside(result) and "\u202e" not in inside(result)
