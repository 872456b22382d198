"""The forms that a trained model can leave in, and which of them a run has."""

from typing import Annotated, Literal

from store import TrainingRun
from tools.kinds import called
from tools.tool import ToolError
from tools.train.tasks import TASKS
from tools.train.techniques import TECHNIQUES

FormName = Literal["merged", "adapter", "gguf", "gguf_adapter", "onnx"]
KindName = Literal["f16", "q8_0", "q4_k_m", "q4_0"]
Form = Annotated[
    FormName,
    called(
        merged="merged whole complete safetensors",
        adapter="adapter lora",
        gguf="gguf ollama llamacpp lmstudio",
        onnx="onnx onnxruntime",
    ),
]
Wish = Literal["16_bit", "8_bit", "4_bit", "4_bit_plain"]
Kind = Annotated[
    Wish, called(**{"16_bit": "f16 fp16 half", "8_bit": "q8 int8", "4_bit": "q4 int4", "4_bit_plain": "q40"})
]
"""As people say it."""
KIND_TITLES: dict[KindName, str] = {
    "f16": "half precision",
    "q8_0": "8-bit",
    "q4_k_m": "4-bit, K-quants",
    "q4_0": "4-bit, plain",
}
NAMES: dict[Wish | KindName, KindName] = {
    "16_bit": "f16",
    "8_bit": "q8_0",
    "4_bit": "q4_k_m",
    "4_bit_plain": "q4_0",
    **{name: name for name in KIND_TITLES},
}
"""What llama.cpp calls each kind."""
USUAL_KIND: KindName = "q8_0"
"""Half the size of half precision, and in what it answers hardly to be told from it."""
TITLES: dict[FormName, str] = {
    "merged": "merged",
    "adapter": "adapter",
    "gguf": "GGUF",
    "gguf_adapter": "GGUF adapter",
    "onnx": "ONNX",
}
LIBRARIES: dict[FormName, str] = {
    "merged": "transformers",
    "adapter": "peft",
    "gguf": "gguf",
    "gguf_adapter": "gguf",
    "onnx": "onnx",
}
"""What the Hub calls the library that loads a form."""
LOADED_BY = {
    "causal": "AutoModelForCausalLM",
    "classes": "AutoModelForSequenceClassification",
    "tokens": "AutoModelForTokenClassification",
}
"""The class of transformers for each kind of head."""


def form_of(run: TrainingRun, wished: FormName | None) -> FormName:
    """The form of the export.

    Raises:
        ToolError: A run of this technique or task has no such form; the message says which it has.
    """
    technique = TECHNIQUES[run.plan["technique"]]
    if wished is None:
        return technique.forms[0]
    if wished in ("gguf", "gguf_adapter") and TASKS[str(run.plan["task"])].head != "causal":
        raise ToolError(
            f"{run.id} is a classifier, and a GGUF file is for models that write. Export it merged or as ONNX."
        )
    if wished in ("adapter", "gguf_adapter") and not technique.config:
        raise ToolError(f"{run.id} was trained in full, so there is no adapter apart. Export it merged or as GGUF.")
    if wished not in ("adapter", "gguf_adapter") and technique.config and not technique.merges:
        raise ToolError(
            f"{run.id} was trained with {technique.title}, which is no part of the base model's weights: it cannot be "
            "merged, nor become a GGUF file. Export it as an adapter."
        )
    if wished in ("adapter", "gguf_adapter") and "adapter" not in technique.forms:
        raise ToolError(
            f"The adapter of {run.id} fits the base model only as {technique.title} rounded it, which no other program "
            "does. Export it merged."
        )
    return wished


def kind_of(form: FormName, wished: Wish | KindName | None) -> KindName | None:
    """How the weights of a GGUF file are rounded, in llama.cpp's word; None for the other forms.

    Args:
        form: Of the export.
        wished: As people say it, or as a manifest has it.

    Raises:
        ToolError: A kind is wished for a form that has none.
    """
    if form == "gguf":
        return NAMES[wished] if wished else USUAL_KIND
    if wished and form == "gguf_adapter":
        raise ToolError("A LoRA adapter as GGUF is kept in half precision; choose a kind for the model itself.")
    if wished:
        raise ToolError(f"The kind {wished} is one of GGUF files; say form gguf, or leave the kind out.")
    return None


def called_in_folders(run: TrainingRun, form: FormName, kind: KindName | None) -> str:
    """The name of the export's folder."""
    return "-".join(part for part in (run.id, form, kind) if part)


def main_file(run: TrainingRun, form: FormName, kind: KindName | None) -> str:
    """The file with the weights."""
    match form:
        case "gguf":
            return f"{run.id}-{kind}.gguf"
        case "gguf_adapter":
            return f"{run.id}-adapter.gguf"
        case "onnx":
            return "model.onnx"
        case "adapter":
            return "adapter_model.safetensors"
        case "merged":
            return "model.safetensors"


def use_of(run: TrainingRun, form: FormName, kind: KindName | None) -> str:
    """How it is loaded, in a sentence or two."""
    loader = LOADED_BY[TASKS[str(run.plan["task"])].head]
    base, file = run.plan["base_model"], main_file(run, form, kind)
    made = f"{base} fine-tuned with {run.plan['technique']}."
    match form:
        case "merged":
            return f"{made} Load it with transformers.{loader}.from_pretrained(folder)."
        case "adapter":
            return f"{made} Load it with peft.PeftModel.from_pretrained(base, folder), where base is {base}."
        case "gguf":
            return f"{made} Load {file} with llama.cpp, or with a program on it such as Ollama or LM Studio."
        case "gguf_adapter":
            return f"{made} Load {file} with llama.cpp as `--lora`, beside a GGUF file of {base}."
        case "onnx":
            return f"{made} Load {file} with onnxruntime.InferenceSession; it takes input_ids and attention_mask."
