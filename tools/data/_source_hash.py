"""Which file exactly a dataset was loaded from, so that it can be known again."""

from pathlib import Path
from typing import Any

from tools.data._export import sha256_of


def source_hash(found: object) -> dict[str, Any]:
    """The SHA-256 and the size of a file, for the recipe of a load; nothing for what is not one file."""
    if not isinstance(found, Path) or not found.is_file():
        return {}
    return {"sha256": sha256_of(found), "bytes": found.stat().st_size}
