"""A real federation of the tiny model in Flower's own environment, which this never makes: it is skipped without it."""

import json
import os
import signal
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from safetensors.numpy import load_file

from store import StoreError, Workspace
from tests import waiting
from tests.tiny_model import build
from tests.tiny_run import add_tickets
from tools import TOOLS
from tools.train._clients import divide
from tools.train._federated_local import Proximal, open_model, put, rate_of, trained
from tools.train._federated_place import Place
from tools.train._federated_worker import _deal
from tools.train._flower_home import flower_home, flower_python
from tools.train._round_files import last_round, load_round, save_round, told

until = partial(waiting.until, seconds=240)

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing:FutureWarning")
needs_flower = pytest.mark.skipif(
    flower_python(flower_home()) is None,
    reason="Flower's environment is not here: python -m tools.train._flower_home makes it",
)


@pytest.fixture
def tickets(empty: Workspace) -> Workspace:
    add_tickets(empty)
    return empty


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return build(tmp_path / "tiny")


def federate(ws: Workspace, base: Path, **wishes: Any) -> Any:
    asked = {
        "dataset": "tickets", "base_model": str(base), "clients": 3, "rounds": 2, "learning_rate": 0.02, "rank": 4,
        "batch_size": 8, "seed": 1, **wishes,
    }  # fmt: skip
    with ws.approvals.typed("train_federated", asked):
        found = TOOLS["train_federated"].run(ws, asked)
    return ws.runs.get(found.data["run"])


def average(updates: list[tuple[dict[str, Any], float]]) -> dict[str, Any]:
    """FedAvg as the paper has it: the mean of the clients' weights, weighted by their rows."""
    total = sum(rows for _, rows in updates)
    return {name: sum(weights[name] * rows for weights, rows in updates) / total for name in updates[0][0]}


def of_each_client(ws: Workspace, plan: dict[str, Any], folder: Path, first: dict[str, Any]) -> list[tuple[Any, float]]:
    """What each client sends after its first round, computed here."""
    folder.mkdir()
    division = _deal(ws.datasets.head("tickets").path, {**plan, "compare": False}, folder)
    places = [Place(folder / str(place) / "rows.parquet", plan, 1) for place in range(len(division.clients))]
    return [(found, float(rows)) for found, _, rows in (place.fit(first, 1) for place in places)]


@needs_flower
@pytest.mark.timeout(900)
@pytest.mark.parametrize("privacy", ["none", "secure_aggregation"])
def test_a_round_gives_the_mean_of_what_the_clients_learned_and_leaves_an_ordinary_run(
    tickets: Workspace, base: Path, tmp_path: Path, privacy: str
):
    secure = privacy != "none"
    run = federate(tickets, base, privacy=privacy, rounds=1, compare=secure)
    tickets.jobs.wait(run.job.id)
    rounds = run.folder / "rounds"
    mean = average(of_each_client(tickets, run.plan, tmp_path / "here", load_round(rounds, 0)))
    found = load_round(rounds, 1)
    assert found.keys() == mean.keys()
    for name, values in mean.items():
        # masked updates are rounded to 2**22 steps between -8 and 8
        np.testing.assert_allclose(found[name], values, atol=2e-4 if secure else 2e-5)
    saved = load_file(run.folder / "model" / "adapter_model.safetensors")
    assert sum(map(np.size, saved.values())) == sum(map(np.size, found.values()))
    assert (run.folder / "checkpoints" / "checkpoint-1" / "adapter_config.json").exists()
    assert not (rounds / "clients").exists(), "copies of the clients' rows were left behind"
    shown = TOOLS["check_training"].run(tickets, {})
    assert f"{run.id} is done: round 1 of 1, loss" in shown.text
    with tickets.approvals.typed("evaluate_run", {}):
        assert "accuracy" in TOOLS["evaluate_run"].run(tickets, {"run": run.id}).text.lower()
    if secure:
        compared = next(table for table in shown.tables if "beside other ways" in table.title)
        ways = [row[0] for row in compared.rows]
        assert ways == ["federated", "all rows in one place", *(f"client-{n} alone" for n in (1, 2, 3))]
        assert {row[3] for row in compared.rows} == {12}


