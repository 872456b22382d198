"""Whether a base model is the same as it was: the hashes of its files."""

from store.run_recipes import sha256
from tools.weights.bases import resolve_base
from tools.weights.errors import FetchError
from tools.weights.folder import models_folder


def base_files(base_model: str) -> dict[str, str]:
    """SHA-256 of each file of weights of a base model that is on this machine, by name; none if it cannot be had."""
    try:
        base = resolve_base(base_model, models_folder())
    except FetchError:
        return {}
    files = [base.folder / base.gguf_file] if base.gguf_file else sorted(base.folder.glob("*.safetensors"))
    return {file.name: sha256(file) for file in files}
