"""What a Space installs resolves together with what its builder adds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
BUILDER = ["uvicorn>=0.14.0", "websockets>=10.4", "spaces"]


def front_matter() -> dict[str, object]:
    _, matter, _ = (ROOT / "README.md").read_text().split("---\n", 2)
    return yaml.safe_load(matter)


def pins() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {one.name.lower().replace("_", "-"): str(one.specifier).removeprefix("==") for one in wanted}


def test_torch_stands_first():
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "torch==2.13.0"


def test_every_range_in_pyproject_admits_the_pin():
    text = (ROOT / "pyproject.toml").read_text()
    ranges = [
        Requirement(found)
        for found in re.findall(r'^    "(.+)",$', text.split("dependencies = [")[1].split("]")[0], re.M)
    ]
    assert len(ranges) > 20
    for wanted in ranges:
        assert SpecifierSet(str(wanted.specifier)).contains(pins()[wanted.name]), wanted


def test_the_front_matter_fits_what_spaces_accepts():
    matter = front_matter()
    assert matter["sdk"] == "gradio"
    assert matter["sdk_version"] == pins()["gradio"]
    assert matter["app_file"] == "app.py"
    assert len(str(matter["short_description"])) <= 60
    assert str(matter["python_version"]).startswith("3.1")


@pytest.mark.timeout(280)
def test_it_resolves_together_with_what_spaces_adds():
    sdk = f"gradio[oauth,mcp]=={front_matter()['sdk_version']}"
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--dry-run", "-q", "-r", "requirements.txt", sdk, *BUILDER],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if "Temporary failure in name resolution" in done.stderr or "NewConnectionError" in done.stderr:
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
