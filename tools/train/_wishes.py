"""What a user may say about a training; what is not said is chosen."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from tools.kinds import BaseModel, called, near

Technique = Annotated[
    Literal["lora", "dora", "ia3", "full"], called(lora="lora", dora="dora", ia3="ia3", full="full weight")
]
Task = Annotated[Literal["generate", "classify"], called(classify="classifier classification classify")]
Epochs = Annotated[float, Field(gt=0, le=100), near("epoch pass passes round")]
LearningRate = Annotated[float, Field(gt=0, le=0.1), near("lr learning rate")]
BatchSize = Annotated[int, Field(ge=1, le=512), near("batch batches")]
Rank = Annotated[int, Field(ge=1, le=512)]
MaxLength = Annotated[int, Field(ge=8, le=32768), near("token length context")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


@dataclass(frozen=True)
class Wishes:
    """The user's own settings; None leaves the choice to the plan."""

    base_model: BaseModel | None = None
    technique: Technique | None = None
    task: Task | None = None
    epochs: float | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    rank: int | None = None
    max_length: int | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Setting:
    """One line of a plan: a value, why it was chosen, and the runner-up."""

    name: str
    value: str
    why: str
    instead: str = ""
