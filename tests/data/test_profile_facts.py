"""What a profile tells beyond the counts: tokens, languages, words, checks, what stands out, and what to mend first."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from store import Workspace
from store.engine import engine
from tests.data.conftest import Load
from tests.data.test_profile_dataset import profiled, table
from tools import TOOLS
from tools.clean._checks import CHECKS, WEIGHTS
from tools.data._format import Format
from tools.data._profile.languages import told
from tools.data._profile.mend import check_for
from tools.data._profile.staged import stage
from tools.data._profile.tokens import Counted, count_tokens
from tools.data._tokens import BaseTokens, chosen_tokens

REFUND = "I would like my money back for order number {n} as the kettle arrived broken"
PARCEL = "Can you tell me where parcel number {n} is because it should have been delivered by now"


@pytest.fixture
def small(tmp_path: Path) -> BaseTokens:
    """A tokenizer of words, whose chat template puts two marks around each turn."""
    words = Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    words.pre_tokenizer = WhitespaceSplit()
    words.save(str(tmp_path / "tokenizer.json"))
    template = "{% for m in messages %}< {{ m.content }} > {% endfor %}{% if add_generation_prompt %}< {% endif %}"
    settings = {"chat_template": template, "eos_token": ">"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    return BaseTokens("small", tmp_path)


@pytest.fixture
def mails(empty: Workspace, load: Load) -> Workspace:
    """Forty mails with two labels, and some of what can be wrong with mails."""
    rows = [f"{(REFUND if n % 2 else PARCEL).format(n=n)},{'refund' if n % 2 else 'delivery'}" for n in range(40)]
    rows += [
        "My address is ann@example.com if you need it please,refund",
        "Bitte sagen Sie mir wann meine Bestellung endlich ankommen wird,delivery",
        "$$$ ### @@@ ^^^ ~~~ ||| <<< >>>,refund",
        f"{'parcel ' * 400},delivery",
        "ok,delivery",
        rows[0],
        f"{rows[1].rpartition(',')[0]},delivery",
    ]
    load("text,label\n" + "\n".join(rows) + "\n", "mails.csv")
    return empty


def test_the_tokens_that_a_context_would_cut_are_told(mails: Workspace):
    result = profiled(mails, "mails")
    assert result.data
    rows, lost = result.data["cut"]["256"]
    assert rows == 1 and 100 < lost < 1000
    assert result.data["cut"]["1024"] == (0, 0)
    assert [row[0] for row in table(result, "What a context would cut")] == [256, 512, 1024, 2048, 4096]
    enough = min(int(size) for size, (rows, _) in result.data["cut"].items() if not rows)
    assert f"a context of {enough:,} cuts none" in result.text


def test_a_label_has_the_words_that_tell_it(mails: Workspace):
    telling = profiled(mails, "mails").data["telling"]  # pyright: ignore[reportOptionalSubscript]
    assert {"money", "kettle"} & set(telling["refund"])
    assert "delivered" in telling["delivery"] and "the" not in telling["delivery"]


def test_what_stands_out_is_shown_with_its_text(mails: Workspace):
    examples = profiled(mails, "mails").data["outliers"]  # pyright: ignore[reportOptionalSubscript]
    shown = {(what, text.split()[0]) for what, _, _, text in examples}
    assert {("shortest", "ok"), ("longest", "parcel"), ("odd characters", "$$$")} <= shown
    assert all(len(text) <= 161 for *_, text in examples)


def test_the_checks_find_personal_data(mails: Workspace):
    result = profiled(mails, "mails")
    assert result.data and result.data["checks"]["email_addresses"] == 1
    assert ["1 row holds e-mail addresses", 1] in table(result, "What the checks find")


def test_what_weighs_most_is_to_mend_first_and_comes_with_its_words(mails: Workspace):
    result = profiled(mails, "mails")
    mend = table(result, "To mend first")
    assert mend[0] == ["2 rows have a text that comes with several labels", "Check mails for conflicting labels"]
    assert ["1 row holds e-mail addresses", "Check mails for email addresses"] in mend
    assert len(mend) <= 5
    assert mend[0][1] in result.next
    assert result.text.endswith("To mend first: 2 rows have a text that comes with several labels.")


def test_the_words_to_say_lead_to_the_check_that_is_meant(mails: Workspace):
    """What is said to have it done finds the rows that were told of."""
    result = profiled(mails, "mails")
    assert result.data
    for each in result.data["mend"]:
        kind = next((kind for kind in CHECKS if check_for("mails", kind) == each["say"]), None)
        if kind:
            found = TOOLS["propose_fixes"].run(mails, {"dataset": "mails", "kinds": [kind]}).data
            assert found and found["found"][kind] == each["rows"], each


def test_a_table_without_anything_wrong_has_nothing_to_mend(empty: Workspace, load: Load):
    load("age,income\n" + "".join(f"{20 + n},{1000 * n}\n" for n in range(20)), "people.csv")
    result = profiled(empty, "people")
    assert result.data and result.data["mend"] == []
    assert result.text.endswith("nothing is missing.")


def test_an_empty_dataset_is_described(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add("none", "select 'a' as text where false", sentence="", recipe={}, roles={"text": "text"})
    assert profiled(empty, "none").text.startswith("none has no rows and 1 column")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Could you tell me where my parcel is?"),
        ("de", "Der Rechner startet nicht mehr seit gestern."),
        ("fr", "Bonjour, je voudrais être remboursée de ma commande"),
        ("nl", "Waar blijft mijn bestelling nou eigenlijk?"),
        ("ru", "Где моя посылка? Я жду уже неделю."),
        ("ja", "私の荷物はどこにありますか。教えてください。"),
        (None, "ok thanks"),
        (None, "12345 67890 12345 67890"),
        (None, "for (int i = 0; i < 10; i++) { x += i; }"),
        (None, ""),
        (None, None),
    ],
)
def test_a_language_is_told_where_it_is_sure(language: str | None, text: str | None):
    assert list(told([text])) == [language]


def test_answers_in_another_language_than_their_questions_are_counted(empty: Workspace, load: Load):
    english, german = (
        "How do I reset my password on the website?",
        "Klicken Sie bitte auf den Link unter der Anmeldung.",
    )
    rows = [f"{english} {n},You should follow the link that is below the login form. {n}" for n in range(20)]
    load("question,answer\n" + "\n".join([*rows, f"{english},{german}"]) + "\n", "faq.csv")
    data = profiled(empty, "faq").data
    assert data and data["mixed_languages"] == 1
    assert data["languages"]["answer"] == {"en": 20, "de": 1}


def test_conversations_are_read_turn_by_turn(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "chats",
            "select [{'role': 'user', 'content': 'Where is parcel ' || i || '?'},"
            " {'role': 'assistant', 'content': 'It is on its way to you.'}] as messages from range(30) t(i)",
            sentence="Made.",
            recipe={},
            roles={"messages": "messages"},
        )
    result = profiled(empty, "chats")
    assert result.data and result.data["words"]["distinct"] == 3 + 30 + 6
    assert result.data["columns"][0]["distinct"] == 30


def test_a_cut_is_estimated_from_the_longest_rows_and_a_sample():
    """One long row counted for itself, and two that stand for a hundred each."""
    counted = Counted({}, np.array([5000.0, 300.0, 10.0]), np.array([1.0, 100.0, 100.0]), marks=False, exact=True)
    assert counted.cut(4096) == (1, 904)
    assert counted.cut(256) == (101, 4744 + 4400)
    assert counted.quantile(0.5) == 300 and counted.quantile(0.4) == 10
    assert counted.all == 5000 + 30_000 + 1000


def test_many_rows_are_estimated_and_said_to_be(empty: Workspace):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "many",
            "select repeat('word ', case when i % 10 = 0 then 400 else 5 end) || i as text,"
            " case when i % 5 = 0 then 'write to ann' || i || '@example.com' else 'nothing' end as note"
            " from range(20000) t(i)",
            sentence="Made.",
            recipe={},
            roles={"text": "text", "note": "text"},
        )
    result = profiled(empty, "many")
    assert result.data
    rows, _ = result.data["cut"]["256"]
    assert 1800 <= rows <= 2200, "2,000 of 20,000 rows are long"
    assert 3500 <= result.data["checks"]["email_addresses"] <= 4500
    assert "estimate" in next(t.title for t in result.tables if t.title.startswith("What a context"))
    between = table(result, "What the checks find, on a sample of 2,000 rows")[0][2]
    low, high = (int(part.replace(",", "")) for part in str(between).split(" to "))
    assert low < 4000 < high
    assert "about" in result.text


def test_long_documents_stay_within_bounds(empty: Workspace):
    """A text of a million characters is read by its start."""
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "books",
            "select repeat('It was a dark and stormy night. ', 40000) || i as text from range(12) t(i)",
            sentence="Made.",
            recipe={},
            roles={"text": "text"},
        )
    data = profiled(empty, "books").data
    assert data and data["cut"]["4096"][0] == 12
    assert all(len(text) < 200 for *_, text in data["outliers"])


def test_the_marks_of_the_template_are_counted(empty: Workspace, load: Load, small: BaseTokens):
    """A row to train on has the tokens of its texts and those around them."""
    load("prompt,completion\none two three four five,six seven\none two three four,five\n", "pairs.csv")
    version = empty.datasets.head("pairs")
    with engine([version.path.parent], {"data": version.path}) as con:
        staged = stage(con, version, "data")
        bare = count_tokens(staged, small, None)
        marked = count_tokens(staged, small, Format("pairs", prompt="prompt", completion="completion"))
    assert sorted(bare.rows) == [5, 7] and not bare.marks
    assert sorted(marked.rows) == [9, 11] and marked.marks and marked.exact
    assert bare.columns["completion"].sum() == 3


def test_the_model_that_was_trained_last_counts_the_tokens(trained: Workspace):
    tokens = chosen_tokens(trained)
    assert tokens is not None and tokens.folder == Path(trained.runs.get("run-1").plan["base_model"])


def test_the_weighted_checks_are_checks_that_exist():
    assert set(WEIGHTS) <= set(CHECKS)
    assert {"email_addresses", "phone_numbers", "missing_text"} <= set(WEIGHTS)


def test_a_tokenizer_that_cannot_be_made_is_no_trouble(
    empty: Workspace, load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("TUNEWRIGHT_MODELS", str(tmp_path / "nothing"))
    load("text,label\none two three four,a\nfive,b\n", "few.csv")
    assert profiled(empty, "few").data
