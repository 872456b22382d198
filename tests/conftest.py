"""A workspace with one small dataset, as most tests want it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Workspace

REVIEWS = "from (values ('good', 1), ('bad', 0), ('good', 1)) t(text, label)"


@pytest.fixture(autouse=True)
def words_alone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Go by the words alone, also in programs that a test starts: what is downloaded here must not change a test."""
    if not request.node.get_closest_marker("model"):
        monkeypatch.setenv("TUNEWRIGHT_EAR", "off")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with nothing in it."""
    with Workspace(tmp_path / "home", readable=(tmp_path,)) as workspace:
        yield workspace


@pytest.fixture
def ws(empty: Workspace) -> Workspace:
    """A workspace with three reviews, two of them the same."""
    with empty.approvals.typed("load_dataset", {"source": "reviews.csv"}):
        empty.datasets.add(
            "reviews",
            REVIEWS,
            sentence="Loaded 3 rows from reviews.csv.",
            recipe={},
            roles={"text": "text", "label": "label"},
        )
    return empty


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with `tickets`, formatted and split, and run-1, trained on it from a tiny model for real."""
    from tests.tiny_run import make  # noqa: PLC0415 - loads torch, which few tests need

    folder = tmp_path_factory.mktemp("trained")
    with Workspace(folder / "home", readable=(folder,)) as workspace:
        make(workspace, folder)
        yield workspace
