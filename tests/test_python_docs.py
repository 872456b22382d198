"""The examples in docs/python.md, run in order as they stand; what they print is what stands below them."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "python.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.M | re.S)


def examples() -> list[tuple[str, str]]:
    """Each block of Python with what it prints."""
    blocks = [(match[1], match[2]) for match in BLOCK.finditer(PAGE.read_text())]
    printed = [text if kind == "text" else "" for kind, text in [*blocks[1:], ("python", "")]]
    return [(code, told) for (kind, code), told in zip(blocks, printed, strict=True) if kind == "python"]


def test_the_examples_print_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    assert len(examples()) > 8
    for code, told in examples():
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), names)
        assert printed.getvalue() == told