@needs_flower
@pytest.mark.timeout(900)
def test_a_federation_is_stopped_resumed_and_leaves_no_process(tickets: Workspace, base: Path):
    run = federate(tickets, base, rounds=60, strategy="fedprox", mu=0.5, task="classify")
    rounds = run.folder / "rounds"
    until(lambda: last_round(rounds) >= 1)
    process = json.loads((run.job.folder / "process.json").read_text())["process"]
    ours = psutil.Process(int(process.partition(":")[0])).children(recursive=True)
    assert any("tools.train._flower_server" in " ".join(each.cmdline()) for each in ours)
    with tickets.approvals.typed("stop_training", {}):
        assert "Stopped after round" in TOOLS["stop_training"].run(tickets, {}).text
    until(lambda: not [each for each in ours if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])
    assert tickets.runs.get(run.id).model_folder
    done = last_round(rounds)
    with tickets.approvals.typed("resume_training", {}):
        TOOLS["resume_training"].run(tickets, {})
    until(lambda: last_round(rounds) > done)
    resumed = tickets.runs.get(run.id)
    worker = int(json.loads((resumed.job.folder / "process.json").read_text())["process"].partition(":")[0])
    ours = psutil.Process(worker).children(recursive=True)
    os.kill(worker, signal.SIGKILL)
    until(lambda: not [each for each in ours if each.is_running() and each.status() != psutil.STATUS_ZOMBIE])
    assert [line["round"] for line in told(rounds)] == list(range(1, last_round(rounds) + 1))


@needs_flower
@pytest.mark.timeout(900)
def test_with_differential_privacy_only_clipped_and_noised_weights_are_told(
    tickets: Workspace, base: Path, tmp_path: Path
):
    wishes = {"privacy": "differential_privacy", "noise": 2.0, "clip": 0.1}
    run = federate(tickets, base, **wishes)
    facts = tickets.jobs.wait(run.job.id)
    assert facts["epsilon"] == pytest.approx(run.plan["epsilon"], abs=1e-4)
    assert all(not line["client_losses"] and "client_eval_losses" not in line for line in told(run.folder / "rounds"))
    start = load_round(run.folder / "rounds", 0)
    first = load_round(run.folder / "rounds", 1)
    sent = of_each_client(tickets, run.plan, tmp_path / "here", start)
    noise = np.concatenate([(first[name] - start[name]).ravel() for name in first])
    clipped = sum(
        min(1.0, 0.1 / np.linalg.norm(change)) * change
        for change in (np.concatenate([(w[name] - start[name]).ravel() for name in w]) for w, _ in sent)
    )
    rest = noise - clipped / 3  # all clients weigh the same
    expected = 2.0 * 0.1 / 3
    assert np.std(rest) == pytest.approx(expected, rel=5 / np.sqrt(2 * rest.size))
    assert abs(np.mean(rest)) < 5 * expected / np.sqrt(rest.size)
    assert "epsilon" in next(t for t in TOOLS["check_training"].run(tickets, {}).tables).rows.__repr__()


@needs_flower
@pytest.mark.timeout(900)
def test_a_client_without_anything_to_learn_ends_the_run_in_its_own_sentence(empty: Workspace, base: Path):
    with empty.approvals.typed("load_dataset", {}):
        empty.datasets.add(
            "tickets",
            "select 'text ' || n as text, case when n < 60 then 'l' || n % 2 end as label, 'site ' || n // 30 as site"
            " from range(90) t(n)",
            sentence="Loaded 90 rows.",
            recipe={},
            roles={"text": "text", "label": "label"},
        )
    run = federate(empty, base, task="classify", by="site", clients=None)
    with pytest.raises(StoreError, match="None of the .* training rows can be trained on"):
        empty.jobs.wait(run.job.id)


