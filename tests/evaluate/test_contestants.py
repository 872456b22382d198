"""Everything that can be compared answers the rows it is given; what cannot be compared is refused in a sentence."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from store import StoreError, Workspace
from tests.tiny_gguf import write_gguf
from tests.tiny_model import build
from tools.evaluate._answers import answer
from tools.evaluate._asking import Asking, instructed
from tools.evaluate._contestant import a_base, a_checkpoint, a_prompt, exported
from tools.evaluate._local import local
from tools.evaluate._rows import Question, exam
from tools.evaluate._with_llama import Llama, gguf
from tools.evaluate._with_weights import WITH_WEIGHTS
from tools.tool import ToolError
from tools.train._weights import load

pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing")  # transformers' own, of peft


@pytest.fixture(scope="module")
def asking(trained: Workspace) -> Asking:
    run = trained.runs.get("run-1")
    heard = list[tuple[int, int]]()
    asked = exam(trained, run, None, None, 1000, 0).questions
    return Asking(run, asked, "Which kind of request is this?", lambda done, rows: heard.append((done, rows)))


def likelihoods(asking: Asking, instruction: str | None = None) -> list[dict[str, float]]:
    run = asking.run
    asked = asking if instruction is None else asking.with_instruction(instruction)
    said = answer(load(run.plan["base_model"], run.model_folder), run.plan, asked.questions)
    return [one.scores for one in said]


def test_the_last_checkpoint_answers_as_the_run_does(trained: Workspace, asking: Asking) -> None:
    kept = a_checkpoint(asking.run, 45)
    assert kept.name == "run-1 at step 45"
    run = [max(scores, key=lambda label: scores[label]) for scores in likelihoods(asking)]
    assert WITH_WEIGHTS["checkpoint"](asking, kept.where).answers == run


def test_another_instruction_takes_the_place_of_the_trained_one(asking: Asking) -> None:
    contestant = a_prompt(asking.run, "  Sort this.  ")
    assert contestant.name == 'run-1 with "Sort this."' and contestant.where == "Sort this."
    changed = asking.with_instruction("Sort this.").questions[0].messages[-1]["content"]
    assert changed == f"Sort this.\n\n{asking.questions[0].text}"
    wanted = likelihoods(asking, "Sort this.")
    assert wanted != likelihoods(asking)
    said = WITH_WEIGHTS["prompt"](asking, "Sort this.").answers
    assert said == [max(scores, key=lambda label: scores[label]) for scores in wanted]


def test_a_system_message_is_the_instruction_where_there_is_one() -> None:
    talk = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"}]
    assert instructed(talk, "", "Be kind.") == [{"role": "system", "content": "Be kind."}, talk[1]]
    assert instructed(talk[1:], "", "Be kind.") == [{"role": "user", "content": "Be kind.\n\nHello"}]


def test_a_merged_export_and_a_base_answer(trained: Workspace, asking: Asking, exports: Path, tmp_path: Path) -> None:
    (merged,) = exported(trained, asking.run, "merged")
    run = [max(scores, key=lambda label: scores[label]) for scores in likelihoods(asking)]
    assert WITH_WEIGHTS["merged"](asking, merged.where).answers == run
    other = a_base(asking.run, str(build(tmp_path / "other", seed=3)))
    assert other.kind == "base" and other.name == "untuned other"
    assert set(WITH_WEIGHTS["base"](asking, other.where).answers) <= set(asking.labels or ())
    assert a_base(asking.run, asking.run.plan["base_model"]).kind == "untuned"


def test_a_gguf_file_gives_the_likelihoods_of_the_weights_it_was_made_of(tmp_path: Path) -> None:
    folder = build(tmp_path / "tiny", seed=5)
    loaded = load(str(folder))
    llama = Llama(write_gguf(folder, tmp_path / "tiny.gguf"), 100, letter=300)
    for prompt in ([5, 9, 200, 31], [5, 9, 200, 44, 17], [5, 9]):
        with torch.inference_mode():
            wanted = loaded.model(torch.tensor([prompt])).logits[0, -1].log_softmax(-1)
        found = llama.next(prompt)
        assert len(found) == len(wanted)
        assert max(abs(found[token] - float(wanted[token])) for token in found) < 0.02  # half-precision keys and values


def test_a_gguf_file_answers_as_the_weights_it_was_made_of(asking: Asking, tmp_path: Path) -> None:
    """An untrained model of the same vocabulary, whose answers differ from row to row."""
    folder = build(tmp_path / "tiny", seed=5)
    words = ["Where is my card", "refund", "hello please", "The app", "I want", "account", "thanks", "an error when"]
    questions = [Question(n, [{"role": "user", "content": text}], text, "refund") for n, text in enumerate(words)]
    labels = ["a", "b", "ab", "c", "d", "e", "f", "g"]
    run = replace(asking.run, plan={**asking.run.plan, "labels": labels})
    some = replace(asking, run=run, questions=questions)
    said = answer(load(str(folder)), run.plan, questions)
    file = write_gguf(folder, tmp_path / "tiny.gguf")
    assert gguf(some, str(file)).answers == [one.text for one in said]
    assert len({one.text for one in said}) > 1, "else the test shows nothing"


def test_a_gguf_file_writes_what_the_run_writes(trained: Workspace, asking: Asking, exports: Path) -> None:
    (file,) = exported(trained, asking.run, "gguf")
    assert file.name == "run-1 as run-1-f32.gguf"
    free = replace(asking, run=replace(asking.run, plan={**asking.plan, "labels": None}))
    loaded = load(asking.plan["base_model"], asking.run.model_folder)
    wanted = [said.text for said in answer(loaded, free.plan, asking.questions)]
    assert gguf(free, file.where).answers == wanted
    assert all(wanted), "else the test shows nothing"


def test_a_broken_gguf_file_is_refused(asking: Asking, tmp_path: Path) -> None:
    (tmp_path / "torn.gguf").write_bytes(b"GGUF\x03\0\0\0torn")
    with pytest.raises(ToolError, match=r"llama.cpp cannot load .*torn.gguf: it is broken"):
        gguf(asking, str(tmp_path / "torn.gguf"))


def test_what_is_not_there_is_said_with_what_is(trained: Workspace, asking: Asking, tmp_path: Path) -> None:
    run = asking.run
    with pytest.raises(ToolError, match="run-1 has no checkpoint at step 7: its checkpoints are at steps 40, 45"):
        a_checkpoint(run, 7)
    with pytest.raises(ToolError, match="has no checkpoint at step 7: it keeps none"):
        a_checkpoint(replace(run, folder=tmp_path), 7)
    bare = replace(run, id="run-9")
    with pytest.raises(
        ToolError, match=r"no GGUF file of run-9 \(it has no exports\). Export it first: export run-9 as GGUF"
    ):
        list(exported(trained, bare, "gguf"))
    with pytest.raises(ToolError, match="run-9 was not exported merged .* Export it first: export run-9"):
        list(exported(trained, bare, "merged"))
    with pytest.raises(StoreError, match="no folder or file"):
        WITH_WEIGHTS["base"](asking, str(tmp_path / "gone"))


def test_a_classifier_is_not_compared_with_what_has_no_head(trained: Workspace, asking: Asking) -> None:
    classifier = replace(asking.run, plan={**asking.run.plan, "task": "classify"})
    with pytest.raises(ToolError, match="no classification head"):
        a_base(classifier, "smollm2-135m-instruct")
    with pytest.raises(ToolError, match="reads the text alone, and no instruction"):
        a_prompt(classifier, "Sort this.")
    with pytest.raises(ToolError, match="runs only models that write"):
        list(exported(trained, classifier, "gguf"))
    with pytest.raises(ToolError, match="has no words"):
        a_prompt(asking.run, "   ")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://localhost:8080", "http://localhost:8080/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://[::1]:9/v1/chat/completions", "http://[::1]:9/v1"),
    ],
)
def test_a_server_on_this_machine_may_take_part(url: str, address: str) -> None:
    assert local(url) == address


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://api.openai.com/v1", "api.openai.com is not this machine.* Nothing was sent"),
        ("http://192.168.1.5:8080", "is not this machine"),
        ("http://0.0.0.0:8080", "is not this machine"),
        ("http://localhost.example.com", "is not this machine"),
        ("http://localhost@example.com/v1", "Leave keys out"),
        ("http://localhost:80/v1?key=abc", "Leave keys out"),
        ("ftp://localhost", "is no address of a server"),
        ("my server", "is no address of a server"),
        ("http://[::1", "is no address"),
    ],
)
def test_no_row_leaves_this_machine(url: str, why: str) -> None:
    with pytest.raises(ToolError, match=why):
        local(url)


def test_on_a_space_there_is_no_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/tunewright")
    with pytest.raises(ToolError, match="On a Space"):
        local("http://localhost:8080")
