"""The rows of the profile's benchmark, and the table that it prints."""

import json
import random
import sys
from pathlib import Path

import pytest

from benchmarks.chat_rows import Pair, pairs, recombined
from benchmarks.profile import Way, compared, measured

KNOWN: list[Pair] = [(f"What is thing {n}?", f"It is a thing. It has number {n}. That is all.") for n in range(50)]


def test_some_rows_repeat_and_some_lack_an_answer():
    made = list(recombined(KNOWN, 20_000, random.Random(0)))
    assert len(made) == 20_000
    assert 20 < sum(not answer for _, answer in made) < 80
    assert sum(question.endswith(" !") for question, _ in made) > 300
    assert all(question for question, _ in made)


def test_a_collection_that_lacks_a_file_gives_what_it_has(tmp_path: Path):
    (tmp_path / "gsm8k").mkdir()
    row = {"question": "How many  apples?", "answer": "Three.\nThat is 3."}
    (tmp_path / "gsm8k" / "train.jsonl").write_text(json.dumps(row) + "\n")
    assert pairs(tmp_path) == [("How many apples?", "Three. That is 3.")]


def test_a_way_that_needs_too_much_memory_is_told(capsys: pytest.CaptureFixture[str]):
    greedy = Way("greedy", 10, [sys.executable, "-c", "bytearray(4 * 10**9)"])
    assert measured(greedy, 60, gigabytes=2) == {}
    assert "more than 2 GB" in capsys.readouterr().out


def test_what_failed_on_all_rows_is_scaled_up_and_said_to_be(capsys: pytest.CaptureFixture[str]):
    ours = {"seconds": 10.0, "processor": 20.0}
    found = {("Tunewright", 1000): ours, ("fg-data-profiling", 100): {"seconds": 30.0, "processor": 40.0}}
    compared(found, 1000)
    assert "takes 30.0 times as long" in capsys.readouterr().out.replace("\n", " (scaled up from 100)")
