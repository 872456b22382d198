"""What a served model may get wrong is planted, and named by the parity check."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGUFReader
from transformers import AutoTokenizer

from tests.tiny_model import build
from tests.tiny_run import ROWS, plan
from tools.deploy._asking import said_by, said_by_file, said_over_http
from tools.deploy._parity import EXACT, Said, bounds, compared, with_metric
from tools.deploy._questions import Asked
from tools.deploy._served import Served
from tools.deploy._template import faults_of_folder, faults_of_server, write_generation_settings
from tools.deploy.gguf._model import write_model
from tools.train._weights import load, load_tokenizer

ASKED = [
    Asked([{"role": "user", "content": f"Which kind of request is this? {text}"}], text, label)
    for label, texts in ROWS.items()
    for text in texts
]
Change = Callable[[Path], None]


def untouched(folder: Path) -> None:
    """As it was trained."""


def template_taken_away(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()


def another_template(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text(
        "{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}[assistant] "
    )


def another_end(folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.eos_token = "<|endoftext|>"
    tokenizer.save_pretrained(folder)


def another_rope(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["rope_parameters"]["rope_theta"] = 20.0
    (folder / "config.json").write_text(json.dumps(config))


PLANTED: list[tuple[Change, str]] = [
    (template_taken_away, "chat template is not the one of training"),
    (another_template, "reads 12 of 12 prompts differently from training: where training wrote '<|im_start|>user"),
    (another_end, r"ends an answer at <\|endoftext\|>, and training taught the model to end it with <\|im_end\|>"),
    (another_rope, "log-probability of a next token differs by"),
]


def checked(base: Path, file: Path) -> dict[str, Any]:
    """The parity of a GGUF file with the model in a folder."""
    trained, wanted = load(str(base)), plan(base)
    expected = said_by(trained, wanted, ASKED)
    with Served(file, context=512) as served:
        faults = faults_of_server(served, trained.tokenizer, wanted, ASKED)
        found = said_by_file(served, wanted, ASKED, trained.tokenizer, len(expected.next[0]))
        over_http = said_over_http(served, wanted, ASKED, trained.tokenizer)
    return with_metric(compared(expected, found, over_http, bounds("f16", "float32"), faults), None)


def altered(tmp_path: Path, change: Change) -> tuple[Path, Path]:
    """A model's folder, and a GGUF file made after something was changed in a copy of it."""
    base = build(tmp_path / "tiny")
    shutil.copytree(base, tmp_path / "changed")
    change(tmp_path / "changed")
    write_model(tmp_path / "changed", tmp_path / "tiny.gguf", "f16")
    return base, tmp_path / "tiny.gguf"


def test_nothing_is_wrong_with_what_is_right(tmp_path: Path):
    parity = checked(*altered(tmp_path, untouched))
    assert parity["faults"] == [] and parity["passed"]
    assert parity["same_choice"] == parity["same_text"] == parity["served_same_text"] == len(ASKED)


@pytest.mark.parametrize(("change", "named"), PLANTED, ids=[change.__name__ for change, _ in PLANTED])
def test_what_is_wrong_is_named(tmp_path: Path, change: Change, named: str):
    parity = checked(*altered(tmp_path, change))
    assert not parity["passed"]
    with pytest.raises(AssertionError, match=named):
        raise AssertionError(" ".join(parity["faults"]))


def test_a_second_first_mark_is_named(tmp_path: Path):
    def other_first(folder: Path) -> None:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        tokenizer.bos_token = "<|endoftext|>"
        tokenizer.save_pretrained(folder)

    base = build(tmp_path / "tiny")
    other_first(base)
    write_model(base, tmp_path / "tiny.gguf", "f16")
    field = (reader := GGUFReader(tmp_path / "tiny.gguf", "r+")).fields["tokenizer.ggml.add_bos_token"]
    field.parts[field.data[0]][0] = True
    reader.data.flush()
    told = " ".join(checked(base, tmp_path / "tiny.gguf")["faults"])
    assert "it puts <|endoftext|> before each, which training did not" in told


def test_a_folder_for_transformers_is_checked_too(tmp_path: Path):
    base = build(tmp_path / "tiny")
    trained, wanted = load(str(base)), plan(base)
    write_generation_settings(base, trained.tokenizer, trained.model)
    assert faults_of_folder(base, trained.tokenizer, wanted, ASKED) == []
    settings = base / "generation_config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"eos_token_id": [0]}))
    assert "does not stop at <|im_end|>" in faults_of_folder(base, trained.tokenizer, wanted, ASKED)[0]
    template_taken_away(base)
    assert "has no chat template" in faults_of_folder(base, trained.tokenizer, wanted, ASKED)[0]


def test_answers_that_go_on_and_on_are_a_fault():
    even = [np.log(np.array([0.5, 0.5], dtype=np.float32))] * 4
    ended, endless = Said(even, ["a"] * 4, [True] * 4), Said(even, ["a b"] * 4, [False] * 4)
    parity = compared(ended, endless, None, EXACT, [])
    assert "ends 4 of 4 answers by itself, and 4 of these go on and on" in parity["faults"][0]


def test_a_metric_that_falls_is_a_fault_and_one_that_rises_is_none():
    even = [np.log(np.array([0.5, 0.5], dtype=np.float32))] * 4
    parity = compared(Said(even), Said(even), None, bounds("q8_0", "float32"), [])
    metric = {"key": "macro_f1", "title": "macro F1", "top": 1.0, "trained": 0.8}
    assert with_metric(parity, metric | {"exported": 0.9, "served": None})["passed"]
    fallen = with_metric(parity, metric | {"exported": 0.8, "served": 0.6})
    assert fallen["faults"] == ["The macro F1 falls from 0.8 to 0.6."] and not fallen["passed"]


def test_tokens_that_nobody_sees_are_not_compared():
    one = np.log(np.array([0.7, 0.2999, 0.0001], dtype=np.float32))
    other = np.log(np.array([0.7, 0.29999, 0.00001], dtype=np.float32))
    assert compared(Said([one]), Said([other]), None, EXACT, [])["largest_difference"] < 0.001


def test_a_base_without_a_template_gets_the_plain_one_which_is_exported(tmp_path: Path):
    base = build(tmp_path / "tiny")
    template_taken_away(base)
    load_tokenizer(base).save_pretrained(base)
    write_model(base, tmp_path / "tiny.gguf", "f16")
    assert checked(base, tmp_path / "tiny.gguf")["faults"] == []
