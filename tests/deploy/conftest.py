"""One service for the tests that change nothing of it."""

from collections.abc import Iterator

import pytest

from store import Workspace
from tests.deploy.served import Served, model, serving, tiny
from tests.tiny_run import make


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service `desk` with the models `one` and `two`, which shares what is asked of it by its own name."""
    folder = tmp_path_factory.mktemp("served")
    one, two = tiny(folder, 1), tiny(folder, 2)
    with Workspace(folder / "home") as ws:
        with serving(ws, "desk", model("one", one, 0.5), model("two", two, 0.5), keep_texts=True) as running:
            yield running


@pytest.fixture(scope="package")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """As everywhere, but of this folder's own: its tests export, deploy and publish."""
    folder = tmp_path_factory.mktemp("trained_to_deploy")
    with Workspace(folder / "home", readable=(folder,)) as workspace:
        make(workspace, folder)
        yield workspace
