"""Load a base model, or a trained one, with its tokenizer, ready to run."""
# pyright: basic

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from filelock import FileLock
from peft import PeftModel
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    BitsAndBytesConfig,
    GgufConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from store import StoreError
from tools.train._adapters import with_adapter
from tools.train._opening import open_tokenizer, refuse_unknown_tokens, told
from tools.train._wishes import Task
from tools.train.tasks import TASKS
from tools.weights.bases import Base, resolve_base
from tools.weights.folder import models_folder
from tools.weights.progress import OnProgress

Precision = Literal["bfloat16", "float32", "nf4"]
"""In `nf4`, four bits a weight, a model is on an NVIDIA card alone; elsewhere it is loaded in float32."""
PLAIN_TEMPLATE = (
    "{% for m in messages %}{{ m.role | capitalize }}: {{ m.content }}"
    "{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}Assistant: {% endif %}"
)
"""For a base that was never made for chat. It is saved with the tokenizer, so that use matches training."""


@dataclass(frozen=True)
class Loaded:
    """A model and its tokenizer. The model is a `PeftModel` if it has an adapter, learned tokens aside."""

    model: PreTrainedModel | PeftModel
    tokenizer: PreTrainedTokenizerBase

    @property
    def device(self) -> torch.device:
        """Where inputs must be."""
        return next(self.model.parameters()).device


def load(
    base_model: str,
    adapter: Path | None = None,
    *,
    task: Task = "generate",
    labels: list[str] | None = None,
    dtype: Precision = "float32",
    tokenizer_of: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Loaded:
    """Load a model in evaluation mode, on the GPU if there is one.

    Args:
        base_model: A name of the catalogue, a Hub id, a folder or a GGUF file, as the plan of a run has it.
        adapter: The model folder of a run: an adapter, or all the weights after full fine-tuning. None for the
            untuned model; its classification head is random, from a fixed seed.
        task: What it was or is to be trained for; classify and tag have a head for `labels`.
        labels: The classes, in the order of the head's outputs.
        dtype: Precision of the weights.
        tokenizer_of: The folder to take the tokenizer from: a checkpoint has none of its own.
        on_progress: Told how a download goes.

    Raises:
        StoreError: The base model cannot be had or cannot do the task; the message says why.
    """
    whole = adapter if adapter and not (adapter / "adapter_config.json").exists() else None
    folder = whole or base_folder(base_model, on_progress)
    tokenizer = load_tokenizer(tokenizer_of or adapter or folder)
    model: Any = _load_model(folder, base_model, tokenizer, task, labels, dtype)
    if not getattr(model, "is_quantized", False):
        model.to("cuda" if torch.cuda.is_available() else "cpu")
    if adapter and not whole:
        model = with_adapter(model, adapter)
    return Loaded(model.eval(), tokenizer)


def base_folder(base_model: str, on_progress: OnProgress | None = None) -> Path:
    """A folder with the base model in the usual layout, loaded and converted once if need be."""
    base = resolve_base(base_model, models_folder(), on_progress)
    return _dequantised(base) if base.gguf_file else base.folder


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a model folder, with a padding token and a chat template in any case."""
    tokenizer = open_tokenizer(folder, folder.name)
    if tokenizer.chat_template is None:
        tokenizer.chat_template = _opening(tokenizer) + PLAIN_TEMPLATE
    return tokenizer


def _opening(tokenizer: PreTrainedTokenizerBase) -> str:
    """The mark that the tokenizer puts before every text, such as Llama's <s>: the model knows no text without it."""
    empty: list[int] = tokenizer("")["input_ids"]  # pyright: ignore
    return "{{ bos_token }}" if tokenizer.bos_token_id is not None and tokenizer.bos_token_id in empty[:1] else ""


def _load_model(
    folder: Path,
    name: str,
    tokenizer: PreTrainedTokenizerBase,
    task: Task,
    labels: list[str] | None,
    dtype: Precision,
) -> PreTrainedModel:
    settings = _precision(dtype)
    with told(name):
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
    if TASKS[task].head == "causal":
        if not any("CausalLM" in kind or "LMHead" in kind for kind in config.architectures or []):
            raise StoreError(f"{name} cannot write text: it is no causal language model. Take another, or classify.")
        with told(name):
            model = AutoModelForCausalLM.from_pretrained(
                folder, use_safetensors=True, trust_remote_code=False, **settings
            )
        refuse_unknown_tokens(model, tokenizer, name)
        return model
    names = dict(enumerate(labels or []))
    torch.manual_seed(0)  # the head of an untuned model is new
    kind = AutoModelForTokenClassification if TASKS[task].head == "tokens" else AutoModelForSequenceClassification
    ids = {label: id_ for id_, label in names.items()}
    with told(name):
        model = kind.from_pretrained(
            folder,
            num_labels=len(names),
            id2label=names,
            label2id=ids,
            use_safetensors=True,
            trust_remote_code=False,
            **settings,
        )
    refuse_unknown_tokens(model, tokenizer, name)
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


def _precision(dtype: Precision) -> dict[str, Any]:
    if dtype != "nf4":
        return {"dtype": getattr(torch, dtype)}
    if not torch.cuda.is_available():
        return {"dtype": torch.float32}
    kept = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )
    return {"dtype": torch.bfloat16, "quantization_config": kept, "device_map": {"": 0}}


def _dequantised(base: Base) -> Path:
    """A bfloat16 copy of a GGUF file in the usual layout, made once: reading a GGUF takes many times as long."""
    assert base.gguf_file
    file = base.folder / base.gguf_file
    stat = file.stat()
    key = hashlib.sha256(f"{file} {stat.st_size} {stat.st_mtime_ns}".encode()).hexdigest()[:8]
    target = models_folder() / "dequantised" / f"{file.stem}-{key}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{target}.lock"):
        if not target.exists():
            beside = target.with_name(f".{target.name}.{os.getpid()}")
            settings = {"gguf_file": base.gguf_file}
            AutoTokenizer.from_pretrained(base.folder, trust_remote_code=False, **settings).save_pretrained(beside)
            model = AutoModelForCausalLM.from_pretrained(
                base.folder,
                dtype=torch.bfloat16,
                quantization_config=GgufConfig(dequantize=True),
                use_safetensors=True,
                trust_remote_code=False,
                **settings,
            )
            _save_plain(model, beside)
            shutil.rmtree(target, ignore_errors=True)
            beside.rename(target)
    return target


def _save_plain(model: PreTrainedModel, folder: Path) -> None:
    """Save without any mark of the quantisation that the weights came in."""
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    config.pop("quantization_config", None)
    (folder / "config.json").write_text(json.dumps(config, indent=2))
