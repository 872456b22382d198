"""Where model files are kept on this machine."""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_cache_path


def models_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that TUNEWRIGHT_MODELS names, else `tunewright/models` in the user's cache."""
    named = environ.get("TUNEWRIGHT_MODELS")
    return Path(named).expanduser() if named else user_cache_path("tunewright") / "models"
