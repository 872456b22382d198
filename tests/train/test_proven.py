"""Every technique on every task, trained for real: what the README's table says of it."""

import gc
from collections.abc import Iterator

import pytest

from store import Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets
from tests.train.proving import Place, proven
from tools.train import _proven
from tools.train._proven import DOES
from tools.train.techniques import TECHNIQUES

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
WRITTEN = _proven.proven()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("proving")
    gc.freeze()  # every training looks for garbage before it begins, and the libraries are much to look through
    with Workspace(folder / "home", readable=(folder,)) as ws:
        add_tickets(ws)
        yield Place(ws, build(folder / "tiny"), folder)
    gc.unfreeze()


@pytest.mark.parametrize(("technique", "task"), [(name, task) for name, tasks in WRITTEN.items() for task in tasks])
def test_a_technique_does_what_the_table_says(technique: str, task: str, place: Place):
    assert proven(technique, task, place) == WRITTEN[technique][task]


def test_every_technique_is_in_the_table_and_does_all_that_it_promises():
    for name, technique in TECHNIQUES.items():
        if technique.four_bits:
            assert name not in WRITTEN
            continue
        assert set(WRITTEN[name]) == set(technique.rates)
        for seen in WRITTEN[name].values():
            assert seen == [*DOES, *technique.forms]
