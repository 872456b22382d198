"""Which metrics an evaluation computes, in which order, and what it says where the goal's does not fit."""

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from tests.evaluate.test_judge import a_run, an_exam, sure
from tools.evaluate._answers import Answer, Answered
from tools.evaluate._judge import Json, judged, rows_of
from tools.evaluate._show import shown

LABELS = ["a", "b", "c"]


def answers(seed: int, references: list[str]) -> list[Answer]:
    """Answers with their log-likelihoods, better than guessed; as `_answers` makes them, probabilities are rounded."""
    draw = np.random.default_rng(seed)
    found: list[Answer] = []
    for reference in references:
        scores = draw.normal(size=3) * 2 - 40 + 2.0 * (np.asarray(LABELS) == reference)
        chances = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        said = dict(zip(LABELS, scores.tolist(), strict=True))
        found.append(
            Answer(LABELS[int(scores.argmax())], dict(zip(LABELS, chances.round(6).tolist(), strict=True)), said)
        )
    return found


def labelled(references: list[str], wanted: str | None = None) -> tuple[Json, list[Answer]]:
    tuned, untuned = answers(1, references), answers(2, ["a"] * len(references))
    said = {"tuned": Answered(tuned, 1.0), "untuned": Answered(untuned, 1.0)}
    return judged(an_exam(references), said, labels=LABELS, wanted=wanted), tuned


def written(told: list[str], references: list[str], wanted: str | None = None) -> Json:
    said = {"tuned": Answered([Answer(t) for t in told], 1.0), "untuned": Answered([Answer("")] * len(told), 1.0)}
    return judged(an_exam(references), said, labels=None, wanted=wanted)


def test_labels_have_all_the_label_metrics_each_with_interval_and_rows() -> None:
    body, tuned = labelled([LABELS[n % 3] for n in range(60)], "accuracy")
    assert list(body["metrics"])[:3] == ["accuracy", "macro_f1", "balanced_accuracy"]
    assert {"matthews_correlation", "auroc", "average_precision", "ece", "brier", "log_loss"} < set(body["metrics"])
    for found in body["metrics"].values():
        assert found["rows"] == 60
        for part in ("tuned", "untuned", "difference"):
            assert found[part]["low"] <= found[part]["value"] <= found[part]["high"]
            assert found[part]["low"] < found[part]["high"]
    right = [LABELS[n % 3] for n in range(60)]
    chances = np.exp([[answer.scores[label] for label in LABELS] for answer in tuned])
    chances /= chances.sum(axis=1, keepdims=True)
    assert body["metrics"]["auroc"]["tuned"]["value"] == pytest.approx(roc_auc_score(right, chances, multi_class="ovr"))
    assert body["metrics"]["log_loss"]["tuned"]["value"] == pytest.approx(log_loss(right, chances, labels=LABELS))
    assert body["metrics"]["auroc"]["told_apart"] and not body["misfit"]


def test_each_label_has_its_intervals() -> None:
    body, _ = labelled([LABELS[n % 2] for n in range(40)])
    for label in body["labels"][:2]:
        assert label["f1_interval"]["low"] < label["f1_tuned"] < label["f1_interval"]["high"]
        assert label["precision_interval"]["low"] < label["precision"] <= label["precision_interval"]["high"]
    assert body["labels"][2]["rows"] == 0 and body["labels"][2]["f1_tuned"] == 0


@pytest.mark.parametrize("wanted", ["auroc", "matthews_correlation", "balanced_accuracy", "weighted_f1"])
def test_any_goal_that_fits_labels_comes_first(wanted: str) -> None:
    body, _ = labelled([LABELS[n % 3] for n in range(30)], wanted)
    assert body["primary"] == wanted == next(iter(body["metrics"])) and not body["misfit"]
    assert "run-1 reaches" in shown(a_run(), "tickets", body).text


