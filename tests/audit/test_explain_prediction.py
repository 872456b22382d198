import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from captum.attr import FeatureAblation, LLMAttribution, TextTokenInput

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import ROWS
from tools.audit._attribution import attributed, left_out
from tools.audit._driving import log_odds
from tools.audit._explain_show import shown
from tools.audit._explained import explained
from tools.audit._reading import blank_token, read
from tools.audit.explain_prediction import explain_prediction
from tools.evaluate._answers import answer, sides
from tools.evaluate._ask import one_question
from tools.evaluate._rows import Question
from tools.result import Result
from tools.tool import ToolError
from tools.train._weights import Loaded, load

LABELS = sorted(ROWS)
PLAN = {"task": "generate", "labels": LABELS, "max_length": 96}
OPEN = {**PLAN, "labels": None}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(str(build(tmp_path_factory.mktemp("tiny"), seed=3)))


def a_question(text: str) -> Question:
    return Question(0, [{"role": "user", "content": f"Which kind of request is this? {text}"}], text, "refund")


def blanked(tiny: Loaded, tokens: Sequence[int], places: Sequence[int]) -> torch.Tensor:
    without = torch.tensor([list(tokens)])
    without[0, list(places)] = blank_token(tiny)
    return without


def test_every_word_of_the_text_has_its_tokens_and_nothing_else_has(tiny: Loaded) -> None:
    reading = read(tiny, PLAN, a_question("I want my money back."), "refund")
    assert [word.text for word, _ in reading.words] == ["I", "want", "my", "money", "back."]
    text = "".join(tiny.tokenizer.decode([reading.tokens[place] for _, places in reading.words for place in places]))
    assert text.strip() == "I want my money back."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我要退款", list("我要退款")),
        ("ขอคืนเงิน", None),
        ("أريد استرداد", ["أريد", "استرداد"]),
        ("🎉🎉 !!", ["🎉🎉", "!!"]),
    ],
)
def test_texts_in_other_scripts_are_cut_into_words_that_tokens_belong_to(
    tiny: Loaded, text: str, words: list[str] | None
) -> None:
    reading = read(tiny, PLAN, a_question(text), "refund")
    found = [word.text for word, _ in reading.words]
    assert "".join(found) == text.replace(" ", "") and all(places for _, places in reading.words)
    assert found == (words or found) and len(found) > 1 and reading.unread == 0


def test_the_log_odds_of_a_label_are_those_that_it_is_answered_with(tiny: Loaded) -> None:
    asked = a_question("I want my money back")
    (said,) = answer(tiny, PLAN, [asked])
    for label in LABELS:
        reading = read(tiny, PLAN, asked, label)
        ours = float(reading.total(torch.tensor([reading.tokens]))[0])
        assert ours == pytest.approx(log_odds(said, label), abs=1e-3)


def test_leaving_out_a_word_weighs_what_captum_says_for_labels(tiny: Loaded) -> None:
    reading = read(tiny, PLAN, a_question("money back, please"), "refund")
    tokens = torch.tensor([reading.tokens])
    every = [place for _, places in reading.words for place in places]
    features = torch.zeros_like(tokens)
    for number, (_, places) in enumerate(reading.words, 1):
        features[0, places] = number
    blank = blanked(tiny, reading.tokens, every)
    found = FeatureAblation(reading.total).attribute(tokens, baselines=blank, feature_mask=features)
    explained, lost = left_out(tiny, reading)
    ours = lost[:, 0]
    assert ours == pytest.approx([float(found[0, places[0]]) for _, places in reading.words], abs=1e-5)
    assert explained == pytest.approx(float(reading.total(tokens)[0] - reading.total(blank)[0]), abs=1e-4)
    weights = attributed(tiny, reading)
    assert weights.method == "leaving out one word at a time"
    assert [weight for _, weight in weights.words] == pytest.approx(list(ours))


