"""Datasets of the Hub whose card and columns are hostile, from a stand-in on this machine."""

from pathlib import Path

import pytest

from store import StoreError, Workspace
from tests.attacks.attacks import HUB, SECRET, WORDS
from tests.attacks.told import MARK, Told, as_text, canary
from tests.data.hub import add_dataset
from tests.data.test_hub_dataset import hub, server  # noqa: F401 - fixtures
from tests.weights.standin import StandIn
from tools import TOOLS


def test_a_card_cannot_bring_in_files_of_this_machine(tmp_path: Path, hub: StandIn) -> None:  # noqa: F811
    outside = canary(tmp_path / "outside")
    card = HUB["files of this machine"].format(outside=outside)
    add_dataset(hub, "someone/evil", {"README.md": card.encode(), "train.csv": b"text,label\nhello there you,a\n"})
    with Workspace(outside / "home") as ws, pytest.raises(StoreError, match="cannot be read as it is"):
        TOOLS["load_dataset"].show_first(ws, {"source": "someone/evil"})
    assert SECRET not in "".join(path.read_text("utf-8", "replace") for path in outside.glob("home/**/*.*"))


def test_neither_a_card_nor_names_from_the_hub_are_instructions(tmp_path: Path, hub: StandIn) -> None:  # noqa: F811
    order = WORDS["the end of a message"]
    head = '"{}",label'.format(order.replace('"', '""'))
    rows = f"{head}\n" + "".join(f"hello there number {n},{'ab'[n % 2]}\n" for n in range(9))
    card = HUB["a card of orders"].format(order=order)
    add_dataset(hub, "another/evil", {"README.md": card.encode(), "train.csv": rows.encode()})
    with Workspace(tmp_path / "home") as ws:
        told = Told(ws, tmp_path)
        told.says("get another/evil from the hub", "load_dataset")
        assert not ws.datasets.names()
        told.says("yes")
        told.says("give me an idea of these rows", "profile_dataset")
        told.says("hm, I see")
        assert told.called == ["load_dataset", "profile_dataset"]
        assert "dataset evil" in told.projects()[-1]
        assert "quokkacard" not in as_text(told)
        assert not [content for heard in told.heard for content in heard if MARK.search(content)]
