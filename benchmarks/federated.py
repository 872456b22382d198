"""What is lost when clients keep their rows: federated against all rows in one place and each client alone.

    python -m benchmarks.federated ../shared/data [--base minilm-l6] [--labels 77] [--rows 4000] [--rounds 5]
        [--local-epochs 1] [--clients 4] [--skew 0.3] [--ways fedavg fedprox secure dp]

Intents of banking77 go to the clients with skewed labels (Dirichlet). Each way is a real run of `train_federated`; all
are tested on the same test rows. Prints accuracy with Wilson's interval, minutes, and the bytes sent. Needs Flower's
environment (`python -m tools.train._flower_home`).
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from store import Workspace
from store.engine import literal
from tools import TOOLS
from tools.train._federated_show import COMPARISON
from tools.weights.progress import size

WAYS: dict[str, dict[str, Any]] = {
    "fedavg": {"strategy": "fedavg"},
    "fedprox": {"strategy": "fedprox"},
    "secure": {"strategy": "fedavg", "privacy": "secure_aggregation"},
    "dp": {"strategy": "fedavg", "privacy": "differential_privacy", "epsilon": 8},
    "dp-weak": {"strategy": "fedavg", "privacy": "differential_privacy", "noise": 0.02},
}
CALLED = {
    "fedavg": "FedAvg",
    "fedprox": "FedProx",
    "secure": "FedAvg, secure aggregation",
    "dp": "FedAvg, differential privacy",
    "dp-weak": "FedAvg, little noise",
}


def main() -> None:
    """Run the ways, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base", default="minilm-l6")
    parser.add_argument("--labels", type=int, default=77)
    parser.add_argument("--rows", type=int, default=4000, help="training rows")
    parser.add_argument("--test-rows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--local-epochs", type=float, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--skew", type=float, default=0.3)
    parser.add_argument("--rate", type=float, help="learning rate")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="federated-"))
    with Workspace(home, readable=(options.folder,)) as ws:
        load(ws, options)
        print(f"{'way':34}{'accuracy':>10}{'interval':>18}{'minutes':>9}{'sent':>10}  privacy", flush=True)
        for place, way in enumerate(options.ways):
            wishes = settings(options) | WAYS[way]
            print("\n".join(lines(ws, way, run(ws, {**wishes, "compare": place == 0}))), flush=True)


def load(ws: Workspace, options: argparse.Namespace) -> None:
    """The rows of the first labels, with the set's own test rows as the test."""
    train, test = (literal(str(options.folder / "banking77" / f"{side}.csv")) for side in ("train", "test"))
    names = f"select distinct category from read_csv({train}) order by 1 limit {options.labels}"
    part = "select text, category as label, '{}' as split from read_csv({}) where category in ({}) order by hash(text)"
    select = (
        f"(from ({part.format('train', train, names)}) limit {options.rows}) union all"
        f" (from ({part.format('test', test, names)}) limit {options.test_rows})"
    )
    with ws.approvals.typed("load_dataset", {}):
        ws.datasets.add(
            "intents",
            f"from ({select})",
            sentence="Loaded.",
            recipe={},
            roles={"text": "text", "label": "label", "split": "split"},
            folders=[options.folder / "banking77"],
        )


def settings(options: argparse.Namespace) -> dict[str, Any]:
    """What all ways have in common."""
    told = {
        "dataset": "intents",
        "task": "classify",
        "base_model": options.base,
        "clients": options.clients,
        "skew": options.skew,
        "rounds": options.rounds,
        "local_epochs": options.local_epochs,
        "seed": 1,
    }
    return told | ({"learning_rate": options.rate} if options.rate else {})


def run(ws: Workspace, wishes: dict[str, Any]) -> Any:
    """Train, and test where the run has not done so itself."""
    with ws.approvals.typed("train_federated", wishes):
        started = TOOLS["train_federated"].run(ws, wishes)
    assert started.data
    ws.jobs.wait(started.data["job"])
    found = ws.runs.get(started.data["run"])
    if not (found.folder / COMPARISON).exists():
        with ws.approvals.typed("evaluate_run", {}):
            TOOLS["evaluate_run"].run(ws, {"run": found.id, "rows": 5000})
    return found


def lines(ws: Workspace, way: str, run: Any) -> list[str]:
    """A line for the run, and one for each way that it was compared with."""
    done = ws.jobs.result(run.job.id)
    plan = run.plan
    budget = f"epsilon {done['epsilon']:.3g} at delta {plan['delta']:g}" if plan["epsilon"] else ""
    file = run.folder / COMPARISON
    if not file.exists():
        body = ws.reports.all(kind="evaluation", run=run.id)[-1].body
        accuracy = body["metrics"]["accuracy"]["tuned"]
        return [line(CALLED[way], accuracy, done["seconds_rounds"], done["bytes_sent"], budget)]
    told = json.loads(file.read_text())
    first = told.pop("federated")
    rest = [line(f"{name} ({one['rows']} rows)", one["accuracy"], one["seconds"], 0, "") for name, one in told.items()]
    return [*rest, line(CALLED[way], first["accuracy"], done["seconds_rounds"], done["bytes_sent"], budget)]


def line(name: str, accuracy: dict[str, float], seconds: float, sent: int, budget: str) -> str:
    """One line of the table."""
    interval = f"{accuracy['low']:.3f} to {accuracy['high']:.3f}"
    told = f"{seconds / 60:>9.1f}{size(sent) if sent else '-':>10}  {budget}"
    return f"{name:34}{accuracy['value']:>10.3f}{interval:>18}{told}"


if __name__ == "__main__":
    main()
