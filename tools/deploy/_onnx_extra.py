"""Whether ONNX files can be made here."""

from importlib.util import find_spec

from tools.tool import ToolError

PACKAGES = ("onnx", "onnxscript", "onnxruntime")


def need_onnx() -> None:
    """Refuse without the packages of the extra.

    Raises:
        ToolError: One is missing; the message says how to get them.
    """
    if any(find_spec(name) is None for name in PACKAGES):
        raise ToolError(
            "ONNX files need packages that are not installed: run `pip install 'tunewright[onnx]'` and ask again, or "
            "export it merged or as GGUF."
        )
