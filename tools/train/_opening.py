"""Open the files of a model folder, or say in a sentence what is wrong with them."""
# pyright: basic

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from store import StoreError


@contextmanager
def told(name: str) -> Iterator[None]:
    """Whatever reading a model's files raises, as a sentence.

    Raises:
        StoreError: A file is damaged or missing, or the architecture is not known here.
    """
    try:
        yield
    except SafetensorError as error:
        raise StoreError(
            f"The weights of {name} are damaged ({error}). Load the model again, or take another base model."
        ) from error
    except json.JSONDecodeError as error:
        raise StoreError(f"A settings file of {name} is damaged ({error}). Load the model again.") from error
    except (ValueError, KeyError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the model
        first = str(error).strip().splitlines()[0][:300]
        raise StoreError(
            f"{name} cannot be read by the library that trains ({first}). Take another base model, such as one of "
            "`tunewright models`."
        ) from error


def open_tokenizer(folder: Path, name: str) -> PreTrainedTokenizerBase:
    """A tokenizer with an end mark and a padding token in any case.

    Raises:
        StoreError: There is none, it cannot be read, or it has no mark at all.
    """
    if not any((folder / file).exists() for file in FILES):
        raise StoreError(
            f"{name} has no tokenizer beside its weights ({', '.join(FILES[:2])}). Save the model's own tokenizer "
            "into the same folder, or take another base model."
        )
    with told(name):
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    marks = (tokenizer.eos_token, tokenizer.sep_token, tokenizer.pad_token, tokenizer.unk_token, tokenizer.bos_token)
    mark = next((mark for mark in marks if mark is not None), None)
    if mark is None:
        raise StoreError(
            f"The tokenizer of {name} has no mark for the end of a text, so a model could not learn to stop. Set its "
            "eos_token, or take another base model."
        )
    tokenizer.eos_token = tokenizer.eos_token or mark
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    return tokenizer


FILES = ("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.txt", "vocab.json", "spiece.model")


def refuse_unknown_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, name: str) -> None:
    """A tokenizer that knows more tokens than the model would break in the first step that meets one.

    Raises:
        StoreError: They do not belong together.
    """
    rows = len(model.get_input_embeddings().weight)  # pyright: ignore
    if len(tokenizer) > rows:
        raise StoreError(
            f"The tokenizer of {name} knows {len(tokenizer):,} tokens and the model only {rows:,}: they do not belong "
            "together. Save the model's own tokenizer beside it."
        )
