"""Which base model is proposed, for which task, language, length and machine."""

import pytest

from tools.train._base_choice import choose_base, suitable
from tools.train._machine import Machine
from tools.train._texts import Texts
from tools.train._wishes import Wishes
from tools.weights.catalogue import Model, find

LAPTOP = Machine("a processor", 2, 16 << 30, 12 << 30, "", 0, 1 << 40)
CARD = Machine("a processor", 16, 64 << 30, 60 << 30, "H100", 80 << 30, 1 << 40)


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def everything(model: Model) -> bool:
    return True


def mirrored(model: Model) -> bool:
    return model.mirror is not None


def names(machine: Machine, task: str, texts: Texts, can_have: object = everything) -> list[str]:
    return [model.name for model in suitable(machine, task, texts, can_have)]  # pyright: ignore[reportArgumentType]


def test_labels_are_chosen_by_encoders_and_text_is_written_by_others():
    assert names(LAPTOP, "classify", Texts("en", 40)) == ["minilm-l6", "distilbert", "mpnet-base", "modernbert-base"]
    assert names(LAPTOP, "generate", Texts("en", 40))[0] == "smollm2-135m"
    assert not {"minilm-l6", "mpnet-base"} & set(names(LAPTOP, "generate", Texts("en", 40)))


def test_the_language_and_the_length_of_the_texts_count():
    assert names(LAPTOP, "classify", Texts("pl", 40)) == ["multilingual-e5-small"]
    assert all(name.startswith("qwen") for name in names(LAPTOP, "generate", Texts("de", 40)))
    assert names(LAPTOP, "classify", Texts("en", 3000)) == ["modernbert-base"]


def test_a_model_that_may_not_be_used_at_work_or_does_not_fit_is_not_proposed():
    small = Machine("a processor", 2, 2 << 30, 2 << 30, "", 0, 1 << 40)
    assert "qwen2.5-coder-3b" not in names(CARD, "generate", Texts("en", 40))
    assert names(small, "generate", Texts("en", 40)) == ["smollm2-135m"]


def test_without_the_hub_what_a_mirror_has_is_proposed():
    assert set(names(LAPTOP, "classify", Texts("en", 40), mirrored)) == {"minilm-l6", "mpnet-base"}
    assert names(LAPTOP, "generate", Texts("pl", 40), mirrored), "better one of another language than none"


@pytest.mark.parametrize(("task", "machine"), [("generate", LAPTOP), ("classify", LAPTOP)])
def test_more_effort_never_takes_a_smaller_base(task: str, machine: Machine):
    choice = choose_base(machine, task, Texts("en", 40), Wishes())
    sizes = [find(choice.by_effort[effort]).parameters for effort in ("quick", "balanced", "best")]
    assert sizes == sorted(sizes)
    assert choice.setting.value == choice.by_effort["balanced"]
    assert choice.setting.instead and (choice.setting.third or task == "classify"), "two encoders need no Hub"
    quick = choose_base(machine, task, Texts("en", 40), Wishes(effort="quick"))
    assert quick.setting.value == choice.by_effort["quick"]


def test_a_base_that_was_asked_for_is_taken_at_every_effort():
    choice = choose_base(LAPTOP, "generate", Texts("en", 40), Wishes(base_model="SmolLM2-360M-Instruct"))
    assert set(choice.by_effort.values()) == {"smollm2-360m"}
    assert choice.setting.why == "you asked for it"