def test_what_each_part_of_an_open_answer_leans_on_is_what_captum_says(tiny: Loaded) -> None:
    reading = read(tiny, OPEN, a_question("money back"), "refund it, thanks")
    _, ours = left_out(tiny, reading)
    prompt = tiny.tokenizer.decode(reading.tokens)
    method = LLMAttribution(FeatureAblation(tiny.model), tiny.tokenizer)
    given = TextTokenInput(prompt, tiny.tokenizer, baselines=blank_token(tiny), skip_tokens=[])
    assert given.to_tensor().shape[1] == len(reading.tokens)
    target = tiny.tokenizer("".join(reading.parts), add_special_tokens=False, return_tensors="pt")["input_ids"][0]
    found = method.attribute(given, target=target, use_cached_outputs=False).token_attr
    single = {number: places[0] for number, (_, places) in enumerate(reading.words) if len(places) == 1}
    assert single
    for number, place in single.items():
        assert ours[number] == pytest.approx(found[:, place].numpy(), abs=1e-4)
    weights = attributed(tiny, reading)
    assert [part for part, _, _ in weights.links][:2] == ["refund", "it,"]
    assert sum(weight for _, weight in weights.words) == pytest.approx(ours.sum())


def test_weights_of_a_classifiers_head_add_up_to_what_the_text_changed(tmp_path: Path) -> None:
    tiny = load(str(build(tmp_path / "tiny")), task="classify", labels=LABELS)
    reading = read(tiny, {**PLAN, "task": "classify"}, Question(0, [], "I want my money back", "refund"), "refund")
    assert [word.text for word, _ in reading.words] == ["I", "want", "my", "money", "back"]
    found = attributed(tiny, reading)
    assert any(weight for _, weight in found.words)
    if found.method == "integrated gradients":
        assert found.gap == pytest.approx(0, abs=0.1 * abs(found.explained) + 0.01)
    coarse = attributed(tiny, reading, passes=0)
    assert coarse.method == "leaving out one word at a time" and coarse.together == 1


def test_without_time_neighbours_are_left_out_together(tiny: Loaded) -> None:
    text = " ".join(f"money {number}" for number in range(20))
    found = attributed(tiny, read(tiny, PLAN, a_question(text), "refund"), passes=0)
    assert found.together == 5 and len(found.words) == 40
    assert len({weight for _, weight in found.words[:5]}) == 1


def test_a_text_longer_than_the_context_is_explained_as_far_as_it_is_read(tmp_path: Path) -> None:
    tiny = load(str(build(tmp_path / "tiny")), task="classify", labels=LABELS)
    plan = {**PLAN, "task": "classify", "max_length": 10}
    reading = read(tiny, plan, Question(0, [], "money back please " * 20, "refund"), "refund")
    assert len(reading.tokens) == 10 and reading.unread > 40
    writer = load(str(tmp_path / "tiny"))
    long = read(writer, PLAN, a_question("money back please " * 300), "refund")
    assert len(long.tokens) < 512 and long.unread > 300 and long.words[-1][0].text == "please"


@pytest.fixture(scope="module")
def of_row(trained: Workspace) -> Result:
    return explain_prediction(trained, "run-1", row=8)


def test_a_run_explains_a_row_with_its_text_weighed_and_similar_training_rows(of_row: Result) -> None:
    assert of_row.data is not None and of_row.data["nearest"]
    assert [table.title for table in of_row.tables] == ["Words and their weights", "Training rows most like it"]
    assert "no reasons the model could give" in of_row.text and of_row.plots[0].svg().startswith("<svg")
    (weighed,) = of_row.weighed
    assert "".join(piece for piece, _ in weighed.pieces) == of_row.data["read"]
    assert [weight for _, weight in weighed.pieces if weight is not None] == [w for _, w in of_row.data["words"]]
    assert Result.from_json(of_row.as_json()).weighed[0].pieces == weighed.pieces


def test_similar_training_rows_say_whether_they_agree_and_are_not_the_row_itself(of_row: Result) -> None:
    table = of_row.tables[1]
    assert table.columns[3] == "agrees" and {row[3] for row in table.rows} <= {"yes", "no"}
    assert 8 not in {row[0] for row in table.rows}
    assert of_row.data is not None
    for row, each in zip(table.rows, of_row.data["nearest"], strict=True):
        assert (row[3] == "yes") == (each["reference"] == of_row.data["answer"])
    assert "training rows most like it, as the model reads them" in of_row.text


