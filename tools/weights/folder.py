"""Where model files are kept on this machine."""

import os
from pathlib import Path

from platformdirs import user_cache_path


def models_folder() -> Path:
    """The folder that TUNEWRIGHT_MODELS names, else `tunewright/models` in the user's cache."""
    named = os.environ.get("TUNEWRIGHT_MODELS")
    return Path(named).expanduser() if named else user_cache_path("tunewright") / "models"
