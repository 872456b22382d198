"""Importing the app is quick, and torch lives in workers, and in the app only behind what thinks and listens."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"torch", "transformers", "trl", "peft", "captum"}
LATE = {"altair", "datasets", "evaluate", "jsonschema", "pandas", "scipy", "sklearn", "statsmodels"}
MAY = {ROOT / "assistant" / "models" / "transformers_backend.py", ROOT / "assistant" / "encoder.py"}
modules = sorted(path for part in ("store", "tools", "assistant") for path in (ROOT / part).rglob("*.py"))


def test_the_tools_and_the_terminal_come_up_without_the_heavy_libraries():
    wanted = f"import sys, tools, assistant.cli; list(tools.TOOLS); print(sorted({HEAVY | LATE!r} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", wanted], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("module", modules, ids=[str(path.relative_to(ROOT)) for path in modules])
def test_only_workers_import_torch(module: Path):
    if module in MAY or (module.name.startswith("_") and module.name != "__init__.py"):
        return
    tree = ast.parse(module.read_text())
    for_types = {part for node in ast.walk(tree) if _only_for_types(node) for part in ast.walk(node)}
    imported = {name.partition(".")[0] for node in set(ast.walk(tree)) - for_types for name in _names(node)}
    assert not imported & HEAVY


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
