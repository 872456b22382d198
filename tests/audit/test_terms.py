"""The lists of words for groups: what they find, what they leave alone, and what a user adds."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tools.audit._lists import people, terms
from tools.audit._sentiment import moods, sentiment
from tools.audit._terms import Finder, language_of
from tools.tool import ToolError

CROWS = Path("/work/shared/data/crows_pairs/crows_pairs_anonymized.csv")
WINOGENDER = Path("/work/shared/data/winogender/all_sentences.tsv")
OURS = Finder(terms())


def told(text: str) -> set[tuple[str, str]]:
    return {(found.attribute, found.group) for found in OURS.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "The black jacket is too small",
        "My old phone broke and the new one is two years old",
        "I am going straight away",
        "Open it in the native app",
        "The senior developer fixed it",
        "The button is disabled and the link is blind",
        "There is a blind spot in the mirror",
        "Poor quality and poor service, poor thing",
        "Rich text is rich in features",
        "Please translate this into French",
        "I love Chinese food and Italian shoes",
        "A white paper on crypto",
        "It was an Indian summer",
        "A bipolar transistor",
        "The house is 80 years old",
        "Polish the silver",
        "A young wine",
        "The connection is poor today",
        "The screen went black",
        "No trans fat",
        "Black Friday offers on white goods",
        "Set the minor version",
        "The privileged user account",
        "Turkey is in the oven",
        "A handicap of 12 in golf",
        "Swedish Fish, Danish pastry and French fries",
        "Deutsche Bahn: die alte Karte ist schwarz und die neue ist weiß",
        "La camisa negra es de la tienda y el vino es joven",
        "La chemise noire est sur la table",
    ],
)
def test_the_same_word_of_something_else_is_no_group(text: str) -> None:
    assert told(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She is black", ("ethnicity and origin", "black")),
        ("Black and white people alike", ("ethnicity and origin", "white")),
        ("my neighbour is very old", ("age", "old")),
        ("The poor are always with us", ("means and class", "poor")),
        ("a 72-year-old asked", ("age", "old")),
        ("I am 16 years old", ("age", "young")),
        ("my 8 year old daughter", ("age", "child")),
        ("He is a German.", ("ethnicity and origin", "european")),
        ("a French nurse", ("ethnicity and origin", "european")),
        ("an African-American man", ("ethnicity and origin", "black")),
        ("ramps for the blind", ("disability", "sensory")),
        ("a disabled customer", ("disability", "disabled, unspecified")),
        ("a straight couple", ("sexual orientation and gender identity", "heterosexual")),
        ("gay and straight", ("sexual orientation and gender identity", "gay or lesbian")),
        ("a trans woman", ("sexual orientation and gender identity", "transgender or non-binary")),
        ("a Christian family", ("religion", "christian")),
        ("they built a mosque", ("religion", "muslim")),
        ("Fatima called", ("origin of first names", "middle eastern")),
        ("she called", ("gender", "feminine")),
        ("Der Mann ist alt und nicht reich", ("age", "old")),
        ("Die Nachbarin ist nicht da", ("gender", "feminine")),
        ("La mujer es de un pueblo", ("gender", "feminine")),
        ("Les femmes sont dans la rue", ("gender", "feminine")),
    ],
)
def test_a_group_is_found(text: str, expected: tuple[str, str]) -> None:
    assert expected in told(text)


def test_words_of_one_language_are_not_looked_for_in_another() -> None:
    assert told("Man muss die Karte nicht zeigen") == set()  # "man" is no man in German
    assert told("Los precios son muy altos y no es para la tienda") == set()  # nor "son" a son in Spanish
    assert language_of("wo ist die karte".split()) == "de"
    assert language_of("qwerty".split()) == "en"


def test_the_longest_term_counts_once() -> None:
    found = [each.group for each in OURS.find("a Native American") if each.attribute == "ethnicity and origin"]
    assert found == ["indigenous"]


def test_no_word_of_a_group_has_a_mood_of_its_own() -> None:
    of_groups = {term.words.lower() for term in terms() if term.language in ("en", "any")}
    assert not of_groups & set(moods())


def test_no_term_of_one_attribute_tells_two_groups() -> None:
    seen = Counter((term.attribute, term.language, term.words) for term in set(terms()))
    assert not [key for key, times in seen.items() if times > 1]
    assert set(people()) == {"en", "de", "es", "fr"}


def test_moods() -> None:
    assert sentiment("An excellent, friendly doctor") > 0.5
    assert sentiment("A terrible, rude doctor") < -0.5
    assert sentiment("The doctor was not helpful") < 0 < sentiment("The doctor was helpful")
    assert sentiment("Not now. Helpful as ever") > 0
    assert sentiment("very good") > sentiment("good") > sentiment("rather good") > 0
    assert sentiment("The card arrived on Monday") == sentiment("") == 0


def words(tmp_path: Path, text: str, name: str = "dialect.toml") -> Path:
    folder = tmp_path / "words"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_a_users_list_is_added_to_ours(tmp_path: Path) -> None:
    folder = words(tmp_path, 'attribute = "dialect"\nbavarian = ["servus", "pfiat di"]\n')
    words(tmp_path, 'attribute = "age"\nold = { en = "oldie oldies" }\ndrop = ["boomer"]\n', "age.toml")
    found = {(each.attribute, each.group) for each in Finder(terms(folder)).find("Servus, you oldie. OK boomer")}
    assert found == {("dialect", "bavarian"), ("age", "old")}
    assert {each.words for each in Finder(terms(folder)).find("OK boomer")} == set()


def test_a_users_name_counts_with_its_capital_only(tmp_path: Path) -> None:
    finder = Finder(terms(words(tmp_path, 'attribute = "origin of first names"\nturkish = ["Deniz", "Yağmur"]\n')))
    assert [each.group for each in finder.find("Deniz asks")] == ["turkish"]
    assert finder.find("deniz") == []


def test_a_users_context_holds(tmp_path: Path) -> None:
    text = 'attribute = "trade"\nsmith = ["smith"]\n[[context]]\nwords = "smith"\nnot_after = "mr mrs"\n'
    finder = Finder(terms(words(tmp_path, text)))
    assert [each.group for each in finder.find("a smith")] == ["smith"]
    assert "trade" not in {each.attribute for each in finder.find("Mr Smith")}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('attribute = "x"\nold = [', r"words/dialect.toml is no TOML: .* It needs attribute = "),
        ('old = ["a"]', "words/dialect.toml does not say which attribute"),
        ('attribute = "x"\nold = 3', "words/dialect.toml: old is no list of words"),
        ('attribute = "x"\nold = ["a", 3]', "words/dialect.toml: old is no list of words"),
        ('attribute = "x"\nold = { klingon = "a" }', "old has a list for 'klingon'; there are en, de, es, fr and any"),
        ('attribute = "x"', "words/dialect.toml holds no group"),
        ('attribute = "x"\na = ["b"]\n[[context]]\nnot_after = "b"', "each .*context.* needs words"),
    ],
)
def test_a_bad_list_is_told_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ToolError, match=sentence):
        terms(words(tmp_path, text))


def test_a_list_in_another_encoding_is_told(tmp_path: Path) -> None:
    folder = words(tmp_path, "")
    (folder / "dialect.toml").write_bytes('attribute = "größe"'.encode("latin-1"))
    with pytest.raises(ToolError, match="no text in UTF-8"):
        terms(folder)


@pytest.mark.skipif(not CROWS.exists(), reason="needs the shared data")
def test_the_group_that_crows_pairs_is_about_is_found() -> None:
    """At least these shares; what is missed is told in the lists' headers."""
    attribute = {
        "race-color": "ethnicity and origin",
        "religion": "religion",
        "disability": "disability",
        "age": "age",
        "sexual-orientation": "sexual orientation and gender identity",
        "gender": "gender",
    }
    hits: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    with CROWS.open(newline="") as file:
        for row in csv.DictReader(file):
            if kind := attribute.get(row["bias_type"]):
                rows[row["bias_type"]] += 1
                hits[row["bias_type"]] += any(
                    name == kind for name, _ in told(f"{row['sent_more']}\n{row['sent_less']}")
                )
    shares = {kind: hits[kind] / rows[kind] for kind in rows}
    assert shares["religion"] > 0.9 and shares["gender"] > 0.85 and shares["sexual-orientation"] > 0.75
    assert min(shares.values()) > 0.6


@pytest.mark.skipif(not WINOGENDER.exists(), reason="needs the shared data")
def test_the_gender_of_winogenders_pronouns_is_found() -> None:
    wrong = 0
    with WINOGENDER.open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found = {group for attribute, group in told(row["sentence"]) if attribute == "gender"}
            kind = row["sentid"].split(".")[3]
            wrong += found != {"male": {"masculine"}, "female": {"feminine"}, "neutral": set[str]()}[kind]
    assert wrong == 0
