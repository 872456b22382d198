"""Who holds which rows of a federation, what privacy costs, and what is refused: all without Flower."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from store import NotFound, StoreError, Workspace
from tests.tiny_model import build
from tests.tiny_run import add_tickets, plan
from tools import TOOLS, ToolError
from tools.train._budget import epsilon, noise_for
from tools.train._clients import divide
from tools.train._flower_home import flower_python, make
from tools.train._skewed import dealt, skewed

PARTS = {"clients": 4, "clients_by": None, "label_skew": None, "label": "label", "split": None, "seed": 1}


def add(ws: Workspace, select: str, name: str = "cases", **roles: str) -> Path:
    with ws.approvals.typed("load_dataset", {}):
        return ws.datasets.add(name, select, sentence="Loaded.", recipe={}, roles=roles).path


def wards(ws: Workspace, count: int, rows: int = 400) -> Path:
    select = (
        "select 'text ' || n as text, case when n % 3 = 0 then 'a' else 'b' end as label,"
        " case when n % 10 = 0 then 'test' when n % 10 = 1 then 'validation' else 'train' end as split,"
        f" 'ward ' || n % {count} as ward from range({rows}) t(n)"
    )
    return add(ws, select, text="text", label="label", split="split")


def test_every_row_but_those_of_the_test_is_held_by_one_client(empty: Workspace):
    path = wards(empty, 7)
    division = divide(path, {**PARTS, "split": "split", "label_skew": 0.5})
    held = [row for client in division.clients for row in client.rows]
    assert len(held) == len(set(held)) == 360
    assert {row for row in held if row % 10 == 1} == set(), "a test row was dealt"
    assert sum(client.train for client in division.clients) == 320
    assert all(client.train >= 10 for client in division.clients)
    again = divide(path, {**PARTS, "split": "split", "label_skew": 0.5})
    other = divide(path, {**PARTS, "split": "split", "label_skew": 0.5, "seed": 2})
    assert again == division != other


def test_a_small_alpha_gives_few_labels_to_a_client_and_a_large_one_gives_all_the_same():
    rows: list[tuple[str, str | None]] = [("train", f"label {n % 20}") for n in range(4000)]

    def unlike(alpha: float | None) -> float:
        homes = skewed(rows, 4, alpha=alpha, seed=3)
        assert homes
        shares = Counter(zip(homes, (label for _, label in rows), strict=True))
        return max(shares.values()) / 200

    assert unlike(0.05) > 0.95
    assert unlike(0.05) > unlike(1.0) > unlike(1000.0)
    assert unlike(None) == 0.25


def test_clients_follow_a_column_and_whole_values_are_dealt_to_fewer(empty: Workspace):
    path = wards(empty, 7)
    by = {**PARTS, "clients_by": "ward", "clients": None, "split": "split"}
    assert [client.name for client in divide(path, by).clients] == [f"ward {n}" for n in range(7)]
    dealt_out = divide(path, {**by, "clients": 3})
    assert [client.name for client in dealt_out.clients] == ["client-1", "client-2", "client-3"]
    of = {row: client.name for client in dealt_out.clients for row in client.rows}
    assert all(len({of[row] for row in of if (row - 1) % 7 == ward}) == 1 for ward in range(7)), "a ward was torn"
    assert dealt({"a": 5, "b": 4, "c": 3, "d": 3}, 2) == {"a": 0, "b": 1, "c": 1, "d": 0}


def test_rows_made_from_a_row_stay_with_its_client(empty: Workspace):
    select = (
        "select 'text ' || n % 40 as text, 'l' || n % 2 as label, case when n >= 40 then n % 40 + 1 end as _from"
        " from range(80) t(n) order by n"
    )
    division = divide(add(empty, select), PARTS)
    home = {row: client.name for client in division.clients for row in client.rows}
    assert len(home) == 80
    assert all(home[row] == home[row + 40] for row in range(1, 41))


def test_labels_that_a_client_never_sees_and_rows_that_nobody_holds_are_told(empty: Workspace):
    select = (
        "select 'text ' || n as text, case when n < 50 then 'a' else 'b' end as label,"
        " case when n < 50 then 'north' when n < 90 then 'south' end as place from range(100) t(n)"
    )
    division = divide(add(empty, select), {**PARTS, "clients_by": "place", "clients": None})
    assert {client.name: dict(client.labels) for client in division.clients} == {"north": {"a": 50}, "south": {"b": 40}}
    assert division.left_out == 10


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"clients_by": "ward", "clients": None}, "ward has 400 different values.*say how many clients"),
        ({"clients_by": "ward", "clients": 500}, "ward has 400 values .* cannot make 500 clients"),
        ({"clients_by": "same", "clients": None}, "same has the one value x .* at least two clients"),
        ({"clients_by": "nothing", "clients": None}, "nothing has no value .* at least two clients"),
        ({"clients": 500}, "400 training rows cannot be held by 500 clients"),
        ({"clients": 50, "label_skew": 0.001}, "label skew of 0.001 some of the 50 clients are left without"),
    ],
)
def test_clients_that_cannot_be_are_refused_in_a_sentence(empty: Workspace, settings: dict[str, Any], sentence: str):
    select = (
        "select 'text ' || n as text, 'l' || n % 2 as label, 'ward ' || n as ward, 'x' as same,"
        " null::varchar as nothing from range(400) t(n)"
    )
    with pytest.raises(ToolError, match=sentence):
        divide(add(empty, select), {**PARTS, **settings})


def test_a_client_with_rows_in_the_test_alone_takes_no_part(empty: Workspace):
    select = (
        "from (values ('a', 'x', 'one', 'train'), ('b', 'y', 'one', 'train'), ('c', 'x', 'two', 'train'),"
        " ('d', 'y', 'three', 'validation')) t(text, label, place, split)"
    )
    by = {**PARTS, "clients_by": "place", "clients": None, "split": "split"}
    assert [client.name for client in divide(add(empty, select), by).clients] == ["one", "two"]


@pytest.mark.parametrize(
    ("noise", "rounds", "delta", "told"),
    [
        (1.0, 5, 1e-5, 12.301691480042894),
        (3.0, 10, 1e-5, 5.023949750348651),
        (0.3, 20, 1e-5, 180.4799780439935),
        (20.0, 3, 1e-5, 0.3212829614696944),
    ],
)
def test_epsilon_is_what_flowers_accountant_says(noise: float, rounds: int, delta: float, told: float):
    """The figures are those of flwr 1.41.0 with Google's dp-accounting 0.6.0."""
    assert epsilon(noise, rounds, delta) == pytest.approx(told, rel=1e-9)


