"""The weights of the best evaluation so far, kept beside the checkpoints until the run ends."""
# pyright: basic

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from store.worker import write_last
from tools.train._memory import unlimited
from tools.train._stopping import Evaluation


class Best:
    """Trained weights on disk with the evaluation they reached; `best.json` is written last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def evaluation(self) -> Evaluation | None:
        """What the kept weights reached, over all the jobs of the run."""
        told = self._folder / "best.json"
        return Evaluation(**json.loads(told.read_text())["reached"]) if told.exists() else None

    def keep(self, model: torch.nn.Module, reached: Evaluation) -> None:
        """Keep the weights as they are now instead of those before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"weights-{reached.step}.safetensors"
        with unlimited():
            save_file({each: w.detach().cpu().contiguous() for each, w in _trained(model).items()}, self._folder / name)
        write_last(self._folder / "best.json", {"weights": name, "reached": vars(reached)})
        for older in self._folder.glob("*.safetensors"):
            if older.name != name:
                older.unlink()

    def restore(self, model: torch.nn.Module) -> None:
        """Put the kept weights back."""
        kept = load_file(self._folder / json.loads((self._folder / "best.json").read_text())["weights"])
        with torch.no_grad():
            for name, weight in _trained(model).items():
                weight.copy_(kept[name])

    def forget(self) -> None:
        """Remove them."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _trained(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
