"""What a user may say about a training; what is not said is chosen."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from tools.kinds import BaseModel, called, near

Technique = Annotated[
    Literal[
        "lora",
        "rslora",
        "dora",
        "pissa",
        "olora",
        "lora_plus",
        "loftq",
        "eva",
        "qlora",
        "adalora",
        "vera",
        "loha",
        "lokr",
        "oft",
        "boft",
        "ia3",
        "prompt_tuning",
        "prefix_tuning",
        "p_tuning",
        "llama_adapter",
        "layer_norm",
        "full",
    ],
    called(
        lora="lora",
        rslora="rslora",
        dora="dora",
        pissa="pissa",
        olora="olora",
        lora_plus="loraplus",
        loftq="loftq",
        eva="eva",
        qlora="qlora 4bit",
        adalora="adalora adaptive",
        vera="vera",
        loha="loha hadamard",
        lokr="lokr kronecker",
        oft="oft",
        boft="boft butterfly",
        ia3="ia3",
        prompt_tuning="soft",
        prefix_tuning="prefix prefixes",
        p_tuning="ptuning",
        llama_adapter="llamaadapter",
        layer_norm="layernorm norm norms",
        full="full weight",
    ),
]
Task = Annotated[
    Literal["generate", "classify", "tag", "pretrain", "dpo", "grpo"],
    called(
        classify="classifier classification classify",
        tag="tag tags tagger tagging ner entity entities token-classification",
        pretrain="pretrain pretraining pre-training pre-train raw",
        dpo="dpo preference preferences preferred chosen rejected",
        grpo="grpo reward rewards reinforcement",
    ),
]
Reward = Annotated[
    Literal["exact_match", "pattern", "json", "length"],
    called(
        exact_match="exact exactly right correct",
        pattern="regex regexp expression pattern",
        json="json schema",
        length="length short shorter words",
    ),
]
Pattern = Annotated[str, Field(max_length=2000)]
Answers = Annotated[Literal["all", "last"], called(last="last final", all="every")]
Epochs = Annotated[float, Field(gt=0, le=100), near("epoch ep pass passes round epochen époques épocas")]
LearningRate = Annotated[float, Field(gt=0, le=0.1), near("lr learning rate")]
BatchSize = Annotated[int, Field(ge=1, le=512), near("batch batches bs batchsize batchgröße")]
Rank = Annotated[int, Field(ge=1, le=512)]
MaxLength = Annotated[int, Field(ge=8, le=32768), near("token length context")]
ToTheEnd = Annotated[bool, called(true="end regardless stopping")]
Freeze = Annotated[int, Field(ge=0, le=1000), near("freeze frozen first lowest bottom", embeddings=0, embedding=0)]
TrainLast = Annotated[int, Field(ge=1, le=1000), near("last top final highest")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1), near("startwert graine semilla semente")]
Where = Annotated[str, Field(max_length=200)]
"""A place as `tools.train.places` reads it: 2 processes, gpus, ray://host:10001, hf-jobs:a10g-small."""
Effort = Annotated[
    Literal["quick", "balanced", "best"],
    called(
        quick="quick quickly fast rough glance trial",
        balanced="balanced",
        best="best thorough thoroughly careful",
    ),
]
Sample = Annotated[int, Field(ge=2, le=100_000_000), near("subset only")]


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
    reward: Reward | None = None
    pattern: str | None = None
    answers: Answers | None = None
    to_the_end: bool | None = None
    where: str | None = None
    freeze: int | None = None
    last_layers: int | None = None
    effort: Effort | None = None
    sample: int | None = None


@dataclass(frozen=True)
class Setting:
    """One line of a plan: a value, why it was chosen, and the two runners-up with what they would change."""

    name: str
    value: str
    why: str
    instead: str = ""
    third: str = ""