@needs_flower
def test_the_environment_counts_privacy_as_the_plan_does():
    script = (
        "from tools.train._flower_strategies import accountant\n"
        "from tools.train._budget import epsilon\n"
        "from flwr.supercore.privacy_accounting import GaussianPrivacyEvent\n"
        "for noise, rounds, delta in ((1.0, 5, 1e-5), (0.4, 12, 1e-3), (7.5, 100, 1e-7)):\n"
        "    spent = accountant(delta, 4)\n"
        "    spent.compose(GaussianPrivacyEvent(noise, 4, 4), rounds)\n"
        "    print(abs(spent.get_privacy_spent().epsilon - epsilon(noise, rounds, delta)) < 1e-9)\n"
    )
    python = flower_python(flower_home())
    root = Path(__file__).parent.parent.parent
    shown = subprocess.run([str(python), "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["True"] * 3


def settings(ws: Workspace, base: Path, **wishes: Any) -> dict[str, Any]:
    from tests.tiny_run import plan  # noqa: PLC0415 - the name is taken below

    names = ["client-1", "client-2"]
    return plan(
        base, clients=2, clients_by=None, label_skew=0.3, rounds=3, local_epochs=1.0, proximal_mu=0.0, compare=False,
        client_names=names, privacy="none", **wishes,
    )  # fmt: skip


def test_a_client_reads_its_own_file_alone_and_learns_labels_it_never_saw_no_worse_than_not(
    tickets: Workspace, base: Path, tmp_path: Path
):
    plan = settings(tickets, base, task="classify", labels=["delivery", "refund", "technical", "never seen"])
    division = _deal(tickets.datasets.head("tickets").path, plan, tmp_path)
    assert [client.name for client in division.clients] == ["client-1", "client-2"]
    first = trained(open_model(plan, 1).model)
    found, loss, rows = Place(tmp_path / "0" / "rows.parquet", plan, 1).fit(first, 1)
    assert rows == division.clients[0].train
    assert loss > 0
    assert any(not np.array_equal(found[name], first[name]) for name in first)
    again, _, _ = Place(tmp_path / "0" / "rows.parquet", plan, 1).fit(first, 1)
    for name, values in found.items():
        np.testing.assert_allclose(again[name], values, atol=1e-6)


def test_the_proximal_term_is_the_gradient_of_the_distance(tickets: Workspace, base: Path):
    model = open_model(settings(tickets, base), 1).model
    pull = Proximal(model, 0.5)
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    before = [weight.detach().clone() for weight in weights]
    for weight in weights:
        weight.data += 0.2
        weight.grad = weight.detach() * 0
    pull.on_pre_optimizer_step(None, None, None)  # pyright: ignore[reportArgumentType]
    for weight, first in zip(weights, before, strict=True):
        assert weight.grad is not None
        np.testing.assert_allclose(weight.grad.numpy(), 0.5 * (weight.detach() - first).numpy(), atol=1e-7)


def test_fedprox_ends_nearer_to_where_it_began_than_fedavg(tickets: Workspace, base: Path, tmp_path: Path):
    plan = settings(tickets, base)
    _deal(tickets.datasets.head("tickets").path, plan, tmp_path)
    first = trained(open_model(plan, 1).model)

    def moved(mu: float) -> float:
        found, _, _ = Place(tmp_path / "1" / "rows.parquet", {**plan, "proximal_mu": mu}, 1).fit(first, 1)
        return sum(float(np.sum((found[name] - first[name]) ** 2)) for name in first)

    assert moved(50.0) < 0.9 * moved(0.0)


def test_weights_of_another_rank_are_refused(tickets: Workspace, base: Path):
    small = trained(open_model(settings(tickets, base, rank=2), 1).model)
    with pytest.raises(StoreError, match="another model or rank"):
        put(open_model(settings(tickets, base), 1).model, small)


def test_the_learning_rate_falls_over_the_rounds():
    plan = {"learning_rate": 0.1, "rounds": 4}
    assert [round(rate_of(plan, number), 4) for number in (1, 2, 3, 4)] == [0.1, 0.0854, 0.05, 0.0146]


def test_rounds_are_saved_whole_and_the_newest_kept(tmp_path: Path):
    assert last_round(tmp_path) == -1
    for number in range(5):
        weights = {"b.weight": np.full((2, 3), number, dtype=np.float32), "a": np.zeros(1, dtype=np.float32)}
        save_round(tmp_path, number, weights, {"round": number} if number else None)
    (tmp_path / ".round-9.npz").write_bytes(b"torn")
    assert last_round(tmp_path) == 4
    assert sorted(path.name for path in tmp_path.glob("round-*.npz")) == ["round-0.npz", "round-3.npz", "round-4.npz"]
    loaded = load_round(tmp_path, 4)
    assert list(loaded) == ["b.weight", "a"]
    assert loaded["b.weight"].tolist() == [[4.0] * 3] * 2
    assert [line["round"] for line in told(tmp_path)] == [1, 2, 3, 4]


def test_the_same_plan_deals_the_same_rows_again(tickets: Workspace, base: Path):
    plan, path = settings(tickets, base), tickets.datasets.head("tickets").path
    assert divide(path, plan) == divide(path, plan)