def test_one_class_has_no_auroc_and_a_goal_of_it_is_told_why() -> None:
    body, _ = labelled(["a"] * 20, "auroc")
    assert body["primary"] == "macro_f1" and "auroc" not in body["metrics"]
    assert body["misfit"] == (
        "The goal is judged by AUROC, which cannot be had here, so macro F1 comes first. "
        "AUROC needs rows of at least two labels, and these have one."
    )


def test_a_goal_of_the_other_kind_is_told_in_one_sentence() -> None:
    body, _ = labelled([LABELS[n % 3] for n in range(9)], "bleu")
    said = "The goal's metric, BLEU, does not fit answers that are labels from a closed set, so macro F1 comes first."
    assert body["misfit"] == said
    said = "The goal's metric, AUROC, does not fit answers that are open text, so ROUGE-L comes first."
    assert written(["yes", "no"], ["yes", "no"], "auroc")["misfit"] == said


def test_json_is_judged_where_the_references_are_json() -> None:
    references = ['{"a": 1, "b": 2}', '{"a": 3, "b": 4}'] * 10
    body = written(['{"a": 1, "b": 2}', '{"a": 3}'] * 10, references, "field_f1")
    assert body["primary"] == "field_f1" and body["metrics"]["json_validity"]["tuned"]["value"] == 1
    assert body["metrics"]["field_f1"]["tuned"]["value"] == pytest.approx((1 + 2 / 3) / 2)
    body = written(["yes", "no"], ["yes", "{}"])
    assert not {"json_validity", "field_f1"} & {*body["metrics"], *body["not_measured"]}
    assert "1 of 2 are not" in written(["yes", "no"], ["yes", "{}"], "field_f1")["misfit"]


@pytest.mark.parametrize("told", [["", "", ""], ["да", "нет", "да"], ["yes"] * 3])
def test_empty_answers_and_other_scripts_are_scored_and_not_stumbled_over(told: list[str]) -> None:
    body = written(told, ["yes, it is", "no", "退款"])
    assert all(found["tuned"]["low"] <= found["tuned"]["high"] for found in body["metrics"].values())
    assert {"bleu", "chrf", "meteor"} < set(body["metrics"])


def test_one_row_is_scored_with_wide_intervals() -> None:
    body = written(["yes"], ["yes"])
    assert body["metrics"]["token_f1"]["tuned"]["low"] < 0.3


def test_a_label_never_taught_has_no_probability() -> None:
    body, _ = labelled(["a", "b", "new"] * 8)
    assert body["unknown"] == 8 and body["metrics"]["log_loss"]["tuned"]["value"] > 36 / 3


def test_the_probabilities_of_all_labels_are_kept_in_their_order() -> None:
    references = [LABELS[n % 3] for n in range(6)]
    body, tuned = labelled(references)
    said = {"tuned": Answered(tuned, 1.0), "untuned": Answered([sure("a")] * 6, 1.0)}
    row = rows_of(an_exam(references), said)[0]
    assert body["chances_of"] == LABELS
    assert row["chances_tuned"] == [tuned[0].chances[label] for label in LABELS]


def test_written_answers_have_perplexity_bits_and_speed_where_likelihoods_are_at_hand() -> None:
    references = ["да", "yes", "no way"] * 4
    told = [(-2.0 - n % 3, 2) for n in range(12)]
    said = {
        "tuned": Answered([Answer("yes")] * 12, 6.0, 24, told),
        "untuned": Answered([Answer("no")] * 12, 3.0, 12, [(2 * each, count) for each, count in told]),
    }
    body = judged(an_exam(references), said, labels=None, wanted=None)
    assert body["metrics"]["perplexity"]["tuned"]["value"] == pytest.approx(np.exp(36 / 24))
    assert body["metrics"]["bits_per_byte"]["tuned"]["value"] == pytest.approx(36 / np.log(2) / (4 * (4 + 3 + 6)))
    assert body["metrics"]["perplexity"]["difference"]["high"] < 0 and body["metrics"]["perplexity"]["told_apart"]
    assert body["speed"]["tuned"] == {"latency": 0.5, "tokens_per_second": 4.0, "rows": 12}
    assert "perplexity" not in written(["yes"] * 3, ["yes"] * 3)["metrics"]
