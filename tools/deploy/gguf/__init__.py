"""GGUF files, which llama.cpp and the programs on it load: whole models and LoRA adapters.

`_model.py` writes a model, `_adapter.py` an adapter; `_families.py` says for which architectures, `_vocabulary.py` how
text becomes tokens, `_kinds.py` how a weight is rounded. They are for workers.
"""
