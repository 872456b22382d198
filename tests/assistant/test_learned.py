"""What was learned is learned once on a machine, and a file that is torn or cannot be written does no harm."""

import os
from pathlib import Path

import numpy as np
import pytest

from assistant.learned import MOST_KEPT, Arrays, kept
from assistant.wordings import Wordings

SAID = [("start it", "start"), ("begin now", "start"), ("stop it", "stop"), ("halt", "stop"), ("what is it", "ask")]


class Learner:
    """Counts how often it had to learn."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Arrays:
        self.times += 1
        return {"labels": np.array(["a", "ß"]), "slopes": np.eye(2, dtype=np.float32)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUNEWRIGHT_MODELS", str(tmp_path))
    return tmp_path / "learned"


def test_it_is_learned_once_and_again_where_its_file_is_torn(folder: Path) -> None:
    learn = Learner()
    first = kept("one", learn)
    again = kept("one", learn)
    assert learn.times == 1
    assert all((first[name] == again[name]).all() for name in first)
    file = folder / "one.npz"
    file.write_bytes(file.read_bytes()[:200])
    assert kept("one", learn)["labels"].tolist() == ["a", "ß"] and learn.times == 2
    assert kept("one", learn)["labels"].tolist() == ["a", "ß"] and learn.times == 2


def test_a_folder_that_cannot_be_written_does_no_harm(folder: Path) -> None:
    folder.write_text("a file where the folder would be")
    learn = Learner()
    assert kept("one", learn)["labels"].tolist() == kept("one", learn)["labels"].tolist()
    assert learn.times == 2


def test_those_used_longest_ago_go_first(folder: Path) -> None:
    names = [f"nr{at}" for at in range(MOST_KEPT)]
    for at, name in enumerate(names):
        kept(name, Learner())
        os.utime(folder / f"{name}.npz", (1000 + at, 1000 + at))
    kept("nr0", Learner())
    kept("new", Learner())
    assert {file.stem for file in folder.iterdir()} == {*names, "new"} - {"nr1"}


def test_wordings_say_the_same_from_their_file_and_others_have_another(folder: Path) -> None:
    texts = ["please start", "halt now", "what does it mean"]
    fresh = [Wordings(SAID, None, 10.0).margins(text) for text in texts]
    assert len(list(folder.iterdir())) == 1
    assert [Wordings(SAID, None, 10.0).margins(text) for text in texts] == fresh
    assert len(list(folder.iterdir())) == 1
    Wordings([*SAID, ("why", "ask")], None, 10.0)
    assert len(list(folder.iterdir())) == 2
