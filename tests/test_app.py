"""The program as it is started: `python app.py`."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]


def started(home: Path, **settings: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TUNEWRIGHT_")}
    environment |= {"TUNEWRIGHT_HOME": str(home), "GRADIO_TEMP_DIR": str(home / "gradio"), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_page_is_there_before_the_model_is(tmp_path: Path) -> None:
    with taken_port() as port:
        pass
    process = started(tmp_path / "home", TUNEWRIGHT_PORT=str(port), TUNEWRIGHT_MODEL=str(tmp_path / "none.gguf"))
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() < until
            time.sleep(0.2)
        assert "Tunewright" in httpx.get(f"http://127.0.0.1:{port}/").text
    finally:
        process.terminate()
        printed = process.communicate(timeout=30)[0]
    assert f"http://127.0.0.1:{port}" in printed
    assert "Traceback" not in printed


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with taken_port() as port:
        process = started(tmp_path, TUNEWRIGHT_PORT=str(port), TUNEWRIGHT_MODEL=str(tmp_path / "none.gguf"))
        printed = process.communicate(timeout=90)[0]
    assert process.returncode == 1
    assert f"Nothing can listen at 127.0.0.1:{port}" in printed
    assert "TUNEWRIGHT_PORT" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(("name", "value"), [("TUNEWRIGHT_PORT", "many"), ("TUNEWRIGHT_BACKEND", "magic")])
def test_a_setting_that_makes_no_sense_is_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    process = started(tmp_path, **{name: value})
    printed = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert printed.startswith(f"{name} is '{value}'.")
    assert "Traceback" not in printed


def test_importing_the_app_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'transformers', 'pandas', 'altair', 'sklearn', 'datasets', 'gradio'}"
    told = subprocess.run(
        [sys.executable, "-c", f"import app, sys; print({heavy} & set(sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "set()"


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).is_success
    except httpx.TransportError:
        return False
