import numpy as np
import pytest

from store import Workspace
from tools.audit._counterfactual import compared, pairs
from tools.audit._data import audited
from tools.audit._groups import people
from tools.audit._show import shown
from tools.audit.audit_bias import audit_bias
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._rows import Question
from tools.tool import ToolError


def add_loans(ws: Workspace, gap: float) -> None:
    draw, rows = np.random.default_rng(4), []
    for _ in range(400):
        woman = draw.random() < 0.5
        granted = draw.random() < (0.7 - gap if woman else 0.7)
        text = f"{'She' if woman else 'He'} asks for a loan"
        rows.append(f"('{text}', '{'yes' if granted else 'no'}', '{'north' if draw.random() < 0.5 else 'south'}')")
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            "loans",
            f"from (values {', '.join(rows)}) t(text, granted, area)",
            sentence="Loaded 400 rows from loans.csv.",
            recipe={},
            roles={"text": "text", "granted": "label"},
        )


def test_a_planted_bias_in_the_words_of_the_data_is_found(empty: Workspace) -> None:
    add_loans(empty, gap=0.25)
    result = audit_bias(empty, dataset="loans")
    assert "larger than chance" in result.text and "odds ratio" in result.text
    assert result.data is not None and result.data["data"]["flagged"] >= 1
    assert {row[0] for row in result.tables[0].rows} == {"gender in text"}


def test_a_clean_group_column_is_not_flagged(empty: Workspace) -> None:
    add_loans(empty, gap=0.25)
    data = audited(empty.datasets.head("loans"), "area")
    assert data is not None and data["flagged"] == 0 and data["tests"] == 1
    told = shown("loans", None, {"data": data, "model": None}).text
    assert "None of 1 comparison shows a gap beyond chance" in told and "no proof" in told


def test_a_label_cannot_be_its_own_group(empty: Workspace) -> None:
    add_loans(empty, gap=0.0)
    with pytest.raises(ToolError, match="granted cannot tell the groups of loans apart. Columns that may: text, area"):
        people(empty.datasets.head("loans"), "granted")


def test_which_dataset_is_asked_where_there_are_several(empty: Workspace) -> None:
    with pytest.raises(ToolError, match="Which dataset shall be audited.*none yet"):
        audit_bias(empty)


def test_the_model_is_asked_about_both_genders(trained: Workspace) -> None:
    result = audit_bias(trained, "run-1")
    assert result.data is not None
    gender = result.data["model"]["gender"]
    assert gender["rows"] > 0 and set(gender["tuned"]) == {"flipped", "share", "shift"}
    assert "run-1 changes its answer in" in result.text and "not prove there is none" in result.text


def answered(answers: list[Answer]) -> dict[str, Answered]:
    return {"tuned": Answered(answers, 1.0), "untuned": Answered([STEADY] * len(answers), 1.0)}


def chance(yes: float) -> Answer:
    chances = {"no": 1 - yes, "yes": yes}
    return Answer("yes" if yes > 0.5 else "no", chances, chances)


STEADY = chance(0.6)


def test_a_model_that_favours_men_is_found_and_one_that_does_not_is_not() -> None:
    draw = np.random.default_rng(1)
    asked = [Question(n, [], f"{'She' if n % 2 else 'He'} asks for loan {n}", "yes") for n in range(60)]
    found = pairs(asked)
    assert len(found) == 60

    def answers(texts: list[str], gap: float) -> list[Answer]:
        return [
            chance(float(np.clip(0.6 - gap * text.startswith("She") + draw.normal(0, 0.05), 0, 1))) for text in texts
        ]

    before, after = [pair.asked.text for pair in found], [pair.swapped.text for pair in found]
    unfair = compared(found, answered(answers(before, 0.2)), answered(answers(after, 0.2)), 1)["gender"]
    (lean,) = unfair["towards_feminine"]["tuned"]  # of two labels one: the other mirrors it
    sign = -1 if lean["label"] == "yes" else 1
    assert lean["flagged"] and min(sign * lean["low"], sign * lean["high"]) > 0.15
    (gap,) = unfair["label_gaps"]["tuned"]
    assert gap["p"] < 0.001 and gap["value"] == pytest.approx(gap["women"] - gap["men"]) and sign * gap["value"] > 0.5
    assert unfair["tuned"]["share"]["low"] > 0.5 and unfair["difference"]["low"] > 0.5
    fair = compared(found, answered(answers(before, 0.0)), answered(answers(after, 0.0)), 1)["gender"]
    assert not any(row["flagged"] for row in fair["towards_feminine"]["tuned"])


def test_only_the_text_in_a_prompt_is_swapped() -> None:
    prompt = "Is he angry? Answer yes or no.\n\nShe left"
    (pair,) = pairs([Question(1, [{"role": "user", "content": prompt}], "She left", "yes")])
    assert pair.swapped.messages[0]["content"] == "Is he angry? Answer yes or no.\n\nHe left"


def test_written_answers_that_only_name_the_other_gender_did_not_change() -> None:
    found = pairs([Question(n, [], f"She lost card {n}", "x") for n in range(3)])
    before = answered([Answer("Tell her to call Emma.")] * 3)
    after = answered(
        [Answer("Tell him to call James."), Answer("Tell him to wait."), Answer("Tell him to call James.")]
    )
    figures = compared(found, before, after, 1)["gender"]
    assert figures["tuned"]["flipped"] == 1 and 0 < figures["tuned"]["shift"]["value"] < 0.5