@pytest.fixture(scope="module")
def loaded(trained: Workspace) -> Loaded:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers for a name of before
        return next(sides(trained.runs.get("run-1")))[1]


def explain(trained: Workspace, loaded: Loaded, text: str, instead: str | None = None) -> dict[str, Any]:
    run = trained.runs.get("run-1")
    return explained(trained, run, loaded, one_question(trained, run, text, None), instead, lambda *_: None)


def test_a_text_that_was_trained_on_is_said_to_be_known(trained: Workspace, loaded: Loaded) -> None:
    told = explain(trained, loaded, "My parcel has NOT arrived!")
    assert told["nearest"][0]["same"] == "the same text" and told["nearest"][0]["words"] == 1
    assert "the model has seen this in training" in shown("run-1", told).text


@pytest.mark.parametrize("instead", [None, "technical"])
def test_what_was_found_to_change_the_answer_does_change_it(
    trained: Workspace, loaded: Loaded, instead: str | None
) -> None:
    told = explain(trained, loaded, "Please refund the second payment", instead)
    wanted, search = instead if instead != told["answer"] else None, told["change"]
    assert search["wanted"] == wanted
    result = shown("run-1", told)
    if flip := search["flip"]:
        again = explain(trained, loaded, flip["text"])
        assert again["answer"] == flip["answer"] != told["answer"] and wanted in (None, flip["answer"])
        assert again["chance"] == pytest.approx(flip["chance"], abs=1e-4)
        assert result.changes[0].rows[0][2] == flip["text"]
    else:
        assert "No change of up to" in result.text
    if wanted:
        assert result.weighed[0].toward == f'"{wanted}" rather than "{told["answer"]}"'


def test_a_text_without_words_and_one_in_another_script_are_explained(trained: Workspace, loaded: Loaded) -> None:
    for text in ("?!", "我要退款，谢谢", "\u202etxet desrever"):
        told = explain(trained, loaded, text)
        assert shown("run-1", told).weighed and len(told["words"]) == len(told["spans"]) >= 1


def test_nothing_to_explain_is_said(trained: Workspace) -> None:
    with pytest.raises(ToolError, match="give a text, or the number of a row"):
        explain_prediction(trained, "run-1")
    with pytest.raises(ToolError, match="give a text, or the number of a row"):
        explain_prediction(trained, "run-1", text="  \n ")
    with pytest.raises(ToolError, match="tickets has no row 5000; its rows are 1 to 96"):
        explain_prediction(trained, "run-1", row=5000)
    with pytest.raises(ToolError, match="not both"):
        explain_prediction(trained, "run-1", text="hello", row=1)
    with pytest.raises(ToolError, match='has no label "spam". Its labels are delivery, refund, technical.'):
        explain_prediction(trained, "run-1", text="hello", instead="spam")


def test_a_run_whose_weights_are_gone_is_said(trained: Workspace) -> None:
    folder = trained.runs.get("run-1").model_folder
    assert folder
    weights = folder / "adapter_model.safetensors"
    hidden = weights.rename(folder / "hidden")
    try:
        with pytest.raises(ToolError, match="The weights of run-1 are gone from its folder. Train again"):
            explain_prediction(trained, "run-1", text="hello")
    finally:
        hidden.rename(weights)


def test_weights_that_do_not_add_up_and_cut_texts_are_said() -> None:
    told = {
        "answer": "refund", "chance": 0.9, "reference": "", "read": "a b", "spans": [(0, 1), (2, 3)], "unread": 3,
        "words": [("a", 0.1), ("b", 0.1)], "explained": 2.0, "gap": 1.8, "together": 2, "links": [], "nearest": [],
        "method": "leaving out one word at a time", "change": {"flip": None, "asked": 9, "words": 2, "wanted": None},
    }  # fmt: skip
    text = shown("run-1", told).text
    assert "add up to +0.20, while the whole text makes +2.00" in text and "2 neighbouring words at a time" in text
    assert "3 words of it were cut off" in text
    assert "No change of up to 2 words that was tried gives another answer (9 changed texts asked)" in text
