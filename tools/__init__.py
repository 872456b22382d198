"""What the assistant can do: one file a tool, one folder a chapter.

To add a tool, write one file in a chapter's folder. Nothing else lists tools by hand. Files whose name starts
with `_` are not tools: workers, and what the tools of a chapter share.
"""

import pkgutil
from importlib import import_module

from tools.result import Change, Result, Table
from tools.tool import Tool, ToolError

__all__ = ["CHAPTERS", "TOOLS", "Change", "Result", "Table", "Tool", "ToolError"]

CHAPTERS = ("goal", "data", "clean", "augment", "train", "evaluate", "audit", "deploy", "monitor", "project")
"""The path of a fine-tuning project, in order."""


def _find() -> dict[str, Tool]:
    found: dict[str, Tool] = {}
    for chapter in CHAPTERS:
        package = import_module(f"tools.{chapter}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.ispkg or module.name.startswith("_"):
                continue
            tool = getattr(import_module(f"tools.{chapter}.{module.name}"), module.name, None)
            if not isinstance(tool, Tool):
                raise ImportError(f"tools/{chapter}/{module.name}.py must define the tool {module.name}().")
            found[module.name] = tool
    return found


TOOLS: dict[str, Tool]
"""Every tool by name, in the order of the path. Found when first asked for: a worker starts without them."""


def __getattr__(name: str) -> dict[str, Tool]:
    if name != "TOOLS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = _find()
    globals()["TOOLS"] = found
    return found
