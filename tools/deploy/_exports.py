"""What was exported: folders with a manifest, which is written last."""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import Workspace
from store.written import write_last

MANIFEST = "export.json"
SUMS = "SHA256SUMS"
BASES = "bases"
"""The folder of GGUF files of untuned models, which adapters are put on; beside the exports."""
DIFFERS = "-differs"
"""How the folder's name ends where an export does not answer as the trained model does."""
_BYTES_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Export:
    """A finished export that answers as the trained model does.

    Attributes:
        run: The run.
        form: merged, adapter, gguf, gguf_adapter or onnx.
        kind: How the weights of a GGUF file are rounded; None for the other forms.
        folder: Where it lies.
        main_file: The file with the weights.
        parity: What the check found; see `_parity.compared`.
        stop_tokens: The tokens that end an answer, as text.
        base_file: For a GGUF adapter, the GGUF file of its base on this machine; None for the other forms.
    """

    run: str
    form: str
    kind: str | None
    folder: Path
    main_file: Path
    parity: dict[str, Any]
    stop_tokens: tuple[str, ...] = ()
    base_file: Path | None = None


def exports(ws: Workspace, run: str | None = None) -> list[Export]:
    """The exports that may be served, oldest first.

    One that failed its check is not among them, nor one that was not finished.

    Args:
        ws: The workspace.
        run: Of this run alone.
    """
    manifests = sorted((ws.folder / "exports").glob(f"[!.]*/{MANIFEST}"), key=lambda path: path.stat().st_mtime)
    found = [_read(path) for path in manifests]
    return [each for each in found if each.parity["passed"] and run in (None, each.run)]


def _read(manifest: Path) -> Export:
    told: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    base = told.get("base_file")
    return Export(
        run=told["run"],
        form=told["form"],
        kind=told["kind"],
        folder=manifest.parent,
        main_file=manifest.parent / told["main_file"],
        parity=told["parity"],
        stop_tokens=tuple(told["stop_tokens"]),
        base_file=manifest.parent.parent / base if base else None,
    )


def finish(beside: Path, target: Path, told: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Write checksums and the manifest, and put the folder in the place of the one that is there.

    Args:
        beside: The folder with all other files.
        target: Where it belongs.
        told: The rest of the manifest.

    Returns:
        Name, bytes and SHA-256 of each file but the two that are written here.
    """
    files = checksums(beside)
    lines = "".join(f"{checksum}  {name}\n" for name, _, checksum in files)
    (beside / SUMS).write_text(lines, encoding="utf-8")
    listed = [{"name": name, "bytes": size, "sha256": checksum} for name, size, checksum in files]
    write_last(beside / MANIFEST, {**told, "files": listed})
    _replace(beside, target)
    return files


def _replace(beside: Path, target: Path) -> None:
    """A folder cannot be renamed over one that is there: that one steps aside first, and goes last."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    beside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def checksums(folder: Path) -> list[tuple[str, int, str]]:
    """Name, bytes and SHA-256 of each file, but of the sums and the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (SUMS, MANIFEST))
    return [(str(path.relative_to(folder)), path.stat().st_size, _sha256(path)) for path in files]


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BYTES_AT_ONCE):
            found.update(block)
    return found.hexdigest()
