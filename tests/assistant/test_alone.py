"""A workspace has one app; the second says so, and what is typed in a terminal goes on beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.alone import alone
from store import StoreError
from tests.waiting import until

HOLDS = "import sys, time; from pathlib import Path; from assistant.alone import alone\n" + (
    "with alone(Path(sys.argv[1]), 'http://127.0.0.1:7999'): time.sleep(600)"
)


def test_the_second_app_says_who_is_there_and_starts_after_a_kill_of_the_first(tmp_path: Path) -> None:
    first = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)])
    until((tmp_path / "app.txt").exists)
    told = rf"running on .* already: process {first.pid}, page at http://127.0.0.1:7999"
    with pytest.raises(StoreError, match=told), alone(tmp_path, "here"):
        pass
    beside = [sys.executable, "-m", "assistant.cli", "tool", "show_project", "--home", str(tmp_path)]
    assert subprocess.run(beside, capture_output=True).returncode == 0
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with alone(tmp_path, "here"):
        assert (tmp_path / "app.txt").read_text() == f"process {os.getpid()}, page at here"
    assert not (tmp_path / "app.txt").exists()


def test_the_app_itself_refuses_to_be_the_second(tmp_path: Path) -> None:
    with alone(tmp_path, "http://127.0.0.1:7860"):
        environment = os.environ | {"TUNEWRIGHT_HOME": str(tmp_path), "TUNEWRIGHT_PORT": "7998"}
        second = subprocess.run([sys.executable, "app.py"], env=environment, capture_output=True, text=True)
    assert second.returncode == 1
    assert second.stderr.startswith("Tunewright is running on ")