def test_the_noise_keeps_to_the_budget_and_is_not_more_than_needed():
    for wanted, rounds in ((1.0, 1), (8.0, 5), (8.0, 50), (100.0, 10)):
        noise = noise_for(wanted, rounds, 1e-5)
        assert noise
        assert epsilon(noise, rounds, 1e-5) <= wanted < epsilon(noise - 0.001, rounds, 1e-5)
    assert noise_for(1e-9, 200, 1e-9) is None


@pytest.fixture
def asked(trained: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The preview of a wish, on a machine without Flower."""
    monkeypatch.setenv("TUNEWRIGHT_FLOWER", str(tmp_path / "none"))
    base = trained.runs.get("run-1").plan["base_model"]

    def ask(**wishes: Any) -> Any:
        return TOOLS["train_federated"].show_first(trained, {"dataset": "tickets", "base_model": base, **wishes})

    return ask


def test_the_card_says_who_takes_part_what_is_sent_and_what_is_downloaded(asked: Any, tmp_path: Path):
    card = asked()
    assert "federation of 4 clients, simulated on this machine, that hold 72 rows of tickets" in card.text
    assert "5 rounds of 1 epoch with LoRA, joined by FedAvg" in card.text
    assert "no row leaves its client" in card.text
    assert "the server sees each client's update" in card.text
    assert "121 MB are downloaded from the package index first" in card.text
    clients = next(table for table in card.tables if table.title == "Clients")
    assert sum(rows for _, rows, *_ in clients.rows) == 72
    assert [plot.title for plot in card.plots] == ["Training rows by client and label"]
    assert not (tmp_path / "none").exists(), "a preview made the environment"


def test_the_budget_is_told_before_and_what_it_does_not_protect(asked: Any):
    card = asked(epsilon=4, delta=1e-6, rounds=3, clip=0.5)
    assert "Differential privacy: each update is clipped to length 0.5" in card.text
    assert "over 3 rounds epsilon is 4.00 at delta 1e-06" in card.text
    assert "does not hide the updates from the server" in card.text
    federation = {name: value for name, value in next(t for t in card.tables if t.title == "Federation").rows}
    assert epsilon(float(federation["noise multiplier"]), 3, 1e-6) <= 4
    assert "the server learns their sum and no single one" in asked(privacy="secure_aggregation").text


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"by": "label", "skew": 0.3}, "not both"),
        ({"strategy": "fedavg", "mu": 0.1}, "belongs to fedprox"),
        ({"privacy": "none", "epsilon": 3}, "epsilon belongs to differential privacy"),
        ({"epsilon": 3, "noise": 1}, "each follows from the other"),
        ({"privacy": "secure_aggregation", "clients": 2}, "at least three clients"),
        ({"clients": 1}, "greater than or equal to 2"),
        ({"clients": 50, "skew": 0.0001}, "are left without a row"),
    ],
)
def test_wishes_that_do_not_go_together_are_refused(asked: Any, wishes: dict[str, Any], sentence: str):
    with pytest.raises(ToolError, match=sentence):
        asked(**wishes)


def test_a_column_that_is_not_there_is_named_with_those_that_are(asked: Any):
    with pytest.raises(NotFound, match="hospital.*label"):
        asked(by="hospital")


def test_what_cannot_be_compared_or_skewed_is_said(empty: Workspace, tmp_path: Path):
    base = str(build(tmp_path / "tiny"))
    add(
        empty,
        "select 'question ' || n as asked, 'answer ' || n as answered from range(40) t(n)",
        "pairs",
        asked="prompt",
        answered="completion",
    )
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "talks",
            "select 'question ' || n as prompt, 'answer ' || n as completion from range(40) t(n)",
            sentence="Loaded.",
            recipe={"tool": "format_dataset", "style": "pairs"},
            roles={"prompt": "prompt", "completion": "completion"},
        )
    wish = {"dataset": "talks", "base_model": base}
    with pytest.raises(ToolError, match="fixed set of labels"):
        TOOLS["train_federated"].show_first(empty, {**wish, "compare": True})
    with pytest.raises(ToolError, match="no label, so its labels cannot be skewed"):
        TOOLS["train_federated"].show_first(empty, {**wish, "skew": 0.3})
    assert "hold 40 rows of talks" in TOOLS["train_federated"].show_first(empty, wish).text


def test_a_folder_that_is_no_environment_of_flower_is_not_taken_for_one(tmp_path: Path):
    assert flower_python(tmp_path) is None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert flower_python(tmp_path) is None
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / "flwr-1.41.0.dist-info").mkdir(parents=True)
    assert flower_python(tmp_path) is None, "it has no torch"
    (site / "torch-2.13.0.dist-info").mkdir()
    assert flower_python(tmp_path) == tmp_path / "bin" / "python"


def test_an_environment_is_never_made_over_other_files(tmp_path: Path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    with pytest.raises(StoreError, match="holds other files"):
        make(tmp_path / "letters", lambda share, text: None)
    assert (tmp_path / "letters" / "a.txt").read_text() == "dear"


def test_packages_that_cannot_be_had_are_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("flwr==1.41.0\n")
    monkeypatch.setattr("tools.train._flower_home.REQUIREMENTS", wanted)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")
    said: list[str] = []
    with pytest.raises(StoreError, match="Flower could not be downloaded .*Resume the run when"):
        make(tmp_path / "home", lambda share, text: said.append(text))
    assert said[0] == "Making an environment for Flower"
    assert flower_python(tmp_path / "home") is None


def test_a_stop_before_flower_is_there_leaves_nothing(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("TUNEWRIGHT_FLOWER", str(tmp_path / "none"))
    add_tickets(empty)
    with empty.approvals.typed("train_federated", {}):
        run = empty.runs.start("tickets", 1, plan(tmp_path, worker="tools.train._federated_worker"))
    empty.jobs.stop(run.job.id)  # seconds before the worker is there
    with pytest.raises(StoreError, match="Stopped before Flower was there; nothing was trained"):
        empty.jobs.wait(run.job.id)
    assert not (tmp_path / "none").exists()
