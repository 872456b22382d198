"""What a killed process was writing is cleared away; what a live one writes stays."""

import subprocess
import sys
from pathlib import Path

from store import Workspace
from store.unfinished import clear, unfinished

LEFT = """
import sys, pathlib
from store.unfinished import unfinished
folder = pathlib.Path(sys.argv[1])
unfinished(folder, ending=".parquet").write_text("half")
(unfinished(folder, "arriving") / "deep").mkdir(parents=True)
"""


def test_only_what_the_dead_left_is_cleared(tmp_path: Path):
    subprocess.run([sys.executable, "-c", LEFT, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])
    mine = unfinished(tmp_path, ending=".parquet")
    others = [tmp_path / name for name in ("reviews-v1.parquet", ".new-thing", ".hidden")]
    for path in (mine, *others):
        path.touch()
    assert len(clear(tmp_path, tmp_path / "not_there")) == 2
    assert sorted(tmp_path.iterdir()) == sorted([mine, *others])


def test_opening_a_workspace_clears_its_folders(ws: Workspace):
    folders = (ws.folder, ws.datasets.folder, ws.folder / "fixes")
    for folder in folders:
        subprocess.run([sys.executable, "-c", LEFT, str(folder)], check=True, cwd=Path(__file__).parents[2])
    with Workspace(ws.home):
        assert not [path for folder in folders for path in folder.iterdir() if path.name.startswith(".")]
