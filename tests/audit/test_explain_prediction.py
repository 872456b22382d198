from pathlib import Path

import pytest
import torch

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import ROWS
from tools.audit._attribution import _ablated, attributed, blank_token, read
from tools.audit.explain_prediction import explain_prediction
from tools.evaluate._rows import Question
from tools.tool import ToolError
from tools.train._weights import Loaded, load

PLAN = {"task": "generate", "labels": sorted(ROWS), "max_length": 96}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return load(str(build(tmp_path_factory.mktemp("tiny"), seed=3)))


def a_question(text: str) -> Question:
    return Question(0, [{"role": "user", "content": f"Which kind of request is this? {text}"}], text, "refund")


def test_every_word_of_the_text_has_its_tokens_and_nothing_else_has(tiny: Loaded) -> None:
    reading = read(tiny, PLAN, a_question("I want my money back."), "refund")
    assert [word for word, _ in reading.words] == ["I", "want", "my", "money", "back."]
    text = "".join(tiny.tokenizer.decode([reading.tokens[place] for _, places in reading.words for place in places]))
    assert text.strip() == "I want my money back."


def test_the_weights_add_up_to_what_the_text_changed(tiny: Loaded) -> None:
    found = attributed(tiny, read(tiny, PLAN, a_question("I want my money back, thanks"), "refund"))
    assert found.method == "integrated gradients"
    assert sum(weight for _, weight in found.words) == pytest.approx(found.explained, rel=0.1, abs=0.01)


def test_leaving_out_a_word_weighs_what_the_score_loses(tiny: Loaded) -> None:
    reading = read(tiny, PLAN, a_question("money back"), "refund")
    tokens = torch.tensor([reading.tokens])
    blank = tokens.clone()
    blank[0, [place for _, places in reading.words for place in places]] = blank_token(tiny)
    without = tokens.clone()
    without[0, reading.words[0][1]] = blank_token(tiny)
    with torch.no_grad():
        lost = float(reading.score(tokens)[0] - reading.score(without)[0])
    assert _ablated(reading, tokens, blank)[0] == ("money", pytest.approx(lost, abs=1e-4))


def test_a_classifiers_head_is_explained_too(tmp_path: Path) -> None:
    tiny = load(str(build(tmp_path / "tiny")), task="classify", labels=sorted(ROWS))
    plan = {**PLAN, "task": "classify"}
    reading = read(tiny, plan, Question(0, [], "I want my money back", "refund"), "refund")
    assert [word for word, _ in reading.words] == ["I", "want", "my", "money", "back"]
    found = attributed(tiny, reading)
    assert [word for word, _ in found.words] == ["I", "want", "my", "money", "back"]
    if found.method == "integrated gradients":
        assert sum(weight for _, weight in found.words) == pytest.approx(found.explained, rel=0.1, abs=0.01)
    assert any(weight for _, weight in found.words)


def test_a_run_explains_a_row_and_names_similar_training_rows(trained: Workspace) -> None:
    result = explain_prediction(trained, "run-1", row=8)
    assert result.data is not None and result.data["nearest"]
    assert [table.title for table in result.tables] == ["Words and their weights", "Training rows most like it"]
    assert "no reasons the model could give" in result.text and result.plots[0].svg().startswith("<svg")


def test_nothing_to_explain_is_said(trained: Workspace) -> None:
    with pytest.raises(ToolError, match="give a text, or the number of a row"):
        explain_prediction(trained, "run-1")
    with pytest.raises(ToolError, match="tickets has no row 5000; its rows are 1 to 96"):
        explain_prediction(trained, "run-1", row=5000)
    with pytest.raises(ToolError, match="not both"):
        explain_prediction(trained, "run-1", text="hello", row=1)
