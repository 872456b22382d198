"""The files of a Space that shows a pushed model: a small Gradio page, what it needs, and its card."""

import importlib.metadata
from pathlib import Path
from string import Template

from store import TrainingRun
from tools.train.tasks import TASKS

SCRIPT = Path(__file__).with_name("scripts") / "demo.py.txt"
LOADERS = {
    "causal": "AutoModelForCausalLM",
    "classes": "AutoModelForSequenceClassification",
    "tokens": "AutoModelForTokenClassification",
}
WHOLE = "model = {loader}.from_pretrained(MODEL, revision=REVISION, token=TOKEN{more})"
ADAPTER = """base = {loader}.from_pretrained("{base}", token=TOKEN{more})
model = PeftModel.from_pretrained(base, MODEL, revision=REVISION, token=TOKEN)"""
ANSWERS = {
    "causal": '''
@torch.inference_mode()
def answer(question: str, longest: int) -> str:
    """What the model says; at temperature 0, so that the same question has the same answer."""
    read = question
    if tokenizer.chat_template:
        asked = [{"role": "user", "content": question}]
        read = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    tokens = tokenizer(read, return_tensors="pt", add_special_tokens=not tokenizer.chat_template)
    given = model.generate(**tokens, max_new_tokens=int(longest), do_sample=False)
    return tokenizer.decode(given[0, tokens["input_ids"].shape[1] :], skip_special_tokens=True)
''',
    "classes": '''
@torch.inference_mode()
def answer(text: str) -> dict[str, float]:
    """The probability of each class."""
    logits = model(**tokenizer(text, return_tensors="pt", truncation=True)).logits[0].float()
    several = model.config.problem_type == "multi_label_classification"
    shares = torch.sigmoid(logits) if several else torch.softmax(logits, -1)
    return {model.config.id2label[place]: float(share) for place, share in enumerate(shares)}
''',
    "tokens": '''
@torch.inference_mode()
def answer(text: str) -> list[tuple[str, str | None]]:
    """The text in pieces, each with its tag."""
    read = tokenizer(text, return_tensors="pt", truncation=True, return_offsets_mapping=True)
    places = read.pop("offset_mapping")[0].tolist()
    tags = [model.config.id2label[int(place)] for place in model(**read).logits[0].argmax(-1)]
    return [(text[start:end], None if tag == "O" else tag) for (start, end), tag in zip(places, tags) if end > start]
''',
}
PAGES = {
    "causal": 'answer, [gr.Textbox(label="Question", lines=3), gr.Slider(8, 512, 128, step=8, label="Most '
    'tokens")], gr.Textbox(label="Answer")',
    "classes": 'answer, gr.Textbox(label="Text", lines=3), gr.Label(label="Class")',
    "tokens": 'answer, gr.Textbox(label="Text", lines=3), gr.HighlightedText(label="Tags")',
}
README = """---
title: {title}
emoji: 💬
colorFrom: indigo
colorTo: green
sdk: gradio
sdk_version: {gradio}
python_version: "3.12.12"
app_file: app.py
models: [{repository}]
short_description: {short}
---

A page to try [{repository}](https://huggingface.co/{repository}). If that model is private, add a secret HF_TOKEN to
this Space: a fine-grained token that may read that repository and nothing else.
"""


def demo_space(run: TrainingRun, repository: str, base: str | None) -> dict[str, str]:
    """The text of each file of the Space, by its name.

    Args:
        run: What was pushed.
        repository: Where it was pushed to.
        base: The Hub's id of the base model, if an adapter was pushed; None if it is a whole model.
    """
    head = TASKS[str(run.plan["task"])].head
    loader, more = LOADERS[head], _labels(run, head) if base else ""
    title = repository.partition("/")[2]
    app = Template(SCRIPT.read_text(encoding="utf-8")).substitute(
        repository=repository,
        loader=loader,
        imports="from peft import PeftModel\n" if base else "",
        load=(ADAPTER if base else WHOLE).format(loader=loader, base=base, more=more),
        answer=ANSWERS[head].strip(),
        page=PAGES[head],
        title=title,
    )
    versions = {name: importlib.metadata.version(name).partition("+")[0] for name in ("torch", "transformers", "peft")}
    needed = [f"{name}=={version}" for name, version in versions.items() if base or name != "peft"]
    card = README.format(
        title=title,
        gradio=importlib.metadata.version("gradio"),
        repository=repository,
        short=f"Try {title}"[:60],
    )
    return {"app.py": app, "requirements.txt": "\n".join(needed) + "\n", "README.md": card}


def _labels(run: TrainingRun, head: str) -> str:
    """What the base of an adapter has to be told of its head."""
    labels: list[str] | None = run.plan.get("labels")
    return f", num_labels={len(labels)}, id2label={dict(enumerate(labels))!r}" if head != "causal" and labels else ""
